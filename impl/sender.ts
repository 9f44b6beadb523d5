/** The transmit side of the shell: which action of NetfrontTx and TxPackets comes next. */
import { type Breakage, SendError } from './errors.js';
import { claimGref, type Host, type HostError } from './host.js';
import { areIdsAvailable } from './ids.js';
import { hasLength } from './list.js';
import { NETIF_RSP, statusName, type TxStatus } from './netif.js';
import { lengthOf } from './octets.js';
import { freeRequests, hasUnpublished, isDrained } from './ring.js';
import { type Counters, counters } from './statistics.js';
import type { TxConfig } from './tx.js';
import { type Completion, slotsOf, type TxPacket } from './tx-chain.js';
import { type TxAction, type TxArgs, TxDriver } from './tx-driver.js';
import type { TxPlan } from './tx-packet.js';

interface Waiting extends TxPlan {
  readonly settle: (status: TxStatus) => void;
  readonly fail: (error: unknown) => void;
}

const GONE = 'the memory of the frame was taken away while it waited: leave it until the promise settles';

/** Packets on their way out. */
export class Sender {
  readonly driver: TxDriver;
  readonly counters: Counters = counters();
  readonly #waiting: Waiting[] = [];
  /** What is on the ring, by token. */
  readonly #sent = new Map<number, Waiting>();
  #token = 0;

  /** Makes the ring and grants what is granted for life. */
  constructor(host: Host, config: TxConfig) {
    this.driver = new TxDriver(host, config, (completion) => this.#complete(completion));
  }

  /** Packets accepted and not completed. */
  get unsettled(): number {
    return this.#waiting.length + this.#sent.size;
  }

  /** Accepts a packet, which {@link pump} puts on the ring. */
  accept(plan: TxPlan): Promise<TxStatus> {
    return new Promise((settle, fail) => {
      this.#waiting.push({ ...plan, settle, fail });
    });
  }

  /** Writes every packet that has room, publishes, and notifies once. Throws what the host throws. */
  pump(): void {
    const { driver } = this;
    while (this.#writeNext());
    if (!driver.isBroken && hasUnpublished(driver.snapshot.context.ring)) {
      this.#do('TxPushRequests');
      this.#do('TxCheckNotify');
    }
  }

  /** The event was taken: consumes until the final check finds nothing, then sleeps. Throws what the host throws. */
  poll(): void {
    const { driver } = this;
    while (driver.isPolling) {
      // The final check may have seen more already; then rsp_prod is not loaded again.
      if (isDrained(driver.snapshot.context.ring)) this.#do('TxReadRspProd');
      while (!driver.isBroken && !isDrained(driver.snapshot.context.ring)) {
        this.#do('TxConsumeResponse');
        // An answer to an extra frees nothing.
        if (!driver.isBroken && driver.snapshot.context.done !== null) this.#do('TxRelease');
      }
      if (driver.isBroken) return;
      this.#do('TxArm');
      this.#do('TxFinalCheck');
    }
  }

  /** Fails every packet that is not completed: nothing is sent any more. */
  failAll({ message, options }: Breakage): void {
    for (const { fail } of [...this.#sent.values(), ...this.#waiting]) fail(new SendError(message, options));
    this.#sent.clear();
    this.#waiting.length = 0;
  }

  /**
   * Writes the packet that waits longest, if there is room for all of it; one that cannot be written fails.
   * @returns whether there may be room for another one
   */
  #writeNext(): boolean {
    const next = this.#waiting[0];
    if (next === undefined || !this.#hasRoom(next.packet)) return false;
    if (!isIntact(next)) {
      this.#fail(new SendError(GONE));
      return true;
    }
    const missing = this.#write(next);
    if (missing !== undefined) {
      this.#abandon();
      // One of our references may come back, if any is with the backend.
      if (this.driver.isBroken || this.#sent.size > 0) return false;
      this.#fail(new SendError(missing.message));
      return true;
    }
    this.#waiting.shift();
    this.#sent.set(this.#token++, next);
    return true;
  }

  /**
   * Writes all slots of a packet, in their order.
   * @returns what the host says if it has too few references; then half of the packet is written
   */
  #write({ packet, octets }: Waiting): HostError | undefined {
    const { host, config } = this.driver;
    for (const [n, frame] of octets.entries()) {
      const gref = config.grantPerRequest ? claimGref(host) : undefined;
      if (typeof gref === 'object') return gref;
      this.#do('TxFill', { frame, packet, token: this.#token });
      if (gref !== undefined) this.#do('TxGrantAccess', { gref });
      this.#do('TxEnqueue');
      if (n === 0) for (let due = packet.extras.length; due > 0; due--) this.#do('TxEnqueueExtra');
    }
    return undefined;
  }

  /** Takes back what was written of a packet. */
  #abandon(): void {
    if (this.driver.snapshot.context.chain !== null) this.#do('TxAbandon');
  }

  /** The packet that waits longest fails. */
  #fail(error: SendError): void {
    this.#waiting.shift()?.fail(error);
  }

  /** Are there slots, blocks and ids for all of the packet? Half of it could only be taken back again. */
  #hasRoom(packet: TxPacket): boolean {
    const { ring, pool, ids, config } = this.driver.snapshot.context;
    return (
      !this.driver.isBroken &&
      freeRequests(ring) >= slotsOf(packet) &&
      hasLength(pool, packet.requests) &&
      areIdsAvailable(config.scheme, ids, packet.requests)
    );
  }

  /** One step that the shell knows to be due. */
  #do(action: TxAction, args?: TxArgs): void {
    // Cannot happen: the shell has looked at what the machine's guards look at.
    if (!this.driver.send(this.driver.load(action, args)))
      throw new Error(`the transmit machine refused ${action}, which was due`);
  }

  #complete({ token, status }: Completion): void {
    const sent = this.#sent.get(token);
    if (sent === undefined) return;
    this.#sent.delete(token);
    this.#count(status, sent.packet.size);
    sent.settle(statusName(status));
  }

  #count(status: number, octets: number): void {
    if (status === NETIF_RSP.DROPPED) this.counters.dropped++;
    else if (status !== NETIF_RSP.OKAY) this.counters.errors++;
    else {
      this.counters.packets++;
      this.counters.octets += octets;
    }
  }
}

/** Are the octets still there? Not if their buffer was transferred or resized while the packet waited. */
const isIntact = ({ packet, octets }: TxPlan): boolean => lengthOf(octets) === packet.size;
