/**
 * Where the two ends of Ring meet memory: each loads what an action needs, gives its machine the event, and performs
 * the effects that come back. What requests and responses say is the user's.
 */
import { type Actor, createActor } from 'xstate';
import { oncePerMachine, Owners, take } from '../actor.js';
import type { Host } from '../host.js';
import type { RingIdx, SharedRing } from '../ring.js';
import {
  type BackConfig,
  backContext,
  type BackEvent,
  backMachine,
  type BackSnapshot,
} from './back-machine.js';
import {
  type FrontConfig,
  frontContext,
  type FrontEvent,
  frontMachine,
  type FrontSnapshot,
} from './front-machine.js';

/** An end of an event channel. */
export type Port = Pick<Host, 'pending' | 'clearPending' | 'notify'>;

/** Whose requests and responses travel in the ring, at one end of it. */
export interface RingUser {
  /** The octets of the next slot that this end writes, as many as a slot has. */
  next(): Uint8Array;
  /** This end has read a slot; the octets are a copy. */
  onRead(octets: Uint8Array): void;
}

/** The octets of the slot of an index, in the page itself. */
const slotOctets = (shared: SharedRing, idx: RingIdx): Uint8Array => {
  const offset = shared.offsetOf(idx);
  return shared.page.subarray(offset, offset + shared.slotSize);
};

/** The front on a ring page, which it initialises. */
export class FrontEnd {
  readonly #actor: Actor<typeof frontMachine>;

  /** @param machine the front's machine; the tests give one with a fault in it */
  constructor(
    readonly shared: SharedRing,
    readonly port: Port,
    readonly user: RingUser,
    config: FrontConfig,
    first: RingIdx,
    machine: typeof frontMachine = frontMachine,
  ) {
    shared.init(first);
    this.#actor = createActor(frontWithEffects(machine), {
      input: frontContext(config, shared.nr_ents, first),
    });
    fronts.set(this.#actor, this);
    this.#actor.start();
  }

  /** Where the machine is. */
  get snapshot(): FrontSnapshot {
    return this.#actor.getSnapshot();
  }

  /** The event for an action: what it loads from shared memory is loaded now, once. */
  load(action: FrontEvent['type']): FrontEvent {
    const { shared, port } = this;
    switch (action) {
      case 'FrontCheckNotify':
      case 'FrontPushNothing':
        return { type: action, req_event: shared.req_event };
      case 'FrontWake':
        return { type: action, pending: port.pending };
      case 'FrontReadRspProd':
      case 'FrontFinalCheck':
        return { type: action, rsp_prod: shared.rsp_prod };
      case 'FrontConsumeResponse':
        return { type: action, response: slotOctets(shared, this.snapshot.context.ring.rsp_cons).slice() };
      case 'FrontWriteRequest':
      case 'FrontPushRequests':
      case 'FrontArm':
        return { type: action };
    }
  }

  /**
   * Gives the machine an event and performs its effects.
   * @returns whether it took the event; one that it does not take changes nothing
   */
  send(event: FrontEvent): boolean {
    return take(this.#actor, event);
  }
}

/** The back on a ring page that the front has initialised. */
export class BackEnd {
  readonly #actor: Actor<typeof backMachine>;

  /** @param machine the back's machine; the tests give one with a fault in it */
  constructor(
    readonly shared: SharedRing,
    readonly port: Port,
    readonly user: RingUser,
    config: BackConfig,
    machine: typeof backMachine = backMachine,
  ) {
    this.#actor = createActor(backWithEffects(machine), {
      input: backContext(config, shared.nr_ents, shared.rsp_prod),
    });
    backs.set(this.#actor, this);
    this.#actor.start();
  }

  /** Where the machine is. */
  get snapshot(): BackSnapshot {
    return this.#actor.getSnapshot();
  }

  /** The event for an action: what it loads from shared memory is loaded now, once. */
  load(action: BackEvent['type']): BackEvent {
    const { shared, port } = this;
    switch (action) {
      case 'BackCheckNotify':
      case 'BackPushNothing':
        return { type: action, rsp_event: shared.rsp_event };
      case 'BackWake':
        return { type: action, pending: port.pending };
      case 'BackReadReqProd':
      case 'BackFinalCheck':
        return { type: action, req_prod: shared.req_prod };
      case 'BackTakeRequest':
        return { type: action, request: slotOctets(shared, this.snapshot.context.ring.req_cons).slice() };
      case 'BackWriteResponse':
      case 'BackPushResponses':
      case 'BackArm':
        return { type: action };
    }
  }

  /**
   * Gives the machine an event and performs its effects.
   * @returns whether it took the event; one that it does not take changes nothing
   */
  send(event: BackEvent): boolean {
    return take(this.#actor, event);
  }
}

const fronts = new Owners<FrontEnd>();
const backs = new Owners<BackEnd>();

const frontWithEffects = oncePerMachine((machine: typeof frontMachine) =>
  machine.provide({
    actions: {
      writeRequest: ({ self }, { idx }) => {
        const { shared, user } = fronts.of(self);
        slotOctets(shared, idx).set(user.next());
      },
      storeReqProd: ({ self }, { value }) => {
        fronts.of(self).shared.req_prod = value;
      },
      notifyBack: ({ self }, { due }) => {
        if (due) fronts.of(self).port.notify();
      },
      clearPending: ({ self }) => fronts.of(self).port.clearPending(),
      deliver: ({ self }, { response }) => fronts.of(self).user.onRead(response),
      storeRspEvent: ({ self }, { value }) => {
        fronts.of(self).shared.rsp_event = value;
      },
    },
  }),
);

const backWithEffects = oncePerMachine((machine: typeof backMachine) =>
  machine.provide({
    actions: {
      clearPending: ({ self }) => backs.of(self).port.clearPending(),
      deliver: ({ self }, { request }) => backs.of(self).user.onRead(request),
      storeReqEvent: ({ self }, { value }) => {
        backs.of(self).shared.req_event = value;
      },
      writeResponse: ({ self }, { idx }) => {
        const { shared, user } = backs.of(self);
        slotOctets(shared, idx).set(user.next());
      },
      storeRspProd: ({ self }, { value }) => {
        backs.of(self).shared.rsp_prod = value;
      },
      notifyFront: ({ self }, { due }) => {
        if (due) backs.of(self).port.notify();
      },
    },
  }),
);
