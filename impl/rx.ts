/**
 * NetfrontRx: the state that a frontend keeps of the receive ring, and how each of its steps changes it. Plain data and
 * plain functions; rx-machine.ts says which step may follow which.
 *
 * The buffers here are whole pages: the backend writes into each one frame, or a part of one. rx-chain.ts assembles
 * packets, and rx-pages.ts says where their pages go.
 */
import type { IdSource } from './ids.js';
import { push } from './list.js';
import type { ExtraInfo, RxRequest, RxResponse } from './netif.js';
import { type RingIdx, slotNumber } from './ring.js';
import {
  answeredBlock,
  type RingConfig,
  type RingContext,
  ringContext,
  slotAtCons,
  takeResponse,
} from './ring-context.js';
import { written } from './ring-front.js';
import { type AnsweredPage, type PartialPacket, NO_PACKET, type SlotInfo } from './rx-chain.js';
import { sure } from './sure.js';
import { emptyTable, get, set, type Table } from './table.js';

/** How a receive ring is laid out and run. */
export interface RxConfig extends RingConfig {
  /** Pages in the pool. */
  readonly pages: number;
  /** The application is given a copy and the page goes back at once; otherwise it is given the page. */
  readonly copyOut: boolean;
}

/** A request as it went out, and the page it was for. */
export interface Posted {
  readonly id: number;
  readonly page: number;
}

/** What is loaded from a slot: a response, or an extra where the slots before it announce one. */
export type SlotContents = { readonly response: RxResponse } | { readonly extra: ExtraInfo };

/** The state of the receive ring. The free pages of its pool are all zero. */
export interface RxContext extends RingContext<RxConfig> {
  /** The page that is granted and not yet on the ring. */
  readonly posting: number | null;
  /** For each slot the request that is in it: an extra has no id to find its page by. */
  readonly posted: Table<Posted>;
  /** The response that was consumed last, until its page is released. */
  readonly done: AnsweredPage | null;
  /** What the slot of `done` says about its packet. */
  readonly info: SlotInfo | null;
  /** The packet that is being assembled, or delivered. */
  readonly chain: PartialPacket;
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
  /** `isEnded`: its page is not granted any more. */
  | { readonly type: 'RxRelease'; readonly isEnded: boolean }
  | { readonly type: 'RxDeliver' }
  | { readonly type: 'RxArm' }
  | { readonly type: 'RxFinalCheck'; readonly rsp_prod: RingIdx }
  | { readonly type: 'AppReturn'; readonly page: number };

/** The state before anything is posted. */
export const rxContext = (config: RxConfig): RxContext => ({
  ...ringContext(config, new Array<null>(config.pages).fill(null)),
  posting: null,
  posted: emptyTable(config.nr_ents),
  done: null,
  info: null,
  chain: NO_PACKET,
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

/** Is there an extra in the slot at `rsp_cons`, and no response? */
export const isExtraDue = ({ chain }: RxContext): boolean => chain.next === 'extra';

/** The id that is answered at `rsp_cons`: a response has it, an extra has overwritten that of the request in its slot. */
const answeredId = (context: RxContext, slot: SlotContents): number | null =>
  'response' in slot ? slot.response.id : (get(context.posted, slotAtCons(context))?.id ?? null);

/** The page that the slot at `rsp_cons` speaks of; null where its request is not in flight. */
export const answeredPage = (context: RxContext, slot: SlotContents): number | null => {
  const id = answeredId(context, slot);
  return id === null ? null : answeredBlock(context, id);
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
  const page = sure(answeredPage(context, slot));
  return {
    ...takeResponse(context, sure(answeredId(context, slot))),
    posted: set(context.posted, slotAtCons(context), undefined),
    ...('response' in slot
      ? {
          done: { page, status: slot.response.status, offset: slot.response.offset },
          info: { flags: slot.response.flags },
        }
      : { done: { page, status: 0, offset: 0 }, info: { extra: slot.extra } }),
  };
};

/** AppReturn: the page is free, and used next. */
export const giveBack = ({ pool, held }: RxContext, page: number): Partial<RxContext> => ({
  pool: push(pool, page),
  held: held.with(page, false),
});
