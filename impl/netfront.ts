/**
 * The shell: the interface of a netfront to an application. It only decides which action comes next. After each input (a
 * packet to send, an event, a page returned) the frontend's own steps run until none is left to do.
 */
import { type Breakage, DROPPED_AT_CLOSE, failed, PROTOCOL_BROKEN, SendError } from './errors.js';
import { type EventChannel, type Host, onChannel } from './host.js';
import {
  checkChannel,
  checkFrame,
  checkHost,
  checkListener,
  checkOffload,
  checkOptions,
} from './arguments.js';
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
import { listen } from './txrx.js';

/**
 * One network interface of the guest. Received frames go to one listener ({@link onReceive}) or one iterator
 * (`for await (const frame of netfront)`), and wait until there is one.
 */
export interface Netfront extends AsyncIterable<Frame> {
  /**
   * Sends a packet of 14 octets to {@link maxFrame}: a frame, or a list of fragments that make one. Where one slot is not
   * enough it takes several, which are published together. The octets are copied when there is room on the ring; do not
   * change them before the promise settles. Packets leave in the order of the calls. A packet waits while ring or pool are
   * full, and none is lost.
   * @param offload metadata for the backend, which must have offered to take it: netif.h has a feature for each
   * @returns the status of the packet, when the backend has answered all of its requests: OKAY if all of it was sent
   * @throws SendError if the packet cannot be sent, with the limit that it exceeds; or if the netfront was closed, the host
   *   has no grant references or failed, or the backend broke the protocol
   * @throws TypeError if an argument is not what it must be
   */
  send(frame: Uint8Array | readonly Uint8Array[], offload?: Offload): Promise<TxStatus>;
  /**
   * Calls the listener with each frame that arrives, in order. If the listener returns a promise, the next frame comes when
   * that has settled.
   * @param onError called with what the listener throws, or its promise is rejected with. The frame counts as received, the
   *   application still has to release it, and the next one follows. Without `onError` the error is thrown where nobody
   *   catches it, as Node does with what an event listener throws
   * @throws ReceiveError if there is a listener or an iterator already
   * @throws TypeError if an argument is no function
   */
  onReceive(listener: FrameListener, onError?: ReceiveErrorListener): void;
  /**
   * Frames in the order of their arrival, until the netfront is closed. After `break` the next iterator or listener gets
   * the frames that follow.
   * @throws ReceiveError if there is a listener or an iterator already. Where the backend has broken the protocol, or the
   *   host failed, `next` is rejected with one after the last frame
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<Frame>;
  /**
   * The longest packet in octets: 65,535, or less where slots, blocks or ids are few. Each extra takes one of the slots.
   */
  readonly maxFrame: number;
  /** Packets accepted and not completed: waiting, or with the backend. */
  readonly unsettled: number;
  /** Has the backend broken the protocol on either ring, or the host failed? Then nothing is sent or received any more. */
  readonly isBroken: boolean;
  /** What was sent and received so far. */
  readonly statistics: Statistics;
  /**
   * Refuses further packets. When all accepted ones are completed, stops receiving and takes back every grant. Frames that
   * wait for the application by then are still handed over, and the iterator ends after them. Responses that wait on the
   * ring are dropped.
   * @param options with `drop`, packets that the backend has not answered are not waited for: their promises are rejected,
   *   and nobody knows whether they were sent. So a close ends whatever the backend does
   * @returns the number of pages that the backend still has mapped, or may have where the host failed. These stay granted
   *   and are never reused
   */
  close(options?: { readonly drop?: boolean }): Promise<number>;
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
 * @param rxChannel an event channel for the receive ring, where the backend has offered feature-split-event-channels: then
 *   that of the host is the transmit ring's. If absent, both rings have the host's
 * @throws RangeError if the options do not fit each other: a ring's size is no power of two, or a scheme cannot keep
 *   ids unique with them
 * @throws TypeError if an argument is not what it must be
 * @throws what the host throws, a HostError if it has no grant references for the rings and the transmit pool. Then nothing
 *   is granted, and an event does nothing
 */
export const connect = (host: Host, options: NetfrontOptions = {}, rxChannel?: EventChannel): Connected => {
  checkHost(host);
  checkOptions(options);
  if (rxChannel !== undefined) checkChannel('rxChannel', rxChannel);
  const netfront = new Shell(host, rxChannel === undefined ? host : onChannel(host, rxChannel), options);
  return { netfront, tx: netfront.sender.driver, rx: netfront.receiver.driver };
};

class Shell implements Netfront {
  readonly sender: Sender;
  readonly receiver: Receiver;
  #isClosing = false;
  #isClosed = false;
  readonly #closing: ((mapped: number) => void)[] = [];
  /** What the host threw, or what cannot happen. */
  #failure: Breakage | undefined;
  /** How many grants stayed because the backend had them mapped. */
  #mapped = 0;

  constructor(host: Host, rxHost: Host, options: NetfrontOptions) {
    const runner = options.runner && { runner: options.runner };
    const tx = { ...txConfig(options.tx), ...runner };
    const rx = { ...rxConfig(options.rx), ...runner };
    this.sender = new Sender(host, tx);
    try {
      this.receiver = new Receiver(rxHost, rx, (work) => this.#attempt(work));
    } catch (error) {
      this.sender.driver.disconnect();
      throw error;
    }
    this.receiver.run();
    // Last: a listener cannot be taken back.
    if (this.#failure === undefined)
      this.#attempt(() => listen(this.sender.driver, this.receiver.driver, (take) => this.#onEvent(take)));
    if (this.#failure !== undefined) {
      this.#disconnect();
      throw this.#failure.options?.cause;
    }
  }

  get maxFrame(): number {
    return longestPacket(this.sender.driver.config);
  }

  get unsettled(): number {
    return this.sender.unsettled;
  }

  get isBroken(): boolean {
    return this.#breakage !== undefined;
  }

  get #breakage(): Breakage | undefined {
    const isBroken = this.sender.driver.isBroken || this.receiver.driver.isBroken;
    return this.#failure ?? (isBroken ? PROTOCOL_BROKEN : undefined);
  }

  get statistics(): Statistics {
    const rx = this.receiver.counters;
    return { tx: { ...this.sender.counters }, rx: { ...rx, reasons: { ...rx.reasons } } };
  }

  async send(frame: Uint8Array | readonly Uint8Array[], offload: Offload = {}): Promise<TxStatus> {
    checkFrame(frame);
    checkOffload(offload);
    if (this.#isClosing) throw new SendError('the netfront is closed: connect again');
    const breakage = this.#breakage;
    if (breakage !== undefined) throw new SendError(breakage.message, breakage.options);
    const settled = this.sender.accept(planPacket(frame, offload, this.sender.driver.config));
    this.#attempt(() => this.sender.pump());
    return settled;
  }

  onReceive(listener: FrameListener, onError?: ReceiveErrorListener): void {
    checkListener('listener', listener);
    if (onError !== undefined) checkListener('onError', onError);
    this.receiver.inbox.listen(listener, onError);
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Frame> {
    return this.receiver.inbox.iterate();
  }

  close({ drop = false }: { readonly drop?: boolean } = {}): Promise<number> {
    this.#isClosing = true;
    if (drop) this.sender.failAll(DROPPED_AT_CLOSE);
    return new Promise((resolve) => {
      this.#closing.push(resolve);
      this.#finishClosing();
    });
  }

  #onEvent(take: () => void): void {
    if (this.#isClosed || this.isBroken) return;
    this.#attempt(() => {
      take();
      this.sender.poll();
    });
    if (!this.isBroken) this.receiver.run();
    if (!this.isBroken) this.#attempt(() => this.sender.pump());
    this.#finishClosing();
  }

  /**
   * Does work in which the host may throw, or the backend turn out to be broken. Then everything ends: of a host that has
   * failed nobody knows what it has done, and a backend that breaks one ring is not to be believed on the other either.
   */
  #attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#failure ??= failed(error);
    }
    const breakage = this.#breakage;
    if (breakage === undefined) return;
    this.sender.failAll(breakage);
    this.receiver.stop(breakage);
    // No event is taken any more that would finish it.
    this.#finishClosing();
  }

  #finishClosing(): void {
    if (!this.#isClosing || this.unsettled > 0) return;
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.receiver.stop('closed');
      this.#mapped = this.#disconnect();
    }
    for (const resolve of this.#closing.splice(0)) resolve(this.#mapped);
  }

  #disconnect(): number {
    return this.sender.driver.disconnect() + this.receiver.driver.disconnect();
  }
}
