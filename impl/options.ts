/** The options of a netfront: their defaults, and which values are refused. */
import { blockNumber, type IdScheme, slot } from './ids.js';
import { NET_RX_RING_SIZE, NET_TX_RING_SIZE, XEN_NETIF_NR_SLOTS_MIN } from './netif.js';
import type { RingIdx } from './ring.js';
import type { RingConfig } from './ring-context.js';
import type { Runner } from './runner.js';
import type { RxConfig } from './rx.js';
import type { TxConfig } from './tx.js';

/** Options of either ring. */
export interface RingOptions {
  /** Slots of the ring, a power of two up to 256, which is the default. */
  readonly nr_ents?: number;
  /** Where the indices of the ring start, 0 by default. */
  readonly first?: RingIdx;
  /**
   * How request ids are chosen. By default by block number on the transmit ring, as mirage-net-xen does since 1.4.2, and
   * by slot on the receive ring, as Linux does.
   */
  readonly scheme?: IdScheme;
  /** How many ids there are; 65536 by default. */
  readonly ids?: number;
}

/** Options of the transmit ring. */
export interface TxOptions extends RingOptions {
  /** Blocks in the pool; as many as slots by default. */
  readonly blocks?: number;
  /**
   * 1, the default: a block is a whole page, and a packet of any length fits the 18 slots that every backend takes. 2: two
   * blocks share a page and its grant, as in mirage-net-xen. That takes half the memory, but no packet can be longer than
   * 36,864 octets.
   */
  readonly blocksPerPage?: 1 | 2;
  /** Grant a page for one request and take it back after it, as Linux does. Blocks are whole pages then. */
  readonly grantPerRequest?: boolean;
}

/** Options of the receive ring, and how received frames reach the application. */
export interface RxOptions extends RingOptions {
  /**
   * Pages in the pool; as many as slots by default. Have 18 at least, beside those that the application holds: a packet
   * may need as many at a time (XEN_NETIF_NR_SLOTS_MIN). With fewer, a packet that comes in parts waits until the
   * application releases pages, and one that needs more than the pool has is dropped (`tooManySlots`). A backend that
   * publishes packets whole waits for good before such a packet, and so do all packets behind it.
   */
  readonly pages?: number;
  /**
   * True, the default: the application gets a copy, and the pages are reused at once. False: it gets the pages themselves,
   * and they are reused when it releases them.
   */
  readonly copyOut?: boolean;
  /**
   * Free pages are posted when fewer than this many requests are on the ring. Up to nr_ents; half the ring by default, but
   * at least 18, or the whole of a smaller ring. A backend may wait until it has a request for each slot of a packet, so
   * 18 is the least on a ring that has so many slots. On a smaller ring 1 is the least, but with fewer requests than a
   * packet has slots such a backend waits for good.
   */
  readonly lowWater?: number;
  /**
   * How many frames may wait for the application; as many as slots by default. While so many do, no response is consumed
   * and no page is posted. The backend then has to wait too, and no frame is lost.
   */
  readonly queue?: number;
}

/** The options of a netfront. All have defaults. */
export interface NetfrontOptions {
  readonly tx?: TxOptions;
  readonly rx?: RxOptions;
  /**
   * What runs the machines: `byTable`, the default, or `byXstate`. They do the same, which `netfront replay` checks. xstate
   * itself takes several times as long.
   */
  readonly runner?: Runner;
}

/** The receive options that concern the shell, and not the driver. */
export interface RxLimits {
  readonly lowWater: number;
  readonly queue: number;
}

/**
 * The transmit options with their defaults.
 * @throws RangeError if they cannot be, or the scheme cannot keep ids unique with them
 */
export const txConfig = (options: TxOptions = {}): TxConfig => {
  const ring = ringConfig(options, NET_TX_RING_SIZE, blockNumber);
  const grantPerRequest = options.grantPerRequest ?? false;
  const config: TxConfig = {
    ...ring,
    blocks: options.blocks ?? ring.nr_ents,
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
  const ring = ringConfig(options, NET_RX_RING_SIZE, slot);
  const { nr_ents } = ring;
  const config: RxConfig & RxLimits = {
    ...ring,
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

const ringConfig = (
  { nr_ents, first = 0, scheme, ids = 65536 }: RingOptions,
  most: number,
  schemeByDefault: IdScheme,
): RingConfig => ({ nr_ents: nr_ents ?? most, first, scheme: scheme ?? schemeByDefault, ids });

const blocksPerPage = (grantPerRequest: boolean): string =>
  grantPerRequest ? 'blocks on a page that is granted for one request' : 'blocks on a page';

/** The largest packet needs so many requests, where the ring has room for them. */
const leastLowWater = (nr_ents: number): number =>
  nr_ents < XEN_NETIF_NR_SLOTS_MIN ? 1 : XEN_NETIF_NR_SLOTS_MIN;

const ringOutOfRange = ({ nr_ents, first, ids }: RingConfig, most: number): string | undefined =>
  sizeOutOfRange(nr_ents, most) ??
  outOfRange(first, 0, 2 ** 32 - 1, 'for the first index') ??
  outOfRange(ids, 1, 65536, 'ids, for which a slot has 16 bits');

/** As SharedRing refuses it. Asked first, because other options are as large as the ring by default. */
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
