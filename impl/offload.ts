/**
 * Metadata of a packet: checksum, segmentation, further extras; and how slots carry it. Both rings carry the same, but
 * THE BITS OF `flags` DIFFER ({@link NETTXF}, {@link NETRXF}), so every function that touches them takes the table.
 */
import {
  decodeGso,
  encodeGso,
  type ExtraInfo,
  XEN_NETIF_EXTRA_FLAG_MORE,
  XEN_NETIF_EXTRA_TYPE,
  XEN_NETIF_GSO_TYPE,
} from './netif.js';
import { sure } from './sure.js';

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

/** The metadata of a packet. A field that is absent is false, or none. */
export interface Offload {
  /** `csum_blank`: the checksum field of the transport protocol holds only the sum of the pseudo header. */
  readonly csum_blank?: boolean;
  /** `data_validated`: the octets are known to be good, and the checksum need not be verified. `csum_blank` implies it. */
  readonly data_validated?: boolean;
  readonly gso?: Gso;
  /** Extras of other types, in this order. Their `flags` are not looked at: {@link extraInSlot} sets them. */
  readonly extras?: readonly ExtraInfo[];
}

/** Which bit of `flags` is which, on one ring: {@link NETTXF} or {@link NETRXF}. */
export type FlagTable = Readonly<
  Record<'csum_blank' | 'data_validated' | 'more_data' | 'extra_info', number>
>;

/**
 * The flags of a packet's checksum, for its first slot. As in Linux, a packet whose checksum is blank is known to be good:
 * it never was on a wire.
 */
export const checksumFlags = ({ csum_blank, data_validated }: Offload, table: FlagTable): number =>
  (csum_blank === true ? table.csum_blank : 0) |
  (csum_blank === true || data_validated === true ? table.data_validated : 0);

/** Where a slot with octets stands in its packet. */
export interface Place {
  /** Among the slots with octets, from 0. */
  readonly n: number;
  /** How many of those there are. */
  readonly of: number;
  readonly extras: number;
}

/**
 * `flags` of a slot with octets: what follows it, and in the first slot the checksum flags.
 * @param checksum {@link checksumFlags} of the packet
 */
export const slotFlags = (checksum: number, { n, of, extras }: Place, table: FlagTable): number => {
  const more = n + 1 < of ? table.more_data : 0;
  if (n > 0) return more;
  return checksum | more | (extras > 0 ? table.extra_info : 0);
};

/** The extras of a packet, in their order: segmentation first. Copies, whose `flags` {@link extraInSlot} sets. */
export const extrasOf = ({ gso, extras = [] }: Offload): readonly ExtraInfo[] => [
  ...(gso === undefined ? [] : [{ type: XEN_NETIF_EXTRA_TYPE.GSO, flags: 0, u: encoded(gso) }]),
  ...extras.map(({ type, u }) => ({ type, flags: 0, u: u.slice() })),
];

const encoded = ({ size, type }: Gso): Uint8Array =>
  encodeGso({ size, type: XEN_NETIF_GSO_TYPE[type], features: 0 });

/** One of a packet's extras as it goes into its slot: it says whether another one follows. */
export const extraInSlot = (extras: readonly ExtraInfo[], n: number): ExtraInfo => ({
  ...sure(extras[n]),
  flags: n + 1 < extras.length ? XEN_NETIF_EXTRA_FLAG_MORE : 0,
});

/** Does the extra say how to cut the packet into segments? */
export const isGso = ({ type }: ExtraInfo): boolean => type === XEN_NETIF_EXTRA_TYPE.GSO;

/** Can `size` of a GSO hold this? 16 bits, and no segment is empty. */
export const isSegmentSize = (size: number): boolean => Number.isInteger(size) && size > 0 && size <= 0xffff;

const gsoTypes: ReadonlyMap<number, GsoType> = new Map([
  [XEN_NETIF_GSO_TYPE.TCPV4, 'TCPV4'],
  [XEN_NETIF_GSO_TYPE.TCPV6, 'TCPV6'],
]);

/** The protocol that a number stands for in a GSO; undefined where netif.h has none. */
export const gsoType = (type: number): GsoType | undefined => gsoTypes.get(type);

/** An extra for which {@link isGso}, decoded; undefined where its segments are empty or of no protocol of netif.h. */
export const gsoOf = (extra: ExtraInfo): Gso | undefined => {
  const { size, type: number } = decodeGso(extra);
  const type = gsoType(number);
  return type === undefined || size === 0 ? undefined : { size, type };
};

/** The metadata that a packet's first flags and its extras hold. Of several GSOs the last one counts, as in Linux. */
export const decodeOffload = (flags: number, extras: readonly ExtraInfo[], table: FlagTable): Offload => {
  const csum_blank = (flags & table.csum_blank) !== 0;
  const segmentation = extras.findLast(isGso);
  const gso = segmentation && gsoOf(segmentation);
  const others = extras.filter((extra) => !isGso(extra));
  return {
    ...(csum_blank && { csum_blank }),
    // A blank checksum means that the packet never left the machine. It is good, with the flag or without.
    ...((csum_blank || (flags & table.data_validated) !== 0) && { data_validated: true }),
    ...(gso && { gso }),
    ...(others.length > 0 && { extras: others.map(apart) }),
  };
};

/** Which extra follows is a matter of the ring, and not of the packet. */
const apart = ({ type, flags, u }: ExtraInfo): ExtraInfo => ({
  type,
  flags: flags & ~XEN_NETIF_EXTRA_FLAG_MORE,
  u,
});
