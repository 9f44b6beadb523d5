/** The algebra of values: a transcription over it computes what an action does in one state. */
import type { Algebra } from './terms.js';

/** An array by its places. What stands at a place that is not there is never asked for. */
export type Places<V> = Readonly<Record<number, V>>;

/** Truth values, indices from 0 to M - 1, numbers from 0 to 2^32 - 1, texts, and arrays of them. */
export interface Concrete {
  readonly bool: boolean;
  readonly index: number;
  readonly number: number;
  readonly word: string;
  readonly slots: Places<string>;
  readonly fields: Places<number>;
  readonly table: Places<number>;
  readonly places: Places<number>;
}

/** Values of indices modulo M, which is even and at most 2^32. */
export function concrete(M: number): Algebra<Concrete> {
  const sub = (i: number, j: number): number => (i - j + M) % M;
  const signed = (i: number): number => (i < M / 2 ? i : i - M);
  return {
    bool: (value) => value,
    not: (a) => !a,
    and: (...all) => all.every(Boolean),
    or: (...all) => all.some(Boolean),
    if: (test, then, otherwise) => (test ? then : otherwise),
    same: (a, b) => a === b,
    index: (value) => value % M,
    plus: (i, j) => (i + j) % M,
    sub,
    half: (i) => Math.floor(i / 2),
    below: (i, j) => i < j,
    belowSigned: (i, j) => signed(i) < signed(j),
    modulo: (i, powerOfTwo) => i % powerOfTwo,
    isPowerOfTwo: (i) => i > 0 && Number.isInteger(Math.log2(i)),
    number: (value) => value >>> 0,
    add: (x, y) => (x + y) >>> 0,
    minus: (x, y) => (x - y) >>> 0,
    halved: (x) => x >>> 1,
    less: (x, y) => x < y,
    numberOf: (i) => i,
    eachBelow: (count, holds) => Array.from({ length: count }, (_, x) => x).every(holds),
    word: (text) => text,
    read: (array: Places<unknown>, at: number) => array[at] as never,
    write: (array: Places<unknown>, at: number, value: unknown) => ({ ...array, [at]: value }) as never,
    across: (table, from, count, value) => {
      const cells = Array.from({ length: count }, (_, i) => (from + i) >>> 0);
      return { ...table, ...Object.fromEntries(cells.map((at) => [at, value(at)])) };
    },
  };
}
