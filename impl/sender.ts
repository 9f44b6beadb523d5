/** The transmit side of the shell: which action of NetfrontTx and TxPackets comes next. */
import { BROKEN, SendError } from './errors.js';
import { type Host, HostError } from './host.js';
import { areIdsAvailable } from './ids.js';
import { hasLength } from './list.js';
import { NETIF_RSP, type TxStatus } from './netif.js';
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

const statusNames: ReadonlyMap<number, TxStatus> = new Map(
  (Object.keys(NETIF_RSP) as TxStatus[]).map((name) => [NETIF_RSP[name], name]),
);

const GONE = 'the memory of the frame was taken away while it waited: leave it until the promise settles';

/** Packets on their way out. */
export class Sender {
  readonly driver: TxDriver;
  readonly counters: Counters = counters();
  readonly #waiting: Waiting[] = [];
  /** What is on the ring, by token. */
  readonly #sent = new Map<number, Waiting>();
  readonly #onBroken: () => void;
  #token = 0;

  /**
   * Makes the ring and grants what is granted for life.
   * @param onBroken called when the backend has broken the protocol, and it was not {@link poll} that saw it
   */
  constructor(host: Host, config: TxConfig, onBroken: () => void) {
    this.driver = new TxDriver(host, config, (completion) => this.#settle(completion));
    this.#onBroken = onBroken;
  }

  /** Packets accepted and not yet let go of. */
  get unsettled(): number {
    return this.#waiting.length + this.#sent.size;
  }

  /** Accepts a packet, and puts it on the ring if there is room. */
  send(plan: TxPlan): Promise<TxStatus> {
    return new Promise((settle, fail) => {
      this.#waiting.push({ ...plan, settle, fail });
      this.pump();
    });
  }

  /** Everything that has room goes onto the ring, is published, and is notified of once. */
  pump(): void {
    const { driver } = this;
    while (this.#writeNext());
    if (!driver.isBroken && hasUnpublished(driver.snapshot.context.ring)) {
      this.#do('TxPushRequests');
      this.#do('TxCheckNotify');
    }
    if (driver.isBroken) this.#onBroken();
  }

  /** The event was taken: consumes until the final check finds nothing, then sleeps. */
  poll(): void {
    const { driver } = this;
    while (driver.isPolling) {
      this.#do('TxReadRspProd');
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

  /** Nothing is sent any more: every frame that is not settled fails. */
  failAll(): void {
    for (const { fail } of [...this.#sent.values(), ...this.#waiting]) fail(new SendError(BROKEN));
    this.#sent.clear();
    this.#waiting.length = 0;
  }

  /**
   * The packet that waits longest is written whole, if there is room for all of it; or it fails, and waits no more.
   * @returns whether there may be room for another one
   */
  #writeNext(): boolean {
    const next = this.#waiting[0];
    if (next === undefined || !this.#hasRoom(next.packet)) return false;
    if (!isIntact(next)) {
      this.#fail(new SendError(GONE));
      return true;
    }
    try {
      this.#write(next);
    } catch (error) {
      this.#abandon();
      // Where the host has no reference, one of ours may come back. If none is out, none will.
      const isTemporary = error instanceof HostError && this.#sent.size > 0;
      if (this.driver.isBroken || isTemporary) return false;
      this.#fail(error instanceof HostError ? new SendError(error.message) : error);
      return true;
    }
    this.#waiting.shift();
    this.#sent.set(this.#token++, next);
    return true;
  }

  /** All slots of a packet, in their order. Throws what the host does, in the middle of it. */
  #write({ packet, octets }: Waiting): void {
    const { host, config } = this.driver;
    octets.forEach((frame, n) => {
      const gref = config.grantPerRequest ? host.claimGref() : undefined;
      this.#do('TxFill', { frame, packet, token: this.#token });
      if (gref !== undefined) this.#do('TxGrantAccess', { gref });
      this.#do('TxEnqueue');
      if (n === 0) for (let due = packet.extras.length; due > 0; due--) this.#do('TxEnqueueExtra');
    });
  }

  /** What was written of a packet is taken back. */
  #abandon(): void {
    if (this.driver.snapshot.context.chain !== null) this.#do('TxAbandon');
  }

  /** The packet that waits longest waits no more. */
  #fail(error: unknown): void {
    this.#waiting.shift()?.fail(error);
  }

  /** Slots, blocks and ids are free for all of the packet. Half of it could only be taken back again. */
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

  #settle({ token, status }: Completion): void {
    const sent = this.#sent.get(token);
    if (sent === undefined) return;
    this.#sent.delete(token);
    this.#count(status, sent.packet.size);
    sent.settle(statusNames.get(status) ?? 'ERROR');
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

/** Are the octets still there? They are not where their buffer was given to somebody else, or made shorter. */
const isIntact = ({ packet, octets }: TxPlan): boolean =>
  octets.reduce((sum, { length }) => sum + length, 0) === packet.size;
