/** The sender's steps: what each makes of what is kept of the transmit ring, and what it writes. */
import type { Block, IdSource } from './ids.js';
import { push } from './list.js';
import { type ExtraInfo, type TxRequest, XEN_NETIF_NR_SLOTS_MIN } from './netif.js';
import { freeRequests, type RingIdx, slotNumber } from './ring.js';
import { written } from './ring-front.js';
import { sure } from './sure.js';
import { blockSize, type TxContext } from './tx.js';
import {
  enterSent,
  indexOfWritten,
  isComplete,
  isExtraDue,
  isRequestDue,
  nextExtra,
  nextFlags,
  nextSize,
  type OpenPacket,
  openPacket,
  singleSlot,
  slotsOf,
  type TxPacket,
} from './tx-chain.js';

/**
 * May a block be filled? A packet is begun only where the ring has room for all of it: half of it can neither be
 * published, nor wait for room that only the backend can make.
 */
export const mayFill = ({ config, ring, pool, chain }: TxContext, packet = singleSlot(0)): boolean => {
  if (pool === null) return false;
  if (chain !== null) return isRequestDue(chain);
  const most = Math.min(freeRequests(ring), config.maxSlots ?? XEN_NETIF_NR_SLOTS_MIN);
  return packet.requests > 0 && slotsOf(packet) <= most;
};

/** TxFill: the first free block is taken, for `size` octets; they begin a packet, where none is open. */
export const fill = (
  { ring, pool, chain }: TxContext,
  { size, packet = singleSlot(size), token = 0 }: Filling,
): Partial<TxContext> => ({
  pool: sure(pool).tail,
  filling: { block: sure(pool).head, size },
  chain: chain ?? openPacket(packet, token, ring.req_prod_pvt),
});

/** What a block is filled with: so many octets, of a packet that the sender knows by a token. */
export interface Filling {
  readonly size: number;
  readonly packet?: TxPacket | undefined;
  readonly token?: number | undefined;
}

/** TxGrantAccess: the reference under which the page of the block was granted. */
export const keepGref = ({ grefs, filling }: TxContext, gref: number): Partial<TxContext> => ({
  grefs: grefs.with(sure(filling).block, gref),
});

/** TxEnqueue: the request is in its slot, and in flight. */
export const enqueue = (context: TxContext): Partial<TxContext> => {
  const { config, ids } = context;
  const id = sure(chosenId(context));
  const source = idSource(context);
  const chain = sure(context.chain);
  return {
    ids: config.scheme.register(ids, id, source),
    filling: null,
    ...slotWritten(context, { ...chain, written: [...chain.written, { id, block: source.block }] }),
  };
};

/** The request for the block being filled, as it goes into the slot of `req_prod_pvt`. */
export const requestFor = (context: TxContext): { idx: RingIdx; request: TxRequest } => {
  const { block, gref } = idSource(context);
  const chain = sure(context.chain);
  return {
    idx: context.ring.req_prod_pvt,
    request: {
      gref,
      offset: (block % context.config.blocksPerPage) * blockSize(context.config),
      flags: nextFlags(chain),
      id: sure(chosenId(context)),
      size: nextSize(chain, sure(context.filling).size),
    },
  };
};

/** Is an extra the next thing to be written? */
export const mayEnqueueExtra = ({ chain }: TxContext): boolean => chain !== null && isExtraDue(chain);

/** TxEnqueueExtra: the extra is in its slot. It has no id and no block. */
export const enqueueExtra = (context: TxContext): Partial<TxContext> => {
  const chain = sure(context.chain);
  return slotWritten(context, { ...chain, extras: chain.extras + 1 });
};

/** The extra that is due, as it goes into the slot of `req_prod_pvt`. */
export const extraFor = ({ ring, chain }: TxContext): { idx: RingIdx; extra: ExtraInfo } => ({
  idx: ring.req_prod_pvt,
  extra: nextExtra(sure(chain)),
});

/** One slot more is written. With the last one the packet is sent. */
const slotWritten = (context: TxContext, chain: OpenPacket): Partial<TxContext> => {
  const ring = written(context.ring);
  if (!isComplete(chain)) return { ring, chain };
  return {
    ring,
    chain: null,
    sent: enterSent(context.sent, chain),
    unansweredExtras: context.unansweredExtras + chain.extras,
  };
};

/** The blocks of the open packet, in the order in which they were taken from the pool. */
export const chainBlocks = ({ chain, filling }: TxContext): readonly Block[] => [
  ...(chain?.written ?? []).map(({ block }) => block),
  ...(filling === null ? [] : [filling.block]),
];

/** The references that were granted for requests of the open packet. */
export const chainGrefs = (context: TxContext): readonly number[] =>
  context.config.grantPerRequest
    ? chainBlocks(context)
        .map((block) => context.grefs[block] ?? null)
        .filter((gref) => gref !== null)
    : [];

/**
 * TxAbandon: the open packet is given up. Nothing of it was published, so the backend does not know of it, and its slots
 * are free again. What was taken last is put back first, so that pool and free list are as they were.
 */
export const abandon = (context: TxContext): Partial<TxContext> => {
  const { config, ring } = context;
  const chain = sure(context.chain);
  const blocks = chainBlocks(context);
  return {
    ring: { ...ring, req_prod_pvt: chain.began },
    ids: chain.written.reduceRight(
      (ids, { id }, n) => config.scheme.unregister(ids, id, slotNumber(ring, indexOfWritten(chain, n))),
      context.ids,
    ),
    pool: blocks.reduceRight((pool, block) => push(pool, block), context.pool),
    grefs: config.grantPerRequest
      ? context.grefs.map((gref, block) => (blocks.includes(block) ? null : gref))
      : context.grefs,
    filling: null,
    chain: null,
  };
};

/** The id that the block being filled would be sent under; null where none is free. */
const chosenId = (context: TxContext): number | null =>
  context.config.scheme.choose(context.ids, idSource(context));

/** What the request for the block being filled is made of. */
const idSource = ({ ring, filling, grefs }: TxContext): IdSource => {
  const { block } = sure(filling);
  return { block, gref: sure(grefs[block]), slot: slotNumber(ring, ring.req_prod_pvt) };
};
