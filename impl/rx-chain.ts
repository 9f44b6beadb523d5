/**
 * RxPackets: how the slots of a packet are assembled. netif.h gives them in this order: one with octets; the packet's
 * extras, if that slot has the flag `extra_info`, each but the last with XEN_NETIF_EXTRA_FLAG_MORE; then further slots
 * with octets, as long as the one before has `more_data`. On this ring each slot says how many octets are in its OWN
 * page. The size of the packet is their sum.
 *
 *     slot     0 extra_info|more_data   1 GSO, MORE   2 HASH   3 more_data   4
 *     next     extra                    extra         fragment fragment      start
 *
 * The backend may publish the slots of a packet in parts. What has come waits here for the rest, which would otherwise
 * be taken for a packet of its own. A packet with a bad slot is dropped whole; its later slots are still counted, so that
 * the next packet is found.
 */
import {
  type ExtraInfo,
  NETIF_RSP,
  NETRXF,
  XEN_NETIF_EXTRA_FLAG_MORE,
  XEN_NETIF_EXTRA_TYPE,
  XEN_NETIF_MAX_TX_SIZE,
} from './netif.js';
import { gsoOf, isGso } from './offload.js';
import { PAGE_SIZE } from './ring.js';

/** A response that was consumed, and whose page is not released yet; or a fragment of a packet. */
export interface AnsweredPage {
  readonly page: number;
  /** As it came: octets of the packet in this page, or a negative `NETIF_RSP_*`. 0 where the slot held an extra. */
  readonly status: number;
  /** Where in the page they begin, in octets. */
  readonly offset: number;
}

/** What a slot says about its packet: the flags of a response, or an extra. */
export type SlotInfo = { readonly flags: number } | { readonly extra: ExtraInfo };

/** Why a packet is dropped. The statistics have a counter for each. */
export const dropReasons = [
  /** A slot was answered with ERROR, or a negative status that netif.h does not have. */
  'error',
  /** A slot was answered with DROPPED. */
  'dropped',
  /** A slot has no octets, or they reach past its page. */
  'badSize',
  /** An extra of a type that netif.h does not have, or a bad GSO: of size 0, of an unknown protocol, or a second one. */
  'badExtra',
  /** More slots than {@link XEN_NETIF_NR_SLOTS_MIN}, or than the pool has pages. Known when the last slot says that more follow. */
  'tooManySlots',
  /** More octets than {@link XEN_NETIF_MAX_TX_SIZE}. */
  'tooLong',
  /** The flag `gso_prefix`. */
  'gsoPrefix',
] as const;

/** One of {@link dropReasons}. */
export type DropReason = (typeof dropReasons)[number];

/** The slots of a packet that have come so far. */
export interface PartialPacket {
  /** What the next slot is: `start` where the packet is complete, or none has begun. */
  readonly next: 'start' | 'extra' | 'fragment';
  /** Slots that have come, extras included. */
  readonly slots: number;
  /** The flags of the first slot. Of those of later ones only `more_data` means something. */
  readonly flags: number;
  /** The pages that have come, in order. They are no longer granted. */
  readonly fragments: readonly AnsweredPage[];
  /** The octets in them. */
  readonly octets: number;
  readonly extras: readonly ExtraInfo[];
  /** Why the packet is being dropped; null while nothing is wrong with it. */
  readonly dropped: DropReason | null;
}

/** How large a packet may be. */
export interface PacketLimits {
  /** Slots that a packet may have. */
  readonly slots: number;
  /** Pages in the pool. A packet that has them all and needs another one can never be complete. */
  readonly pages: number;
}

/** Before the first slot of a packet. */
export const NO_PACKET: PartialPacket = {
  next: 'start',
  slots: 0,
  flags: 0,
  fragments: [],
  octets: 0,
  extras: [],
  dropped: null,
};

/** Have all slots of the packet come? */
export const isComplete = ({ next, slots }: PartialPacket): boolean => next === 'start' && slots > 0;

/** The packet with one slot more. Of a packet that is dropped only the position is kept. */
export const append = (
  partial: PartialPacket,
  answered: AnsweredPage,
  info: SlotInfo,
  limits: PacketLimits,
): PartialPacket => {
  const slots = partial.slots + 1;
  const flags = partial.slots === 0 && 'flags' in info ? info.flags : partial.flags;
  const next = nextAfter(partial, info);
  const dropped = partial.dropped ?? fault({ partial, answered, info, next, limits });
  if (dropped !== null) return { ...NO_PACKET, next, slots, flags, dropped };
  return 'extra' in info
    ? { ...partial, next, slots, flags, extras: [...partial.extras, info.extra] }
    : {
        ...partial,
        next,
        slots,
        flags,
        fragments: [...partial.fragments, answered],
        octets: partial.octets + answered.status,
      };
};

/** What follows a slot: extras come before further slots with octets. */
const nextAfter = ({ slots, flags }: PartialPacket, info: SlotInfo): PartialPacket['next'] => {
  if ('extra' in info) {
    if ((info.extra.flags & XEN_NETIF_EXTRA_FLAG_MORE) !== 0) return 'extra';
    return (flags & NETRXF.more_data) === 0 ? 'start' : 'fragment';
  }
  if (slots === 0 && (info.flags & NETRXF.extra_info) !== 0) return 'extra';
  return (info.flags & NETRXF.more_data) === 0 ? 'start' : 'fragment';
};

interface Slot {
  readonly partial: PartialPacket;
  readonly answered: AnsweredPage;
  readonly info: SlotInfo;
  readonly next: PartialPacket['next'];
  readonly limits: PacketLimits;
}

/** What is wrong with a slot, or with the packet when it has it; null if nothing is. */
const fault = ({ partial, answered, info, next, limits }: Slot): DropReason | null => {
  const own = 'extra' in info ? extraFault(partial, info.extra) : dataFault(partial, answered, info.flags);
  if (own !== null) return own;
  // Nobody needs the slot after this one to know that it would be one too many. It would need a page, and perhaps the
  // application has them all.
  if (partial.slots + (next === 'start' ? 1 : 2) > limits.slots) return 'tooManySlots';
  const pages = partial.fragments.length + ('extra' in info ? 0 : 1);
  // Every page of the pool is in this packet, and none is left to be posted for the next slot.
  return next !== 'start' && pages >= limits.pages ? 'tooManySlots' : null;
};

const extraFault = ({ extras }: PartialPacket, extra: ExtraInfo): DropReason | null => {
  const isKnown = extra.type > XEN_NETIF_EXTRA_TYPE.NONE && extra.type < XEN_NETIF_EXTRA_TYPE.MAX;
  if (!isKnown) return 'badExtra';
  if (!isGso(extra)) return null;
  return gsoOf(extra) === undefined || extras.some(isGso) ? 'badExtra' : null;
};

/**
 * `gso_prefix` is deprecated, and a backend sets it only for a frontend that asked for it, which this one does not. The
 * first slot would then have no octets, and the size of the segments in place of its offset. Only the packet is dropped,
 * since its end is known.
 */
const dataFault = (
  partial: PartialPacket,
  { status, offset }: AnsweredPage,
  flags: number,
): DropReason | null => {
  if (partial.slots === 0 && (flags & NETRXF.gso_prefix) !== 0) return 'gsoPrefix';
  // The status is signed: an error is no length.
  if (status < 0) return status === NETIF_RSP.DROPPED ? 'dropped' : 'error';
  if (status === 0 || offset + status > PAGE_SIZE) return 'badSize';
  return partial.octets + status > XEN_NETIF_MAX_TX_SIZE ? 'tooLong' : null;
};
