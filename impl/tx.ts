/**
 * NetfrontTx: the transmit machine. Its events are the specification's actions, one for one, and what an action
 * loads from shared memory comes with the event; what it stores leaves as an effect, named here and performed by
 * whoever drives the machine (driver.ts). So the machine itself is plain data and can be looked at anywhere.
 *
 * It has two hands, which the specification calls sender and poller: one sends, one polls.
 */
import { assign, type SnapshotFrom, setup } from 'xstate';
import { type Block, type IdScheme, type IdSource, type IdState, isIdAvailable } from './ids.js';
import { type List, listOf, push } from './list.js';
import type { TxRequest, TxResponse } from './netif.js';
import {
  add,
  type FrontRing,
  frontRing,
  hasUnpublished,
  isBelievable,
  isDrained,
  isFull,
  notifyDue,
  type RingIdx,
} from './ring.js';

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

/** What a guard has made sure of. Throws if the machine is wrong, which no input can make it. */
const sure = <T>(value: T | null | undefined): T => {
  if (value === null || value === undefined)
    throw new Error('the transmit machine took a step its guard forbids');
  return value;
};

const slotNumber = (ring: FrontRing, idx: RingIdx): number => idx & (ring.nr_ents - 1);

/** The id that the block being filled would be sent under; null where none is free. */
const chosenId = (context: TxContext): number | null =>
  context.config.scheme.choose(context.ids, idSource(context));

/** What the request for the block being filled is made of. */
const idSource = ({ ring, filling, grefs }: TxContext): IdSource => {
  const { block } = sure(filling);
  return { block, gref: sure(grefs[block]), slot: slotNumber(ring, ring.req_prod_pvt) };
};

const answeredBlock = ({ config, ids, ring }: TxContext, response: TxResponse): Block | null =>
  config.scheme.answeredBlock(ids, response.id, slotNumber(ring, ring.rsp_cons));

const fill = ({ pool }: TxContext, size: number): Partial<TxContext> => ({
  pool: sure(pool).tail,
  filling: { block: sure(pool).head, size },
});

const keepGref = ({ grefs, filling }: TxContext, gref: number): Partial<TxContext> => ({
  grefs: grefs.with(sure(filling).block, gref),
});

const enqueue = (context: TxContext): Partial<TxContext> => {
  const { config, ids, ring } = context;
  return {
    ids: config.scheme.register(ids, sure(chosenId(context)), idSource(context)),
    ring: { ...ring, req_prod_pvt: add(ring.req_prod_pvt, 1) },
    filling: null,
  };
};

const consume = (context: TxContext, response: TxResponse): Partial<TxContext> => {
  const { config, ids, ring } = context;
  return {
    ids: config.scheme.unregister(ids, response.id, slotNumber(ring, ring.rsp_cons)),
    ring: { ...ring, rsp_cons: add(ring.rsp_cons, 1) },
    done: { block: sure(answeredBlock(context, response)), status: response.status },
  };
};

const release = ({ config, pool, grefs, done }: TxContext): Partial<TxContext> => ({
  pool: push(pool, sure(done).block),
  grefs: config.grantPerRequest ? grefs.with(sure(done).block, null) : grefs,
  done: null,
});

/** The request for the block being filled, as it goes into the slot of `req_prod_pvt`. */
const requestFor = (context: TxContext): { idx: RingIdx; request: TxRequest } => {
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
export const blockSize = (config: TxConfig): number => 4096 / config.blocksPerPage;

/** The transmit machine. Start it with {@link txContext}. */
export const txMachine = setup({
  types: { context: {} as TxContext, events: {} as TxEvent, input: {} as TxContext },
  guards: {
    hasRoomAndBlock: ({ context }) => !isFull(context.ring) && context.pool !== null,
    grantsPerRequest: ({ context }) => context.config.grantPerRequest,
    canEnqueueUngranted: ({ context: { config, ids } }) =>
      !config.grantPerRequest && isIdAvailable(config.scheme, ids),
    isIdAvailable: ({ context: { config, ids } }) => isIdAvailable(config.scheme, ids),
    hasUnpublished: ({ context }) => hasUnpublished(context.ring),
    isPending: (_, { pending }: { pending: boolean }) => pending,
    isDrained: ({ context }) => isDrained(context.ring),
    isDrainedAndBelievable: ({ context }, { rsp_prod }: { rsp_prod: RingIdx }) =>
      isDrained(context.ring) && isBelievable(context.ring, rsp_prod),
    isBelievable: ({ context }, { rsp_prod }: { rsp_prod: RingIdx }) => isBelievable(context.ring, rsp_prod),
    isQuiet: ({ context }, { rsp_prod }: { rsp_prod: RingIdx }) => rsp_prod === context.ring.rsp_cons,
    isInFlight: ({ context }, { response }: { response: TxResponse }) =>
      !isDrained(context.ring) && answeredBlock(context, response) !== null,
    hasSeenResponse: ({ context }) => !isDrained(context.ring),
    mustNotEnd: ({ context }, { mapped }: { mapped: boolean }) => context.config.grantPerRequest && mapped,
  },
  actions: {
    fill: assign(({ context }, { size }: { size: number }) => fill(context, size)),
    keepGref: assign(({ context }, { gref }: { gref: number }) => keepGref(context, gref)),
    enqueue: assign(({ context }) => enqueue(context)),
    publish: assign(({ context: { ring } }) => ({ ring: { ...ring, req_prod: ring.req_prod_pvt } })),
    checked: assign(({ context: { ring } }) => ({ ring: { ...ring, reqChecked: ring.req_prod } })),
    believe: assign(({ context: { ring } }, { rsp_prod }: { rsp_prod: RingIdx }) => ({
      ring: { ...ring, rspSeen: rsp_prod },
    })),
    consume: assign(({ context }, { response }: { response: TxResponse }) => consume(context, response)),
    release: assign(({ context }) => release(context)),

    // Effects: named here, performed by the driver, in the order they are written below.
    writeBlock: (_, _params: { block: Block; frame: Uint8Array }) => {},
    grantAccess: (_, _params: { block: Block; gref: number }) => {},
    writeRequest: (_, _params: { idx: RingIdx; request: TxRequest }) => {},
    storeReqProd: (_, _params: { value: RingIdx }) => {},
    notifyBack: (_, _params: { due: boolean }) => {},
    clearPending: () => {},
    storeRspEvent: (_, _params: { value: RingIdx }) => {},
    endAccess: (_, _params: { gref: number | null }) => {},
    tellSender: (_, _params: Done) => {},
  },
}).createMachine({
  context: ({ input }) => input,
  initial: 'running',
  states: {
    running: {
      type: 'parallel',
      states: {
        sender: {
          initial: 'idle',
          states: {
            idle: {
              on: {
                TxFill: {
                  guard: 'hasRoomAndBlock',
                  target: 'filled',
                  actions: [
                    {
                      type: 'writeBlock',
                      params: ({ context, event }) => ({
                        block: sure(context.pool).head,
                        frame: event.frame,
                      }),
                    },
                    { type: 'fill', params: ({ event }) => ({ size: event.frame.length }) },
                  ],
                },
                TxPushRequests: {
                  guard: 'hasUnpublished',
                  target: 'published',
                  actions: [
                    { type: 'storeReqProd', params: ({ context }) => ({ value: context.ring.req_prod_pvt }) },
                    'publish',
                  ],
                },
              },
            },
            filled: {
              on: {
                TxGrantAccess: {
                  guard: 'grantsPerRequest',
                  target: 'granted',
                  actions: [
                    {
                      type: 'grantAccess',
                      params: ({ context, event }) => ({
                        block: sure(context.filling).block,
                        gref: event.gref,
                      }),
                    },
                    { type: 'keepGref', params: ({ event }) => ({ gref: event.gref }) },
                  ],
                },
                TxEnqueue: {
                  guard: 'canEnqueueUngranted',
                  target: 'idle',
                  actions: [
                    { type: 'writeRequest', params: ({ context }) => requestFor(context) },
                    'enqueue',
                  ],
                },
              },
            },
            granted: {
              on: {
                TxEnqueue: {
                  guard: 'isIdAvailable',
                  target: 'idle',
                  actions: [
                    { type: 'writeRequest', params: ({ context }) => requestFor(context) },
                    'enqueue',
                  ],
                },
              },
            },
            published: {
              on: {
                TxCheckNotify: {
                  target: 'idle',
                  actions: [
                    {
                      type: 'notifyBack',
                      params: ({ context: { ring }, event }) => ({
                        due: notifyDue(event.req_event, ring.reqChecked, ring.req_prod),
                      }),
                    },
                    'checked',
                  ],
                },
              },
            },
          },
        },
        poller: {
          initial: 'asleep',
          states: {
            asleep: {
              on: {
                TxTakeEvent: {
                  guard: { type: 'isPending', params: ({ event }) => event },
                  target: 'polling',
                  actions: 'clearPending',
                },
              },
            },
            polling: {
              on: {
                TxReadRspProd: [
                  {
                    guard: { type: 'isDrainedAndBelievable', params: ({ event }) => event },
                    actions: { type: 'believe', params: ({ event }) => event },
                  },
                  { guard: 'isDrained', target: '#broken' },
                ],
                TxConsumeResponse: [
                  {
                    guard: { type: 'isInFlight', params: ({ event }) => event },
                    target: 'releasing',
                    actions: { type: 'consume', params: ({ event }) => event },
                  },
                  { guard: 'hasSeenResponse', target: '#broken' },
                ],
                TxArm: {
                  guard: 'isDrained',
                  target: 'armed',
                  actions: {
                    type: 'storeRspEvent',
                    params: ({ context }) => ({ value: add(context.ring.rsp_cons, 1) }),
                  },
                },
              },
            },
            releasing: {
              on: {
                TxRelease: [
                  { guard: { type: 'mustNotEnd', params: ({ event }) => event }, target: '#broken' },
                  {
                    target: 'polling',
                    actions: [
                      {
                        type: 'endAccess',
                        params: ({ context: { config, grefs, done } }) => ({
                          gref: config.grantPerRequest ? sure(grefs[sure(done).block]) : null,
                        }),
                      },
                      {
                        type: 'tellSender',
                        params: ({ context }) => sure(context.done),
                      },
                      'release',
                    ],
                  },
                ],
              },
            },
            armed: {
              on: {
                TxFinalCheck: [
                  {
                    guard: { type: 'isQuiet', params: ({ event }) => event },
                    target: 'asleep',
                  },
                  {
                    guard: { type: 'isBelievable', params: ({ event }) => event },
                    target: 'polling',
                    actions: { type: 'believe', params: ({ event }) => event },
                  },
                  { target: '#broken' },
                ],
              },
            },
          },
        },
      },
    },
    // The backend did what no backend may: nothing is sent any more, and no page it may still hold is used again.
    broken: { id: 'broken' },
  },
});

/** What the machine looks like at rest between two steps. */
export type TxSnapshot = SnapshotFrom<typeof txMachine>;
