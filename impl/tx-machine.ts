/**
 * NetfrontTx and TxPackets as a machine. Its events are the specification's actions, one for one, and what an action
 * loads from shared memory comes with the event; what it stores leaves as an effect, named here and performed by whoever
 * drives the machine (tx-driver.ts). So the machine itself is plain data and can be looked at anywhere.
 *
 * It has two hands, which the specification calls sender and poller: one sends, one polls.
 */
import { assign, type SnapshotFrom, setup } from 'xstate';
import { type Block, isIdAvailable } from './ids.js';
import type { ExtraInfo, TxRequest, TxResponse } from './netif.js';
import { add, hasUnpublished, isBelievable, isDrained, notifyDue, type RingIdx } from './ring.js';
import { sure } from './sure.js';
import type { TxContext, TxEvent } from './tx.js';
import type { TxPacket } from './tx-chain.js';
import { answersExtra, answersRequest, consume, consumeExtra, finished, release } from './tx-poll.js';
import {
  abandon,
  chainGrefs,
  enqueue,
  enqueueExtra,
  extraFor,
  fill,
  keepGref,
  mayEnqueueExtra,
  mayFill,
  requestFor,
} from './tx-send.js';

/** The transmit machine. Start it with {@link txContext}. */
export const txMachine = setup({
  types: { context: {} as TxContext, events: {} as TxEvent, input: {} as TxContext },
  guards: {
    hasRoomAndBlock: ({ context }, { packet }: { packet?: TxPacket | undefined }) => mayFill(context, packet),
    grantsPerRequest: ({ context }) => context.config.grantPerRequest,
    canEnqueueUngranted: ({ context: { config, ids } }) =>
      !config.grantPerRequest && isIdAvailable(config.scheme, ids),
    isIdAvailable: ({ context: { config, ids } }) => isIdAvailable(config.scheme, ids),
    isExtraDue: ({ context }) => mayEnqueueExtra(context),
    isChainOpen: ({ context }) => context.chain !== null,
    // A chain is published whole or not at all.
    hasUnpublished: ({ context }) => context.chain === null && hasUnpublished(context.ring),
    isPending: (_, { pending }: { pending: boolean }) => pending,
    isDrained: ({ context }) => isDrained(context.ring),
    isDrainedAndBelievable: ({ context }, { rsp_prod }: { rsp_prod: RingIdx }) =>
      isDrained(context.ring) && isBelievable(context.ring, rsp_prod),
    isBelievable: ({ context }, { rsp_prod }: { rsp_prod: RingIdx }) => isBelievable(context.ring, rsp_prod),
    isQuiet: ({ context }, { rsp_prod }: { rsp_prod: RingIdx }) => rsp_prod === context.ring.rsp_cons,
    isForExtra: ({ context }, { response }: { response: TxResponse }) => answersExtra(context, response),
    isInFlight: ({ context }, { response }: { response: TxResponse }) => answersRequest(context, response),
    hasSeenResponse: ({ context }) => !isDrained(context.ring),
    // A page of which the backend was never told: it has guessed the reference.
    isChainMapped: ({ context }, { mapped }: { mapped: boolean }) =>
      context.chain !== null && context.config.grantPerRequest && mapped,
    mustNotEnd: ({ context }, { mapped }: { mapped: boolean }) => context.config.grantPerRequest && mapped,
  },
  actions: {
    fill: assign(({ context }, { size, packet }: { size: number; packet: TxPacket | undefined }) =>
      fill(context, size, packet),
    ),
    keepGref: assign(({ context }, { gref }: { gref: number }) => keepGref(context, gref)),
    enqueue: assign(({ context }) => enqueue(context)),
    enqueueExtra: assign(({ context }) => enqueueExtra(context)),
    abandon: assign(({ context }) => abandon(context)),
    publish: assign(({ context: { ring } }) => ({ ring: { ...ring, req_prod: ring.req_prod_pvt } })),
    checked: assign(({ context: { ring } }) => ({ ring: { ...ring, reqChecked: ring.req_prod } })),
    believe: assign(({ context: { ring } }, { rsp_prod }: { rsp_prod: RingIdx }) => ({
      ring: { ...ring, rspSeen: rsp_prod },
    })),
    consume: assign(({ context }, { response }: { response: TxResponse }) => consume(context, response)),
    consumeExtra: assign(({ context }) => consumeExtra(context)),
    release: assign(({ context }) => release(context)),

    // Effects: named here, performed by the driver, in the order they are written below.
    writeBlock: (_, _params: { block: Block; frame: Uint8Array }) => {},
    grantAccess: (_, _params: { block: Block; gref: number }) => {},
    writeRequest: (_, _params: { idx: RingIdx; request: TxRequest }) => {},
    writeExtra: (_, _params: { idx: RingIdx; extra: ExtraInfo }) => {},
    storeReqProd: (_, _params: { value: RingIdx }) => {},
    notifyBack: (_, _params: { due: boolean }) => {},
    clearPending: () => {},
    storeRspEvent: (_, _params: { value: RingIdx }) => {},
    endAccess: (_, _params: { gref: number | null }) => {},
    endAccesses: (_, _params: { grefs: readonly number[] }) => {},
    tellSender: (_, _params: ReturnType<typeof finished>) => {},
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
          // Wherever the sender is with its chain.
          on: {
            TxAbandon: [
              {
                guard: { type: 'isChainMapped', params: ({ event }) => event },
                target: '#broken',
              },
              {
                guard: 'isChainOpen',
                target: '.idle',
                actions: [
                  { type: 'endAccesses', params: ({ context }) => ({ grefs: chainGrefs(context) }) },
                  'abandon',
                ],
              },
            ],
          },
          states: {
            idle: {
              on: {
                TxFill: {
                  guard: { type: 'hasRoomAndBlock', params: ({ event }) => ({ packet: event.packet }) },
                  target: 'filled',
                  actions: [
                    {
                      type: 'writeBlock',
                      params: ({ context, event }) => ({
                        block: sure(context.pool).head,
                        frame: event.frame,
                      }),
                    },
                    {
                      type: 'fill',
                      params: ({ event: { frame, packet } }) => ({ size: frame.length, packet }),
                    },
                  ],
                },
                TxEnqueueExtra: {
                  guard: 'isExtraDue',
                  actions: [
                    { type: 'writeExtra', params: ({ context }) => extraFor(context) },
                    'enqueueExtra',
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
                    guard: { type: 'isForExtra', params: ({ event }) => event },
                    actions: 'consumeExtra',
                  },
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
                        params: ({ context }) => finished(context),
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
