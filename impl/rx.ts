/**
 * NetfrontRx: what a frontend keeps of the receive ring, and what each of its steps makes of it. Plain data and plain
 * functions; rx-machine.ts says which step may follow which.
 *
 * The buffers here are whole pages: the backend writes one frame into each.
 */
import type { IdScheme, IdSource, IdState } from './ids.js';
import { type List, listOf, push } from './list.js';
import { NETRXF, type RxRequest, type RxResponse } from './netif.js';
import { add, type FrontRing, frontRing, PAGE_SIZE, type RingIdx, slotNumber } from './ring.js';
import { sure } from './sure.js';

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
}

/** A response that was consumed, before its page is released or handed up. */
export interface Answered {
  readonly page: number;
  /** As it came: octets of the frame, or a negative number. */
  readonly status: number;
  /** Where in the page the frame begins, in octets. */
  readonly offset: number;
}

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
  readonly done: Answered | null;
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
  | { readonly type: 'RxConsumeResponse'; readonly response: RxResponse }
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
  done: null,
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

/** The page that a response at `rsp_cons` speaks of; null where its request is not in flight. */
export const answeredPage = ({ config, ids, ring }: RxContext, response: RxResponse): number | null =>
  config.scheme.answeredBlock(ids, response.id, slotNumber(ring, ring.rsp_cons));

const SEVERAL_SLOTS = NETRXF.more_data | NETRXF.extra_info | NETRXF.gso_prefix;

/**
 * Is the response a frame of its own? A backend may use several slots, or extras, only where feature-sg or
 * feature-gso was offered, and this frontend offers neither.
 */
export const isSingleSlot = ({ flags }: RxResponse): boolean => (flags & SEVERAL_SLOTS) === 0;

/** Is there a frame in the page? Not after an error (the status is signed), nor where it would reach past the page. */
export const hasFrame = ({ status, offset }: Answered): boolean => status > 0 && offset + status <= PAGE_SIZE;

/** RxGrantAccess: the first free page is granted under this reference. */
export const claim = ({ pool, grefs }: RxContext, gref: number): Partial<RxContext> => {
  const { head, tail } = sure(pool);
  return { pool: tail, posting: head, grefs: grefs.with(head, gref) };
};

/** RxPost: the request is in its slot, and in flight. */
export const post = (context: RxContext): Partial<RxContext> => {
  const { config, ids, ring } = context;
  return {
    ids: config.scheme.register(ids, sure(chosenId(context)), idSource(context)),
    ring: { ...ring, req_prod_pvt: add(ring.req_prod_pvt, 1) },
    posting: null,
  };
};

/** The request for the page being posted, as it goes into the slot of `req_prod_pvt`. */
export const requestFor = (context: RxContext): { idx: RingIdx; request: RxRequest } => ({
  idx: context.ring.req_prod_pvt,
  request: { id: sure(chosenId(context)), gref: idSource(context).gref },
});

/** RxConsumeResponse: the response is taken for the request that has its id, or was in its slot. */
export const consume = (context: RxContext, response: RxResponse): Partial<RxContext> => {
  const { config, ids, ring } = context;
  const { status, offset } = response;
  return {
    ids: config.scheme.unregister(ids, response.id, slotNumber(ring, ring.rsp_cons)),
    ring: { ...ring, rsp_cons: add(ring.rsp_cons, 1) },
    done: { page: sure(answeredPage(context, response)), status, offset },
  };
};

/** RxRelease, where there is a frame: the page is the frontend's again, and is still to be handed up. */
export const release = ({ grefs, done }: RxContext): Partial<RxContext> => ({
  grefs: grefs.with(sure(done).page, null),
});

/** RxRelease after an error: the page is free at once. */
export const recover = (context: RxContext): Partial<RxContext> => ({
  ...release(context),
  ...free(context),
});

/** RxDeliver with a copy: the page is free, and used next. */
export const free = ({ pool, done }: RxContext): Partial<RxContext> => ({
  pool: push(pool, sure(done).page),
  done: null,
});

/** RxDeliver without a copy: the page is the application's until it gives it back. */
export const handUp = ({ held, done }: RxContext): Partial<RxContext> => ({
  held: held.with(sure(done).page, true),
  done: null,
});

/** AppReturn: the page is free, and used next. */
export const giveBack = ({ pool, held }: RxContext, page: number): Partial<RxContext> => ({
  pool: push(pool, page),
  held: held.with(page, false),
});
