/** The algebra of formulas: a transcription over it becomes text in SMT-LIB, the language of z3 and other solvers. */
import type { Algebra, Names, Sort, Values } from './terms.js';

/** Every term is a text. */
export type Formula = Readonly<Record<Sort, string>>;

/** How many bits an index has. */
export const BITS = 32;

/** What a sort is called in SMT-LIB. A word is a number: z3 decides formulas of numbers and truth values sooner. */
export const sortName: Formula = {
  bool: 'Bool',
  index: `(_ BitVec ${BITS})`,
  number: `(_ BitVec ${BITS})`,
  word: '(_ BitVec 8)',
  slots: `(Array (_ BitVec ${BITS}) (_ BitVec 8))`,
  fields: `(Array (_ BitVec ${BITS}) (_ BitVec ${BITS}))`,
  table: `(Array (_ BitVec ${BITS}) (_ BitVec ${BITS}))`,
  places: `(Array (_ BitVec ${BITS}) (_ BitVec ${BITS}))`,
};

const call = (name: string, ...parts: readonly string[]): string => `(${name} ${parts.join(' ')})`;
const number = (value: number): string => `#x${(value >>> 0).toString(16).padStart(BITS / 4, '0')}`;
const ONE = number(1);
/** Apart from the names of variables. */
const wordName = (text: string): string => `|word ${text}|`;

/** The number of a cell, in the function that a table is of which many cells were written. */
const CELL = '|cell|';

/** `across` of numbers of a sort. The function is only ever read, and reading puts a number into it: z3 sees no function. */
export const acrossFor =
  (sort: string, isIn: (at: string, from: string, count: string) => string): Algebra<Formula>['across'] =>
  (table, from, count, value) =>
    `(lambda ((${CELL} ${sort})) ${call('ite', isIn(CELL, from, count), value(CELL), read(table, CELL))})`;

const read = (array: string, at: string): string => {
  if (!array.startsWith('(lambda ')) return call('select', array, at);
  const body = array.slice(array.indexOf(')) ') + ')) '.length, -1);
  return `(let ((${CELL} ${at})) ${body})`;
};

/** The formulas. */
export const smt: Algebra<Formula> = {
  bool: String,
  not: (a) => call('not', a),
  and: (...all) => (all.length === 0 ? 'true' : call('and', ...all)),
  or: (...all) => (all.length === 0 ? 'false' : call('or', ...all)),
  if: (test, then, otherwise) => call('ite', test, then, otherwise),
  same: (a, b) => call('=', a, b),
  index: number,
  plus: (i, j) => call('bvadd', i, j),
  sub: (i, j) => call('bvsub', i, j),
  half: (i) => call('bvlshr', i, ONE),
  below: (i, j) => call('bvult', i, j),
  belowSigned: (i, j) => call('bvslt', i, j),
  modulo: (i, powerOfTwo) => call('bvand', i, call('bvsub', powerOfTwo, ONE)),
  isPowerOfTwo: (i) =>
    call(
      'and',
      call('distinct', i, number(0)),
      call('=', number(0), call('bvand', i, call('bvsub', i, ONE))),
    ),
  number,
  add: (x, y) => call('bvadd', x, y),
  minus: (x, y) => call('bvsub', x, y),
  halved: (x) => call('bvlshr', x, ONE),
  less: (x, y) => call('bvult', x, y),
  numberOf: (i) => i,
  eachBelow: () => 'true',
  word: (text) => wordName(text),
  read,
  write: (array: string, at: string, value: string) => call('store', array, at, value),
  across: acrossFor(sortName.number, (at, from, count) => call('bvult', call('bvsub', at, from), count)),
};

/** How the sorts are called, and what stands for an operation on them. */
export interface Theory {
  readonly a: Algebra<Formula>;
  readonly sorts: Formula;
  /** z3's name of it. */
  readonly logic: string;
  readonly functions: string;
  readonly wordNumber: (place: number) => string;
  /** That a term is one of the values there are: of so many words, or of 32 bits. */
  readonly isValue: (sort: Sort, term: string, words: number) => string;
}

/** The number of a word, by its place among the words. */
export const wordNumber = (place: number): string => `#x${place.toString(16).padStart(2, '0')}`;

/** Declares the words, by their number. Throws RangeError if there are more than {@link sortName} has room for. */
export const preamble = (
  words: readonly string[],
  { sorts, wordNumber: numbered, functions }: Theory,
): string => {
  if (words.length > 256) throw new RangeError(`${words.length} words do not fit into eight bits`);
  const defined = words.map((word, i) => `(define-fun ${wordName(word)} () ${sorts.word} ${numbered(i)})`);
  return [functions, ...defined].join('\n');
};

/** The name under which a formula has a distance. */
export const distanceName = (name: string): string => `|${name} from its base|`;

/** Declares a name, as a distance from `base` where there is one. */
export function declaration(
  name: string,
  sort: Sort,
  base: string | undefined,
  { a, sorts }: Theory,
): string {
  if (base === undefined) return `(declare-const ${name} ${sorts[sort]})`;
  const distance = distanceName(name);
  return (
    `(declare-const ${distance} ${sorts[sort]})\n` +
    `(define-fun ${name} () ${sorts[sort]} ${a.plus(base, distance)})`
  );
}

/** Names as terms. */
export const named = <N extends Names>(names: N): Values<Formula, N> =>
  Object.fromEntries(Object.keys(names).map((name) => [name, name])) as Values<Formula, N>;

/** Indices and numbers of 32 bits. */
export const bits: Theory = {
  a: smt,
  sorts: sortName,
  logic: 'QF_ABV',
  functions: '',
  wordNumber,
  isValue: (sort, term, words) => (sort === 'word' ? call('bvult', term, wordNumber(words)) : 'true'),
};
