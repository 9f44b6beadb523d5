/**
 * The reference backend of both rings, for the simulated host. It copies each packet that the guest sends, and answers every
 * request once: in order or, as Linux's netback may on the transmit ring, out of order. It writes each packet for the guest
 * into the next pages that the guest has posted. It sleeps by the rules of ring.h. A frontend that breaks the protocol is
 * treated as Linux 6.1 does, see {@link FrontFault}.
 */
import type { FrontFault } from './chain.js';
import type { BackRing } from './ring.js';
import { BackRx, type BackRxOptions } from './rx.js';
import { BackTx, type BackTxOptions } from './tx.js';
import type { TxRequest } from '../netif.js';
import type { Offload } from '../offload.js';
import type { SharedRing } from '../ring.js';
import type { EventChannel } from '../host.js';
import type { BackHost } from './simhost.js';

/** The two rings of an interface, as a backend sees them. */
export interface Rings {
  readonly tx: SharedRing;
  readonly rx: SharedRing;
}

/** How this backend behaves, within the protocol. */
export interface NetbackOptions extends BackTxOptions, BackRxOptions {
  /** Called with each packet that the guest sends, a copy, as the last of its requests is answered. */
  readonly onFrame?: (frame: Uint8Array, offload: Offload) => void;
  /**
   * How many more packets the consumer behind `onFrame` has room for; no limit if absent. Others stay on the ring until
   * {@link Netback.poll} is called again.
   */
  readonly room?: () => number;
  /** Which of `count` transmit requests that were taken is answered next, 0..count-1, oldest first. In order if absent. */
  readonly pick?: (count: number) => number;
  /** Answers at most this many transmit requests a poll; the rest at the next. All if absent. Extras are not counted. */
  readonly budget?: number;
  /**
   * The status of a request whose octets could be read; OKAY if absent. A packet with any other status is not forwarded.
   */
  readonly status?: (request: TxRequest) => number;
  /**
   * Where in its page a fragment of so many octets for the guest begins; at 0 if absent, as in Linux. What does not fit
   * the page goes into the next.
   */
  readonly placeAt?: (octets: number) => number;
  /**
   * Of the slots that are left of the next packet for the guest, how many are published before the next poll. If absent, a
   * packet is published at once, when there are enough requests.
   */
  readonly inParts?: (slots: number) => number;
}

/** The backend of one interface. Call {@link poll} at every event. */
export class Netback {
  readonly #tx: BackTx;
  readonly #rx: BackRx;
  #answered = 0;
  #fault: FrontFault | undefined;

  /** @param rxChannel the receive ring's own event channel; that of the host, which both rings have, if absent */
  constructor(
    readonly host: BackHost,
    { tx, rx }: Rings,
    readonly options: NetbackOptions = {},
    readonly rxChannel: EventChannel = host,
  ) {
    this.#tx = new BackTx(host, tx, options);
    this.#rx = new BackRx(host, rx, options);
  }

  /** Transmit requests taken and not yet answered, without extras. */
  get taken(): number {
    return this.#tx.pending;
  }

  /** Packets for the guest that wait for it to post pages. */
  get backlog(): number {
    return this.#rx.backlog;
  }

  /** Slots answered until now, on both rings. */
  get answered(): number {
    return this.#answered;
  }

  /**
   * Why the interface is disabled, if it is. Nothing more is taken from the frontend or written for it, but requests that
   * were taken before are answered. The frontend is not notified, in xenstore or otherwise.
   */
  get fault(): FrontFault | undefined {
    return this.#fault;
  }

  /** Is the interface disabled? */
  get isDisabled(): boolean {
    return this.#fault !== undefined;
  }

  /**
   * Queues a packet for the guest, 1 to 65,535 octets, for the next {@link poll}. A list of fragments is one packet; each
   * begins a slot of its own, unless there are too many. The octets are not copied before they are written to pages. Where
   * the interface is disabled the packet is dropped.
   * @throws RangeError if it cannot be queued; the message says why
   */
  deliver(frame: Uint8Array | readonly Uint8Array[], offload: Offload = {}): void {
    const why = this.offer(frame, offload);
    if (why !== undefined) throw new RangeError(why);
  }

  /** As {@link deliver}. @returns why the packet cannot be delivered, where it cannot */
  offer(frame: Uint8Array | readonly Uint8Array[], offload: Offload = {}): string | undefined {
    if (this.isDisabled) return undefined;
    return this.#rx.queue(frame instanceof Uint8Array ? [frame] : frame, offload);
  }

  /**
   * Takes its event. Takes and answers transmit requests until there are none, or no room for their packets. Writes packets
   * for the guest until there are none, or no pages for them. Then it arms.
   * @returns whether it stopped earlier, because of a budget or of `inParts`, and has to be called again
   */
  poll(): boolean {
    this.host.clearPending();
    if (this.rxChannel !== this.host) this.rxChannel.clearPending();
    const isTxUnfinished = this.#pollTx();
    const isRxUnfinished = this.#pollRx();
    return isTxUnfinished || isRxUnfinished;
  }

  /**
   * The same at an event of one ring's own channel, and for that ring alone. For the receive ring also where a packet was
   * delivered to it meanwhile, which needs no event.
   */
  pollAt(ring: 'tx' | 'rx'): boolean {
    const channel = ring === 'tx' ? this.host : this.rxChannel;
    channel.clearPending();
    const { backlog } = this;
    const isTxUnfinished = ring === 'tx' && this.#pollTx();
    const isRxUnfinished = (ring === 'rx' || this.backlog > backlog) && this.#pollRx();
    return isTxUnfinished || isRxUnfinished;
  }

  #pollTx(): boolean {
    let left = this.options.budget ?? Number.POSITIVE_INFINITY;
    for (;;) {
      this.#take();
      for (; this.taken > 0 && left > 0; left--) this.#answered += this.#tx.answer();
      this.#push(this.#tx.ring, this.host);
      if (this.taken > 0) return true;
      // The consumer calls again when it has room, and then the ring is looked at before sleeping.
      if (this.isDisabled || this.#room() === 0) return false;
      if (!this.#tx.ring.finalCheckForRequests()) return false;
      if (left === 0) return true;
    }
  }

  #room(): number {
    return this.options.room?.() ?? Number.POSITIVE_INFINITY;
  }

  #take(): void {
    while (!this.isDisabled && this.#room() > this.#tx.packets) {
      const taken = this.#tx.take();
      if (typeof taken !== 'boolean') this.#disable(taken.fault);
      else if (!taken) return;
    }
  }

  /** As in Linux, an event is asked for only while a packet waits for pages. */
  #pollRx(): boolean {
    const before = this.#answered;
    let isUnfinished = false;
    while (!isUnfinished) {
      const written = this.#rx.write();
      if (written === 0) break;
      if (typeof written !== 'number') this.#disable(written);
      else {
        this.#answered += written;
        isUnfinished = this.options.inParts !== undefined && this.backlog > 0;
      }
    }
    if (this.#answered > before) this.#push(this.#rx.ring, this.rxChannel);
    return isUnfinished;
  }

  #disable(fault: FrontFault): void {
    this.#fault = fault;
    this.#rx.clear();
  }

  #push(ring: BackRing, channel: EventChannel): void {
    if (ring.pushResponses()) channel.notify();
  }
}
