/**
 * The language in which a transcription is written.
 *
 * A transcription says once what an action asks for and what it changes. It is written over an {@link Algebra}, of which
 * there are two: `smt.ts` makes formulas for a solver of it, `concrete.ts` values. So what is proved and what is held
 * against TLC's graphs cannot differ.
 */

/** The types that terms have: a truth value, an index of the ring, a word such as `asleep`, and the slots. */
export interface Terms {
  readonly bool: unknown;
  readonly index: unknown;
  readonly word: unknown;
  readonly slots: unknown;
}

/** The name of such a type. */
export type Sort = keyof Terms;

/** Names with their types: the variables of a machine, its constants, or the arguments of an action. */
export type Names = Readonly<Record<string, Sort>>;

/** A term for each name. */
export type Values<T extends Terms, N extends Names> = { readonly [K in keyof N]: T[N[K]] };

/** What can be said of terms. Indices wrap, as RING_IDX does, and are compared as unsigned numbers. */
export interface Algebra<T extends Terms> {
  readonly bool: (value: boolean) => T['bool'];
  readonly not: (a: T['bool']) => T['bool'];
  readonly and: (...all: readonly T['bool'][]) => T['bool'];
  readonly or: (...all: readonly T['bool'][]) => T['bool'];
  readonly if: <S extends Sort>(test: T['bool'], then: T[S], otherwise: T[S]) => T[S];
  readonly same: <S extends Sort>(a: T[S], b: T[S]) => T['bool'];

  /** A whole number as an index. */
  readonly index: (value: number) => T['index'];
  readonly plus: (i: T['index'], j: T['index']) => T['index'];
  /** `Sub` of SharedRing: how far it is from j to i. */
  readonly sub: (i: T['index'], j: T['index']) => T['index'];
  readonly half: (i: T['index']) => T['index'];
  readonly below: (i: T['index'], j: T['index']) => T['bool'];
  /** The same where both are taken for signed numbers of as many bits. */
  readonly belowSigned: (i: T['index'], j: T['index']) => T['bool'];
  /** `SlotOf` of SharedRing: an index modulo a power of two. */
  readonly modulo: (i: T['index'], powerOfTwo: T['index']) => T['index'];
  readonly isPowerOfTwo: (i: T['index']) => T['bool'];

  readonly word: (text: string) => T['word'];
  readonly read: (slots: T['slots'], slot: T['index']) => T['word'];
  readonly write: (slots: T['slots'], slot: T['index'], word: T['word']) => T['slots'];
}
