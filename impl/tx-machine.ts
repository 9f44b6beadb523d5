/**
 * NetfrontTx and TxPackets as a machine. Its events are the specification's actions, one for one. What an action loads
 * from shared memory comes with the event; what it stores leaves as an effect, which tx-driver.ts performs. So the
 * machine is plain data.
 *
 * Two parts run side by side, as in the specification: the sender writes requests, and the poller consumes responses.
 */
import { assign, setup } from 'xstate';
import { type Block, isIdAvailable } from './ids.js';
import type { ExtraInfo, TxRequest, TxResponse } from './netif.js';
import { effect } from './interpreter.js';
import type { Place } from './runner.js';
import { hasUnpublished, type RingIdx } from './ring.js';
import { frontAssigns, frontEffects, frontGuards, isNotifyDue, nextRspEvent, reqProd } from './ring-front.js';
import { ringGuards } from './ring-context.js';
import { sure } from './sure.js';
import type { TxContext, TxEvent } from './tx.js';
import type { Completion, TxPacket } from './tx-chain.js';
import { answersExtra, answersRequest, completion, consume, consumeExtra, release } from './tx-poll.js';
import {
  abandon,
  enqueue,
  enqueueExtra,
  extraFor,
  fill,
  type Filling,
  keepGref,
  mayEnqueueExtra,
  mayFill,
  requestFor,
} from './tx-send.js';

/** What the machine asks of its driver, in the order that the figure names. */
export const txEffects = {
  ...frontEffects,
  writeBlock: effect<{ readonly block: Block; readonly frame: Uint8Array }>(),
  grantAccess: effect<{ readonly block: Block; readonly gref: number }>(),
  writeRequest: effect<{ readonly idx: RingIdx; readonly request: TxRequest }>(),
  writeExtra: effect<{ readonly idx: RingIdx; readonly extra: ExtraInfo }>(),
  complete: effect<{ readonly completion: Completion | null }>(),
};

/** The transmit machine. Its input is `txContext`. */
export const txMachine = setup({
  types: { context: {} as TxContext, events: {} as TxEvent, input: {} as TxContext },
  guards: { ...frontGuards, ...ringGuards },
  actions: { ...frontAssigns<TxContext, TxEvent>(), ...txEffects },
})
  .extend({
    guards: {
      hasRoomAndBlock: ({ context }, { packet }: { packet?: TxPacket | undefined }) =>
        mayFill(context, packet),
      grantsPerRequest: ({ context }) => context.config.grantPerRequest,
      canEnqueueUngranted: ({ context: { config, ids } }) =>
        !config.grantPerRequest && isIdAvailable(config.scheme, ids),
      isExtraDue: ({ context }) => mayEnqueueExtra(context),
      isChainOpen: ({ context }) => context.chain !== null,
      // A packet is published whole or not at all.
      hasUnpublished: ({ context }) => context.chain === null && hasUnpublished(context.ring),
      isForExtra: ({ context }, { response }: { response: TxResponse }) => answersExtra(context, response),
      isInFlight: ({ context }, { response }: { response: TxResponse }) => answersRequest(context, response),
      // The reference of this page was never published. A backend that has it mapped has guessed it.
      isChainMapped: ({ context }, { isEnded }: { isEnded: boolean }) => context.chain !== null && !isEnded,
      isMapped: (_, { isEnded }: { isEnded: boolean }) => !isEnded,
    },
    actions: {
      fill: assign(({ context }, filling: Filling) => fill(context, filling)),
      keepGref: assign(({ context }, { gref }: { gref: number }) => keepGref(context, gref)),
      enqueue: assign(({ context }) => enqueue(context)),
      enqueueExtra: assign(({ context }) => enqueueExtra(context)),
      abandon: assign(({ context }) => abandon(context)),
      consume: assign(({ context }, { response }: { response: TxResponse }) => consume(context, response)),
      consumeExtra: assign(({ context }) => consumeExtra(context)),
      release: assign(({ context }) => release(context)),
    },
  })
  .createMachine({
    context: ({ input }) => input,
    initial: 'running',
    states: {
      running: {
        type: 'parallel',
        states: {
          sender: {
            initial: 'idle',
            // Wherever the sender is with its packet.
            on: {
              TxAbandon: [
                {
                  guard: { type: 'isChainMapped', params: ({ event }) => event },
                  target: '#broken',
                },
                {
                  guard: 'isChainOpen',
                  target: '.idle',
                  actions: 'abandon',
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
                        params: ({ event: { frame, packet, token } }) => ({
                          size: frame.length,
                          packet,
                          token,
                        }),
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
                    actions: [{ type: 'storeReqProd', params: reqProd }, 'publish'],
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
                    actions: [{ type: 'notifyBack', params: isNotifyDue }, 'checked'],
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
                    actions: { type: 'storeRspEvent', params: nextRspEvent },
                  },
                },
              },
              releasing: {
                on: {
                  TxRelease: [
                    { guard: { type: 'isMapped', params: ({ event }) => event }, target: '#broken' },
                    {
                      target: 'polling',
                      actions: [
                        { type: 'complete', params: ({ context }) => ({ completion: completion(context) }) },
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
      // The backend broke the protocol. Nothing is sent any more, and a page that it may still have mapped is not reused.
      broken: { id: 'broken' },
    },
  });

/** What the machine looks like at rest between two steps. */
export type TxSnapshot = Place<typeof txMachine>;
