/**
 * NetfrontRx: what a frontend keeps of the receive ring, and what each of its steps makes of it. Plain data and plain
 * functions; rx-machine.ts says which step may follow which.
 *
 * The buffers here are whole pages: the backend writes into each one frame, or a part of one. How a packet is
 * put together is in rx-chain.ts, and what becomes of its pages in rx-pages.ts.
 */
import type { IdScheme, IdSource, IdState } from './ids.js';
import { type List, listOf, push } from './list.js';
import type { ExtraInfo, RxRequest, RxResponse } from './netif.js';
import { type FrontRing, frontRing, type RingIdx, slotNumber } from './ring.js';
import { consumed, written } from './ring-front.js';
import { type Answered, type Chain, NO_CHAIN, type Said } from './rx-chain.js';
import { sure } from './sure.js';
import { emptyTable, get, set, type Table } from './table.js';

/** How a receive ring is laid out and run. The specification's constants. */
export interface RxConfig {
  /** Slots in the ring, a power of two up to 256. */
  readonly nr_ents: number;
  /** Where the indices start. 0 in ring.h; near 2^32 to cross the wrap soon. */
  readonly first: RingIdx;
  /** How ids are chosen. */
  readonly scheme: IdScheme;
  /** How many ids there are, up to 65536. */
  readonly ids: number;
  /** Pages in the pool. */
  readonly pages: number;
  /** The application is given a copy and the page goes back at once; otherwise it is given the page. */
  readonly copyOut: boolean;
  /** Slots that a packet may have; XEN_NETIF_NR_SLOTS_MIN if absent. */
  readonly maxSlots?: number;
}

/** A request as it went out, and the page it was for. */
export interface Posted {
  readonly id: number;
  readonly page: number;
}

/** What is loaded from a slot: a response, or the extra that the chain says is there. */
export type SlotContents = { readonly response: RxResponse } | { readonly extra: ExtraInfo };

/** What the frontend keeps of the receive ring. Never changed, only replaced. */
export interface RxContext {
  readonly config: RxConfig;
  readonly ring: FrontRing;
  readonly ids: IdState;
  /** The free pages, all zero; the one freed last is used next. */
  readonly pool: List<number>;
  /** For each page the reference that grants it, or null while it is not granted. */
  readonly grefs: readonly (number | null)[];
  /** The page that is granted and not yet on the ring. */
  readonly posting: number | null;
  /** For each slot the request that is in it: an extra has no id to find its page by. */
  readonly posted: Table<Posted>;
  readonly done: Answered | null;
  /** What the slot of `done` says of its packet. */
  readonly said: Said | null;
  /** The packet that is being put together; while one is delivered, all of it. */
  readonly chain: Chain;
  /** For each page: does the application have it? */
  readonly held: readonly boolean[];
}

/** The actions of the specification that are the frontend's and the application's, with what each loads. */
export type RxEvent =
  | { readonly type: 'RxGrantAccess'; readonly gref: number }
  | { readonly type: 'RxPost' }
  | { readonly type: 'RxPushRequests' }
  | { readonly type: 'RxCheckNotify'; readonly req_event: RingIdx }
  | { readonly type: 'RxTakeEvent'; readonly pending: boolean }
  | { readonly type: 'RxReadRspProd'; readonly rsp_prod: RingIdx }
  | ({ readonly type: 'RxConsumeResponse' } & SlotContents)
  | { readonly type: 'RxRelease'; readonly mapped: boolean }
  | { readonly type: 'RxDeliver' }
  | { readonly type: 'RxArm' }
  | { readonly type: 'RxFinalCheck'; readonly rsp_prod: RingIdx }
  | { readonly type: 'AppReturn'; readonly page: number };

/** The state before anything was posted. */
export const rxContext = (config: RxConfig): RxContext => ({
  config,
  ring: frontRing(config.nr_ents, config.first),
  ids: config.scheme.init(config.ids),
  pool: listOf(Array.from({ length: config.pages }, (_, page) => page)),
  grefs: new Array<null>(config.pages).fill(null),
  posting: null,
  posted: emptyTable(config.nr_ents),
  done: null,
  said: null,
  chain: NO_CHAIN,
  held: new Array<boolean>(config.pages).fill(false),
});

/** What the request for the page being posted is made of. */
const idSource = ({ ring, posting, grefs }: RxContext): IdSource => {
  const page = sure(posting);
  return { block: page, gref: sure(grefs[page]), slot: slotNumber(ring, ring.req_prod_pvt) };
};

/** The id that the page being posted would be sent under; null where none is free. */
const chosenId = (context: RxContext): number | null =>
  context.config.scheme.choose(context.ids, idSource(context));

/** The slot at `rsp_cons`. */
const slotAt = ({ ring }: RxContext): number => slotNumber(ring, ring.rsp_cons);

/** Is there an extra in the slot at `rsp_cons`, and no response? */
export const isExtraDue = ({ chain }: RxContext): boolean => chain.next === 'extra';

/** The id that is answered at `rsp_cons`: a response has it, an extra has overwritten that of the request in its slot. */
const answeredId = (context: RxContext, slot: SlotContents): number | null =>
  'response' in slot ? slot.response.id : (get(context.posted, slotAt(context))?.id ?? null);

/** The page that the slot at `rsp_cons` speaks of; null where its request is not in flight. */
export const answeredPage = (context: RxContext, slot: SlotContents): number | null => {
  const id = answeredId(context, slot);
  return id === null ? null : context.config.scheme.answeredBlock(context.ids, id, slotAt(context));
};

/** RxGrantAccess: the first free page is granted under this reference. */
export const claim = ({ pool, grefs }: RxContext, gref: number): Partial<RxContext> => {
  const { head, tail } = sure(pool);
  return { pool: tail, posting: head, grefs: grefs.with(head, gref) };
};

/** RxPost: the request is in its slot, and in flight. */
export const post = (context: RxContext): Partial<RxContext> => {
  const { config, ids, ring, posted } = context;
  const id = sure(chosenId(context));
  const { slot, block } = idSource(context);
  return {
    ids: config.scheme.register(ids, id, idSource(context)),
    posted: set(posted, slot, { id, page: block }),
    ring: written(ring),
    posting: null,
  };
};

/** The request for the page being posted, as it goes into the slot of `req_prod_pvt`. */
export const requestFor = (context: RxContext): { idx: RingIdx; request: RxRequest } => ({
  idx: context.ring.req_prod_pvt,
  request: { id: sure(chosenId(context)), gref: idSource(context).gref },
});

/** RxConsumeResponse: the slot is taken for the request that has its id, or was in its slot. */
export const consume = (context: RxContext, slot: SlotContents): Partial<RxContext> => {
  const { config, ids, ring, posted } = context;
  const page = sure(answeredPage(context, slot));
  return {
    posted: set(posted, slotAt(context), undefined),
    ids: config.scheme.unregister(ids, sure(answeredId(context, slot)), slotAt(context)),
    ring: consumed(ring),
    ...('response' in slot
      ? {
          done: { page, status: slot.response.status, offset: slot.response.offset },
          said: { flags: slot.response.flags },
        }
      : { done: { page, status: 0, offset: 0 }, said: { extra: slot.extra } }),
  };
};

/** AppReturn: the page is free, and used next. */
export const giveBack = ({ pool, held }: RxContext, page: number): Partial<RxContext> => ({
  pool: push(pool, page),
  held: held.with(page, false),
});
