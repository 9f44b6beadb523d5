/**
 * The front of Ring as a machine: what any frontend does with a ring, whatever its requests say. Its events are the
 * specification's actions, one for one. What an action loads comes with the event; what it stores leaves as an effect,
 * which ends.ts performs.
 *
 * Two parts run side by side: the writer publishes requests; the poller consumes responses, and sleeps when there are
 * none.
 */
import { and, assign, not, or, setup, stateIn } from 'xstate';
import { effect } from '../interpreter.js';
import type { Place, Runner } from '../runner.js';
import {
  add,
  type FrontRing,
  frontRing,
  hasUnpublished,
  isFull,
  notifyDue,
  type RingIdx,
  sub,
} from '../ring.js';
import {
  consumed,
  frontAssigns,
  frontEffects,
  frontGuards,
  isNotifyDue,
  reqProd,
  written,
} from '../ring-front.js';

/** How either end goes about it. */
export interface EndConfig {
  /** `one`: the end is one loop, which produces only where it would sleep, and sleeps on until all is published. */
  readonly hands: 'one' | 'two';
  /** It pushes before it sleeps, published or not (mirage-net-xen). */
  readonly emptyPushes: boolean;
  /** What runs the machine; its table if absent. */
  readonly runner?: Runner;
}

/** How the front goes about it. */
export interface FrontConfig extends EndConfig {
  /** Where it arms: at the next response, or at half of those still to come (Mini-OS, NetBSD). */
  readonly rspEventAt: 'next' | 'half_way';
}

/** What the front knows. */
export interface FrontContext {
  readonly config: FrontConfig;
  readonly ring: FrontRing;
}

/** The front's actions, with what each loads. */
export type FrontEvent =
  | { readonly type: 'FrontWriteRequest' | 'FrontPushRequests' | 'FrontArm' }
  | { readonly type: 'FrontCheckNotify' | 'FrontPushNothing'; readonly req_event: RingIdx }
  | { readonly type: 'FrontWake'; readonly pending: boolean }
  | { readonly type: 'FrontReadRspProd' | 'FrontFinalCheck'; readonly rsp_prod: RingIdx }
  | { readonly type: 'FrontConsumeResponse'; readonly response: Uint8Array };

/** The front of a ring with all indices at `first`. */
export const frontContext = (config: FrontConfig, nr_ents: number, first: RingIdx): FrontContext => ({
  config,
  ring: frontRing(nr_ents, first),
});

/** The index of the response to be notified of. */
export const armedAt = ({ config, ring: { rsp_cons, req_prod } }: FrontContext): RingIdx =>
  add(rsp_cons, config.rspEventAt === 'half_way' ? Math.floor(sub(req_prod, rsp_cons) / 2) + 1 : 1);

/** What the front asks of its end, in the order that the figure names. */
export const frontEndEffects = {
  ...frontEffects,
  writeRequest: effect<{ readonly idx: RingIdx }>(),
  deliver: effect<{ readonly response: Uint8Array }>(),
};

/** The front. Its input is {@link frontContext}. */
export const frontMachine = setup({
  types: { context: {} as FrontContext, events: {} as FrontEvent, input: {} as FrontContext },
  guards: frontGuards,
  actions: { ...frontAssigns<FrontContext, FrontEvent>(), ...frontEndEffects },
})
  .extend({
    guards: {
      hasTwoHands: ({ context }) => context.config.hands === 'two',
      pushesEmpty: ({ context }) => context.config.emptyPushes,
      isFull: ({ context }) => isFull(context.ring),
      mayWake: ({ context: { config, ring } }, { pending }: { pending: boolean }) =>
        pending && (config.hands === 'two' || (!hasUnpublished(ring) && ring.reqChecked === ring.req_prod)),
      hasMore: ({ context }, { rsp_prod }: { rsp_prod: RingIdx }) => rsp_prod !== context.ring.rsp_cons,
    },
    actions: {
      write: assign(({ context: { ring } }) => ({ ring: written(ring) })),
      consume: assign(({ context: { ring } }) => ({ ring: consumed(ring) })),
    },
  })
  .createMachine({
    context: ({ input }) => input,
    initial: 'running',
    states: {
      running: {
        type: 'parallel',
        states: {
          writer: {
            initial: 'idle',
            states: {
              idle: {
                on: {
                  FrontWriteRequest: {
                    guard: and([or(['hasTwoHands', stateIn('#frontAsleep')]), not('isFull')]),
                    actions: [
                      { type: 'writeRequest', params: ({ context }) => ({ idx: context.ring.req_prod_pvt }) },
                      'write',
                    ],
                  },
                  FrontPushRequests: {
                    guard: and([or(['hasTwoHands', stateIn('#frontAsleep')]), 'hasUnpublished']),
                    target: 'published',
                    actions: [{ type: 'storeReqProd', params: reqProd }, 'publish'],
                  },
                },
              },
              published: {
                on: {
                  FrontCheckNotify: {
                    guard: or(['hasTwoHands', stateIn('#frontAsleep')]),
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
                id: 'frontAsleep',
                on: {
                  FrontWake: {
                    guard: { type: 'mayWake', params: ({ event }) => event },
                    target: 'reading',
                    actions: 'clearPending',
                  },
                },
              },
              reading: {
                on: {
                  FrontReadRspProd: [
                    {
                      guard: { type: 'isBelievable', params: ({ event }) => event },
                      target: 'polling',
                      actions: { type: 'believe', params: ({ event }) => event },
                    },
                    { target: '#frontBroken' },
                  ],
                },
              },
              polling: {
                on: {
                  FrontConsumeResponse: {
                    guard: not('isDrained'),
                    actions: [{ type: 'deliver', params: ({ event }) => event }, 'consume'],
                  },
                  FrontArm: {
                    guard: 'isDrained',
                    target: 'armed',
                    actions: {
                      type: 'storeRspEvent',
                      params: ({ context }) => ({ value: armedAt(context) }),
                    },
                  },
                },
              },
              armed: {
                on: {
                  FrontFinalCheck: [
                    { guard: { type: 'hasMore', params: ({ event }) => event }, target: 'reading' },
                    { guard: 'pushesEmpty', target: 'pushing' },
                    { target: 'asleep' },
                  ],
                },
              },
              pushing: {
                on: {
                  FrontPushNothing: {
                    target: 'asleep',
                    actions: {
                      type: 'notifyBack',
                      params: ({ context: { ring }, event }) => ({
                        due: notifyDue(event.req_event, ring.req_prod, ring.req_prod),
                      }),
                    },
                  },
                },
              },
            },
          },
        },
      },
      // The back broke the protocol. Nothing is sent any more.
      broken: { id: 'frontBroken' },
    },
  });

/** What the front looks like at rest between two steps. */
export type FrontSnapshot = Place<typeof frontMachine>;
