/**
 * The reference backend for the simulated host, of both rings. With an honest frontend it is honest: it copies each packet that
 * the guest sends and answers every request once, in order or, as Linux's does on the transmit ring, out of order; it writes each
 * packet for the guest into the next pages that the guest has posted; and it sleeps by the rules of ring.h. With a frontend that
 * is not it does what Linux's does (6.1), see {@link FrontFault}.
 */
import type { FrontFault } from './chain.js';
import type { BackRing } from './ring.js';
import { BackRx, type BackRxOptions } from './rx.js';
import { BackTx, type BackTxOptions } from './tx.js';
import type { TxRequest } from '../netif.js';
import type { Offload } from '../offload.js';
import type { SharedRing } from '../ring.js';
import type { BackHost } from './simhost.js';

/** The two rings of an interface, as a backend sees them. */
export interface Rings {
  readonly tx: SharedRing;
  readonly rx: SharedRing;
}

/** How this backend behaves, within what is honest. */
export interface NetbackOptions extends BackTxOptions, BackRxOptions {
  /** Called with each packet that the guest sends, a copy, as the last of its requests is answered. */
  readonly onFrame?: (frame: Uint8Array, offload: Offload) => void;
  /**
   * How many packets whoever is behind `onFrame` has room for. More than that are not taken: they stay on the
   * ring until {@link Netback.poll} is called again. Always enough if absent.
   */
  readonly room?: () => number;
  /** Which of `count` transmit requests that were taken is answered next, 0..count-1, oldest first. In order if absent. */
  readonly pick?: (count: number) => number;
  /** Answers at most this many transmit requests a poll; the rest at the next. All if absent. Extras are not counted. */
  readonly budget?: number;
  /**
   * What a request is answered with whose octets could be read; OKAY if absent. Of a packet that is not answered OKAY
   * throughout the rest may be, and it is not sent on.
   */
  readonly status?: (request: TxRequest) => number;
  /**
   * Where in its page a fragment of so many octets for the guest begins. At 0 if absent, as Linux has it. What reaches past
   * the page goes on in the next.
   */
  readonly placeAt?: (octets: number) => number;
  /**
   * How many of the next packet's slots for the guest, of so many that are left, are published before the next poll. If
   * absent a packet is published whole, as soon as there are requests enough.
   */
  readonly inParts?: (slots: number) => number;
}

/** The backend of one interface. Call {@link poll} at every event. */
export class Netback {
  readonly #tx: BackTx;
  readonly #rx: BackRx;
  #answered = 0;
  #fault: FrontFault | undefined;

  constructor(
    readonly host: BackHost,
    { tx, rx }: Rings,
    readonly options: NetbackOptions = {},
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
   * What the frontend did for which its interface is disabled, if it is: nothing more is taken from it, and nothing is
   * written to it. What was taken before is answered. The frontend is not told, in xenstore or otherwise.
   */
  get fault(): FrontFault | undefined {
    return this.#fault;
  }

  /** Is the interface disabled? */
  get isDisabled(): boolean {
    return this.#fault !== undefined;
  }

  /**
   * Queues a packet for the guest, 1 to 65,535 octets. A list of fragments is one packet; each begins a slot of its own, unless
   * there are too many. The octets are not copied before they are written to pages. It goes at the next {@link poll}. Where
   * the interface is disabled it is lost.
   * @throws RangeError if it cannot be: see the message
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
   * Takes its event; takes and answers transmit requests until there are none, or no room for their packets; writes
   * packets for the guest until there are none, or no pages for them; and arms. With a budget, or in parts, it may stop earlier;
   * then it returns true: call again.
   */
  poll(): boolean {
    this.host.clearPending();
    const isTxUnfinished = this.#pollTx();
    const isRxUnfinished = this.#pollRx();
    return isTxUnfinished || isRxUnfinished;
  }

  #pollTx(): boolean {
    let left = this.options.budget ?? Number.POSITIVE_INFINITY;
    for (;;) {
      this.#take();
      for (; this.taken > 0 && left > 0; left--) this.#answered += this.#tx.answer();
      this.#push(this.#tx.ring);
      if (this.taken > 0) return true;
      // Whoever makes room calls again, and then looks at the ring before it sleeps.
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
    if (this.#answered > before) this.#push(this.#rx.ring);
    return isUnfinished;
  }

  #disable(fault: FrontFault): void {
    this.#fault = fault;
    this.#rx.clear();
  }

  #push(ring: BackRing): void {
    if (ring.pushResponses()) this.host.notify();
  }
}
