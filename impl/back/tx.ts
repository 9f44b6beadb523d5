/** The backend's half of the transmit ring: takes packets, chain by chain, and answers their requests one by one. */
import { type Chain, type Fatal, offloadOf, readChain } from './chain.js';
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

/** How a backend goes about what the guest sends. See {@link NetbackOptions}. */
export interface BackTxOptions {
  readonly onFrame?: (frame: Uint8Array, offload: Offload) => void;
  readonly pick?: (count: number) => number;
  readonly status?: (request: TxRequest) => number;
}

/** A packet that was taken and is not answered whole. */
interface Packet {
  readonly chain: Chain;
  readonly octets: Uint8Array;
  /** Requests of it that are not answered. */
  left: number;
  /** Every request until now was answered OKAY. */
  isGood: boolean;
}

/** What is answered at a time: a request, and with a packet's first one the extras that came behind it. */
interface Pending {
  readonly packet: Packet;
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
   * @returns whether there was one, or what the frontend did for which nothing more may be taken from it
   */
  take(): boolean | Fatal {
    const { ring } = this;
    const count = ring.unconsumedRequests();
    if (typeof count !== 'number') return { fault: count };
    if (count === 0) return false;
    const chain = readChain({
      count,
      request: (ahead) => readTxRequest(ring.requestSlot(ahead)),
      extra: (ahead) => readExtraInfo(ring.requestSlot(ahead)),
    });
    if ('fault' in chain) return chain;
    ring.take(chain.requests.length + chain.extras.length);
    this.#enqueue(chain);
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

  #enqueue(chain: Chain): void {
    const { kind, requests, extras } = chain;
    const octets = kind === 'packet' ? requests.reduce((sum, { size }) => sum + size, 0) : 0;
    const packet: Packet = { chain, octets: new Uint8Array(octets), left: requests.length, isGood: true };
    this.#packets++;
    let at = 0;
    for (const [n, request] of requests.entries()) {
      this.#pending.push({ packet, request, at, extras: n === 0 ? extras.length : 0 });
      at += request.size;
    }
  }

  #statusOf({ packet, request, at }: Pending): number {
    switch (packet.chain.kind) {
      case 'refused':
        return NETIF_RSP.ERROR;
      case 'dummy':
        return NETIF_RSP.OKAY;
      case 'packet':
        if (!this.#copy(request, packet.octets, at)) return NETIF_RSP.ERROR;
        return this.options.status?.(request) ?? NETIF_RSP.OKAY;
    }
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

  #finish({ chain, octets, isGood }: Packet): void {
    this.#packets--;
    if (isGood && chain.kind === 'packet') this.options.onFrame?.(octets, offloadOf(chain));
  }
}
