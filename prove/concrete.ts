/** The algebra of values: a transcription over it computes what an action does in one state. */
import type { Algebra } from './terms.js';

/** Truth values, numbers from 0 to M - 1, texts, and the words in the slots. */
export interface Concrete {
  readonly bool: boolean;
  readonly index: number;
  readonly word: string;
  readonly slots: readonly string[];
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
    word: (text) => text,
    read: (slots, slot) => slots[slot]!,
    write: (slots, slot, word) => slots.with(slot, word),
  };
}
