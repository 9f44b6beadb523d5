/** What an interface counts, by direction. */

/** Counters of one direction. They only grow. */
export interface Counters {
  /**
   * TX: packets of which the backend answered every request with OKAY. RX: frames that arrived whole, whether or not the
   * application has taken them yet.
   */
  packets: number;
  /** The octets of those. */
  octets: number;
  /**
   * TX: packets of which a request was answered with ERROR or a status that netif.h does not have. RX: answers without a
   * frame: a status of 0 or less (but for DROPPED), or a length that reaches past the page. Their page is used again.
   */
  errors: number;
  /**
   * TX: packets of which a request was answered with DROPPED, and none with anything worse. RX: answers with that status.
   * What the interface never had an answer for is not counted.
   */
  dropped: number;
}

/** The counters of both directions, as they are when they are looked at. */
export interface Statistics {
  readonly tx: Readonly<Counters>;
  readonly rx: Readonly<Counters>;
}

/** Counters at 0. */
export const counters = (): Counters => ({ packets: 0, octets: 0, errors: 0, dropped: 0 });
