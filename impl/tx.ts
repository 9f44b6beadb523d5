/**
 * NetfrontTx: what a frontend keeps of the transmit ring, and what each of its steps makes of it. Plain data and plain
 * functions; tx-machine.ts says which step may follow which.
 */
import type { Block, IdScheme, IdSource, IdState } from './ids.js';
import { type List, listOf, push } from './list.js';
import type { TxRequest, TxResponse } from './netif.js';
import { add, type FrontRing, frontRing, PAGE_SIZE, type RingIdx, slotNumber } from './ring.js';
import { sure } from './sure.js';

/** How a transmit ring is laid out and run. The specification's constants. */
export interface TxConfig {
  /** Slots in the ring, a power of two up to 256. */
  readonly nr_ents: number;
  /** Where the indices start. 0 in ring.h; near 2^32 to cross the wrap soon. */
  readonly first: RingIdx;
  /** How ids are chosen. */
  readonly scheme: IdScheme;
  /** How many ids there are, up to 65536. */
  readonly ids: number;
  /** Buffers in the pool. */
  readonly blocks: number;
  /** Two half-page blocks share a page and its grant, or each has a page of its own. */
  readonly blocksPerPage: 1 | 2;
  /** A page is granted for one request and taken back after it; otherwise once, for life. */
  readonly grantPerRequest: boolean;
}

/** A response that was consumed, before its block is released. */
export interface Done {
  readonly block: Block;
  /** Signed, as it came. See `NETIF_RSP`. */
  readonly status: number;
}

/** What the frontend keeps of the transmit ring. Never changed, only replaced. */
export interface TxContext {
  readonly config: TxConfig;
  readonly ring: FrontRing;
  readonly ids: IdState;
  /** The free blocks; the one freed last is used next. */
  readonly pool: List<Block>;
  /** For each block the grant reference of its page, or null while it has none. */
  readonly grefs: readonly (number | null)[];
  /** The block the sender is working on, and the octets of the frame in it. */
  readonly filling: { readonly block: Block; readonly size: number } | null;
  readonly done: Done | null;
}

/** The actions of the specification that are the frontend's, with what each loads. */
export type TxEvent =
  | { readonly type: 'TxFill'; readonly frame: Uint8Array }
  | { readonly type: 'TxGrantAccess'; readonly gref: number }
  | { readonly type: 'TxEnqueue' }
  | { readonly type: 'TxPushRequests' }
  | { readonly type: 'TxCheckNotify'; readonly req_event: RingIdx }
  | { readonly type: 'TxTakeEvent'; readonly pending: boolean }
  | { readonly type: 'TxReadRspProd'; readonly rsp_prod: RingIdx }
  | { readonly type: 'TxConsumeResponse'; readonly response: TxResponse }
  | { readonly type: 'TxRelease'; readonly mapped: boolean }
  | { readonly type: 'TxArm' }
  | { readonly type: 'TxFinalCheck'; readonly rsp_prod: RingIdx };

/** The state before anything was sent. `grefs` are those of pages granted for life, by page; empty otherwise. */
export const txContext = (config: TxConfig, grefs: readonly number[]): TxContext => ({
  config,
  ring: frontRing(config.nr_ents, config.first),
  ids: config.scheme.init(config.ids),
  pool: listOf(Array.from({ length: config.blocks }, (_, block) => block)),
  grefs: Array.from({ length: config.blocks }, (_, block) => grefs[pageOf(config, block)] ?? null),
  filling: null,
  done: null,
});

/** The page that a block is in, by its number. */
export const pageOf = (config: TxConfig, block: Block): number => Math.floor(block / config.blocksPerPage);

/** The id that the block being filled would be sent under; null where none is free. */
const chosenId = (context: TxContext): number | null =>
  context.config.scheme.choose(context.ids, idSource(context));

/** What the request for the block being filled is made of. */
const idSource = ({ ring, filling, grefs }: TxContext): IdSource => {
  const { block } = sure(filling);
  return { block, gref: sure(grefs[block]), slot: slotNumber(ring, ring.req_prod_pvt) };
};

/** The block that a response at `rsp_cons` frees; null where its request is not in flight. */
export const answeredBlock = ({ config, ids, ring }: TxContext, response: TxResponse): Block | null =>
  config.scheme.answeredBlock(ids, response.id, slotNumber(ring, ring.rsp_cons));

/** TxFill: the first free block is taken, for a frame of `size` octets. */
export const fill = ({ pool }: TxContext, size: number): Partial<TxContext> => ({
  pool: sure(pool).tail,
  filling: { block: sure(pool).head, size },
});

/** TxGrantAccess: the reference under which the page of the block was granted. */
export const keepGref = ({ grefs, filling }: TxContext, gref: number): Partial<TxContext> => ({
  grefs: grefs.with(sure(filling).block, gref),
});

/** TxEnqueue: the request is in its slot, and in flight. */
export const enqueue = (context: TxContext): Partial<TxContext> => {
  const { config, ids, ring } = context;
  return {
    ids: config.scheme.register(ids, sure(chosenId(context)), idSource(context)),
    ring: { ...ring, req_prod_pvt: add(ring.req_prod_pvt, 1) },
    filling: null,
  };
};

/** TxConsumeResponse: the response is taken for the request that has its id. */
export const consume = (context: TxContext, response: TxResponse): Partial<TxContext> => {
  const { config, ids, ring } = context;
  return {
    ids: config.scheme.unregister(ids, response.id, slotNumber(ring, ring.rsp_cons)),
    ring: { ...ring, rsp_cons: add(ring.rsp_cons, 1) },
    done: { block: sure(answeredBlock(context, response)), status: response.status },
  };
};

/** TxRelease: the block is free, and used next. */
export const release = ({ config, pool, grefs, done }: TxContext): Partial<TxContext> => ({
  pool: push(pool, sure(done).block),
  grefs: config.grantPerRequest ? grefs.with(sure(done).block, null) : grefs,
  done: null,
});

/** The request for the block being filled, as it goes into the slot of `req_prod_pvt`. */
export const requestFor = (context: TxContext): { idx: RingIdx; request: TxRequest } => {
  const { block, gref } = idSource(context);
  return {
    idx: context.ring.req_prod_pvt,
    request: {
      gref,
      offset: (block % context.config.blocksPerPage) * blockSize(context.config),
      flags: 0,
      id: sure(chosenId(context)),
      size: sure(context.filling).size,
    },
  };
};

/** Octets of a block: half a page, or a page. */
export const blockSize = (config: TxConfig): number => PAGE_SIZE / config.blocksPerPage;
