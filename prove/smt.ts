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
  word: '(_ BitVec 4)',
  slots: `(Array (_ BitVec ${BITS}) (_ BitVec 4))`,
};

const call = (name: string, ...parts: readonly string[]): string => `(${name} ${parts.join(' ')})`;
const number = (value: number): string => `#x${(value >>> 0).toString(16).padStart(BITS / 4, '0')}`;
const ONE = number(1);

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
  word: (text) => text,
  read: (slots, slot) => call('select', slots, slot),
  write: (slots, slot, word) => call('store', slots, slot, word),
};

/** The number of a word, by its place among the words. */
export const wordNumber = (place: number): string => `#x${place.toString(16)}`;

/** Declares the words, by their number. Throws RangeError if there are more than {@link sortName} has room for. */
export const preamble = (words: readonly string[]): string => {
  if (words.length > 16) throw new RangeError(`${words.length} words do not fit into four bits`);
  return words.map((word, i) => `(define-fun ${word} () ${sortName.word} ${wordNumber(i)})`).join('\n');
};

/** The name under which a formula has a distance. */
export const distanceName = (name: string): string => `|${name} from its base|`;

/** Declares a name, as a distance from `base` where there is one. */
export function declaration(name: string, sort: Sort, base: string | undefined): string {
  if (base === undefined) return `(declare-const ${name} ${sortName[sort]})`;
  const distance = distanceName(name);
  return (
    `(declare-const ${distance} ${sortName[sort]})\n` +
    `(define-fun ${name} () ${sortName[sort]} (bvadd ${base} ${distance}))`
  );
}

/** Names as terms. */
export const named = <N extends Names>(names: N): Values<Formula, N> =>
  Object.fromEntries(Object.keys(names).map((name) => [name, name])) as Values<Formula, N>;
