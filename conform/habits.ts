/** What a front does otherwise than that of the specification, as its driver says in the answer to `start`. */
import type { RingName } from '../replay/netif.js';
import type { Observation } from './case.js';
import { DriverFault } from './port.js';
import type { RingStart, RxAt, TxAt } from './protocol.js';

/** What a driver says of a ring beside where it is. What is left out is as in the specification. */
export type Habits = Partial<Omit<TxAt & RxAt, 'gref'>>;

/** The sizes of a ring whose front has perhaps fewer blocks or pages than it was asked to have. */
export const withFewer = <Sizes extends RingStart>(sizes: Sizes, { buffers }: Habits = {}): Sizes => ({
  ...sizes,
  buffers: Math.min(sizes.buffers, buffers ?? sizes.buffers),
});

/**
 * The front does nothing on a ring of `nr_ents` slots while no more than so many are free.
 * @throws DriverFault if it would never do anything there, and nothing could be held against it
 */
export function leastFree({ keeps = 0, batch = 1 }: Habits, nr_ents: number): number {
  const least = Math.max(keeps, batch - 1);
  if (least < nr_ents) return least;
  throw new DriverFault(
    'wrong answer',
    `the answer to start says that the front uses a ring only while more than ${least} slots are free, and it has ${nr_ents}`,
  );
}

/** What is not held against a front because its driver says that it has this habit, as words: `tx polled`. */
export const wordsOf = (ring: RingName, { polled, keeps, batch, status }: Habits): readonly string[] =>
  [
    ...(polled === true ? ['polled'] : []),
    ...(keeps === undefined ? [] : [`keeps ${keeps}`]),
    ...(batch === undefined ? [] : [`batch ${batch}`]),
    ...(status === false ? ['no status'] : []),
  ].map((habit) => `${ring} ${habit}`);

/** Does a state graph say nothing of a front with these habits? */
export const isOfNoGraph = ({ polled, buffers, keeps, batch }: Habits): boolean =>
  polled === true || [buffers, keeps, batch].some((habit) => habit !== undefined);

/** What is observed where nothing is told of sends. */
export const untold = ({ sent: _, ...more }: Observation): Observation => more;
