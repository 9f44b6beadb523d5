/** The counters of an interface. */
import { type DropReason, dropReasons } from './rx-chain.js';

/** Counters of one direction. They only grow. */
export interface Counters {
  /**
   * TX: packets of which the backend answered every request with OKAY. RX: frames that were delivered, whether or not the
   * application has taken them yet.
   */
  packets: number;
  /** The octets of those. */
  octets: number;
  /**
   * TX: packets of which a request was answered with ERROR or a status that netif.h does not have. RX: frames that were
   * dropped for any reason but the status DROPPED, each counted once.
   */
  errors: number;
  /**
   * TX: packets of which a request was answered with DROPPED, and none with anything worse. RX: frames answered with that
   * status. A packet that was never answered is not counted.
   */
  dropped: number;
}

/** Counters of the receive side. */
export interface RxCounters extends Counters {
  /** `errors` and `dropped` again, by the first reason that was found. */
  readonly reasons: Record<DropReason, number>;
}

/** The counters of both directions, at the time of the call. */
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
