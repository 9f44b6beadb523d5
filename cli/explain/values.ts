/** Values of TLA+ taken apart, for whoever puts them into words. */

import type { State, Step, Value } from '../../tlc/index.js';
import type { Constants } from '../../replay/constants.js';

/** A record of TLA+. */
export type Fields = Readonly<Record<string, Value>>;

/** A counterexample, and the constants of its model. */
export interface Behaviour {
  readonly trace: readonly Step[];
  readonly constants: Constants;
}

/** Arguments and results of a function; a sequence is one from 1. */
export function entries(value: Value | undefined): readonly (readonly [Value, Value])[] {
  if (Array.isArray(value)) return value.map((item: Value, i) => [i + 1, item] as const);
  if (typeof value === 'object' && '#map' in value)
    return value['#map'] as readonly (readonly [Value, Value])[];
  return [];
}

/** A function's result; undefined where it has none. */
export const at = (value: Value | undefined, argument: Value): Value | undefined =>
  entries(value).find(([key]) => key === argument)?.[1];

/** A sequence of records, such as `taken`. */
export const records = (value: Value | undefined): readonly Fields[] =>
  Array.isArray(value) ? (value as readonly Fields[]) : [];

/** A sequence of numbers, such as `pool`. */
export const numbers = (value: Value | undefined): readonly number[] =>
  Array.isArray(value) ? (value as readonly number[]) : [];

/** `block 1`, `pages 0 and 1`, `no block`. */
export const buffers = (noun: 'block' | 'page', list: readonly number[]): string =>
  list.length === 0 ? `no ${noun}` : `${noun}${list.length === 1 ? '' : 's'} ${list.join(' and ')}`;

/** The constants that say how indices wrap and where a block lies; see SharedRing and NetfrontTx. */
export class Sizes {
  readonly M: number | undefined;
  readonly perPage: number;

  constructor({ M, BlocksPerPage }: Constants) {
    this.M = typeof M === 'number' ? M : undefined;
    this.perPage = typeof BlocksPerPage === 'number' ? BlocksPerPage : 1;
  }

  /** Sub of SharedRing: how far i is ahead of j. */
  sub(i: number, j: number): number {
    return this.M === undefined ? i - j : (((i - j) % this.M) + this.M) % this.M;
  }

  /**
   * The block or page that a request names, or undefined if its gref grants nothing. A backend that has mapped the
   * page of a receive request keeps to that, whatever the gref grants by now. In TxPackets blocks have their own
   * numbers for grefs.
   */
  bufferOf({ granted }: State, { gref, offset, page: mapped }: Fields): number | undefined {
    if (granted === undefined) return gref as number;
    const page = (mapped ?? at(granted, gref!)) as number | undefined;
    return page === undefined || page < 0 ? undefined : page * this.perPage + ((offset ?? 0) as number);
  }
}

/** What went wrong in a state; undefined if this is not the state for it. `before` is the state before. */
export type Sentence = (state: State, sizes: Sizes, before: State) => string | undefined;
