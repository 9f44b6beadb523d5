/** What a backend offers, in its directory. netif.h has a paragraph on each key. */
import type { Store } from '../store.js';
import { bad, numberOf } from './xenbus.js';

/** The features of a backend. */
export interface Offer {
  /** feature-sg: it takes packets of several slots. */
  readonly sg: boolean;
  /** feature-gso-tcpv4, feature-gso-tcpv6: it takes packets that are still to be cut into segments. */
  readonly tcpv4: boolean;
  readonly tcpv6: boolean;
  /** feature-split-event-channels: one event channel for each ring, where the front wants that. */
  readonly split: boolean;
  /** multi-queue-max-queues, at least 1. */
  readonly queues: number;
}

/** What a backend offers whose directory has no key. */
export const NO_OFFER: Offer = { sg: false, tcpv4: false, tcpv6: false, split: false, queues: 1 };

/** In the place of an offer that cannot be used: it has no queues, so it is never the one that was agreed. */
export const BAD_OFFER: Offer = { ...NO_OFFER, queues: 0 };

/**
 * Reads what the backend of this directory offers.
 * @throws DeviceError if a key has a value that it cannot have, or the backend would flip pages
 */
export const readOffer = (store: Pick<Store, 'read'>, back: string): Offer => {
  const number = (key: string, absent: number, least = 0): number =>
    numberOf(`${back}/${key}`, store.read(`${back}/${key}`), { least, absent });
  const rxCopy = `${back}/feature-rx-copy`;
  if (numberOf(rxCopy, store.read(rxCopy), { absent: 0 }) === 0)
    throw bad(rxCopy, store.read(rxCopy), 'a backend that copies into our pages (1) is needed');
  return {
    sg: number('feature-sg', 0) > 0,
    tcpv4: number('feature-gso-tcpv4', 0) > 0,
    tcpv6: number('feature-gso-tcpv6', 0) > 0,
    split: number('feature-split-event-channels', 0) > 0,
    queues: number('multi-queue-max-queues', 1, 1),
  };
};

/** Do both offer the same? */
export const isSameOffer = (one: Offer, other: Offer): boolean =>
  (Object.keys(NO_OFFER) as (keyof Offer)[]).every((key) => one[key] === other[key]);
