/**
 * Formulas in which indices and numbers are whole numbers and do not wrap. Where only their order and the distances between
 * them matter, z3 decides these in hundredths of the time that bits take. A slot is a function of an index, of which an
 * obligation knows only what it is told (`facts` of a machine): that is proved of bits.
 */
import { acrossFor, BITS, type Formula, smt, type Theory } from './smt.js';
import type { Algebra } from './terms.js';

/** What a sort is called. */
const integerSorts: Formula = {
  bool: 'Bool',
  index: 'Int',
  number: 'Int',
  word: 'Int',
  slots: '(Array Int Int)',
  fields: '(Array Int Int)',
  table: '(Array Int Int)',
  places: '(Array Int Int)',
};

const call = (name: string, ...parts: readonly string[]): string => `(${name} ${parts.join(' ')})`;
const number = (value: number): string => String(value);
/** As unsigned numbers are compared: a distance that is negative is not below anything. */
const below = (i: string, j: string): string => `(and (<= 0 ${i}) (< ${i} ${j}))`;

/** The formulas. */
const integers: Algebra<Formula> = {
  ...smt,
  index: number,
  number,
  plus: (i, j) => call('+', i, j),
  add: (i, j) => call('+', i, j),
  sub: (i, j) => call('-', i, j),
  minus: (i, j) => call('-', i, j),
  half: (i) => call('div', i, '2'),
  halved: (i) => call('div', i, '2'),
  below,
  less: below,
  belowSigned: (i, j) => call('<', i, j),
  modulo: (i) => call('slot', i),
  isPowerOfTwo: (i) => call('<', '0', i),
  across: acrossFor(integerSorts.number, (at, from, count) => below(call('-', at, from), count)),
};

/** Whole numbers. */
export const wholeNumbers: Theory = {
  a: integers,
  sorts: integerSorts,
  logic: 'QF_AUFLIA',
  functions: '(declare-fun slot (Int) Int)',
  wordNumber: String,
  isValue: (sort, term, words) =>
    sort === 'index' || sort === 'number'
      ? below(term, number(2 ** BITS))
      : sort === 'word'
        ? below(term, number(words))
        : 'true',
};

/** The same where the ring has n slots: what a slot is, is known then. */
export const wholeNumbersFor = (n: number): Theory => ({
  ...wholeNumbers,
  a: { ...integers, modulo: (i) => call('mod', i, number(n)) },
});
