/**
 * The shell: what an application sees of a netfront. It decides which action comes next, and nothing else: after
 * each input (a frame to send, an event) the frontend's own steps run until none is left to do.
 */
import { type TxAction, type TxArgs, TxDriver } from './tx-driver.js';
import { type Host, HostError } from './host.js';
import { blockNumber, type IdScheme, isIdAvailable } from './ids.js';
import { NET_TX_RING_SIZE, NETIF_RSP, type TxStatus } from './netif.js';
import { hasUnpublished, isDrained, isFull, PAGE_SIZE, type RingIdx } from './ring.js';
import type { Done, TxConfig } from './tx.js';

/** What a netfront can be told when it is made. All have defaults. */
export interface NetfrontOptions {
  /** Slots of the transmit ring, a power of two up to 256, which is the default. */
  readonly nr_ents?: number;
  /** Where the indices of the ring start, 0 by default. */
  readonly first?: RingIdx;
  /** How request ids are chosen; by block number by default, as mirage-net-xen does since 1.4.2. */
  readonly scheme?: IdScheme;
  /** How many ids there are; 65536 by default. */
  readonly ids?: number;
  /** Half-page blocks in the transmit pool; as many as slots by default. */
  readonly blocks?: number;
  /** Grant a page for one request and take it back after it, as Linux does. Blocks are whole pages then. */
  readonly grantPerRequest?: boolean;
}

/** The frame cannot be sent as it is, or not any more. The message says why and what to do. */
export class SendError extends Error {
  override readonly name = 'SendError';
}

/** One network interface of the guest. */
export interface Netfront {
  /**
   * Sends a frame, 1 octet to {@link maxFrame}. The octets are copied before anything else happens to them, by the
   * time the promise settles at the latest; do not change them before.
   * Frames leave in the order of the calls. Where ring or pool are full a frame waits, and none is lost.
   * @returns when the backend has let go of the frame, with the status it gave
   * @throws SendError if the frame is empty or too long, the netfront was closed, or the backend broke the protocol
   */
  send(frame: Uint8Array): Promise<TxStatus>;
  /** The longest frame that fits one slot, in octets: the size of a block. */
  readonly maxFrame: number;
  /** Frames accepted and not yet let go of: waiting, or with the backend. */
  readonly unsettled: number;
  /** Has the backend broken the protocol? Then nothing can be sent any more. */
  readonly isBroken: boolean;
  /** Refuses further frames, and resolves when all accepted ones are settled. */
  close(): Promise<void>;
}

interface Waiting {
  readonly frame: Uint8Array;
  readonly settle: (status: TxStatus) => void;
  readonly fail: (error: SendError) => void;
}

const statusName = (status: number): TxStatus =>
  (Object.keys(NETIF_RSP) as TxStatus[]).find((name) => NETIF_RSP[name] === status) ?? 'ERROR';

/**
 * Connects a netfront to a host: makes the ring, grants what is granted for life, and listens for events.
 * The driver is returned beside it for a backend to attach to (`driver.shared`).
 * @throws RangeError if the options do not fit each other: the ring's size is no power of two, or the scheme cannot
 *   keep ids unique with them
 */
export const connect = (
  host: Host,
  options: NetfrontOptions = {},
): { netfront: Netfront; driver: TxDriver } => {
  const netfront = new Shell(host, options);
  return { netfront, driver: netfront.driver };
};

class Shell implements Netfront {
  readonly driver: TxDriver;
  readonly #waiting: Waiting[] = [];
  /** By block: whose frame is in it. */
  readonly #sent = new Map<number, Waiting>();
  readonly #closing: (() => void)[] = [];
  #isClosed = false;

  constructor(host: Host, options: NetfrontOptions) {
    const nr_ents = options.nr_ents ?? NET_TX_RING_SIZE;
    const grantPerRequest = options.grantPerRequest ?? false;
    const config: TxConfig = {
      nr_ents,
      first: options.first ?? 0,
      scheme: options.scheme ?? blockNumber,
      ids: options.ids ?? 65536,
      blocks: options.blocks ?? nr_ents,
      blocksPerPage: grantPerRequest ? 1 : 2,
      grantPerRequest,
    };
    const unfit = outOfRange(config) ?? config.scheme.unfit?.({ ...config, inOrder: false });
    if (unfit !== undefined) throw new RangeError(unfit);
    this.driver = new TxDriver(host, config, (done) => this.#settle(done));
    host.onEvent(() => this.#onEvent());
  }

  get maxFrame(): number {
    return PAGE_SIZE / this.driver.config.blocksPerPage;
  }

  get unsettled(): number {
    return this.#waiting.length + this.#sent.size;
  }

  get isBroken(): boolean {
    return this.driver.snapshot.matches('broken');
  }

  send(frame: Uint8Array): Promise<TxStatus> {
    if (frame.length === 0) return Promise.reject(new SendError('an empty frame cannot be sent'));
    if (frame.length > this.maxFrame)
      return Promise.reject(
        new SendError(
          `a frame of ${frame.length} octets is longer than a block: send ${this.maxFrame} at most`,
        ),
      );
    if (this.#isClosed) return Promise.reject(new SendError('the netfront is closed: connect again'));
    if (this.isBroken) return Promise.reject(brokenError());
    return new Promise((settle, fail) => {
      this.#waiting.push({ frame, settle, fail });
      this.#pump();
    });
  }

  close(): Promise<void> {
    this.#isClosed = true;
    return new Promise((resolve) => {
      this.#closing.push(resolve);
      this.#finishClosing();
    });
  }

  /** The sender: everything that has room goes onto the ring, is published, and is notified of once. */
  #pump(): void {
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
    if (!this.isBroken && hasUnpublished(driver.snapshot.context.ring)) {
      this.#do('TxPushRequests');
      this.#do('TxCheckNotify');
    }
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

  /** The poller: consumes until the final check finds nothing, then sleeps. */
  #poll(): void {
    const { driver } = this;
    this.#do('TxTakeEvent');
    while (driver.snapshot.matches({ running: { poller: 'polling' } })) {
      this.#do('TxReadRspProd');
      while (!this.isBroken && !isDrained(driver.snapshot.context.ring)) {
        this.#do('TxConsumeResponse');
        if (!this.isBroken) this.#do('TxRelease');
      }
      if (this.isBroken) return;
      this.#do('TxArm');
      this.#do('TxFinalCheck');
    }
  }

  #onEvent(): void {
    if (this.isBroken) return;
    this.#poll();
    if (this.isBroken) this.#failAll();
    else this.#pump();
    this.#finishClosing();
  }

  /** A slot, a block and an id are free. The machine asks for the id only after the block is filled: too late to wait. */
  #hasRoom(): boolean {
    const { ring, pool, ids, config } = this.driver.snapshot.context;
    return !this.isBroken && !isFull(ring) && pool !== null && isIdAvailable(config.scheme, ids);
  }

  /** One step that the shell knows to be due. */
  #do(action: TxAction, args: TxArgs = {}): void {
    // Cannot happen: the shell has looked at what the machine's guards look at.
    if (!this.driver.send(this.driver.load(action, args)))
      throw new Error(`the transmit machine refused ${action}, which was due`);
  }

  #settle({ block, status }: Done): void {
    this.#sent.get(block)?.settle(statusName(status));
    this.#sent.delete(block);
  }

  #failAll(): void {
    for (const { fail } of [...this.#sent.values(), ...this.#waiting]) fail(brokenError());
    this.#sent.clear();
    this.#waiting.length = 0;
  }

  #finishClosing(): void {
    if (this.unsettled === 0) for (const resolve of this.#closing.splice(0)) resolve();
  }
}

/** Why these numbers cannot be, as a sentence; the ring's size is checked where the ring is made. */
const outOfRange = ({ first, ids, blocks }: TxConfig): string | undefined => {
  const isIn = (value: number, from: number, to: number): boolean =>
    Number.isInteger(value) && value >= from && value <= to;
  if (!isIn(first, 0, 2 ** 32 - 1)) return `indices cannot start at ${first}: take a whole number below 2^32`;
  if (!isIn(ids, 1, 65536)) return `there cannot be ${ids} ids: a slot has 16 bits for them, take 1 to 65536`;
  if (!isIn(blocks, 1, 65536))
    return `a pool cannot have ${blocks} blocks: take a whole number from 1 to 65536`;
  return undefined;
};

const brokenError = (): SendError =>
  new SendError('the backend broke the ring protocol: nothing is sent any more; connect again');
