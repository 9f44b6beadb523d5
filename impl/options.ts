/** What a netfront can be told when it is made, what it is told otherwise, and what cannot be. */
import { blockNumber, type IdScheme, slot } from './ids.js';
import { NET_RX_RING_SIZE, NET_TX_RING_SIZE, XEN_NETIF_NR_SLOTS_MIN } from './netif.js';
import type { RingIdx } from './ring.js';
import type { RxConfig } from './rx.js';
import type { TxConfig } from './tx.js';

/** How the transmit ring is laid out and run. */
export interface TxOptions {
  /** Slots of the ring, a power of two up to 256, which is the default. */
  readonly nr_ents?: number;
  /** Where the indices of the ring start, 0 by default. */
  readonly first?: RingIdx;
  /** How request ids are chosen; by block number by default, as mirage-net-xen does since 1.4.2. */
  readonly scheme?: IdScheme;
  /** How many ids there are; 65536 by default. */
  readonly ids?: number;
  /** Blocks in the pool; as many as slots by default. */
  readonly blocks?: number;
  /**
   * 1, the default: a block is a whole page, so that a packet of any length fits the 18 slots that a backend takes. 2: two
   * blocks share a page and its grant, as in mirage-net-xen; half the memory, but no packet is longer than 36,864 octets.
   */
  readonly blocksPerPage?: 1 | 2;
  /** Grant a page for one request and take it back after it, as Linux does. Blocks are whole pages then. */
  readonly grantPerRequest?: boolean;
}

/** How the receive ring is laid out and run, and how received frames reach the application. */
export interface RxOptions {
  /** Slots of the ring, a power of two up to 256, which is the default. */
  readonly nr_ents?: number;
  /** Where the indices of the ring start, 0 by default. */
  readonly first?: RingIdx;
  /** How request ids are chosen; by slot by default, as in Linux. */
  readonly scheme?: IdScheme;
  /** How many ids there are; 65536 by default. */
  readonly ids?: number;
  /**
   * Pages in the pool; as many as slots by default. A packet of as many slots as netif.h promises needs 18 at a time,
   * beside those that the application holds. One that comes in parts waits for what it lacks until the application has
   * released pages, and an application that waits for it meanwhile waits for good; one that would need more pages than
   * the pool has is dropped (`tooManySlots`). A backend that publishes packets whole waits for the requests of one that
   * needs more pages than there are, and all others behind it wait with it: have 18 at least.
   */
  readonly pages?: number;
  /**
   * The application is given a copy, and the pages go back at once: the default. Otherwise it is given the pages
   * themselves, until it releases them.
   */
  readonly copyOut?: boolean;
  /**
   * Post free pages where fewer than this many requests are on the ring, up to nr_ents; half the ring by default, and no
   * less than 18, or the whole of a smaller ring: a backend may wait until it has a request for each slot of a packet.
   * On a ring of fewer than 18 slots it may be less, from 1; a packet may then wait for good behind a backend that waits.
   */
  readonly lowWater?: number;
  /**
   * How many frames may wait for the application; as many as slots by default. While so many do, nothing is taken off
   * the ring and nothing is posted, so that the backend has to wait too, and no frame is lost.
   */
  readonly queue?: number;
}

/** What a netfront can be told when it is made. All have defaults. */
export interface NetfrontOptions {
  readonly tx?: TxOptions;
  readonly rx?: RxOptions;
}

/** What the shell itself has to know of the receive side, beside what the driver has to. */
export interface RxLimits {
  readonly lowWater: number;
  readonly queue: number;
}

/**
 * The transmit options with their defaults.
 * @throws RangeError if they cannot be, or the scheme cannot keep ids unique with them
 */
export const txConfig = (options: TxOptions = {}): TxConfig => {
  const nr_ents = options.nr_ents ?? NET_TX_RING_SIZE;
  const grantPerRequest = options.grantPerRequest ?? false;
  const config: TxConfig = {
    nr_ents,
    first: options.first ?? 0,
    scheme: options.scheme ?? blockNumber,
    ids: options.ids ?? 65536,
    blocks: options.blocks ?? nr_ents,
    blocksPerPage: options.blocksPerPage ?? 1,
    grantPerRequest,
  };
  refuse(
    ringOutOfRange(config, NET_TX_RING_SIZE) ??
      outOfRange(config.blocks, 1, 65536, 'blocks in the transmit pool') ??
      outOfRange(config.blocksPerPage, 1, grantPerRequest ? 1 : 2, blocksPerPage(grantPerRequest)) ??
      config.scheme.unfit?.({ ...config, inOrder: false }),
  );
  return config;
};

/**
 * The receive options with their defaults.
 * @throws RangeError if they cannot be, or the scheme cannot keep ids unique with them
 */
export const rxConfig = (options: RxOptions = {}): RxConfig & RxLimits => {
  const nr_ents = options.nr_ents ?? NET_RX_RING_SIZE;
  const config: RxConfig & RxLimits = {
    nr_ents,
    first: options.first ?? 0,
    scheme: options.scheme ?? slot,
    ids: options.ids ?? 65536,
    pages: options.pages ?? nr_ents,
    copyOut: options.copyOut ?? true,
    // A backend may wait for as many requests as the largest packet takes that fits the ring.
    lowWater: options.lowWater ?? Math.max(nr_ents / 2, Math.min(nr_ents, XEN_NETIF_NR_SLOTS_MIN)),
    queue: options.queue ?? nr_ents,
  };
  refuse(
    ringOutOfRange(config, NET_RX_RING_SIZE) ??
      outOfRange(config.pages, 1, 65536, 'pages in the receive pool') ??
      outOfRange(config.lowWater, leastLowWater(nr_ents), nr_ents, 'requests as low water') ??
      outOfRange(config.queue, 1, 2 ** 32 - 1, 'frames in the queue') ??
      config.scheme.unfit?.({ ...config, blocks: config.pages, grantPerRequest: true, inOrder: true }),
  );
  return config;
};

const blocksPerPage = (grantPerRequest: boolean): string =>
  grantPerRequest ? 'blocks on a page that is granted for one request' : 'blocks on a page';

/** So many requests the largest packet needs, where the ring has room for them. */
const leastLowWater = (nr_ents: number): number =>
  nr_ents < XEN_NETIF_NR_SLOTS_MIN ? 1 : XEN_NETIF_NR_SLOTS_MIN;

const ringOutOfRange = (
  { nr_ents, first, ids }: { nr_ents: number; first: RingIdx; ids: number },
  most: number,
): string | undefined =>
  sizeOutOfRange(nr_ents, most) ??
  outOfRange(first, 0, 2 ** 32 - 1, 'for the first index') ??
  outOfRange(ids, 1, 65536, 'ids, for which a slot has 16 bits');

/** Before anything that is as large as the ring by default: the ring itself says the same, later. */
const sizeOutOfRange = (nr_ents: number, most: number): string | undefined =>
  Number.isInteger(Math.log2(nr_ents)) && nr_ents >= 1 && nr_ents <= most
    ? undefined
    : `a ring of ${nr_ents} slots: take a power of two up to ${most}`;

const outOfRange = (value: number, from: number, to: number, what: string): string | undefined =>
  Number.isInteger(value) && value >= from && value <= to
    ? undefined
    : `${value} ${what}: take a whole number from ${from} to ${to}`;

const refuse = (why: string | undefined): void => {
  if (why !== undefined) throw new RangeError(why);
};
