/** The backend's half of the transmit ring: takes whole packets, and answers their requests one by one. */
import { match } from 'ts-pattern';
import { type Fatal, offloadOf, readPacket, type TakenPacket } from './chain.js';
import { BackRing } from './ring.js';
import {
  NETIF_RSP,
  readExtraInfo,
  readTxRequest,
  type TxRequest,
  writeTxNull,
  writeTxResponse,
} from '../netif.js';
import type { Offload } from '../offload.js';
import type { SharedRing } from '../ring.js';
import type { BackHost } from './simhost.js';

/** How a backend handles what the guest sends. See {@link NetbackOptions}. */
export interface BackTxOptions {
  readonly onFrame?: (frame: Uint8Array, offload: Offload) => void;
  readonly pick?: (count: number) => number;
  readonly status?: (request: TxRequest) => number;
}

/** A packet of which not every request is answered. */
interface Unanswered {
  readonly taken: TakenPacket;
  readonly octets: Uint8Array;
  /** Requests of it that are not answered. */
  left: number;
  /** Every request until now was answered OKAY. */
  isGood: boolean;
}

/** A request that is to be answered, and with a packet's first one the extras behind it. */
interface Pending {
  readonly packet: Unanswered;
  readonly request: TxRequest;
  /** Where in the packet its fragment begins. */
  readonly at: number;
  readonly extras: number;
}

/** A transmit ring, seen by a backend. */
export class BackTx {
  readonly ring: BackRing;
  readonly #pending: Pending[] = [];
  #packets = 0;

  constructor(
    readonly host: BackHost,
    shared: SharedRing,
    readonly options: BackTxOptions,
  ) {
    this.ring = new BackRing(shared);
  }

  /** Requests taken and not yet answered, without extras. */
  get pending(): number {
    return this.#pending.length;
  }

  /** Packets of which not every request is answered. */
  get packets(): number {
    return this.#packets;
  }

  /**
   * Takes the next packet, if there is one.
   * @returns whether there was one, or why nothing more may be taken from this frontend
   */
  take(): boolean | Fatal {
    const { ring } = this;
    const count = ring.unconsumedRequests();
    if (typeof count !== 'number') return { fault: count };
    if (count === 0) return false;
    const taken = readPacket({
      count,
      request: (ahead) => readTxRequest(ring.requestSlot(ahead)),
      extra: (ahead) => readExtraInfo(ring.requestSlot(ahead)),
    });
    if ('fault' in taken) return taken;
    ring.take(taken.requests.length + taken.extras.length);
    this.#enqueue(taken);
    return true;
  }

  /**
   * Answers one request, and behind a packet's first one its extras.
   * @returns how many slots were answered
   */
  answer(): number {
    const k = this.options.pick?.(this.#pending.length) ?? 0;
    const pending = k === 0 ? this.#pending.shift() : this.#pending.splice(k, 1)[0];
    if (pending === undefined) throw new RangeError(`pick chose ${k} of ${this.#pending.length} requests`);
    const { packet, request, extras } = pending;
    const status = this.#statusOf(pending);
    packet.isGood &&= status === NETIF_RSP.OKAY;
    if (--packet.left === 0) this.#finish(packet);
    writeTxResponse(this.ring.responseSlot(), { id: request.id, status });
    for (let n = 0; n < extras; n++) writeTxNull(this.ring.responseSlot());
    return 1 + extras;
  }

  #enqueue(taken: TakenPacket): void {
    const { kind, requests, extras } = taken;
    const octets = kind === 'packet' ? requests.reduce((sum, { size }) => sum + size, 0) : 0;
    const packet: Unanswered = { taken, octets: new Uint8Array(octets), left: requests.length, isGood: true };
    this.#packets++;
    let at = 0;
    for (const [n, request] of requests.entries()) {
      this.#pending.push({ packet, request, at, extras: n === 0 ? extras.length : 0 });
      at += request.size;
    }
  }

  #statusOf({ packet, request, at }: Pending): number {
    return match(packet.taken.kind)
      .with('refused', () => NETIF_RSP.ERROR)
      .with('dummy', () => NETIF_RSP.OKAY)
      .with('packet', () =>
        this.#copy(request, packet.octets, at)
          ? (this.options.status?.(request) ?? NETIF_RSP.OKAY)
          : NETIF_RSP.ERROR,
      )
      .exhaustive();
  }

  /** Copies a fragment out of its page. False where the page is not granted. The page of an empty one is not looked at. */
  #copy({ gref, offset, size }: TxRequest, octets: Uint8Array, at: number): boolean {
    if (size === 0) return true;
    const page = this.host.map(gref);
    if (page === undefined) return false;
    octets.set(page.subarray(offset, offset + size), at);
    this.host.unmap(gref);
    return true;
  }

  #finish({ taken, octets, isGood }: Unanswered): void {
    this.#packets--;
    if (isGood && taken.kind === 'packet') this.options.onFrame?.(octets, offloadOf(taken));
  }
}
