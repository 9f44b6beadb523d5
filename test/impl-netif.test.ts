import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  NET_TX_RING_SIZE,
  NETIF_RSP,
  NETTXF,
  readTxRequest,
  readTxResponse,
  slotOf,
  TX_SLOT,
  type TxRequest,
  writeTxRequest,
  writeTxResponse,
} from '../impl/netif.js';
import { PAGE_SIZE, SharedRing } from '../impl/ring.js';

const ringOf = (nr_ents: number): SharedRing => new SharedRing(new Uint8Array(PAGE_SIZE), TX_SLOT, nr_ents);

const hexOf = (ring: SharedRing, slot: number): string =>
  Buffer.from(ring.page.subarray(64 + 12 * slot, 76 + 12 * slot)).toString('hex');

const u16 = fc.integer({ min: 0, max: 0xffff });
const anyRequest: fc.Arbitrary<TxRequest> = fc.record({
  gref: fc.integer({ min: 0, max: 0xffffffff }),
  offset: u16,
  flags: u16,
  id: u16,
  size: u16,
});

test('a page has room for 256 transmit slots', () => {
  expect(NET_TX_RING_SIZE).toBe(256);
});

test('flags and status have the values of netif.h', () => {
  expect(NETTXF).toEqual({ csum_blank: 1, data_validated: 2, more_data: 4, extra_info: 8 });
  expect(NETIF_RSP).toEqual({ DROPPED: -2, ERROR: -1, OKAY: 0, NULL: 1 });
});

describe('a transmit request', () => {
  test.each([
    [{ gref: 0, offset: 0, flags: 0, id: 0, size: 0 }, '000000000000000000000000'],
    [
      { gref: 0x04030201, offset: 0x0605, flags: 0x0807, id: 0x0a09, size: 0x0c0b },
      '0102030405060708090a0b0c',
    ],
    [
      { gref: 0xffffffff, offset: 0x0800, flags: NETTXF.more_data, id: 0xffff, size: 1514 },
      'ffffffff00080400ffffea05',
    ],
  ])('%o lies in its slot as netif.h has it', (request, octets) => {
    const ring = ringOf(2);
    writeTxRequest(slotOf(ring, 1), request);
    expect(hexOf(ring, 1)).toBe(octets);
    expect(hexOf(ring, 0)).toBe('00'.repeat(12));
    expect(readTxRequest(slotOf(ring, 1))).toEqual(request);
  });

  test('is read as it was written, in any slot', () => {
    const ring = ringOf(256);
    fc.assert(
      fc.property(anyRequest, fc.integer({ min: 0, max: 2 ** 32 - 1 }), (request, idx) => {
        writeTxRequest(slotOf(ring, idx), request);
        expect(readTxRequest(slotOf(ring, idx % 256))).toEqual(request);
      }),
    );
  });

  test('has its fields cut to their width, as in C', () => {
    const ring = ringOf(1);
    writeTxRequest(slotOf(ring, 0), {
      gref: 2 ** 32 + 1,
      offset: 65537,
      flags: 65538,
      id: 65539,
      size: 65540,
    });
    expect(readTxRequest(slotOf(ring, 0))).toEqual({ gref: 1, offset: 1, flags: 2, id: 3, size: 4 });
  });
});

describe('a transmit response', () => {
  test.each([
    [{ id: 0x0201, status: NETIF_RSP.OKAY }, '01020000'],
    [{ id: 0xffff, status: NETIF_RSP.ERROR }, 'ffffffff'],
    [{ id: 5, status: NETIF_RSP.DROPPED }, '0500feff'],
    [{ id: 5, status: NETIF_RSP.NULL }, '05000100'],
  ])('%o lies in its slot as netif.h has it', (response, octets) => {
    const ring = ringOf(1);
    writeTxResponse(slotOf(ring, 0), response);
    expect(hexOf(ring, 0).slice(0, 8)).toBe(octets);
    expect(readTxResponse(slotOf(ring, 0))).toEqual(response);
  });

  test('leaves octets 4 to 11 of the request as they were', () => {
    const ring = ringOf(2);
    fc.assert(
      fc.property(anyRequest, u16, fc.integer({ min: -0x8000, max: 0x7fff }), (request, id, status) => {
        writeTxRequest(slotOf(ring, 1), request);
        const before = hexOf(ring, 1);
        writeTxResponse(slotOf(ring, 1), { id, status });
        expect(hexOf(ring, 1).slice(8)).toBe(before.slice(8));
        expect(readTxResponse(slotOf(ring, 1))).toEqual({ id, status });
        expect(hexOf(ring, 0)).toBe('00'.repeat(12));
      }),
    );
  });
});

test('what was read of a slot is a copy: the peer cannot change it afterwards', () => {
  const ring = ringOf(1);
  writeTxResponse(slotOf(ring, 0), { id: 1, status: 0 });
  const response = readTxResponse(slotOf(ring, 0));
  ring.page.fill(0xff);
  expect(response).toEqual({ id: 1, status: 0 });
});
