/**
 * RingFront: what every front does with its end of a ring, whatever its requests say. A machine that is a front takes
 * its guards, assigns and effects from here; its figure says in which state each of them applies.
 *
 * A word that the back writes may hold anything. `rsp_prod` is believed only within the response bound, which is
 * {@link isBelievable} of ring.ts and nothing else.
 */
import { assign, type EventObject } from 'xstate';
import type { EventChannel } from './host.js';
import { effect, type Performers } from './interpreter.js';
import {
  add,
  type FrontRing,
  hasUnpublished,
  isBelievable,
  isDrained,
  notifyDue,
  type RingIdx,
  type SharedRing,
} from './ring.js';

/** Of an event channel what a ring needs. */
export type Port = Omit<EventChannel, 'onEvent'>;

/** What a guard looks at: the context of a machine that is a front. */
export interface Front {
  readonly context: { readonly ring: FrontRing };
}

/** A load of the shared word, which comes with the event. It may be anything. */
export interface LoadedRspProd {
  readonly rsp_prod: RingIdx;
}

/** Guards of a front. Each looks at the front's own indices and at the word that was loaded with the event. */
export const frontGuards = {
  hasUnpublished: ({ context }: Front) => hasUnpublished(context.ring),
  isPending: (_: unknown, { pending }: { readonly pending: boolean }) => pending,
  isDrained: ({ context }: Front) => isDrained(context.ring),
  hasSeenResponse: ({ context }: Front) => !isDrained(context.ring),
  isBelievable: ({ context }: Front, { rsp_prod }: LoadedRspProd) => isBelievable(context.ring, rsp_prod),
  isDrainedAndBelievable: ({ context }: Front, { rsp_prod }: LoadedRspProd) =>
    isDrained(context.ring) && isBelievable(context.ring, rsp_prod),
  /** The final check found no response. */
  isQuiet: ({ context }: Front, { rsp_prod }: LoadedRspProd) => rsp_prod === context.ring.rsp_cons,
};

/** Assigns of a front, for a machine of this context and these events. */
export const frontAssigns = <Context extends Front['context'], Event extends EventObject>() => {
  const onRing = <Params = undefined>(change: (ring: FrontRing, params: Params) => FrontRing) =>
    assign<Context, Event, Params, Event, never>(
      ({ context }, params) => ({ ring: change(context.ring, params) }) as Partial<Context>,
    );
  return {
    /** RING_PUSH_REQUESTS: what is stored in the shared word is remembered, and never loaded back. */
    publish: onRing((ring) => ({ ...ring, req_prod: ring.req_prod_pvt })),
    /** RING_PUSH_REQUESTS_AND_CHECK_NOTIFY: the next test is over what is published from here on. */
    checked: onRing((ring) => ({ ...ring, reqChecked: ring.req_prod })),
    /** The responses up to the `rsp_prod` that was loaded can be consumed. */
    believe: onRing<LoadedRspProd>((ring, { rsp_prod }) => ({ ...ring, rspSeen: rsp_prod })),
  };
};

/** Effects of a front, done by {@link frontPerformers}. */
export const frontEffects = {
  storeReqProd: effect<{ readonly value: RingIdx }>(),
  notifyBack: effect<{ readonly due: boolean }>(),
  clearPending: effect(),
  storeRspEvent: effect<{ readonly value: RingIdx }>(),
};

/** What does a front's effects, on the shared page and the event channel. */
export const frontPerformers = (shared: SharedRing, port: Port): Performers<typeof frontEffects> => ({
  storeReqProd: ({ value }) => {
    shared.req_prod = value;
  },
  notifyBack: ({ due }) => {
    if (due) port.notify();
  },
  clearPending: () => port.clearPending(),
  storeRspEvent: ({ value }) => {
    shared.rsp_event = value;
  },
});

/** Of `storeReqProd`: everything that is written is published. */
export const reqProd = ({ context: { ring } }: Front) => ({ value: ring.req_prod_pvt });

/** Of `notifyBack`: the test of RING_PUSH_REQUESTS_AND_CHECK_NOTIFY, over all that was published since the last one. */
export const isNotifyDue = ({
  context: { ring },
  event,
}: Front & { readonly event: { readonly req_event: RingIdx } }) => ({
  due: notifyDue(event.req_event, ring.reqChecked, ring.req_prod),
});

/** Of `storeRspEvent`: RING_FINAL_CHECK_FOR_RESPONSES asks for the next response. */
export const nextRspEvent = ({ context: { ring } }: Front) => ({ value: add(ring.rsp_cons, 1) });

/** A request is written to the slot of `req_prod_pvt`. */
export const written = (ring: FrontRing): FrontRing => ({ ...ring, req_prod_pvt: add(ring.req_prod_pvt, 1) });

/** The response in the slot of `rsp_cons` is consumed. */
export const consumed = (ring: FrontRing): FrontRing => ({ ...ring, rsp_cons: add(ring.rsp_cons, 1) });
