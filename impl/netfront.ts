/**
 * The shell: what an application sees of a netfront. It decides which action comes next, and nothing else: after
 * each input (a frame to send, an event, a page returned) the frontend's own steps run until none is left to do.
 */
import { BROKEN, SendError } from './errors.js';
import type { Host } from './host.js';
import type { Frame, FrameListener, ReceiveErrorListener } from './inbox.js';
import type { TxStatus } from './netif.js';
import { type NetfrontOptions, rxConfig, txConfig } from './options.js';
import type { Offload } from './offload.js';
import { Receiver } from './receiver.js';
import type { RxDriver } from './rx-driver.js';
import { Sender } from './sender.js';
import type { Statistics } from './statistics.js';
import type { TxDriver } from './tx-driver.js';
import { longestPacket, planPacket } from './tx-packet.js';
import { takeEvent } from './txrx.js';

/**
 * One network interface of the guest. Frames that are received are taken by one listener ({@link onReceive}) or by one
 * iterator (`for await (const frame of netfront)`); until there is one they wait.
 */
export interface Netfront extends AsyncIterable<Frame> {
  /**
   * Sends a packet: a frame of 14 octets to {@link maxFrame}, or a list of fragments that is one. Where one slot is not
   * enough, it goes out as a chain of slots, which the backend sees whole or not at all. The octets are copied before
   * anything else happens to them, by the time the promise settles at the latest; do not change them before.
   * Packets leave in the order of the calls. Where ring or pool are full a packet waits, and none is lost.
   * @param offload what the backend is told beside the octets. It must have offered that: netif.h has a feature for each
   * @returns when the backend has let go of the packet, with the status it gave: OKAY if all of it was sent
   * @throws SendError if the packet cannot be sent, which names the limit; if the netfront was closed, the host has no grant
   *   references, or the backend broke the protocol
   */
  send(frame: Uint8Array | readonly Uint8Array[], offload?: Offload): Promise<TxStatus>;
  /**
   * Calls back with each frame that arrives, in order, for good. If the listener returns a promise, the next frame is
   * handed over when that has settled.
   * @param onError told what the listener throws, or its promise is rejected with; the frame counts as received and
   *   is still the application's, and the next one follows. Without it the error is thrown where nobody catches it,
   *   as Node does with what an event listener throws
   * @throws ReceiveError if there is a listener or an iterator already
   */
  onReceive(listener: FrameListener, onError?: ReceiveErrorListener): void;
  /**
   * Frames in the order of their arrival, until the netfront is closed. `break` leaves what was not taken to the next
   * iterator or listener.
   * @throws ReceiveError if there is a listener or an iterator already; `next` is rejected with one when the frames that
   *   had come are taken and the backend has broken the protocol
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<Frame>;
  /**
   * The longest packet in octets: 65,535, or what the slots, blocks and ids hold that there are at all. Each extra takes a slot
   * more.
   */
  readonly maxFrame: number;
  /** Packets accepted and not yet let go of: waiting, or with the backend. */
  readonly unsettled: number;
  /** Has the backend broken the protocol, on either ring? Then nothing can be sent or received any more. */
  readonly isBroken: boolean;
  /** What was sent and received until now. */
  readonly statistics: Statistics;
  /**
   * Refuses further frames; when all accepted ones are settled, stops receiving and takes back every grant. Frames that
   * wait for the application by then are still handed over, and the iterator ends after them; those that wait on the ring are not.
   * @returns how many grants the backend still has mapped: those stay, and their pages are never used again
   */
  close(): Promise<number>;
}

/** A netfront, and its two drivers for a backend to attach to (`tx.shared`, `rx.shared`). */
export interface Connected {
  readonly netfront: Netfront;
  readonly tx: TxDriver;
  readonly rx: RxDriver;
}

/**
 * Connects a netfront to a host: makes both rings, grants what is granted for life, posts pages to receive into, and
 * listens for events.
 * @throws RangeError if the options do not fit each other: a ring's size is no power of two, or a scheme cannot keep
 *   ids unique with them
 * @throws HostError if the host has no grant references for the rings and the transmit pool
 */
export const connect = (host: Host, options: NetfrontOptions = {}): Connected => {
  const netfront = new Shell(host, options);
  return { netfront, tx: netfront.sender.driver, rx: netfront.receiver.driver };
};

class Shell implements Netfront {
  readonly sender: Sender;
  readonly receiver: Receiver;
  #isClosing = false;
  #isClosed = false;
  readonly #closing: ((mapped: number) => void)[] = [];
  /** How many grants stayed because the backend had them mapped. */
  #mapped = 0;

  constructor(host: Host, options: NetfrontOptions) {
    const [tx, rx] = [txConfig(options.tx), rxConfig(options.rx)];
    this.sender = new Sender(host, tx, () => this.#onBroken());
    try {
      this.receiver = new Receiver(host, rx, () => this.#onBroken());
    } catch (error) {
      this.sender.driver.disconnect();
      throw error;
    }
    host.onEvent(() => this.#onEvent());
    this.receiver.run();
  }

  get maxFrame(): number {
    return longestPacket(this.sender.driver.config);
  }

  get unsettled(): number {
    return this.sender.unsettled;
  }

  get isBroken(): boolean {
    return this.sender.driver.isBroken || this.receiver.driver.isBroken;
  }

  get statistics(): Statistics {
    const rx = this.receiver.counters;
    return { tx: { ...this.sender.counters }, rx: { ...rx, reasons: { ...rx.reasons } } };
  }

  async send(frame: Uint8Array | readonly Uint8Array[], offload: Offload = {}): Promise<TxStatus> {
    if (this.#isClosing) throw new SendError('the netfront is closed: connect again');
    if (this.isBroken) throw new SendError(BROKEN);
    return this.sender.send(planPacket(frame, offload, this.sender.driver.config));
  }

  onReceive(listener: FrameListener, onError?: ReceiveErrorListener): void {
    this.receiver.inbox.listen(listener, onError);
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Frame> {
    return this.receiver.inbox.iterate();
  }

  close(): Promise<number> {
    this.#isClosing = true;
    return new Promise((resolve) => {
      this.#closing.push(resolve);
      this.#finishClosing();
    });
  }

  #onEvent(): void {
    if (this.#isClosed || this.isBroken) return;
    takeEvent(this.sender.driver, this.receiver.driver);
    this.sender.poll();
    if (this.sender.driver.isBroken) this.#onBroken();
    else this.receiver.run();
    if (!this.isBroken) this.sender.pump();
    this.#finishClosing();
  }

  /** One ring is broken, and the backend is not to be believed on the other either. */
  #onBroken(): void {
    this.sender.failAll();
    this.receiver.stop('broken');
    // It may be the application that came by, and no event that would.
    this.#finishClosing();
  }

  #finishClosing(): void {
    if (!this.#isClosing || this.unsettled > 0) return;
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.receiver.stop('closed');
      this.#mapped = this.sender.driver.disconnect() + this.receiver.driver.disconnect();
    }
    for (const resolve of this.#closing.splice(0)) resolve(this.#mapped);
  }
}
