/** The one place where the receive machine meets memory: what its actions load, and what its effects store. */
import { match } from 'ts-pattern';
import type { Host } from './host.js';
import { Interpreter } from './interpreter.js';
import { readExtraInfo, readRxResponse, RX_SLOT, slotOf, writeRxRequest } from './netif.js';
import { RingDriver } from './ring-driver.js';
import { frontPerformers } from './ring-front.js';
import type { Offload } from './offload.js';
import { isExtraDue, type RxConfig, type RxEvent, rxContext, type SlotContents } from './rx.js';
import { type Answered, type Chain, type DropReason, offloadOf } from './rx-chain.js';
import { pagesOf } from './rx-pages.js';
import { type rxEffects, rxMachine, type RxSnapshot } from './rx-machine.js';

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
export class RxDriver extends RingDriver<RxSnapshot, RxEvent> {
  protected override readonly machine;

  /**
   * Initialises the ring page and grants it. Nothing is posted yet.
   * @param listener told of each frame and each failure
   * @param machine the receive machine; the tests give one with a fault in it
   */
  constructor(
    host: Host,
    readonly config: RxConfig,
    readonly listener: RxListener = NOBODY,
    machine: typeof rxMachine = rxMachine,
  ) {
    super(host, { ...config, slotSize: RX_SLOT, isGrantedForLife: false });
    const { shared, pages } = this;
    this.machine = new Interpreter<typeof rxMachine, typeof rxEffects>(machine, rxContext(config), {
      ...frontPerformers(shared, host),
      grantAccess: ({ page, gref }) => host.grantAccess(gref, pages[page]!, 'writable'),
      writeRequest: ({ idx, request }) => writeRxRequest(slotOf(shared, idx), request),
      endAccess: ({ gref }) => host.endAccess(gref),
      deliver: (packet) => this.deliver(packet),
      tellFailed: ({ failure }) => {
        if (failure !== null) this.listener.onFailed(failure.answered, failure.reason);
      },
      clearPages: (cleared) => {
        for (const page of cleared.pages) this.clear(page);
      },
    });
  }

  /** Is there a frame to hand up? */
  get isDelivering(): boolean {
    return this.poller === 'delivering';
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
    return match(action)
      .returnType<RxEvent>()
      .with('RxGrantAccess', (type) => ({ type, gref: args.gref ?? 0 }))
      .with('RxCheckNotify', (type) => ({ type, req_event: shared.req_event }))
      .with('RxTakeEvent', (type) => ({ type, pending: host.pending }))
      .with('RxReadRspProd', 'RxFinalCheck', (type) => ({ type, rsp_prod: shared.rsp_prod }))
      .with('RxConsumeResponse', (type) => ({ type, ...this.#contents() }))
      .with('RxRelease', (type) => ({ type, mapped: this.isMapped(this.snapshot.context.done?.page) }))
      .with('AppReturn', (type) => ({ type, page: args.page ?? 0 }))
      .with('RxPost', 'RxPushRequests', 'RxDeliver', 'RxArm', (type) => ({ type }))
      .exhaustive();
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

  /** What is in the slot at `rsp_cons`: which of the two, the slots before it have said. */
  #contents(): SlotContents {
    const { context } = this.snapshot;
    const slot = slotOf(this.shared, context.ring.rsp_cons);
    return isExtraDue(context) ? { extra: readExtraInfo(slot) } : { response: readRxResponse(slot) };
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
