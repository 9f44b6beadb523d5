/**
 * How a backend reads a packet off the transmit ring, and what it does about one that a frontend should not have sent. Both
 * are as in Linux's netback (6.1): what it tolerates, what it answers with ERROR, and what it disables the interface for.
 *
 * netif.h gives the order of slots: the first request, its extras, then a further request while the one before has
 * more_data. The first request's size is that of the whole packet; its own octets are those that no other request has.
 */
import type { RequestOverflow } from './ring.js';
import {
  decodeGso,
  type ExtraInfo,
  NETTXF,
  type TxRequest,
  XEN_NETIF_EXTRA_FLAG_MORE,
  XEN_NETIF_EXTRA_TYPE,
} from '../netif.js';
import { decodeOffload, ETH_HLEN, gsoOf, isGso, type Offload } from '../offload.js';
import { PAGE_SIZE } from '../ring.js';

/**
 * XEN_NETBK_LEGACY_SLOTS_MAX: how many requests may follow the first one. So Linux takes a packet of 19 requests, where netif.h
 * promises 18 slots, and extras are not counted.
 */
export const XEN_NETBK_LEGACY_SLOTS_MAX = 18;

/** `fatal_skb_slots`: a frontend with more requests than this behind the first one is taken for malicious. */
export const FATAL_SKB_SLOTS = 20;

/** Why a frontend's interface is disabled. The frontend is not notified: its requests stay without an answer. */
export type FrontFault =
  | RequestOverflow
  /** more_data is set in the last request that is published. `slots` are those of the packet until there. */
  | { readonly kind: 'MissingRequest'; readonly slots: number }
  /** An extra is announced that is not published. */
  | { readonly kind: 'MissingExtra'; readonly slots: number }
  /** A type of extra that netif.h does not have. */
  | { readonly kind: 'InvalidExtraType'; readonly type: number }
  /** More requests than {@link FATAL_SKB_SLOTS} behind the first one. */
  | { readonly kind: 'TooManyRequests'; readonly requests: number }
  /** A fragment reaches past the end of its page. */
  | { readonly kind: 'CrossesPage'; readonly offset: number; readonly size: number }
  /** Segments of no octets, or of a protocol that netif.h does not have. */
  | { readonly kind: 'BadGso'; readonly size: number; readonly type: number };

/** No packet can be read any more. */
export interface Fatal {
  readonly fault: FrontFault;
}

/** A packet that was read, and whose requests can be answered. */
export interface TakenPacket {
  /**
   * - `packet`: to be forwarded.
   * - `refused`: every request is answered ERROR.
   * - `dummy`: its extras change the multicast filter, and the request is there only to carry them.
   */
  readonly kind: 'packet' | 'refused' | 'dummy';
  /** Each with the size of its own fragment, the first one too. */
  readonly requests: readonly TxRequest[];
  readonly extras: readonly ExtraInfo[];
}

/** The requests that are published and not taken, oldest first. Read each only once: the frontend may change it. */
export interface Published {
  readonly count: number;
  request(ahead: number): TxRequest;
  extra(ahead: number): ExtraInfo;
}

/** Reads the next packet. There is at least one request. */
export const readPacket = (published: Published): TakenPacket | Fatal => {
  const first = published.request(0);
  const extras = readExtras(first, published);
  if ('fault' in extras) return extras;
  if (extras.some(isMulticast)) return { kind: 'dummy', requests: [first], extras };
  const rest = readRest(first, 1 + extras.length, published);
  if ('fault' in rest) return rest;
  // Below 0 where the others have more than the total: some frontends send 64 KiB, which 16 bits cannot hold. Linux
  // tolerates that.
  const own = first.size - rest.octets;
  const requests = [{ ...first, size: own }, ...rest.requests];
  if (rest.isRefused || own < ETH_HLEN) return { kind: 'refused', requests, extras };
  return crossesPage(requests[0]!) ?? badGso(extras) ?? { kind: 'packet', requests, extras };
};

const readExtras = (first: TxRequest, published: Published): readonly ExtraInfo[] | Fatal => {
  const extras: ExtraInfo[] = [];
  let isMore = (first.flags & NETTXF.extra_info) !== 0;
  while (isMore) {
    if (1 + extras.length >= published.count)
      return { fault: { kind: 'MissingExtra', slots: 1 + extras.length } };
    const extra = published.extra(1 + extras.length);
    const { type } = extra;
    if (type === XEN_NETIF_EXTRA_TYPE.NONE || type >= XEN_NETIF_EXTRA_TYPE.MAX)
      return { fault: { kind: 'InvalidExtraType', type } };
    extras.push(extra);
    isMore = (extra.flags & XEN_NETIF_EXTRA_FLAG_MORE) !== 0;
  }
  return extras;
};

interface Rest {
  readonly requests: readonly TxRequest[];
  readonly octets: number;
  readonly isRefused: boolean;
}

/** The requests behind the first one, from the slot `begin` on. A packet that is refused is read to its end too. */
const readRest = (first: TxRequest, begin: number, published: Published): Rest | Fatal => {
  const requests: TxRequest[] = [];
  let octets = 0;
  let isRefused = false;
  for (let { flags } = first; (flags & NETTXF.more_data) !== 0;) {
    const slots = begin + requests.length;
    if (slots >= published.count) return { fault: { kind: 'MissingRequest', slots } };
    if (requests.length >= FATAL_SKB_SLOTS)
      return { fault: { kind: 'TooManyRequests', requests: 2 + requests.length } };
    const next = published.request(slots);
    isRefused ||= requests.length >= XEN_NETBK_LEGACY_SLOTS_MAX;
    const fatal = crossesPage(next);
    if (fatal !== undefined) return fatal;
    octets += next.size;
    requests.push(next);
    flags = next.flags;
  }
  return { requests, octets, isRefused };
};

const crossesPage = ({ offset, size }: TxRequest): Fatal | undefined =>
  offset + size > PAGE_SIZE ? { fault: { kind: 'CrossesPage', offset, size } } : undefined;

const isMulticast = ({ type }: ExtraInfo): boolean =>
  type === XEN_NETIF_EXTRA_TYPE.MCAST_ADD || type === XEN_NETIF_EXTRA_TYPE.MCAST_DEL;

const badGso = (extras: readonly ExtraInfo[]): Fatal | undefined => {
  const extra = extras.findLast(isGso);
  if (extra === undefined || gsoOf(extra) !== undefined) return undefined;
  const { size, type } = decodeGso(extra);
  return { fault: { kind: 'BadGso', size, type } };
};

/** The metadata of a packet. */
export const offloadOf = ({ requests, extras }: TakenPacket): Offload =>
  decodeOffload(requests[0]?.flags ?? 0, extras, NETTXF);
