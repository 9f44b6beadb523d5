/**
 * The back of Ring as a machine, as front-machine.ts is its front: the taker takes requests, and sleeps when
 * there are none; the responder answers what was taken.
 *
 * The specification's front never publishes more requests than there are slots. Against one that does a backend
 * looks at RING_REQUEST_PROD_OVERFLOW first, as back/ring.ts does.
 */
import { and, assign, not, or, setup, stateIn } from 'xstate';
import { effect } from '../interpreter.js';
import type { Place } from '../runner.js';
import { add, notifyDue, type RingIdx, sub } from '../ring.js';
import type { EndConfig } from './front-machine.js';

/** How the back goes about it. */
export interface BackConfig extends EndConfig {
  /** It may write several responses before it publishes them; else it publishes each. */
  readonly batches: boolean;
}

/** What a backend keeps of a ring for itself (`struct back_ring`, and the locals of its macros). */
export interface BackIndices {
  /** Slots in the ring, a power of two. */
  readonly nr_ents: number;
  /** Requests are taken up to here. */
  readonly req_cons: RingIdx;
  /** Responses are written up to here. */
  readonly rsp_prod_pvt: RingIdx;
  /** Responses are published up to here: what this back last stored in the shared word. It never loads it back. */
  readonly rsp_prod: RingIdx;
  /** `rsp_prod` as of the last event check: `__old` of RING_PUSH_RESPONSES_AND_CHECK_NOTIFY. */
  readonly rspChecked: RingIdx;
}

/** What the back knows. */
export interface BackContext {
  readonly config: BackConfig;
  readonly ring: BackIndices;
}

/** The back's actions, with what each loads. */
export type BackEvent =
  | { readonly type: 'BackWriteResponse' | 'BackPushResponses' | 'BackArm' }
  | { readonly type: 'BackCheckNotify' | 'BackPushNothing'; readonly rsp_event: RingIdx }
  | { readonly type: 'BackWake'; readonly pending: boolean }
  | { readonly type: 'BackReadReqProd' | 'BackFinalCheck'; readonly req_prod: RingIdx }
  | { readonly type: 'BackTakeRequest'; readonly request: Uint8Array };

/** BACK_RING_ATTACH: the back of a ring whose indices are all at `first`. */
export const backContext = (config: BackConfig, nr_ents: number, first: RingIdx): BackContext => ({
  config,
  ring: { nr_ents, req_cons: first, rsp_prod_pvt: first, rsp_prod: first, rspChecked: first },
});

/** Responses are written that are not published. */
const hasUnpublished = ({ rsp_prod_pvt, rsp_prod }: BackIndices): boolean => rsp_prod_pvt !== rsp_prod;

/** What the back asks of its end, in the order that the figure names. */
export const backEffects = {
  clearPending: effect(),
  deliver: effect<{ readonly request: Uint8Array }>(),
  storeReqEvent: effect<{ readonly value: RingIdx }>(),
  writeResponse: effect<{ readonly idx: RingIdx }>(),
  storeRspProd: effect<{ readonly value: RingIdx }>(),
  notifyFront: effect<{ readonly due: boolean }>(),
};

/** The back. Its input is {@link backContext}. */
export const backMachine = setup({
  types: { context: {} as BackContext, events: {} as BackEvent, input: {} as BackContext },
  guards: {
    hasTwoHands: ({ context }) => context.config.hands === 'two',
    pushesEmpty: ({ context }) => context.config.emptyPushes,
    hasUnanswered: ({ context: { ring } }) => ring.rsp_prod_pvt !== ring.req_cons,
    hasUnpublished: ({ context }) => hasUnpublished(context.ring),
    mayBatch: ({ context: { config } }) => config.batches,
    mayWake: ({ context: { config, ring } }, { pending }: { pending: boolean }) =>
      pending && (config.hands === 'two' || (!hasUnpublished(ring) && ring.rspChecked === ring.rsp_prod)),
    hasMore: ({ context }, { req_prod }: { req_prod: RingIdx }) => req_prod !== context.ring.req_cons,
    canBeAnswered: ({ context: { ring } }) => sub(ring.req_cons, ring.rsp_prod_pvt) < ring.nr_ents,
  },
  actions: {
    ...backEffects,
    take: assign(({ context: { ring } }) => ({ ring: { ...ring, req_cons: add(ring.req_cons, 1) } })),
    write: assign(({ context: { ring } }) => ({
      ring: { ...ring, rsp_prod_pvt: add(ring.rsp_prod_pvt, 1) },
    })),
    publish: assign(({ context: { ring } }) => ({ ring: { ...ring, rsp_prod: ring.rsp_prod_pvt } })),
    checked: assign(({ context: { ring } }) => ({ ring: { ...ring, rspChecked: ring.rsp_prod } })),
  },
}).createMachine({
  context: ({ input }) => input,
  type: 'parallel',
  states: {
    taker: {
      initial: 'asleep',
      states: {
        asleep: {
          id: 'backAsleep',
          on: {
            BackWake: {
              guard: { type: 'mayWake', params: ({ event }) => event },
              target: 'looking',
              actions: 'clearPending',
            },
          },
        },
        looking: {
          on: {
            BackReadReqProd: [
              { guard: { type: 'hasMore', params: ({ event }) => event }, target: 'taking' },
              { target: 'arming' },
            ],
          },
        },
        taking: {
          on: {
            BackTakeRequest: {
              guard: 'canBeAnswered',
              target: 'looking',
              actions: [{ type: 'deliver', params: ({ event }) => event }, 'take'],
            },
          },
        },
        arming: {
          on: {
            BackArm: {
              target: 'armed',
              actions: {
                type: 'storeReqEvent',
                params: ({ context }) => ({ value: add(context.ring.req_cons, 1) }),
              },
            },
          },
        },
        armed: {
          on: {
            BackFinalCheck: [
              { guard: { type: 'hasMore', params: ({ event }) => event }, target: 'taking' },
              { guard: 'pushesEmpty', target: 'pushing' },
              { target: 'asleep' },
            ],
          },
        },
        pushing: {
          on: {
            BackPushNothing: {
              target: 'asleep',
              actions: {
                type: 'notifyFront',
                params: ({ context: { ring }, event }) => ({
                  due: notifyDue(event.rsp_event, ring.rsp_prod, ring.rsp_prod),
                }),
              },
            },
          },
        },
      },
    },
    responder: {
      initial: 'idle',
      states: {
        idle: {
          on: {
            BackWriteResponse: {
              guard: and([
                or(['hasTwoHands', stateIn('#backAsleep')]),
                'hasUnanswered',
                or(['mayBatch', not('hasUnpublished')]),
              ]),
              actions: [
                { type: 'writeResponse', params: ({ context }) => ({ idx: context.ring.rsp_prod_pvt }) },
                'write',
              ],
            },
            BackPushResponses: {
              guard: and([or(['hasTwoHands', stateIn('#backAsleep')]), 'hasUnpublished']),
              target: 'published',
              actions: [
                { type: 'storeRspProd', params: ({ context }) => ({ value: context.ring.rsp_prod_pvt }) },
                'publish',
              ],
            },
          },
        },
        published: {
          on: {
            BackCheckNotify: {
              guard: or(['hasTwoHands', stateIn('#backAsleep')]),
              target: 'idle',
              actions: [
                {
                  type: 'notifyFront',
                  params: ({ context: { ring }, event }) => ({
                    due: notifyDue(event.rsp_event, ring.rspChecked, ring.rsp_prod),
                  }),
                },
                'checked',
              ],
            },
          },
        },
      },
    },
  },
});

/** What the back looks like at rest between two steps. */
export type BackSnapshot = Place<typeof backMachine>;
