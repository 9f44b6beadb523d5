/** The rings of one connection, as the connection sees them: granted, named by keys, and released. */
import type { Offer } from './offer.js';
import type { QueueKeys } from './ring-keys.js';

/** The rings of one connection. */
export interface Rings {
  /** Where they are, for the ring keys: an entry for each queue. */
  readonly queues: readonly QueueKeys[];
  /**
   * Ends every grant and closes every port that is left. What the host refuses is tried again by the next call.
   * @returns whether something is left: a page that a backend has mapped stays granted, and is not used again
   */
  release(): boolean;
  /** The domain that they were made in is no more, and neither are its grants and ports. A release frees the pages. */
  forget(): void;
}

/** What a connection has its rings from, and who is told of frames. */
export interface ConnectionUser {
  /**
   * Makes rings for a backend that offers this. If it throws, it has left nothing behind.
   * @throws what the host throws
   */
  makeRings(offer: Offer): Rings;
  /** Puts a frame into the rings; in several slots only with `sg`. */
  put(frame: number, sg: boolean): void;
  /** The frame is done: this is its status, or it was lost with its ring. */
  tell(frame: number, told: string): void;
}
