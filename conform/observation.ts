/** What a frontend does from the input that wakes it until it rests, as far as a state graph says it too. */
import type { Observation } from './case.js';

/** The sums of which an observation is made. */
export interface Totals {
  readonly requests: number;
  readonly notified: boolean;
  /** The statuses of the sends that are complete. */
  readonly sent: readonly number[];
  readonly received: number;
}

/** Nothing has been seen yet. */
export const NOTHING_SEEN: Totals = { requests: 0, notified: false, sent: [], received: 0 };

/** Both together, one after the other. */
export const sumOf = (a: Totals, b: Partial<Totals>): Totals => ({
  requests: a.requests + (b.requests ?? 0),
  notified: a.notified || b.notified === true,
  sent: [...a.sent, ...(b.sent ?? [])].toSorted((x, y) => x - y),
  received: a.received + (b.received ?? 0),
});

/** The sums as a case has them: what is zero is left out. */
export const observationOf = ({ requests, notified, sent, received }: Totals): Observation => ({
  ...(requests > 0 && { requests }),
  ...(notified && { notified: true as const }),
  ...(sent.length > 0 && { sent: [...sent] }),
  ...(received > 0 && { received }),
});
