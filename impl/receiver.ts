/** The receive side of the shell: which action of NetfrontRx comes next, and how frames reach the application. */
import { type Breakage, ReceiveError } from './errors.js';
import { claimGref, type Host } from './host.js';
import { isIdAvailable } from './ids.js';
import { type Frame, Inbox } from './inbox.js';
import type { ExtraInfo } from './netif.js';
import type { RxLimits } from './options.js';
import type { Gso, Offload } from './offload.js';
import { hasUnpublished, isDrained, isFull, sub } from './ring.js';
import type { RxConfig } from './rx.js';
import type { DropReason } from './rx-chain.js';
import { joined } from './octets.js';
import { type DeliveredPacket, type RxAction, type RxArgs, RxDriver } from './rx-driver.js';
import { type RxCounters, rxCounters } from './statistics.js';

/** Frames on their way in. */
export class Receiver {
  readonly driver: RxDriver;
  readonly counters: RxCounters = rxCounters();
  readonly inbox: Inbox;
  readonly #lowWater: number;
  readonly #attempt: (work: () => void) => void;
  #isRunning = false;
  #isStopped = false;

  /**
   * Makes the ring. Nothing is posted yet.
   * @param attempt does work that may throw what the host throws, or find the backend broken, and sees to that
   */
  constructor(
    host: Host,
    { lowWater, queue, ...config }: RxConfig & RxLimits,
    attempt: (work: () => void) => void,
  ) {
    this.driver = new RxDriver(host, config, {
      onDelivered: (frame) => this.#delivered(frame),
      onDropped: (_, reason) => this.#dropped(reason),
    });
    this.inbox = new Inbox(queue, () => this.run());
    this.#lowWater = lowWater;
    this.#attempt = attempt;
  }

  /**
   * Consumes responses, hands frames over, posts pages; and again where that made room. Called after an event, and whenever
   * the application has taken a frame or returned a page.
   */
  run(): void {
    // A frame that is handed over may be released at once, which runs this again.
    if (this.#isRunning || this.#isStopped) return;
    this.#isRunning = true;
    this.#attempt(() => {
      try {
        do {
          this.#poll();
          this.inbox.handOver();
          this.#refill();
        } while (!this.#isStopped && this.driver.isPolling && !this.inbox.isFull);
      } finally {
        this.#isRunning = false;
      }
    });
  }

  /** Stops consuming and posting. Frames that wait in the inbox are still handed over. */
  stop(why: Breakage | 'closed'): void {
    this.#isStopped = true;
    this.inbox.end(why === 'closed' ? undefined : new ReceiveError(why.message, why.options));
  }

  /**
   * The poller: consumes until the final check finds nothing, then sleeps. Where the inbox is full it stops before that:
   * the responses stay on the ring, and the backend runs out of requests.
   */
  #poll(): void {
    const { driver } = this;
    while (driver.isPolling) {
      if (isDrained(driver.snapshot.context.ring)) this.#do('RxReadRspProd');
      while (!driver.isBroken && !isDrained(driver.snapshot.context.ring)) {
        if (this.inbox.isFull) return;
        this.#consume();
      }
      if (driver.isBroken) return;
      this.#do('RxArm');
      this.#do('RxFinalCheck');
    }
  }

  #consume(): void {
    this.#do('RxConsumeResponse');
    if (!this.driver.isBroken) this.#do('RxRelease');
    if (this.driver.isDelivering) this.#do('RxDeliver');
  }

  /** The poster: at low water posts every free page that has room on the ring, publishes, and notifies once. */
  #refill(): void {
    if (this.#isStopped || this.driver.isBroken || this.inbox.isFull) return;
    const { req_prod_pvt, rsp_cons } = this.driver.snapshot.context.ring;
    if (sub(req_prod_pvt, rsp_cons) >= this.#lowWater) return;
    while (this.#hasRoom()) {
      const gref = claimGref(this.driver.host);
      // The next event, or page that is returned, tries again.
      if (typeof gref === 'object') break;
      this.#do('RxGrantAccess', { gref });
      this.#do('RxPost');
    }
    if (hasUnpublished(this.driver.snapshot.context.ring)) {
      this.#do('RxPushRequests');
      this.#do('RxCheckNotify');
    }
  }

  /** A slot, a page and an id are free. The machine checks the id only after the page is granted, too late to wait. */
  #hasRoom(): boolean {
    const { ring, pool, ids, config } = this.driver.snapshot.context;
    return !isFull(ring) && pool !== null && isIdAvailable(config.scheme, ids);
  }

  /** One step that the shell knows to be due. */
  #do(action: RxAction, args?: RxArgs): void {
    // Cannot happen: the shell has looked at what the machine's guards look at.
    if (!this.driver.send(this.driver.load(action, args)))
      throw new Error(`the receive machine refused ${action}, which was due`);
  }

  #delivered({ fragments, pages, offload }: DeliveredPacket): void {
    this.counters.packets++;
    for (const { length } of fragments) this.counters.octets += length;
    this.inbox.put(
      new Received(fragments, offload, this.driver.config.copyOut ? undefined : () => this.#return(pages)),
    );
  }

  /** The application has released a frame: its pages are posted together. */
  #return(pages: readonly number[]): void {
    for (const page of pages) this.#do('AppReturn', { page });
    this.run();
  }

  #dropped(reason: DropReason): void {
    this.counters[reason === 'dropped' ? 'dropped' : 'errors']++;
    this.counters.reasons[reason]++;
  }
}

/** A frame for the application. Its pages are reused when it is released, if there is an `onReturn`. */
class Received implements Frame {
  readonly csum_blank: boolean;
  readonly data_validated: boolean;
  readonly gso?: Gso;
  readonly extras: readonly ExtraInfo[];
  #octets: Uint8Array | undefined;
  #onReturn: (() => void) | undefined;

  constructor(
    readonly fragments: readonly Uint8Array[],
    offload: Offload,
    onReturn: (() => void) | undefined,
  ) {
    this.csum_blank = offload.csum_blank ?? false;
    this.data_validated = offload.data_validated ?? false;
    if (offload.gso !== undefined) this.gso = offload.gso;
    this.extras = offload.extras ?? [];
    this.#octets = fragments.length === 1 ? fragments[0] : undefined;
    this.#onReturn = onReturn;
  }

  get octets(): Uint8Array {
    this.#octets ??= joined(this.fragments);
    return this.#octets;
  }

  release(): void {
    const onReturn = this.#onReturn;
    this.#onReturn = undefined;
    onReturn?.();
  }
}
