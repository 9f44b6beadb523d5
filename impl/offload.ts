/**
 * What goes with the octets of a packet: metadata of offloading and further extras. It is the same for a packet that is sent and
 * for one that is received, though the flags have other values on each ring ({@link NETTXF}, {@link NETRXF}).
 */
import { type ExtraInfo, type XEN_NETIF_GSO_TYPE } from './netif.js';

/**
 * ETH_HLEN: octets of an Ethernet header. netif.h does not ask for it, but Linux's netback answers ERROR to a packet
 * whose first slot has fewer (`xenvif_tx_build_gops`, "Bad packet size"; the rest was subtracted before).
 */
export const ETH_HLEN = 14;

/** The protocol that a large packet is cut into segments of: a name of {@link XEN_NETIF_GSO_TYPE}, without NONE. */
export type GsoType = Exclude<keyof typeof XEN_NETIF_GSO_TYPE, 'NONE'>;

/** Segmentation offload: the packet is to be cut into segments before it leaves the machine, or was joined from such. */
export interface Gso {
  /** Octets of payload of each segment, 1 to 65535. */
  readonly size: number;
  readonly type: GsoType;
}

/** What is said of a packet beside its octets. What is absent is false, or none. */
export interface Offload {
  /** `csum_blank`: the checksum of the transport protocol is not filled in; only the pseudo header's is. */
  readonly csum_blank?: boolean;
  /** `data_validated`: the octets are known to be good, whatever the checksum says. `csum_blank` implies it. */
  readonly data_validated?: boolean;
  readonly gso?: Gso;
  /** Extras of other types, carried through as they are, in this order. Their `flags` are set by whoever writes them to a ring. */
  readonly extras?: readonly ExtraInfo[];
}
