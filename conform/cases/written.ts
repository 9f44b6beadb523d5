/** How cases are written by hand. */
import { type Case, needsOf } from '../case.js';

/** A case, why it exists, and what is wrong with a driver that fails it. */
export interface ToldCase extends Case {
  readonly why: string;
  readonly wrong: string;
}

/** The last index before they wrap. */
export const LAST = 2 ** 32 - 1;

/** The sizes of a transmit ring; it starts at the last index if nothing else is said. */
export const tx = (nr_ents: number, sizes: { first?: number; buffers?: number; ids?: number } = {}) => ({
  tx: { nr_ents, first: LAST, buffers: nr_ents, ids: nr_ents, ...sizes },
});
/** The same of a receive ring. */
export const rx = (
  nr_ents: number,
  copy: boolean,
  sizes: { first?: number; buffers?: number; ids?: number } = {},
) => ({
  rx: { nr_ents, first: LAST, buffers: nr_ents, ids: nr_ents, ...sizes, copy },
});

/** A case with what it needs. */
export const told = (
  name: string,
  start: Case['start'],
  steps: string,
  why: string,
  wrong: string,
): ToldCase => ({
  name,
  needs: needsOf(start, steps),
  start,
  steps,
  why,
  wrong,
});

/** A ring that there is not. */
export const toldCannot = (name: string, start: Case['start'], why: string): ToldCase => ({
  ...told(name, start, '', why, 'It starts a ring that the backend would lay out in another way.'),
  cannot: true,
});

/** Both ways of handing up, of one receive case. */
export const toldTwice = (
  name: string,
  sizes: readonly [number, { first?: number; buffers?: number; ids?: number }?],
  steps: string,
  why: string,
  wrong: string,
): readonly ToldCase[] =>
  [true, false].map((copy) =>
    told(`${name}-${copy ? 'copied' : 'lent'}`, rx(sizes[0], copy, sizes[1]), steps, why, wrong),
  );

/** Where indices start, by what is near there. */
export const INDEX_STARTS = [
  ['2-32-less-1', LAST],
  ['2-32-less-3', LAST - 2],
  ['2-31-less-2', 2 ** 31 - 2],
  ['2-16-less-1', 2 ** 16 - 1],
  ['0', 0],
] as const;
