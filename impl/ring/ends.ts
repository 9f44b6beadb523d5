/**
 * Where the two ends of Ring meet memory: each loads what an action needs, gives its machine the event, and performs
 * the effects that come back. What requests and responses say is the user's.
 */
import type { AnyStateMachine, EventFromLogic } from 'xstate';
import { match } from 'ts-pattern';
import { type Effects, Interpreter } from '../interpreter.js';
import type { RingIdx, SharedRing } from '../ring.js';
import type { Place } from '../runner.js';
import { frontPerformers, type Port } from '../ring-front.js';
import {
  type BackConfig,
  backContext,
  type backEffects,
  type BackEvent,
  backMachine,
} from './back-machine.js';
import {
  type FrontConfig,
  frontContext,
  type frontEndEffects,
  type FrontEvent,
  frontMachine,
} from './front-machine.js';

/** Who writes and reads the slots at one end of a ring. */
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

/** What both ends have: a machine on a ring page, and their end of an event channel. */
abstract class End<Machine extends AnyStateMachine, Declared extends Effects> {
  protected abstract readonly machine: Interpreter<Machine, Declared>;

  constructor(
    readonly shared: SharedRing,
    readonly port: Port,
    readonly user: RingUser,
  ) {}

  /** Where the machine is. */
  get snapshot(): Place<Machine> {
    return this.machine.snapshot;
  }

  /**
   * Gives the machine an event and performs its effects.
   * @returns whether it took the event; one that it does not take changes nothing
   */
  send(event: EventFromLogic<Machine>): boolean {
    return this.machine.send(event);
  }

  protected write({ idx }: { readonly idx: RingIdx }): void {
    slotOctets(this.shared, idx).set(this.user.next());
  }
}

/** The front on a ring page, which it initialises. */
export class FrontEnd extends End<typeof frontMachine, typeof frontEndEffects> {
  protected override readonly machine;

  /** @param machine the front's machine; the tests give one with a fault in it */
  constructor(
    shared: SharedRing,
    port: Port,
    user: RingUser,
    config: FrontConfig,
    first: RingIdx,
    machine: typeof frontMachine = frontMachine,
  ) {
    super(shared, port, user);
    shared.init(first);
    this.machine = new Interpreter<typeof frontMachine, typeof frontEndEffects>(
      machine,
      frontContext(config, shared.nr_ents, first),
      {
        ...frontPerformers(shared, port),
        writeRequest: (slot) => this.write(slot),
        deliver: ({ response }) => user.onRead(response),
      },
      config.runner,
    );
  }

  /** The event for an action: what it loads from shared memory is loaded now, once. */
  load(action: FrontEvent['type']): FrontEvent {
    const { shared, port } = this;
    return match(action)
      .returnType<FrontEvent>()
      .with('FrontCheckNotify', 'FrontPushNothing', (type) => ({ type, req_event: shared.req_event }))
      .with('FrontWake', (type) => ({ type, pending: port.pending }))
      .with('FrontReadRspProd', 'FrontFinalCheck', (type) => ({ type, rsp_prod: shared.rsp_prod }))
      .with('FrontConsumeResponse', (type) => ({
        type,
        response: slotOctets(shared, this.snapshot.context.ring.rsp_cons).slice(),
      }))
      .with('FrontWriteRequest', 'FrontPushRequests', 'FrontArm', (type) => ({ type }))
      .exhaustive();
  }
}

/** The back on a ring page that the front has initialised. */
export class BackEnd extends End<typeof backMachine, typeof backEffects> {
  protected override readonly machine;

  /** @param machine the back's machine; the tests give one with a fault in it */
  constructor(
    shared: SharedRing,
    port: Port,
    user: RingUser,
    config: BackConfig,
    machine: typeof backMachine = backMachine,
  ) {
    super(shared, port, user);
    this.machine = new Interpreter<typeof backMachine, typeof backEffects>(
      machine,
      backContext(config, shared.nr_ents, shared.rsp_prod),
      {
        clearPending: () => port.clearPending(),
        deliver: ({ request }) => user.onRead(request),
        storeReqEvent: ({ value }) => {
          shared.req_event = value;
        },
        writeResponse: (slot) => this.write(slot),
        storeRspProd: ({ value }) => {
          shared.rsp_prod = value;
        },
        notifyFront: ({ due }) => {
          if (due) port.notify();
        },
      },
      config.runner,
    );
  }

  /** The event for an action: what it loads from shared memory is loaded now, once. */
  load(action: BackEvent['type']): BackEvent {
    const { shared, port } = this;
    return match(action)
      .returnType<BackEvent>()
      .with('BackCheckNotify', 'BackPushNothing', (type) => ({ type, rsp_event: shared.rsp_event }))
      .with('BackWake', (type) => ({ type, pending: port.pending }))
      .with('BackReadReqProd', 'BackFinalCheck', (type) => ({ type, req_prod: shared.req_prod }))
      .with('BackTakeRequest', (type) => ({
        type,
        request: slotOctets(shared, this.snapshot.context.ring.req_cons).slice(),
      }))
      .with('BackWriteResponse', 'BackPushResponses', 'BackArm', (type) => ({ type }))
      .exhaustive();
  }
}
