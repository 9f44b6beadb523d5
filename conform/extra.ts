/** `struct netif_extra_info` as it is on the ring. */
import {
  extraInfo,
  gsoUnion,
  writeExtra,
  XEN_NETIF_EXTRA_FLAG_MORE,
  XEN_NETIF_EXTRA_TYPE,
} from '../replay/netif.js';
import type { Gso } from './protocol.js';

/** The octets of an extra. */
export function extraOctets(type: number, u: Iterable<number>, isMore = false): Uint8Array {
  const octets = new Uint8Array(extraInfo.size);
  const flags = isMore ? XEN_NETIF_EXTRA_FLAG_MORE : 0;
  writeExtra(new DataView(octets.buffer), 0, { type, flags, u });
  return octets;
}

/** The octets of an extra of segmentation. */
export const gsoOctets = (gso: Gso, isMore = false): Uint8Array =>
  extraOctets(XEN_NETIF_EXTRA_TYPE.GSO, gsoUnion.octets({ ...gso }), isMore);
