/** Whether what a frontend does not use any more is lost, or only late. */
import { DriverFault } from './port.js';
import type { FrontWatch } from './front-watch.js';
import { Effects, type OctetsAnswer } from './protocol.js';
import { Glance } from './ring-page.js';
import { type Property, Violation } from './violation.js';

/** What a frontend violates that has its buffers, and does not go on. */
const LATE = { tx: 'BlockedWriterProceeds', rx: 'RxNeverStarves' } as const;

const LOST: readonly Property[] = ['Conservation', 'ChainConservation'];

/**
 * The same violation, or a better name for it. A frontend that misses a buffer is given an event without cause: a buffer that
 * is lost stays lost, and one that was forgotten is used then.
 */
export async function lateOrLost(violation: Violation, front: FrontWatch): Promise<Violation> {
  const { port, sides, isPaused, pending } = front;
  // One that is still to get an event has not been given its turn, and what it does then says nothing.
  if (!LOST.includes(violation.property) || isPaused || pending) return violation;
  const event = { message: { do: 'event' }, answer: Effects } as const;
  try {
    const [, ...read] = (await port.ask([event, ...sides.map(({ page }) => page.glance)])) as [
      Effects,
      ...OctetsAnswer[],
    ];
    const late = sides.find(({ req_prod }, i) => new Glance(read[i]!.octets).word('req_prod') !== req_prod);
    const { expected, actual } = violation;
    return late === undefined
      ? violation
      : new Violation(LATE[late.ring], expected, `${actual}, until an event came that nobody had sent`);
  } catch (error) {
    // It ended, or does not answer: what it did before stands.
    if (error instanceof DriverFault) return violation;
    throw error;
  }
}
