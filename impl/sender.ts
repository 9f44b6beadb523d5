/** The transmit side of the shell: which action of NetfrontTx comes next. */
import { BROKEN, SendError } from './errors.js';
import { type Host, HostError } from './host.js';
import { isIdAvailable } from './ids.js';
import { NETIF_RSP, type TxStatus } from './netif.js';
import { hasUnpublished, isDrained, isFull } from './ring.js';
import { type Counters, counters } from './statistics.js';
import type { Done, TxConfig } from './tx.js';
import { type TxAction, type TxArgs, TxDriver } from './tx-driver.js';

interface Waiting {
  readonly frame: Uint8Array;
  /** Of the frame, when it was accepted: the frame is the application's again once it is answered. */
  readonly octets: number;
  readonly settle: (status: TxStatus) => void;
  readonly fail: (error: SendError) => void;
}

const statusNames: ReadonlyMap<number, TxStatus> = new Map(
  (Object.keys(NETIF_RSP) as TxStatus[]).map((name) => [NETIF_RSP[name], name]),
);

/** Frames on their way out. */
export class Sender {
  readonly driver: TxDriver;
  readonly counters: Counters = counters();
  readonly #waiting: Waiting[] = [];
  /** By block: whose frame is in it. */
  readonly #sent = new Map<number, Waiting>();

  /** Makes the ring and grants what is granted for life. */
  constructor(host: Host, config: TxConfig) {
    this.driver = new TxDriver(host, config, (done) => this.#settle(done));
  }

  /** Frames accepted and not yet let go of. */
  get unsettled(): number {
    return this.#waiting.length + this.#sent.size;
  }

  /** Accepts a frame, and puts it on the ring if there is room. */
  send(frame: Uint8Array): Promise<TxStatus> {
    return new Promise((settle, fail) => {
      this.#waiting.push({ frame, octets: frame.length, settle, fail });
      this.pump();
    });
  }

  /** Everything that has room goes onto the ring, is published, and is notified of once. */
  pump(): void {
    const { driver } = this;
    while (this.#hasRoom()) {
      const next = this.#waiting[0];
      const gref = next && driver.config.grantPerRequest ? this.#claimGref() : undefined;
      if (next === undefined || gref === null) break;
      this.#waiting.shift();
      this.#do('TxFill', { frame: next.frame });
      this.#sent.set(driver.snapshot.context.filling?.block ?? -1, next);
      if (gref !== undefined) this.#do('TxGrantAccess', { gref });
      this.#do('TxEnqueue');
    }
    if (!driver.isBroken && hasUnpublished(driver.snapshot.context.ring)) {
      this.#do('TxPushRequests');
      this.#do('TxCheckNotify');
    }
  }

  /** The event was taken: consumes until the final check finds nothing, then sleeps. */
  poll(): void {
    const { driver } = this;
    while (driver.isPolling) {
      this.#do('TxReadRspProd');
      while (!driver.isBroken && !isDrained(driver.snapshot.context.ring)) {
        this.#do('TxConsumeResponse');
        if (!driver.isBroken) this.#do('TxRelease');
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

  /** A slot, a block and an id are free. The machine asks for the id only after the block is filled: too late to wait. */
  #hasRoom(): boolean {
    const { ring, pool, ids, config } = this.driver.snapshot.context;
    return !this.driver.isBroken && !isFull(ring) && pool !== null && isIdAvailable(config.scheme, ids);
  }

  /**
   * A reference for the next frame. Where the host has none, the frame waits for one of ours to come back (null); if
   * none of ours is out, it never will, and the frames that wait fail.
   */
  #claimGref(): number | null {
    try {
      return this.driver.host.claimGref();
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      if (this.#sent.size === 0)
        for (const { fail } of this.#waiting.splice(0)) fail(new SendError(error.message));
      return null;
    }
  }

  /** One step that the shell knows to be due. */
  #do(action: TxAction, args?: TxArgs): void {
    // Cannot happen: the shell has looked at what the machine's guards look at.
    if (!this.driver.send(this.driver.load(action, args)))
      throw new Error(`the transmit machine refused ${action}, which was due`);
  }

  #settle({ block, status }: Done): void {
    const sent = this.#sent.get(block);
    if (sent === undefined) return;
    this.#sent.delete(block);
    this.#count(status, sent.octets);
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
