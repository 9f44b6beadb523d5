/** What the application sends: frames of which no two are alike, in octets or in length, until many have been sent. */
import { PAGE, XEN_NETIF_GSO_TYPE, XEN_NETIF_MAX_TX_SIZE } from '../replay/netif.js';
import type { Gso } from './protocol.js';
import type { Offload } from './steps.js';

const { TCPV4, TCPV6 } = XEN_NETIF_GSO_TYPE;

/** A frame that the application gave to the frontend. */
export interface Send {
  readonly n: number;
  readonly frame: Uint8Array;
  readonly gso: Gso | undefined;
  /** Always, where there is segmentation. */
  readonly csum_blank: boolean;
  /** How many requests and slots it takes in blocks of the size that the port has. */
  readonly requests: number;
  readonly slots: number;
}

/**
 * The application's n-th frame: a packet of `k` requests, by the size of the port's blocks.
 * @param gsoTypes the types of segmentation; both if absent
 */
export function planSend(
  n: number,
  k: number,
  offload: Offload,
  block: number,
  gsoTypes?: readonly number[],
): Send {
  const gso = offload === 'gso';
  const length =
    k === 1 && !gso
      ? singleLength(n)
      : Math.min((k - 1) * block + lastLength(n, k, block), XEN_NETIF_MAX_TX_SIZE);
  const frame = new Uint8Array(length);
  // No two blocks of a frame are alike either.
  frame.forEach((_, i) => (frame[i] = (n * 31 + i * 7 + (i >> 8) * 13 + (n >> 8)) & 0xff));
  const requests = Math.ceil(length / block);
  return {
    ...{ n, frame, requests },
    slots: requests + (gso ? 1 : 0),
    csum_blank: offload !== 'none',
    gso: gso ? gsoOf(n, [1448, 536, 9000, 1], gsoTypes) : undefined,
  };
}

/** The segmentation of the n-th packet: each of these sizes and types in turn. */
export const gsoOf = (
  n: number,
  sizes: readonly number[],
  types: readonly number[] = [TCPV4, TCPV6],
): Gso => ({
  size: sizes[n % sizes.length]!,
  type: types[n % types.length]!,
});

/** Octets of a frame of one slot; now and then it fills half a page. */
const singleLength = (n: number): number =>
  n % 17 === 11 ? PAGE / 2 : 14 + (n % 47) + (n % 13 === 5 ? 1440 : 0);

/** Octets of the last block: few, one, or all. */
const lastLength = (n: number, k: number, block: number): number => {
  if (n % 5 === 3) return block;
  return k > 1 && n % 5 === 1 ? 1 : 14 + (n % 47);
};
