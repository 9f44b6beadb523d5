/** What an interface counts, by direction. */
import { type DropReason, dropReasons } from './rx-chain.js';

/** Counters of one direction. They only grow. */
export interface Counters {
  /**
   * TX: frames that the backend answered with OKAY. RX: frames that arrived whole, whether or not the application has
   * taken them yet.
   */
  packets: number;
  /** The octets of those frames. */
  octets: number;
  /**
   * TX: frames that the backend answered with ERROR, NULL, or a status that netif.h does not have. RX: frames that are
   * dropped for any reason but the status DROPPED, each once, however many of its slots are wrong. Their pages are used again.
   */
  errors: number;
  /** Both: frames answered with the status DROPPED. Those that the interface never had an answer for are not counted. */
  dropped: number;
}

/** Counters of the receive side. */
export interface RxCounters extends Counters {
  /** `errors` and `dropped` again, by what was wrong first. */
  readonly reasons: Record<DropReason, number>;
}

/** The counters of both directions, as they are when they are looked at. */
export interface Statistics {
  readonly tx: Readonly<Counters>;
  readonly rx: Readonly<Counters> & { readonly reasons: Readonly<Record<DropReason, number>> };
}

/** Counters at 0. */
export const counters = (): Counters => ({ packets: 0, octets: 0, errors: 0, dropped: 0 });

/** Counters of the receive side at 0. */
export const rxCounters = (): RxCounters => ({
  ...counters(),
  reasons: Object.fromEntries(dropReasons.map((reason) => [reason, 0])) as Record<DropReason, number>,
});
