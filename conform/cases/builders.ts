/** How cases are written by hand. */
import type { Case } from '../case.js';
import { needsOf } from '../steps.js';

/** A case, why it exists, and what is wrong with a driver that fails it. */
export interface ExplainedCase extends Case {
  readonly why: string;
  readonly wrong: string;
}

/** The last index before they wrap. */
export const LAST = 2 ** 32 - 1;

/** Sizes that are not those of every case. */
interface OtherSizes {
  readonly first?: number;
  readonly buffers?: number;
  readonly ids?: number;
}

const sizesOf = (nr_ents: number, other: OtherSizes) => ({
  ...{ nr_ents, first: LAST, buffers: nr_ents, ids: nr_ents },
  ...other,
});

/** The sizes of a transmit ring. By default it starts at the last index, and has a block for each slot. */
export const tx = (nr_ents: number, other: OtherSizes = {}) => ({ tx: sizesOf(nr_ents, other) });

/** The same of a receive ring. */
export const rx = (nr_ents: number, copy: boolean, other: OtherSizes = {}) => ({
  rx: { ...sizesOf(nr_ents, other), copy },
});

/** A case. What it needs follows from its sizes and steps. */
export const caseOf = (
  name: string,
  start: Case['start'],
  steps: string,
  why: string,
  wrong: string,
): ExplainedCase => ({ name, needs: needsOf(start, steps), start, steps, why, wrong });

/** A ring that there is not: the driver has to say that it cannot start it. */
export const impossibleRing = (name: string, start: Case['start'], why: string): ExplainedCase => ({
  ...caseOf(name, start, '', why, 'It starts a ring that the backend would lay out in another way.'),
  cannot: true,
});

/** A receive case twice: the application is given copies, and it is lent the pages themselves. */
export const copiedAndLent = (
  name: string,
  [nr_ents, other]: readonly [nr_ents: number, other?: OtherSizes],
  steps: string,
  why: string,
  wrong: string,
): readonly ExplainedCase[] =>
  [true, false].map((copy) =>
    caseOf(`${name}-${copy ? 'copied' : 'lent'}`, rx(nr_ents, copy, other), steps, why, wrong),
  );

/** Where indices start, by what is near there. */
export const INDEX_STARTS = [
  ['2-32-less-1', LAST],
  ['2-32-less-3', LAST - 2],
  ['2-31-less-2', 2 ** 31 - 2],
  ['2-16-less-1', 2 ** 16 - 1],
  ['0', 0],
] as const;
