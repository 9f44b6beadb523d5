/**
 * Plans how a packet goes onto the ring: which octets come into which block, and which extras go with them. A packet that
 * cannot be sent is refused, with the limit that it exceeds. Nothing here touches a ring.
 *
 * No backend has a reason to refuse what is planned here. A slot is one block, so it never crosses its page, and it is
 * not empty. The first one holds the Ethernet header. The sizes add up. There are no more slots than every backend
 * takes, and netif.h has the type of each extra.
 */
import { SendError } from './errors.js';
import {
  EXTRA_U,
  type ExtraInfo,
  NETTXF,
  XEN_NETIF_EXTRA_TYPE,
  XEN_NETIF_GSO_TYPE,
  XEN_NETIF_MAX_TX_SIZE,
  XEN_NETIF_NR_SLOTS_MIN,
} from './netif.js';
import { joined, lengthOf } from './octets.js';
import { checksumFlags, ETH_HLEN, extrasOf, type Gso, isSegmentSize, type Offload } from './offload.js';
import { blockSize, type TxConfig } from './tx.js';
import { slotsOf, type TxPacket } from './tx-chain.js';

/** A packet, and the octets for each of its blocks. */
export interface TxPlan {
  readonly packet: TxPacket;
  /** The octets of each request: the application's memory, or a copy where fragments had to be joined. */
  readonly octets: readonly Uint8Array[];
}

/** Octets of the longest packet without extras: `size` has 16 bits, a packet 18 slots, and the pool so many blocks. */
export const longestPacket = (config: TxConfig): number =>
  Math.min(XEN_NETIF_MAX_TX_SIZE, blockSize(config) * Math.min(mostSlots(config), mostRequests(config)));

/**
 * Plans a packet. Fragments stay apart if that makes few enough slots and puts the header into the first one. Otherwise
 * they are copied together.
 * @throws SendError if it cannot be sent
 */
export const planPacket = (
  frame: Uint8Array | readonly Uint8Array[],
  offload: Offload,
  config: TxConfig,
): TxPlan => {
  const fragments = frame instanceof Uint8Array ? [frame] : frame;
  const size = lengthOf(fragments);
  refuse(sizeOutOfRange(size) ?? badOffload(offload));
  const rest = { size, flags: checksumFlags(offload, NETTXF), extras: extrasOf(offload) };
  const planned = (octets: readonly Uint8Array[]): TxPlan => ({
    packet: { ...rest, requests: octets.length },
    octets,
  });
  const apart = planned(split(fragments, blockSize(config)));
  if (apart.octets[0]!.length >= ETH_HLEN && unfit(apart.packet, config) === undefined) return apart;
  const whole = planned(split([joined(fragments)], blockSize(config)));
  refuse(unfit(whole.packet, config));
  return whole;
};

/** Every fragment in parts of at most a block. Empty ones are left out: a slot of 0 octets is a fault. */
const split = (fragments: readonly Uint8Array[], most: number): readonly Uint8Array[] =>
  fragments.flatMap((fragment) =>
    Array.from({ length: Math.ceil(fragment.length / most) }, (_, i) =>
      fragment.subarray(i * most, (i + 1) * most),
    ),
  );

const sizeOutOfRange = (size: number): string | undefined => {
  if (size === 0) return 'an empty frame cannot be sent';
  if (size < ETH_HLEN)
    return `a frame of ${size} octets is shorter than an Ethernet header: send ${ETH_HLEN} at least (ETH_HLEN)`;
  return size > XEN_NETIF_MAX_TX_SIZE
    ? `a frame of ${size} octets is too long: send ${XEN_NETIF_MAX_TX_SIZE} at most (XEN_NETIF_MAX_TX_SIZE)`
    : undefined;
};

const mostSlots = ({ maxSlots, nr_ents }: TxConfig): number =>
  Math.min(maxSlots ?? XEN_NETIF_NR_SLOTS_MIN, nr_ents);

const mostRequests = ({ blocks, ids }: TxConfig): number => Math.min(blocks, ids);

/** Why a packet cannot go out in so many slots: it would wait for ever, or no backend would take it. */
const unfit = (packet: TxPacket, config: TxConfig): string | undefined => {
  const { requests, size } = packet;
  const slots = slotsOf(packet);
  const what = `a packet of ${size} octets and ${packet.extras.length} extras`;
  if (slots > mostSlots(config))
    return slots > config.nr_ents
      ? `${what} takes ${slots} slots: the ring has ${config.nr_ents}`
      : `${what} takes ${slots} slots: a packet has ${mostSlots(config)} at most (XEN_NETIF_NR_SLOTS_MIN)`;
  if (requests > config.blocks) return `${what} takes ${requests} blocks: the pool has ${config.blocks}`;
  if (requests > config.ids) return `${what} takes ${requests} ids: there are ${config.ids}`;
  return splitMcast(packet);
};

/** What is wrong with the metadata of a packet; undefined if nothing is. */
const badOffload = ({ csum_blank = false, gso, extras = [] }: Offload): string | undefined =>
  (gso && badGso(gso, csum_blank)) ?? extras.map(badExtra).find((why) => why !== undefined);

/** netback disables the interface for a size of 0 and for a type that it does not know. */
const badGso = ({ size, type }: Gso, csum_blank: boolean): string | undefined => {
  if (!isSegmentSize(size)) return `a gso size of ${size}: take a whole number from 1 to 65535`;
  if ((type as string) === 'NONE' || !Object.hasOwn(XEN_NETIF_GSO_TYPE, type))
    return `a gso type of ${type}: take TCPV4 or TCPV6 (XEN_NETIF_GSO_TYPE)`;
  return csum_blank
    ? undefined
    : 'gso without csum_blank: who cuts the packet fills in the checksum of each segment, so leave it blank';
};

/** netback disables the interface for a type that netif.h does not have. */
const badExtra = ({ type, u }: ExtraInfo): string | undefined => {
  const { NONE, GSO, MAX } = XEN_NETIF_EXTRA_TYPE;
  if (!(Number.isInteger(type) && type > NONE && type < MAX))
    return `an extra of type ${type}: take a whole number from ${NONE + 1} to ${MAX - 1} (XEN_NETIF_EXTRA_TYPE)`;
  if (type === GSO) return 'an extra of type GSO: say it as gso';
  return u.length === EXTRA_U ? undefined : `an extra with ${u.length} octets in u: it has ${EXTRA_U}`;
};

/**
 * Linux's netback takes a packet with one of these as a message to itself, answers its first slot and its extras, and
 * takes the next slot for the first one of another packet.
 */
const splitMcast = ({ requests, extras }: TxPacket): string | undefined => {
  const { MCAST_ADD, MCAST_DEL } = XEN_NETIF_EXTRA_TYPE;
  return requests > 1 && extras.some(({ type }) => type === MCAST_ADD || type === MCAST_DEL)
    ? `a packet with an extra of type MCAST_ADD or MCAST_DEL takes ${requests} blocks: send one that fits a block`
    : undefined;
};

const refuse = (why: string | undefined): void => {
  if (why !== undefined) throw new SendError(why);
};
