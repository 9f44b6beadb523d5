/** The backend's half of the receive ring: packets wait for requests, and are written to the pages of these. */
import { cut, type RxData, type RxSlot } from './packet.js';
import { BackRing, type RequestOverflow } from './ring.js';
import {
  NETIF_RSP,
  readRxRequest,
  writeExtraInfo,
  writeRxResponse,
  XEN_NETIF_NR_SLOTS_MIN,
} from '../netif.js';
import type { Offload } from '../offload.js';
import type { SharedRing } from '../ring.js';
import type { BackHost } from './simhost.js';

/** How a backend handles what is for the guest. See {@link NetbackOptions}. */
export interface BackRxOptions {
  readonly placeAt?: (octets: number) => number;
  readonly inParts?: (slots: number) => number;
}

/** A receive ring, seen by a backend. */
export class BackRx {
  readonly ring: BackRing;
  readonly #backlog: (readonly RxSlot[])[] = [];

  constructor(
    readonly host: BackHost,
    shared: SharedRing,
    readonly options: BackRxOptions,
  ) {
    this.ring = new BackRing(shared);
  }

  /** Packets of which not every slot is written. */
  get backlog(): number {
    return this.#backlog.length;
  }

  /** Queues a packet. @returns why it cannot be, where it cannot */
  queue(fragments: readonly Uint8Array[], offload: Offload): string | undefined {
    const { placeAt, inParts } = this.options;
    const { nr_ents } = this.ring.shared;
    // A packet that is published at once has to fit the ring.
    const most = inParts === undefined ? Math.min(XEN_NETIF_NR_SLOTS_MIN, nr_ents) : XEN_NETIF_NR_SLOTS_MIN;
    const slots = cut(fragments, offload, { most, placeAt });
    if (typeof slots === 'string') return slots;
    this.#backlog.push(slots);
    return undefined;
  }

  /** Drops every packet that waits. */
  clear(): void {
    this.#backlog.length = 0;
  }

  /**
   * Writes the next packet, or the next part of it.
   * @returns how many slots were written; or why nothing more may be written for this frontend. 0 where nothing waits, or there
   *   are not enough requests, and then an event is asked for
   */
  write(): number | RequestOverflow {
    const [slots] = this.#backlog;
    if (slots === undefined) return 0;
    const { inParts } = this.options;
    const there = this.ring.awaitRequests(inParts === undefined ? slots.length : 1);
    if (typeof there !== 'number' || there === 0) return there;
    const count = Math.min(Math.max(inParts?.(slots.length) ?? slots.length, 1), slots.length, there);
    for (const slot of slots.slice(0, count)) this.#writeSlot(slot);
    if (count === slots.length) this.#backlog.shift();
    else this.#backlog[0] = slots.slice(count);
    return count;
  }

  /** A response overwrites its request, so the request is read first. An extra needs nothing of its request. */
  #writeSlot(slot: RxSlot): void {
    const { ring } = this;
    if (slot.kind === 'extra') writeExtraInfo(ring.responseSlot(), slot.extra);
    else {
      const { id, gref } = readRxRequest(ring.requestSlot());
      const status = this.#fill(gref, slot) ? slot.size : NETIF_RSP.ERROR;
      writeRxResponse(ring.responseSlot(), { id, offset: slot.offset, flags: slot.flags, status });
    }
    ring.take(1);
  }

  /** Writes octets to the page of a request. False where it is not granted; the octets are then lost, as in Linux. */
  #fill(gref: number, { pieces, offset }: RxData): boolean {
    const page = this.host.map(gref);
    if (page === undefined) return false;
    let at = offset;
    for (const piece of pieces) {
      page.set(piece, at);
      at += piece.length;
    }
    this.host.unmap(gref);
    return true;
  }
}
