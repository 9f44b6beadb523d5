/**
 * A packet that is being put together of the slots that came. netif.h has its slots in this order: one with octets; its
 * extras, if it has the flag `extra_info`, each but the last with XEN_NETIF_EXTRA_FLAG_MORE; then further ones with
 * octets, while the one before has `more_data`. On this ring each slot says how many octets are in its OWN page; the
 * packet has as many as all of them together.
 *
 *     slot     0 extra_info|more_data   1 GSO, MORE   2 HASH   3 more_data   4
 *     next     extra                    extra         fragment fragment      start
 *
 * The slots of a packet may be published in parts: what has come waits here for the rest, which would otherwise be
 * taken for a packet of its own. One that is found to be wrong is dropped whole, and followed to its end all the same.
 */
import {
  decodeGso,
  type ExtraInfo,
  NETIF_RSP,
  NETRXF,
  XEN_NETIF_EXTRA_FLAG_MORE,
  XEN_NETIF_EXTRA_TYPE,
  XEN_NETIF_GSO_TYPE,
  XEN_NETIF_MAX_TX_SIZE,
} from './netif.js';
import type { Gso, GsoType, Offload } from './offload.js';
import { PAGE_SIZE } from './ring.js';

/** A response that was consumed, before its page is released or handed up. */
export interface Answered {
  readonly page: number;
  /** As it came: octets of the packet in this page, or a negative number. 0 where an extra used up the page's request. */
  readonly status: number;
  /** Where in the page they begin, in octets. */
  readonly offset: number;
}

/** What a slot says of its packet, beside what is in the page: the flags of a response, or an extra. */
export type Said = { readonly flags: number } | { readonly extra: ExtraInfo };

/** Why a packet is dropped: all the reasons there are, as they are counted. */
export const dropReasons = [
  /** A slot was answered with ERROR, or a negative status that netif.h does not have. */
  'error',
  /** A slot was answered with DROPPED. */
  'dropped',
  /** A slot with octets has none, or they reach past its page. */
  'badSize',
  /** An extra of a type that netif.h does not have, or a GSO that makes no sense: no size, another type, a second one. */
  'badExtra',
  /** More slots than {@link XEN_NETIF_NR_SLOTS_MIN}, or than the pool has pages. */
  'tooManySlots',
  /** More octets than {@link XEN_NETIF_MAX_TX_SIZE}. */
  'tooLong',
  /** The flag `gso_prefix`. */
  'gsoPrefix',
] as const;

/** One of {@link dropReasons}. */
export type DropReason = (typeof dropReasons)[number];

/** What has come of a packet until now. */
export interface Chain {
  /** What the next slot is. `start` where the packet is whole, or none has begun. */
  readonly next: 'start' | 'extra' | 'fragment';
  /** Slots that have come, extras included. */
  readonly slots: number;
  /** The flags of the first slot. Of those of later ones only `more_data` means something. */
  readonly flags: number;
  /** The pages that have come, in order. They are granted no more, and nobody else's. */
  readonly fragments: readonly Answered[];
  /** The octets in them. */
  readonly octets: number;
  readonly extras: readonly ExtraInfo[];
  /** Why the packet is being dropped; null while nothing is wrong with it. */
  readonly dropped: DropReason | null;
}

/** How large a packet may be. */
export interface ChainLimits {
  /** Slots that a packet may have. */
  readonly slots: number;
  /** Pages that there are: one that has not ended when it has them all never will. */
  readonly pages: number;
}

/** Before the first slot of a packet. */
export const NO_CHAIN: Chain = {
  next: 'start',
  slots: 0,
  flags: 0,
  fragments: [],
  octets: 0,
  extras: [],
  dropped: null,
};

/** Has all of a packet come? */
export const isWhole = ({ next, slots }: Chain): boolean => next === 'start' && slots > 0;

/** The chain with one slot more. One that is dropped keeps nothing, but knows where its packet ends. */
export const follow = (chain: Chain, answered: Answered, said: Said, limits: ChainLimits): Chain => {
  const slots = chain.slots + 1;
  const flags = chain.slots === 0 && 'flags' in said ? said.flags : chain.flags;
  const next = nextAfter(chain, said);
  const dropped = chain.dropped ?? fault({ chain, answered, said, next, limits });
  if (dropped !== null) return { ...NO_CHAIN, next, slots, flags, dropped };
  return 'extra' in said
    ? { ...chain, next, slots, flags, extras: [...chain.extras, said.extra] }
    : {
        ...chain,
        next,
        slots,
        flags,
        fragments: [...chain.fragments, answered],
        octets: chain.octets + answered.status,
      };
};

/** What follows a slot: its packet's extras first, whatever more there is after them. */
const nextAfter = ({ slots, flags }: Chain, said: Said): Chain['next'] => {
  if ('extra' in said) {
    if ((said.extra.flags & XEN_NETIF_EXTRA_FLAG_MORE) !== 0) return 'extra';
    return (flags & NETRXF.more_data) === 0 ? 'start' : 'fragment';
  }
  if (slots === 0 && (said.flags & NETRXF.extra_info) !== 0) return 'extra';
  return (said.flags & NETRXF.more_data) === 0 ? 'start' : 'fragment';
};

interface Slot {
  readonly chain: Chain;
  readonly answered: Answered;
  readonly said: Said;
  readonly next: Chain['next'];
  readonly limits: ChainLimits;
}

/** What is wrong with a slot, or with the packet when it has it; null if nothing is. */
const fault = ({ chain, answered, said, next, limits }: Slot): DropReason | null => {
  const own = 'extra' in said ? extraFault(chain, said.extra) : dataFault(chain, answered, said.flags);
  if (own !== null) return own;
  if (chain.slots >= limits.slots) return 'tooManySlots';
  const pages = chain.fragments.length + ('extra' in said ? 0 : 1);
  // Each page there is would be in this packet, and none could be posted for what is to come.
  return next !== 'start' && pages >= limits.pages ? 'tooManySlots' : null;
};

const extraFault = ({ extras }: Chain, extra: ExtraInfo): DropReason | null => {
  const isKnown = extra.type > XEN_NETIF_EXTRA_TYPE.NONE && extra.type < XEN_NETIF_EXTRA_TYPE.MAX;
  if (!isKnown) return 'badExtra';
  if (!isGso(extra)) return null;
  return gsoOf(extra) === undefined || extras.some(isGso) ? 'badExtra' : null;
};

/**
 * `gso_prefix` is deprecated, and for those only who have asked for it: the first slot is then one without octets, and
 * the size of the segments is where its offset would be. Nobody has asked for it here. The packet is dropped, and not
 * the interface: where it ends is known, and all that was lost is a packet that could not have been read.
 */
const dataFault = (chain: Chain, { status, offset }: Answered, flags: number): DropReason | null => {
  if (chain.slots === 0 && (flags & NETRXF.gso_prefix) !== 0) return 'gsoPrefix';
  // The status is signed: an error is no length.
  if (status < 0) return status === NETIF_RSP.DROPPED ? 'dropped' : 'error';
  if (status === 0 || offset + status > PAGE_SIZE) return 'badSize';
  return chain.octets + status > XEN_NETIF_MAX_TX_SIZE ? 'tooLong' : null;
};

const isGso = ({ type }: ExtraInfo): boolean => type === XEN_NETIF_EXTRA_TYPE.GSO;

const gsoTypes: ReadonlyMap<number, GsoType> = new Map([
  [XEN_NETIF_GSO_TYPE.TCPV4, 'TCPV4'],
  [XEN_NETIF_GSO_TYPE.TCPV6, 'TCPV6'],
]);

const gsoOf = (extra: ExtraInfo): Gso | undefined => {
  const { size, type: number } = decodeGso(extra);
  const type = gsoTypes.get(number);
  return type === undefined || size === 0 ? undefined : { size, type };
};

/** What a whole packet's flags and extras say of it, in words that do not depend on the ring. */
export const offloadOf = ({ flags, extras }: Pick<Chain, 'flags' | 'extras'>): Offload => {
  const csum_blank = (flags & NETRXF.csum_blank) !== 0;
  const gso = extras.filter(isGso).map(gsoOf)[0];
  const others = extras.filter((extra) => !isGso(extra));
  return {
    ...(csum_blank && { csum_blank }),
    // Octets that have not left the machine are good: a checksum that is blank says as much, with or without the flag.
    ...((csum_blank || (flags & NETRXF.data_validated) !== 0) && { data_validated: true }),
    ...(gso && { gso }),
    ...(others.length > 0 && { extras: others.map(offRing) }),
  };
};

/** Which extra follows is the ring's business, and not the packet's. */
const offRing = ({ type, flags, u }: ExtraInfo): ExtraInfo => ({
  type,
  flags: flags & ~XEN_NETIF_EXTRA_FLAG_MORE,
  u,
});
