/**
 * The front's end of a device as a machine: it waits for a backend, prepares rings, connects, closes, releases and begins
 * again. Its events are the actions of Connection, one for one. What an action loads from XenStore and from Xen comes with
 * the event; what it writes leaves as an effect, which driver.ts performs.
 *
 *     waiting -> prepared -> written -> connecting -> up
 *        ^                                            |
 *        +------------- released <---------------- closed
 */
import { assign, setup } from 'xstate';
import type { TxStatus } from '../netif.js';
import type { Place } from '../runner.js';
import { answers, asks, CLOSED, drops, fails, puts, takesAnswer } from './arrows.js';
import { connectionEffects } from './effects.js';
import { isSameOffer, type Offer } from './offer.js';
import {
  answersClose,
  type At,
  type ConnectionContext,
  type ConnectionEvent,
  framesOnRings,
  lost,
  type Mapped,
  MOST_FRAMES,
  moved,
  type OneFrame,
  type Own,
  placeOf,
  released,
  type Saw,
  seesEnd,
} from './state.js';
import type { EndState } from './xenbus.js';

/** The front of a device. Its input is `connectionContext()`. */
export const connectionMachine = setup({
  types: {
    context: {} as ConnectionContext,
    events: {} as ConnectionEvent,
    input: {} as ConnectionContext,
  },
  guards: {
    isDue: (_, { isDue }: { isDue: boolean }) => isDue,
    isOwn: (_, { isOwn }: Own) => isOwn,
    isNew: (_, { isNew }: { isNew: boolean }) => isNew,
    isOpen: ({ context }) => context.wish === 'open',
    isClosed: ({ context }) => context.wish === 'closed',
    mayPrepare: ({ context }) => context.wish === 'open' && context.saw === 'InitWait',
    isConnected: ({ context }, { offer }: { offer: Offer }) =>
      context.saw === 'Connected' && isSameOffer(offer, context.agreed),
    answersClose: (
      { context },
      { isOwn, at, ...read }: Own & { readonly at: At; readonly offer: Offer; readonly online: boolean },
    ) => isOwn && answersClose(context, at, read),
    asksForClose: ({ context }, { isOwn, at, offer }: Own & { readonly at: At; readonly offer: Offer }) =>
      isOwn && context.wish === 'closed' && !seesEnd(context, at, offer),
    isAnswered: ({ context: { saw } }, { isOwn }: Own) =>
      isOwn && (saw === 'Closing' || saw === 'Closed' || saw === 'Unknown'),
    areRingsEmpty: ({ context }) => context.inRings === 0,
    // A Closed from before the front's own may be of a backend that was started again since: it is forgotten there.
    mayReopen: ({ context }, { isOwn, online }: Own & { readonly online: boolean }) =>
      isOwn && online && context.wish === 'open' && context.saw === 'Closed',
    isRemoved: ({ context }) => context.saw === 'Removed' && context.inRings === 0,
    mustReset: (_, { isOwn, state }: Own & { readonly state: EndState }) => isOwn && state !== 'Closed',
    isReset: ({ context: { saw, inRings } }, { isOwn, state }: Own & { readonly state: EndState }) =>
      isOwn && inRings === 0 && state === 'Closed' && (saw === 'Closed' || saw === 'Unknown'),
    isUnmapped: ({ context }, { ring, isMapped }: Mapped & { readonly ring: number }) =>
      !isMapped && context.kept.includes(ring),
    mayTake: ({ context }, { frame }: OneFrame) =>
      context.wish === 'open' && frame < MOST_FRAMES && placeOf(context, frame) === undefined,
    isHeld: ({ context }, { frame }: OneFrame) => placeOf(context, frame) === 'held',
    isUnwanted: ({ context }, { frame }: OneFrame) =>
      placeOf(context, frame) === 'held' && context.wish === 'closed',
    isOnRing: ({ context }, { frame }: OneFrame) => placeOf(context, frame) === 'ring',
    isLost: ({ context }, { frame }: OneFrame) =>
      placeOf(context, frame) === 'ring' && context.saw === 'Removed',
    hasAnswer: ({ context }, { frame, status }: OneFrame & { readonly status: TxStatus | undefined }) =>
      placeOf(context, frame) === 'ring' && status !== undefined,
  },
  actions: {
    ...connectionEffects,
    see: assign((_, { saw }: { saw: Saw }) => ({ saw })),
    forgetSaw: assign({ saw: 'nothing' }),
    wishOpen: assign({ wish: 'open' }),
    wishClosed: assign({ wish: 'closed' }),
    begin: assign(({ context }, { offer }: { offer: Offer }) => ({
      incarnation: context.incarnation + 1,
      hasRings: true,
      agreed: offer,
    })),
    release: assign(({ context }, { isMapped }: Mapped) => released(context, isMapped)),
    lose: assign(({ context }) => ({ ...lost(context), hasRings: false, kept: [] })),
    freeKept: assign(({ context }, { ring }: { ring: number }) => ({
      kept: context.kept.filter((each) => each !== ring),
    })),
    hold: assign(({ context }, { frame }: OneFrame) => moved(context, frame, 'held')),
    enter: assign(({ context }, { frame }: OneFrame) => moved(context, frame, 'ring')),
    finish: assign(({ context }, { frame }: OneFrame) => moved(context, frame, undefined)),
  },
}).createMachine({
  context: ({ input }) => input,
  initial: 'there',
  on: {
    FrontReadState: {
      guard: { type: 'isDue', params: ({ event }) => event },
      actions: ['looked', { type: 'see', params: ({ event }) => event }],
    },
    FrontFreesKept: {
      guard: { type: 'isUnmapped', params: ({ event }) => event },
      actions: { type: 'freeKept', params: ({ event }) => event },
    },
    AppSend: {
      guard: { type: 'mayTake', params: ({ event }) => event },
      actions: { type: 'hold', params: ({ event }) => event },
    },
    FrontDropHeld: drops('isUnwanted'),
    FrontDrop: drops('isLost'),
    AppClose: { guard: 'isOpen', actions: 'wishClosed' },
    AppOpen: { guard: 'isClosed', actions: 'wishOpen' },
  },
  states: {
    there: {
      initial: 'waiting',
      on: {
        FrontGone: {
          guard: 'isRemoved',
          target: 'gone',
          actions: { type: 'release', params: ({ event }) => event },
        },
        // The rings went with the domain: nobody has them mapped.
        ToolMigrate: {
          target: '.waiting',
          // The claim is first: it throws where the directory is not there yet, and then nothing else was done.
          actions: [
            'claim',
            { type: 'tellAll', params: ({ context }) => ({ frames: framesOnRings(context) }) },
            ...(['forgetRings', 'lookAgain', 'forgetSaw', 'lose'] as const),
          ],
        },
        FrontCrash: { target: '.restarting', actions: ['claim', 'lookAgain', 'forgetSaw'] },
      },
      states: {
        /** For the back's InitWait. */
        waiting: {
          on: {
            FrontPrepare: {
              guard: 'mayPrepare',
              target: 'prepared',
              actions: [
                { type: 'begin', params: ({ event }) => event },
                { type: 'makeRings', params: ({ context }) => ({ offer: context.agreed }) },
              ],
            },
            FrontAnswerClose: answers('waiting'),
          },
        },
        prepared: {
          on: {
            FrontWriteKeys: {
              guard: { type: 'isOwn', params: ({ event }) => event },
              target: 'written',
              actions: 'writeKeys',
            },
            FrontSetUpFails: fails,
            FrontAnswerClose: answers('prepared'),
            FrontClosing: asks('prepared'),
          },
        },
        written: {
          on: {
            FrontConnect: {
              guard: { type: 'isOwn', params: ({ event }) => event },
              target: 'connecting',
              actions: { type: 'writeState', params: { state: 'Connected' } },
            },
            FrontSetUpFails: fails,
            FrontAnswerClose: answers('prepared'),
            FrontClosing: asks('prepared'),
          },
        },
        connecting: {
          on: {
            // Another backend may have taken the place of the one whose features were read: they are read again.
            FrontSeeConnected: {
              guard: { type: 'isConnected', params: ({ event }) => event },
              target: 'up',
            },
            FrontAnswerClose: answers('connecting'),
            FrontClosing: asks('connecting'),
            // Features count only once the back is Connected.
            FrontPut: puts(() => false),
            FrontTakeAnswer: takesAnswer,
          },
        },
        up: {
          on: {
            FrontAnswerClose: answers('up'),
            FrontClosing: asks('up'),
            FrontPut: puts((context) => context.agreed.sg),
            FrontTakeAnswer: takesAnswer,
          },
        },
        /** It has asked for a close. A backend that does not answer is not waited for without end. */
        closing: {
          on: {
            FrontClosed: {
              guard: { type: 'isAnswered', params: ({ event }) => event },
              target: 'closed',
              actions: [...CLOSED],
            },
            FrontTimeout: {
              guard: { type: 'isOwn', params: ({ event }) => event },
              target: 'closed',
              actions: [...CLOSED],
            },
          },
        },
        closed: {
          on: {
            FrontDrop: drops('isOnRing'),
            FrontRelease: {
              guard: 'areRingsEmpty',
              target: 'released',
              actions: { type: 'release', params: ({ event }) => event },
            },
          },
        },
        released: {
          on: {
            FrontReopen: {
              guard: { type: 'mayReopen', params: ({ event }) => event },
              target: 'waiting',
              actions: { type: 'writeState', params: { state: 'Initialising' } },
            },
          },
        },
        /** The kernel began anew. The back is led to Closed, and has unmapped the rings when it says so. */
        restarting: {
          on: {
            FrontDrop: drops('isOnRing'),
            FrontReset: {
              guard: { type: 'mustReset', params: ({ event }) => event },
              actions: [...CLOSED],
            },
            FrontRestarted: {
              guard: { type: 'isReset', params: ({ event }) => event },
              target: 'waiting',
              actions: [
                { type: 'writeState', params: { state: 'Initialising' } },
                { type: 'release', params: ({ event }) => event },
              ],
            },
          },
        },
      },
    },
    gone: {
      id: 'gone',
      on: {
        FrontProbe: {
          guard: { type: 'isNew', params: ({ event }) => event },
          target: 'there',
          actions: ['claim', 'lookAgain', 'forgetSaw'],
        },
        FrontDropHeld: drops('isHeld'),
      },
    },
  },
});

/** Where the machine is. */
export type ConnectionPlace = Place<typeof connectionMachine>;
