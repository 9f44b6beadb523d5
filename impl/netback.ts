/**
 * An honest backend for the simulated host, of both rings. It copies each frame that the guest sends and answers every
 * request once, in order or, as Linux's does on the transmit ring, out of order; it writes each frame for the guest
 * into the next page that the guest has posted; and it sleeps by the rules of ring.h.
 */
import { BackRing } from './back-ring.js';
import {
  NETIF_RSP,
  readRxRequest,
  readTxRequest,
  type RxRequest,
  type RxResponse,
  type TxRequest,
  type TxResponse,
  writeRxResponse,
  writeTxResponse,
} from './netif.js';
import { PAGE_SIZE, type SharedRing } from './ring.js';
import type { BackHost } from './simhost.js';

/** The two rings of an interface, as a backend sees them. */
export interface Rings {
  readonly tx: SharedRing;
  readonly rx: SharedRing;
}

/** How this backend behaves, within what is honest. */
export interface NetbackOptions {
  /** Called with each frame that the guest sends, a copy, as its request is answered. */
  readonly onFrame?: (frame: Uint8Array) => void;
  /**
   * How many frames whoever is behind `onFrame` has room for. More requests than that are not taken: they stay on the
   * ring until {@link Netback.poll} is called again. Always enough if absent.
   */
  readonly room?: () => number;
  /** Which of `count` transmit requests that were taken is answered next, 0..count-1, oldest first. In order if absent. */
  readonly pick?: (count: number) => number;
  /** Answers at most this many transmit requests a poll; the rest at the next. All if absent. */
  readonly budget?: number;
  /** Where in its page a frame of so many octets for the guest begins. At 0 if absent, as Linux has it. */
  readonly placeAt?: (octets: number) => number;
}

/** The backend of one interface. Call {@link poll} at every event. */
export class Netback {
  readonly #tx: BackRing<TxRequest, TxResponse>;
  readonly #rx: BackRing<RxRequest, RxResponse>;
  readonly #taken: TxRequest[] = [];
  readonly #backlog: { readonly frame: Uint8Array; readonly offset: number }[] = [];
  #answered = 0;

  constructor(
    readonly host: BackHost,
    { tx, rx }: Rings,
    readonly options: NetbackOptions = {},
  ) {
    this.#tx = new BackRing(tx, { read: readTxRequest, write: writeTxResponse });
    this.#rx = new BackRing(rx, { read: readRxRequest, write: writeRxResponse });
  }

  /** Transmit requests taken and not yet answered. */
  get taken(): number {
    return this.#taken.length;
  }

  /** Frames for the guest that wait for it to post a page. */
  get backlog(): number {
    return this.#backlog.length;
  }

  /** Requests answered until now, on both rings. */
  get answered(): number {
    return this.#answered;
  }

  /**
   * Queues a frame for the guest. It is not copied before it is written to a page. It goes at the next {@link poll}.
   * @throws RangeError if it fits no page
   */
  deliver(frame: Uint8Array): void {
    const offset = this.options.placeAt?.(frame.length) ?? 0;
    if (frame.length === 0 || offset + frame.length > PAGE_SIZE)
      throw new RangeError(`a frame of ${frame.length} octets fits no page`);
    this.#backlog.push({ frame, offset });
  }

  /**
   * Takes its event; takes and answers transmit requests until there are none, or no room for their frames; writes
   * frames for the guest until there are none, or no page for them; and arms. With a budget it may stop earlier; then
   * it returns true: call again.
   * @throws RangeError if the frontend has published more requests than a ring has slots
   */
  poll(): boolean {
    this.host.clearPending();
    const isUnfinished = this.#pollTx();
    this.#pollRx();
    return isUnfinished;
  }

  #pollTx(): boolean {
    let left = this.options.budget ?? Number.POSITIVE_INFINITY;
    for (;;) {
      this.#take();
      for (; this.#taken.length > 0 && left > 0; left--) this.#answer();
      this.#push(this.#tx);
      if (this.#taken.length > 0) return true;
      // Whoever makes room calls again, and then looks at the ring before it sleeps.
      if (this.#room() === 0) return false;
      if (!this.#tx.finalCheckForRequests()) return false;
      if (left === 0) return true;
    }
  }

  #room(): number {
    return this.options.room?.() ?? Number.POSITIVE_INFINITY;
  }

  #take(): void {
    let room = this.#room() - this.#taken.length;
    for (let left = this.#tx.unconsumedRequests(); left > 0 && room > 0; left--, room--)
      this.#taken.push(this.#tx.takeRequest());
  }

  #answer(): void {
    const k = this.options.pick?.(this.#taken.length) ?? 0;
    const request = k === 0 ? this.#taken.shift() : this.#taken.splice(k, 1)[0];
    if (request === undefined) throw new RangeError(`pick chose ${k} of ${this.#taken.length} requests`);
    const status = this.#copyFrom(request) ? NETIF_RSP.OKAY : NETIF_RSP.ERROR;
    this.#tx.respond({ id: request.id, status });
    this.#answered++;
  }

  /** Copies the frame out of the granted page. False where Linux answers ERROR. */
  #copyFrom({ gref, offset, size }: TxRequest): boolean {
    const page = this.host.map(gref);
    if (page === undefined) return false;
    const fits = offset + size <= PAGE_SIZE;
    if (fits) this.options.onFrame?.(page.slice(offset, offset + size));
    this.host.unmap(gref);
    return fits;
  }

  /** As in Linux, an event is asked for only while a frame waits for a page. */
  #pollRx(): void {
    while (this.#backlog.length > 0 && this.#rx.finalCheckForRequests()) {
      for (let left = this.#rx.unconsumedRequests(); left > 0 && this.#backlog.length > 0; left--)
        this.#fill(this.#rx.takeRequest(), this.#backlog.shift()!);
      this.#push(this.#rx);
    }
  }

  /** Writes a frame to the page of a request. Where the page is not granted the frame is lost, as in Linux. */
  #fill({ id, gref }: RxRequest, { frame, offset }: { frame: Uint8Array; offset: number }): void {
    const page = this.host.map(gref);
    page?.set(frame, offset);
    if (page !== undefined) this.host.unmap(gref);
    const status = page === undefined ? NETIF_RSP.ERROR : frame.length;
    this.#rx.respond({ id, offset: page === undefined ? 0 : offset, flags: 0, status });
    this.#answered++;
  }

  #push(ring: BackRing<TxRequest, TxResponse> | BackRing<RxRequest, RxResponse>): void {
    if (ring.pushResponses()) this.host.notify();
  }
}
