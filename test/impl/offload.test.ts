import { describe, expect, test } from 'vitest';
import { NETRXF, NETTXF, XEN_NETIF_EXTRA_FLAG_MORE, XEN_NETIF_EXTRA_TYPE } from '../../impl/netif.js';
import { decodeOffload, extrasOf } from '../../impl/offload.js';

const gso = (size: number) => extrasOf({ gso: { size, type: 'TCPV4' } })[0]!;
const hash = { type: XEN_NETIF_EXTRA_TYPE.HASH, flags: 0, u: Uint8Array.of(1, 2, 3, 4, 5, 6) };

describe.each([
  ['transmit', NETTXF],
  ['receive', NETRXF],
])('the metadata of a packet on the %s ring', (_, table) => {
  test('has the last of several segmentations, as Linux does', () => {
    const { gso: found } = decodeOffload(table.csum_blank, [gso(1448), hash, gso(1000)], table);
    expect(found).toEqual({ size: 1000, type: 'TCPV4' });
  });

  test('has no segmentation whose segments are empty, and the others only without what is the ring’s', () => {
    const more = { ...hash, flags: XEN_NETIF_EXTRA_FLAG_MORE };
    expect(decodeOffload(0, [gso(0), more], table)).toEqual({ extras: [hash] });
  });

  test('is good where its checksum is blank, with the flag or without', () => {
    expect(decodeOffload(table.csum_blank, [], table)).toEqual({ csum_blank: true, data_validated: true });
    expect(decodeOffload(table.data_validated, [], table)).toEqual({ data_validated: true });
    expect(decodeOffload(0, [], table)).toEqual({});
  });
});
