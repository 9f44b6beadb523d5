/**
 * How a backend reads a chain of transmit requests, and what it makes of one that a frontend should not have sent. Both are as in
 * Linux's netback (6.1): what it forgives, what it answers with ERROR, and what it takes for malice.
 *
 * The order of slots is the header's: the first request, its extras, then a further request while the one before has more_data.
 * The first request's size is that of the whole packet; its own octets are what the others leave of it.
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

/** What a frontend did for which its interface is disabled. It is not told: requests stay without an answer. */
export type FrontFault =
  | RequestOverflow
  /** more_data is set in the last request that is published. `slots` are those of the chain until there. */
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

/** There is no chain that could be answered. */
export interface Fatal {
  readonly fault: FrontFault;
}

/** A chain of requests that can be answered. */
export interface Chain {
  /**
   * - `packet`: to be sent on.
   * - `refused`: all of it is answered ERROR.
   * - `dummy`: its extras ask for a change of the multicast filter, and the request is there to carry them.
   */
  readonly kind: 'packet' | 'refused' | 'dummy';
  /** Each with the size of its own fragment, the first one too. */
  readonly requests: readonly TxRequest[];
  readonly extras: readonly ExtraInfo[];
}

/** The requests that are published and not taken, oldest first. Each is read once: the frontend may change it meanwhile. */
export interface Published {
  readonly count: number;
  request(ahead: number): TxRequest;
  extra(ahead: number): ExtraInfo;
}

/** Reads the next chain. There is at least one request. */
export const readChain = (published: Published): Chain | Fatal => {
  const first = published.request(0);
  const extras = readExtras(first, published);
  if ('fault' in extras) return extras;
  if (extras.some(isMulticast)) return { kind: 'dummy', requests: [first], extras };
  const rest = readRest(first, 1 + extras.length, published);
  if ('fault' in rest) return rest;
  // Below 0 where the others have more than the total: some frontends send 64 KiB, for which a size has no room. That is no malice.
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

/** The requests behind the first one, from the slot `begin` on. A chain that is refused is read to its end too. */
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

/** What a chain says of its packet beside the octets. What it does not say is absent. */
export const offloadOf = ({ requests, extras }: Chain): Offload =>
  decodeOffload(requests[0]?.flags ?? 0, extras, NETTXF);
