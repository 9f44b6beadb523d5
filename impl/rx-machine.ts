/**
 * NetfrontRx and RxPackets as a machine. Its events are the specification's actions, one for one. What an action loads
 * from shared memory comes with the event; what it stores leaves as an effect, which rx-driver.ts performs. So the
 * machine is plain data.
 *
 * Two parts run side by side, as in the specification: the poster posts free pages, and the poller consumes responses.
 * The application has one step of its own, AppReturn.
 */
import { assign, setup } from 'xstate';
import type { RxRequest } from './netif.js';
import { effect } from './interpreter.js';
import type { Place } from './runner.js';
import { isDrained, isFull, type RingIdx } from './ring.js';
import { frontAssigns, frontEffects, frontGuards, isNotifyDue, nextRspEvent, reqProd } from './ring-front.js';
import { ringGuards } from './ring-context.js';
import {
  answeredPage,
  claim,
  consume,
  giveBack,
  post,
  requestFor,
  type RxContext,
  type RxEvent,
  type SlotContents,
} from './rx.js';
import type { PartialPacket } from './rx-chain.js';
import {
  droppedPages,
  extraPages,
  drop,
  type Drop,
  free,
  gather,
  handUp,
  hasFrame,
  isGood,
  pagesOf,
  recover,
  release,
} from './rx-pages.js';
import { sure } from './sure.js';

/** What the machine asks of its driver, in the order that the figure names. */
export const rxEffects = {
  ...frontEffects,
  grantAccess: effect<{ readonly page: number; readonly gref: number }>(),
  writeRequest: effect<{ readonly idx: RingIdx; readonly request: RxRequest }>(),
  deliver: effect<PartialPacket>(),
  reportDrop: effect<{ readonly drop: Drop | null }>(),
  clearPages: effect<{ readonly pages: readonly number[] }>(),
};

/** The receive machine. Its input is `rxContext`. */
export const rxMachine = setup({
  types: { context: {} as RxContext, events: {} as RxEvent, input: {} as RxContext },
  guards: { ...frontGuards, ...ringGuards },
  actions: { ...frontAssigns<RxContext, RxEvent>(), ...rxEffects },
})
  .extend({
    guards: {
      hasRoomAndPage: ({ context }) => !isFull(context.ring) && context.pool !== null,
      isInFlight: ({ context }, slot: SlotContents) =>
        !isDrained(context.ring) && answeredPage(context, slot) !== null,
      isMapped: (_, { isEnded }: { isEnded: boolean }) => !isEnded,
      hasFrame: ({ context }) => hasFrame(context),
      isGood: ({ context }) => isGood(context),
      copiesOut: ({ context }) => context.config.copyOut,
      isHeld: ({ context }, { page }: { page: number }) => context.held[page] === true,
    },
    actions: {
      claim: assign(({ context }, { gref }: { gref: number }) => claim(context, gref)),
      post: assign(({ context }) => post(context)),
      consume: assign(({ context }, slot: SlotContents) => consume(context, slot)),
      release: assign(({ context }) => release(context)),
      gather: assign(({ context }) => gather(context)),
      recover: assign(({ context }) => recover(context)),
      free: assign(({ context }) => free(context)),
      handUp: assign(({ context }) => handUp(context)),
      giveBack: assign(({ context }, { page }: { page: number }) => giveBack(context, page)),
    },
  })
  .createMachine({
    context: ({ input }) => input,
    initial: 'running',
    // The application may return its pages even where the backend is broken.
    on: {
      AppReturn: {
        guard: { type: 'isHeld', params: ({ event }) => event },
        actions: [
          { type: 'clearPages', params: ({ event }) => ({ pages: [event.page] }) },
          { type: 'giveBack', params: ({ event }) => event },
        ],
      },
    },
    states: {
      running: {
        type: 'parallel',
        states: {
          poster: {
            initial: 'idle',
            states: {
              idle: {
                on: {
                  RxGrantAccess: {
                    guard: 'hasRoomAndPage',
                    target: 'granted',
                    actions: [
                      {
                        type: 'grantAccess',
                        params: ({ context, event }) => ({ page: sure(context.pool).head, gref: event.gref }),
                      },
                      { type: 'claim', params: ({ event }) => event },
                    ],
                  },
                  RxPushRequests: {
                    guard: 'hasUnpublished',
                    target: 'published',
                    actions: [{ type: 'storeReqProd', params: reqProd }, 'publish'],
                  },
                },
              },
              granted: {
                on: {
                  RxPost: {
                    guard: 'isIdAvailable',
                    target: 'idle',
                    actions: [{ type: 'writeRequest', params: ({ context }) => requestFor(context) }, 'post'],
                  },
                },
              },
              published: {
                on: {
                  RxCheckNotify: {
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
                  RxTakeEvent: {
                    guard: { type: 'isPending', params: ({ event }) => event },
                    target: 'polling',
                    actions: 'clearPending',
                  },
                },
              },
              polling: {
                on: {
                  RxReadRspProd: [
                    {
                      guard: { type: 'isDrainedAndBelievable', params: ({ event }) => event },
                      actions: { type: 'believe', params: ({ event }) => event },
                    },
                    { guard: 'isDrained', target: '#broken' },
                  ],
                  RxConsumeResponse: [
                    {
                      guard: { type: 'isInFlight', params: ({ event }) => event },
                      target: 'releasing',
                      actions: { type: 'consume', params: ({ event }) => event },
                    },
                    { guard: 'hasSeenResponse', target: '#broken' },
                  ],
                  RxArm: {
                    guard: 'isDrained',
                    target: 'armed',
                    actions: { type: 'storeRspEvent', params: nextRspEvent },
                  },
                },
              },
              releasing: {
                on: {
                  RxRelease: [
                    { guard: { type: 'isMapped', params: ({ event }) => event }, target: '#broken' },
                    {
                      guard: 'hasFrame',
                      target: 'delivering',
                      actions: [
                        { type: 'clearPages', params: ({ context }) => ({ pages: extraPages(context) }) },
                        'release',
                      ],
                    },
                    {
                      guard: 'isGood',
                      target: 'polling',
                      actions: [
                        { type: 'clearPages', params: ({ context }) => ({ pages: extraPages(context) }) },
                        'gather',
                      ],
                    },
                    {
                      target: 'polling',
                      actions: [
                        { type: 'reportDrop', params: ({ context }) => ({ drop: drop(context) }) },
                        { type: 'clearPages', params: ({ context }) => ({ pages: droppedPages(context) }) },
                        'recover',
                      ],
                    },
                  ],
                },
              },
              delivering: {
                on: {
                  RxDeliver: [
                    {
                      guard: 'copiesOut',
                      target: 'polling',
                      actions: [
                        { type: 'deliver', params: ({ context }) => context.chain },
                        { type: 'clearPages', params: ({ context }) => ({ pages: pagesOf(context.chain) }) },
                        'free',
                      ],
                    },
                    {
                      target: 'polling',
                      actions: [{ type: 'deliver', params: ({ context }) => context.chain }, 'handUp'],
                    },
                  ],
                },
              },
              armed: {
                on: {
                  RxFinalCheck: [
                    { guard: { type: 'isQuiet', params: ({ event }) => event }, target: 'asleep' },
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
      // The backend broke the protocol. Nothing is posted any more, and a page that it may still have mapped is not reused.
      broken: { id: 'broken' },
    },
  });

/** What the machine looks like at rest between two steps. */
export type RxSnapshot = Place<typeof rxMachine>;
