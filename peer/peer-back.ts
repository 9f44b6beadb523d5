/** The C peer as the backend of a netfront: the face of `impl/back/netback.ts`, over back.c. */
import type { Rings } from '../impl/back/netback.js';
import type { Offload } from '../impl/offload.js';
import type { BackHost } from '../impl/back/simhost.js';
import type { Peer } from './peer.js';

/** How this backend behaves, within what is honest. */
export interface PeerBackOptions {
  /** Called with each packet that the guest sends. The octets are good until it returns: copy what is to stay. */
  readonly onFrame?: (octets: Uint8Array, offload: Offload) => void;
  /** Answers transmit requests in random order, from this seed on; in order if absent or 0. */
  readonly disorder?: number;
}

/** A packet for the guest, and in what pieces it goes. */
interface Waiting {
  readonly octets: Uint8Array;
  readonly offload: Offload;
  readonly shape: PieceShape;
}

/** How a packet for the guest is cut. */
export interface PieceShape {
  /** Octets of a piece at most; 4096 less `offset` by default. */
  readonly cut?: number;
  /** Where in its page each piece begins; 0 by default. */
  readonly offset?: number;
}

/** The backend of one interface. Call {@link poll} at every event. */
export class PeerBack {
  readonly #backlog: Waiting[] = [];
  #delivered = 0;

  /** Attaches to rings that a frontend has made in the peer's memory. */
  constructor(
    readonly peer: Peer,
    host: BackHost,
    { tx, rx }: Rings,
    { onFrame = () => {}, disorder = 0 }: PeerBackOptions = {},
  ) {
    peer.calls = {
      ...peer.calls,
      map: (gref) => host.map(gref),
      unmap: (gref) => host.unmap(gref),
      notify: () => host.notify(),
      clearPending: () => host.clearPending(),
      packet: onFrame,
    };
    peer.exports.back_attach(peer.addressOf(tx.page), peer.addressOf(rx.page));
    peer.exports.back_disorder(disorder);
  }

  /** Why the interface was disabled, as Linux does with a frontend that misbehaves badly; undefined if it was not. */
  get fatalReason(): string | undefined {
    return this.peer.textAt(this.peer.exports.back_fatal_reason());
  }

  /** Packets for the guest that wait for it to post pages. */
  get backlog(): number {
    return this.#backlog.length - this.#delivered;
  }

  /** Queues a packet for the guest; it is not copied before it goes, at the next {@link poll} or the one after. */
  deliver(octets: Uint8Array, offload: Offload = {}, shape: PieceShape = {}): void {
    this.#backlog.push({ octets, offload, shape });
  }

  /** Takes the event, answers what the guest has sent, and writes what there is for it as long as it has posted pages. */
  poll(): void {
    const { exports } = this.peer;
    exports.back_poll();
    if (this.backlog === 0) return;
    while (this.backlog > 0 && this.#write(this.#backlog[this.#delivered]!)) this.#delivered++;
    exports.back_push_rx();
    // Moved up now and then, and not for each packet.
    if (this.#delivered <= this.#backlog.length / 2) return;
    this.#backlog.splice(0, this.#delivered);
    this.#delivered = 0;
  }

  #write({ octets, offload, shape: { offset = 0, cut = 4096 - offset } }: Waiting): boolean {
    this.peer.describe(octets, offload);
    this.peer.exports.back_shape(cut, offset);
    return this.peer.exports.back_deliver() === 1;
  }
}
