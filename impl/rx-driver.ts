/** The one place where the receive machine meets memory: what its actions load, and what its effects store. */
import type { Host } from './host.js';
import { Interpreter } from './interpreter.js';
import { NETRXF, readExtraInfo, readRxResponse, RX_SLOT, slotOf, writeRxRequest } from './netif.js';
import { RingDriver } from './ring-driver.js';
import { frontPerformers } from './ring-front.js';
import { joined } from './octets.js';
import { decodeOffload, type Offload } from './offload.js';
import { isExtraDue, type RxConfig, type RxEvent, rxContext, type SlotContents } from './rx.js';
import { type AnsweredPage, type PartialPacket, type DropReason } from './rx-chain.js';
import { pagesOf } from './rx-pages.js';
import { type rxEffects, rxMachine, type RxSnapshot } from './rx-machine.js';

/** The name of an action of the frontend, or of the application. */
export type RxAction = RxEvent['type'];

/** What an action cannot load for itself: the reference that the host gives, the page that the application returns. */
export interface RxArgs {
  readonly gref?: number;
  readonly page?: number;
}

/** A packet of which every slot has come. */
export interface DeliveredPacket {
  /**
   * Its octets, one part after the other. With `copyOut` there is one part, a copy that the listener may keep. Otherwise
   * each part is in its page, which is the listener's until {@link RxDriver} is sent `AppReturn` with the page's number.
   */
  readonly fragments: readonly Uint8Array[];
  /** The pages that it came in, in order. */
  readonly pages: readonly number[];
  readonly offload: Offload;
}

/** Who is called with each packet that came. */
export interface RxListener {
  onDelivered(frame: DeliveredPacket): void;
  /** A packet is dropped because of the slot that was answered like this. Called once; all its pages are free again. */
  onDropped(answered: AnsweredPage, reason: DropReason): void;
}

const NOBODY: RxListener = { onDelivered() {}, onDropped() {} };

/** A receive machine on a host's memory. It owns its ring page and its pages. */
export class RxDriver extends RingDriver<RxSnapshot, RxEvent> {
  protected override readonly machine;

  /**
   * Initialises the ring page and grants it. Nothing is posted yet.
   * @param listener called with each packet that is delivered or dropped
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
    this.machine = new Interpreter<typeof rxMachine, typeof rxEffects>(
      machine,
      rxContext(config),
      {
        ...frontPerformers(shared, host),
        grantAccess: ({ page, gref }) => this.grantAccess(gref, pages[page]!, 'writable'),
        writeRequest: ({ idx, request }) => writeRxRequest(slotOf(shared, idx), request),
        deliver: (packet) => this.deliver(packet),
        reportDrop: ({ drop }) => {
          if (drop !== null) this.listener.onDropped(drop.answered, drop.reason);
        },
        clearPages: (cleared) => {
          for (const page of cleared.pages) this.clear(page);
        },
      },
      config.runner,
    );
  }

  /** Is there a packet to deliver? */
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
    const { shared } = this;
    switch (action) {
      case 'RxGrantAccess':
        return { type: action, gref: args.gref ?? 0 };
      case 'RxCheckNotify':
        return { type: action, req_event: shared.req_event };
      case 'RxTakeEvent':
        return { type: action, pending: this.host.pending };
      case 'RxReadRspProd':
      case 'RxFinalCheck':
        return { type: action, rsp_prod: shared.rsp_prod };
      case 'RxConsumeResponse':
        return { type: action, ...this.#contents() };
      case 'RxRelease':
        return { type: action, isEnded: this.endAnswered(this.snapshot.context.done?.page) };
      case 'AppReturn':
        return { type: action, page: args.page ?? 0 };
      case 'RxPost':
      case 'RxPushRequests':
      case 'RxDeliver':
      case 'RxArm':
        return { type: action };
    }
  }

  /** Gives a packet to the listener: a copy, or the pages. */
  deliver(packet: PartialPacket): void {
    const parts = packet.fragments.map(({ page, offset, status }) =>
      this.page(page).subarray(offset, offset + status),
    );
    this.listener.onDelivered({
      fragments: this.config.copyOut ? [joined(parts)] : parts,
      pages: pagesOf(packet),
      offload: decodeOffload(packet.flags, packet.extras, NETRXF),
    });
  }

  /** Clears a page that goes back to the pool. The backend sees it when it is granted next, and not the old frame. */
  clear(page: number): void {
    this.page(page).fill(0);
  }

  /** What is in the slot at `rsp_cons`. The slots before it say whether that is a response or an extra. */
  #contents(): SlotContents {
    const { context } = this.snapshot;
    const slot = slotOf(this.shared, context.ring.rsp_cons);
    return isExtraDue(context) ? { extra: readExtraInfo(slot) } : { response: readRxResponse(slot) };
  }
}
