/**
 * The one place where the receive machine meets memory. It loads what an action needs, gives the machine the event,
 * and performs the effects that come back. Who decides which action is next (the shell, or a trace) makes no
 * difference here.
 */
import { type Actor, createActor } from 'xstate';
import { oncePerMachine, Owners, take } from './actor.js';
import { endAll, type Host, type Page } from './host.js';
import { readExtraInfo, readRxResponse, RX_SLOT, slotOf, writeRxRequest } from './netif.js';
import { SharedRing } from './ring.js';
import type { Offload } from './offload.js';
import { isExtraDue, type RxConfig, type RxEvent, rxContext, type SlotContents } from './rx.js';
import { type Answered, type Chain, type DropReason, offloadOf } from './rx-chain.js';
import { pagesOf } from './rx-pages.js';
import { rxMachine, type RxSnapshot } from './rx-machine.js';

/** The name of an action of the frontend, or of the application. */
export type RxAction = RxEvent['type'];

/** What an action cannot load for itself: the reference that the host gives, the page that the application returns. */
export interface RxArgs {
  readonly gref?: number;
  readonly page?: number;
}

/** A packet that has arrived whole. */
export interface Arrived {
  /**
   * Its octets, one part after the other. With `copyOut` there is one, a copy, and the listener's; otherwise they are in
   * the pages themselves, each lent until {@link RxDriver} is sent `AppReturn` with its number.
   */
  readonly fragments: readonly Uint8Array[];
  /** The pages that it came in, in order. */
  readonly pages: readonly number[];
  readonly offload: Offload;
}

/** What becomes of the pages that the backend has answered. */
export interface RxListener {
  onFrame(frame: Arrived): void;
  /**
   * A packet is dropped, of which a slot was answered like this: told once, when that slot is found to be wrong. Its page
   * and all others of the packet are free again.
   */
  onFailed(answered: Answered, reason: DropReason): void;
}

const NOBODY: RxListener = { onFrame() {}, onFailed() {} };

/** A receive machine on a host's memory. It owns its ring page and its pages. */
export class RxDriver {
  /** The shared page of the ring. */
  readonly shared: SharedRing;
  /** The pages of the pool, by number. */
  readonly pages: readonly Page[];
  /** The grant reference of the ring page. */
  readonly ringGref: number;
  readonly #actor: Actor<typeof rxMachine>;

  /**
   * Initialises the ring page and grants it. Nothing is posted yet.
   * @param listener told of each frame and each failure
   * @param machine the receive machine; the tests give one with a fault in it
   */
  constructor(
    readonly host: Host,
    readonly config: RxConfig,
    readonly listener: RxListener = NOBODY,
    machine: typeof rxMachine = rxMachine,
  ) {
    const ringPage = host.allocatePage();
    this.shared = new SharedRing(ringPage.octets, RX_SLOT, config.nr_ents);
    this.shared.init(config.first);
    this.pages = Array.from({ length: config.pages }, () => host.allocatePage());
    this.ringGref = host.claimGref();
    host.grantAccess(this.ringGref, ringPage, 'writable');
    this.#actor = createActor(withEffects(machine), { input: rxContext(config) });
    drivers.set(this.#actor, this);
    this.#actor.start();
  }

  /** Where the machine is. */
  get snapshot(): RxSnapshot {
    return this.#actor.getSnapshot();
  }

  /** Is the poller at work: has it taken an event, and not gone to sleep since? */
  get isPolling(): boolean {
    return this.#poller === 'polling';
  }

  /** Is there a frame to hand up? */
  get isDelivering(): boolean {
    return this.#poller === 'delivering';
  }

  /** Has the backend done what no backend may? */
  get isBroken(): boolean {
    return this.snapshot.value === 'broken';
  }

  get #poller(): string | undefined {
    const { value } = this.snapshot;
    return value === 'broken' ? undefined : value.running.poller;
  }

  /** The octets of a page of the pool. */
  page(page: number): Uint8Array {
    const found = this.pages[page];
    if (found === undefined) throw new RangeError(`page ${page} of a pool of ${this.pages.length}`);
    return found.octets;
  }

  /** The event for an action: what it loads from shared memory is loaded now, once. */
  load(action: RxAction, args: RxArgs = {}): RxEvent {
    const { shared, host } = this;
    switch (action) {
      case 'RxGrantAccess':
        return { type: action, gref: args.gref ?? 0 };
      case 'RxCheckNotify':
        return { type: action, req_event: shared.req_event };
      case 'RxTakeEvent':
        return { type: action, pending: host.pending };
      case 'RxReadRspProd':
      case 'RxFinalCheck':
        return { type: action, rsp_prod: shared.rsp_prod };
      case 'RxConsumeResponse':
        return {
          type: action,
          ...this.#contents(),
        };
      case 'RxRelease':
        return { type: action, mapped: this.#isDoneMapped() };
      case 'AppReturn':
        return { type: action, page: args.page ?? 0 };
      case 'RxPost':
      case 'RxPushRequests':
      case 'RxDeliver':
      case 'RxArm':
        return { type: action };
    }
  }

  /**
   * Gives the machine an event and performs its effects.
   * @returns whether it took the event; one that it does not take changes nothing
   */
  send(event: RxEvent): boolean {
    return take(this.#actor, event);
  }

  /** Hands up a packet: a copy, or the pages. */
  deliver(packet: Chain): void {
    const parts = packet.fragments.map(({ page, offset, status }) =>
      this.page(page).subarray(offset, offset + status),
    );
    this.listener.onFrame({
      fragments: this.config.copyOut ? [joined(parts)] : parts,
      pages: pagesOf(packet),
      offload: offloadOf(packet),
    });
  }

  /**
   * Clears a page that goes back to the pool: it is shown to the backend when it is granted next, and what was in it is
   * not the backend's.
   */
  clear(page: number): void {
    this.page(page).fill(0);
  }

  /**
   * Takes back every grant that the backend has not mapped: when the interface is closed, and not before.
   * @returns how many it has mapped; those stay granted, and their pages are never used again
   */
  disconnect(): number {
    const { grefs } = this.snapshot.context;
    return endAll(this.host, [this.ringGref, ...grefs.filter((gref) => gref !== null)]);
  }

  /** What is in the slot at `rsp_cons`: which of the two, the slots before it have said. */
  #contents(): SlotContents {
    const { context } = this.snapshot;
    const slot = slotOf(this.shared, context.ring.rsp_cons);
    return isExtraDue(context) ? { extra: readExtraInfo(slot) } : { response: readRxResponse(slot) };
  }

  #isDoneMapped(): boolean {
    const { done, grefs } = this.snapshot.context;
    const gref = done === null ? null : (grefs[done.page] ?? null);
    return gref !== null && this.host.isMapped(gref);
  }
}

/** One copy of all parts. */
export const joined = (parts: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((octets, part) => octets + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

const drivers = new Owners<RxDriver>();

const withEffects = oncePerMachine((machine: typeof rxMachine) =>
  machine.provide({
    actions: {
      grantAccess: ({ self }, { page, gref }) => {
        const { host, pages } = drivers.of(self);
        host.grantAccess(gref, pages[page]!, 'writable');
      },
      writeRequest: ({ self }, { idx, request }) =>
        writeRxRequest(slotOf(drivers.of(self).shared, idx), request),
      storeReqProd: ({ self }, { value }) => {
        drivers.of(self).shared.req_prod = value;
      },
      notifyBack: ({ self }, { due }) => {
        if (due) drivers.of(self).host.notify();
      },
      clearPending: ({ self }) => drivers.of(self).host.clearPending(),
      storeRspEvent: ({ self }, { value }) => {
        drivers.of(self).shared.rsp_event = value;
      },
      endAccess: ({ self }, { gref }) => drivers.of(self).host.endAccess(gref),
      deliver: ({ self }, packet) => drivers.of(self).deliver(packet),
      tellFailed: ({ self }, { failure }) => {
        if (failure !== null) drivers.of(self).listener.onFailed(failure.answered, failure.reason);
      },
      clearPages: ({ self }, { pages }) => {
        for (const page of pages) drivers.of(self).clear(page);
      },
    },
  }),
);
