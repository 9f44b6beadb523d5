/** The C peer as the frontend of a backend of ours, over front.c. */
import type { Host } from '../impl/host.js';
import type { Rings } from '../impl/back/netback.js';
import {
  NET_RX_RING_SIZE,
  NET_TX_RING_SIZE,
  RX_SLOT,
  statusName,
  TX_SLOT,
  type TxStatus,
} from '../impl/netif.js';
import type { Offload } from '../impl/offload.js';
import { SharedRing } from '../impl/ring.js';
import type { Peer } from './peer.js';

/** How this frontend is made. */
export interface PeerFrontOptions {
  /** Where the indices of both rings start, 0 by default. */
  readonly first?: number;
  /** Called with each packet that arrives. The octets are good until it returns: copy what is to stay. */
  readonly onFrame?: (octets: Uint8Array, offload: Offload) => void;
}

/** A packet on its way out. */
interface Waiting {
  readonly octets: Uint8Array;
  readonly offload: Offload;
  readonly cut: number;
  readonly settle: (status: TxStatus) => void;
}

/** One network interface of a guest in C, on a host that takes its pages from the peer's memory. */
export class PeerFront {
  /** For a backend to attach to. */
  readonly rings: Rings;
  readonly #waiting: Waiting[] = [];
  #begun = 0;
  readonly #sent = new Map<number, (status: TxStatus) => void>();
  readonly #ringGrefs: readonly number[];
  #token = 0;

  /** Makes both rings, and posts pages to receive into. It listens for the events of the host. */
  constructor(
    readonly peer: Peer,
    readonly host: Host,
    { first = 0, onFrame = () => {} }: PeerFrontOptions = {},
  ) {
    const [tx, rx] = [host.allocatePage(), host.allocatePage()];
    this.#ringGrefs = [tx, rx].map((page) => {
      const gref = host.claimGref();
      host.grantAccess(gref, page, 'writable');
      return gref;
    });
    peer.calls = {
      ...peer.calls,
      notify: () => host.notify(),
      clearPending: () => host.clearPending(),
      allocatePage: () => host.allocatePage(),
      grantAccess(page, access) {
        const gref = host.claimGref();
        host.grantAccess(gref, page, access);
        return gref;
      },
      endAccess: (gref) => host.endAccess(gref),
      packet: onFrame,
      sent: (token, status) => this.#settle(token, status),
    };
    peer.exports.front_connect(peer.addressOf(tx.octets), peer.addressOf(rx.octets), first);
    this.rings = {
      tx: new SharedRing(tx.octets, TX_SLOT, NET_TX_RING_SIZE),
      rx: new SharedRing(rx.octets, RX_SLOT, NET_RX_RING_SIZE),
    };
    host.onEvent(() => this.#poll());
    peer.exports.front_poll();
  }

  /** What the backend did that no backend may; undefined if nothing. */
  get brokenReason(): string | undefined {
    return this.peer.textAt(this.peer.exports.front_broken_reason());
  }

  /** Slots on the transmit ring that the backend has not answered. */
  get unanswered(): number {
    return this.peer.exports.front_unanswered();
  }

  /** Pages to receive into: on the ring, and free. */
  get pages(): { readonly posted: number; readonly free: number } {
    return { posted: this.peer.exports.front_posted(), free: this.peer.exports.front_free_pages() };
  }

  /**
   * Sends a packet, when there is room. It is not copied before it goes.
   * @param cut octets of a request at most; a page by default
   */
  send(octets: Uint8Array, offload: Offload = {}, cut = 4096): Promise<TxStatus> {
    return new Promise((settle) => {
      this.#waiting.push({ octets, offload, cut, settle });
      this.#pump();
    });
  }

  /** Takes back every grant. False if the backend has a page mapped. */
  close(): boolean {
    const isBack = this.peer.exports.front_close() === 1;
    for (const gref of this.#ringGrefs) this.host.endAccess(gref);
    return isBack;
  }

  #poll(): void {
    this.peer.exports.front_poll();
    this.#pump();
  }

  #pump(): void {
    const { exports } = this.peer;
    const before = this.#begun;
    for (; this.#begun < this.#waiting.length; this.#begun++) {
      const { octets, offload, cut, settle } = this.#waiting[this.#begun]!;
      this.peer.describe(octets, offload);
      exports.front_shape(cut);
      if (exports.front_send(this.#token) === 0) break;
      this.#sent.set(this.#token, settle);
      this.#token = (this.#token + 1) >>> 0;
    }
    if (this.#begun === before) return;
    exports.front_push();
    if (this.#begun > this.#waiting.length / 2) {
      this.#waiting.splice(0, this.#begun);
      this.#begun = 0;
    }
  }

  #settle(token: number, status: number): void {
    const settle = this.#sent.get(token);
    this.#sent.delete(token);
    settle?.(statusName(status));
  }
}
