/**
 * The language in which a transcription is written.
 *
 * A transcription says once what an action asks for and what it changes. It is written over an {@link Algebra}, of which
 * there are two: `smt.ts` makes formulas for a solver of it, `concrete.ts` values. So what is proved and what is held
 * against TLC's graphs cannot differ.
 */

/** The types that terms have. */
export interface Terms {
  /** A truth value. */
  readonly bool: unknown;
  /** An index of the ring. */
  readonly index: unknown;
  /** A number of a thing: of an id, a block, a page, a frame. */
  readonly number: unknown;
  /** A word such as `asleep`. */
  readonly word: unknown;
  /** From an index to a word. */
  readonly slots: unknown;
  /** From an index to a number. */
  readonly fields: unknown;
  /** From a number to a number. */
  readonly table: unknown;
  /** From a number to an index. */
  readonly places: unknown;
}

/** The name of such a type. */
export type Sort = keyof Terms;

/** The arrays, each with what it is from and to. */
export interface Arrays {
  readonly slots: readonly ['index', 'word'];
  readonly fields: readonly ['index', 'number'];
  readonly table: readonly ['number', 'number'];
  readonly places: readonly ['number', 'index'];
}

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

  /** A whole number. Numbers wrap at 2^32, wherever indices do. */
  readonly number: (value: number) => T['number'];
  readonly add: (x: T['number'], y: T['number']) => T['number'];
  readonly minus: (x: T['number'], y: T['number']) => T['number'];
  readonly halved: (x: T['number']) => T['number'];
  readonly less: (x: T['number'], y: T['number']) => T['bool'];
  /** The number of a slot, or of how far one index is from another. */
  readonly numberOf: (i: T['index']) => T['number'];
  /**
   * Does this hold of each number below `count`? A formula leaves it out, so it may only narrow a guard: what is proved
   * then holds without it too.
   */
  readonly eachBelow: (count: T['number'], holds: (x: T['number']) => T['bool']) => T['bool'];

  readonly word: (text: string) => T['word'];
  readonly read: <A extends keyof Arrays>(array: T[A], at: T[Arrays[A][0]]) => T[Arrays[A][1]];
  readonly write: <A extends keyof Arrays>(array: T[A], at: T[Arrays[A][0]], value: T[Arrays[A][1]]) => T[A];
  /** A table with new values in the `count` cells from `from` on: each as its number says. */
  readonly across: (
    table: T['table'],
    from: T['number'],
    count: T['number'],
    value: (at: T['number']) => T['number'],
  ) => T['table'];
}
