/**
 * NetfrontRx as a machine. Its events are the specification's actions, one for one, and what an action loads from
 * shared memory comes with the event; what it stores leaves as an effect, named here and performed by whoever drives
 * the machine (rx-driver.ts).
 *
 * It has two hands, which the specification calls poster and poller: one posts free pages, one polls for frames. The
 * application is a third, of one step: it gives pages back.
 */
import { assign, type SnapshotFrom, setup } from 'xstate';
import { isIdAvailable } from './ids.js';
import type { RxRequest } from './netif.js';
import { effect } from './interpreter.js';
import { isDrained, isFull, type RingIdx } from './ring.js';
import { frontAssigns, frontEffects, frontGuards, isNotifyDue, nextRspEvent, reqProd } from './ring-front.js';
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
import type { Chain } from './rx-chain.js';
import {
  droppedPages,
  extraPages,
  type Failure,
  failure,
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
  endAccess: effect<{ readonly gref: number }>(),
  deliver: effect<Chain>(),
  tellFailed: effect<{ readonly failure: Failure | null }>(),
  clearPages: effect<{ readonly pages: readonly number[] }>(),
};

/** The receive machine. Its input is `rxContext`. */
export const rxMachine = setup({
  types: { context: {} as RxContext, events: {} as RxEvent, input: {} as RxContext },
  guards: frontGuards,
  actions: { ...frontAssigns<RxContext, RxEvent>(), ...rxEffects },
})
  .extend({
    guards: {
      hasRoomAndPage: ({ context }) => !isFull(context.ring) && context.pool !== null,
      isIdAvailable: ({ context: { config, ids } }) => isIdAvailable(config.scheme, ids),
      isInFlight: ({ context }, slot: SlotContents) =>
        !isDrained(context.ring) && answeredPage(context, slot) !== null,
      isMapped: (_, { mapped }: { mapped: boolean }) => mapped,
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
    // The application gives back what it holds, whatever became of the backend.
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
                        { type: 'endAccess', params: ({ context }) => endedGref(context) },
                        { type: 'clearPages', params: ({ context }) => ({ pages: extraPages(context) }) },
                        'release',
                      ],
                    },
                    {
                      guard: 'isGood',
                      target: 'polling',
                      actions: [
                        { type: 'endAccess', params: ({ context }) => endedGref(context) },
                        { type: 'clearPages', params: ({ context }) => ({ pages: extraPages(context) }) },
                        'gather',
                      ],
                    },
                    {
                      target: 'polling',
                      actions: [
                        { type: 'endAccess', params: ({ context }) => endedGref(context) },
                        { type: 'tellFailed', params: ({ context }) => ({ failure: failure(context) }) },
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
      // The backend did what no backend may: nothing is posted any more, and no page it may still hold is used again.
      broken: { id: 'broken' },
    },
  });

const endedGref = ({ grefs, done }: RxContext): { gref: number } => ({
  gref: sure(grefs[sure(done).page]),
});

/** What the machine looks like at rest between two steps. */
export type RxSnapshot = SnapshotFrom<typeof rxMachine>;
