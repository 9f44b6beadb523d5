/** Values of TLA+ taken apart, and written: what all words of states are made of. */
import { functionEntries } from '../../graph/args.js';
import type { Value } from '../../tlc/index.js';
import type { Constants } from '../constants.js';

/** A record of TLA+. */
export type Fields = Readonly<Record<string, Value>>;

/** A function's result; undefined where it has none. */
export const at = (value: Value | undefined, argument: Value): Value | undefined =>
  functionEntries(value).find(([key]) => key === argument)?.[1];

/** The elements of a sequence, such as `pool` or `taken`. None, if the value is no sequence. */
export const list = <T extends Value = Value>(value: Value | undefined): readonly T[] =>
  Array.isArray(value) ? (value as readonly T[]) : [];

const plural = (noun: string, count: number): string => (count === 1 ? noun : `${noun}s`);

/** How many of a few: `1 slot`, `2 slots`. */
export const counted = (count: number, noun: string): string => `${count} ${plural(noun, count)}`;

/** Which of them: `block 1`, `pages 0 and 1`, `no block`. */
export const numbered = (noun: string, which: readonly number[]): string =>
  which.length === 0 ? `no ${noun}` : `${plural(noun, which.length)} ${which.join(' and ')}`;

/** Sub of SharedRing: how far index i is ahead of j. Where the model has no M, indices do not wrap. */
export const sub = ({ M }: Constants, i: Value | undefined, j: Value | undefined): number => {
  const ahead = (i as number) - (j as number);
  return typeof M === 'number' ? ((ahead % M) + M) % M : ahead;
};
