/** What the application sends through a device: packets with a number each, in the order in which they were sent. */
import { SendError } from '../errors.js';
import { joined, lengthOf } from '../octets.js';
import type { TxStatus } from '../netif.js';
import type { Offload } from '../offload.js';
import { PAGE_SIZE } from '../ring.js';
import type { Offer } from './offer.js';

/** A packet that is not done. */
export interface Packet {
  readonly frame: number;
  readonly fragments: Uint8Array | readonly Uint8Array[];
  readonly offload: Offload;
  readonly settle: (told: TxStatus | 'dropped') => void;
  readonly fail: (error: unknown) => void;
  /** Why it could not be sent, where it was put into a ring and came back. */
  error?: unknown;
}

/** The packets of a device that are not done, by number. */
export class Packets {
  readonly #all = new Map<number, Packet>();
  readonly #free: number[] = [];
  /** Those that wait for a ring, the oldest first. */
  readonly #waiting = new Set<Packet>();
  #next = 0;

  /** How many there are. */
  get count(): number {
    return this.#all.size;
  }

  /** The packet that waits longest for a ring. */
  get waiting(): Packet | undefined {
    for (const packet of this.#waiting) return packet;
    return undefined;
  }

  /** A packet waits no longer for a ring. */
  left(packet: Packet): void {
    this.#waiting.delete(packet);
  }

  /** A new packet, with a number that no other has. */
  add(rest: Omit<Packet, 'frame' | 'error'>): Packet {
    const frame = this.#free.pop() ?? this.#next++;
    const packet = { frame, ...rest };
    this.#all.set(frame, packet);
    this.#waiting.add(packet);
    return packet;
  }

  /** Takes back a packet that was not accepted. Nobody is told, and its number is free again. */
  takeBack(packet: Packet): void {
    this.#waiting.delete(packet);
    this.#all.delete(packet.frame);
    this.#free.push(packet.frame);
  }

  /** The packet of a number. */
  get(frame: number): Packet | undefined {
    return this.#all.get(frame);
  }

  /** Tells the application what became of a packet. Its number is free again. */
  tell(frame: number, told: TxStatus | 'dropped'): void {
    const packet = this.#all.get(frame);
    // Cannot happen: a frame that is done is not told of.
    if (packet === undefined) throw new Error(`frame ${frame} is done`);
    this.#all.delete(frame);
    this.#free.push(frame);
    if (packet.error === undefined || told === 'dropped') packet.settle(told);
    else packet.fail(packet.error);
  }
}

/**
 * A packet in the shape that a backend takes. One without `sg` takes what fits one slot.
 * @throws SendError if it cannot be given that shape; the message names the feature
 */
export const shaped = (
  { fragments, offload }: Packet,
  { sg, tcpv4, tcpv6 }: Pick<Offer, 'sg' | 'tcpv4' | 'tcpv6'>,
): Uint8Array | readonly Uint8Array[] => {
  const { gso, extras = [] } = offload;
  if (gso !== undefined && !(gso.type === 'TCPV4' ? tcpv4 : tcpv6))
    throw new SendError(
      `the backend does not offer feature-gso-${gso.type.toLowerCase()}: cut the packet into segments`,
    );
  if (sg) return fragments;
  const parts = fragments instanceof Uint8Array ? [fragments] : fragments;
  const octets = lengthOf(parts);
  if (octets > PAGE_SIZE || extras.length > 0)
    throw new SendError(
      `the backend does not offer feature-sg: a packet of ${octets} octets and ${extras.length} extras does not fit one slot`,
    );
  return parts.length === 1 ? parts[0]! : joined(parts);
};

/** The MAC addresses of a packet; of IPv4 and IPv6 also where its addresses and ports are. */
const FLOW: readonly (readonly [from: number, to: number])[] = [
  [0, 12],
  [26, 38],
];

/** A number of 32 bits that is the same for all packets of a flow (FNV-1a). */
export const flowHash = (packet: Uint8Array): number => {
  let hash = 0x811c9dc5;
  for (const [from, to] of FLOW)
    for (const octet of packet.subarray(from, to)) hash = Math.imul(hash ^ octet, 0x01000193) >>> 0;
  return hash;
};
