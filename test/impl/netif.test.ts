import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeGso,
  encodeGso,
  NET_RX_RING_SIZE,
  NET_TX_RING_SIZE,
  NETIF_RSP,
  NETRXF,
  NETTXF,
  readExtraInfo,
  readRxRequest,
  readRxResponse,
  readTxRequest,
  readTxResponse,
  RX_SLOT,
  type RxRequest,
  type RxResponse,
  slotOf,
  TX_SLOT,
  type TxRequest,
  writeExtraInfo,
  writeRxRequest,
  writeRxResponse,
  writeTxRequest,
  writeTxResponse,
  XEN_NETIF_EXTRA_FLAG_MORE,
  XEN_NETIF_EXTRA_TYPE,
  XEN_NETIF_GSO_TYPE,
} from '../../impl/netif.js';
import { PAGE_SIZE, SharedRing } from '../../impl/ring.js';

const ringOf = (nr_ents: number): SharedRing => new SharedRing(new Uint8Array(PAGE_SIZE), TX_SLOT, nr_ents);

const rxRingOf = (nr_ents: number): SharedRing => new SharedRing(new Uint8Array(PAGE_SIZE), RX_SLOT, nr_ents);

const rxHexOf = (ring: SharedRing, slot: number): string =>
  Buffer.from(ring.page.subarray(64 + 8 * slot, 72 + 8 * slot)).toString('hex');

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

test('a page has room for 256 receive slots', () => {
  expect(NET_RX_RING_SIZE).toBe(256);
});

test('the first two flags of a receive response are the other way round than in a transmit request', () => {
  expect(NETRXF).toEqual({ data_validated: 1, csum_blank: 2, more_data: 4, extra_info: 8, gso_prefix: 16 });
  expect([NETTXF.csum_blank, NETTXF.data_validated]).toEqual([NETRXF.data_validated, NETRXF.csum_blank]);
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

const anyRxRequest: fc.Arbitrary<RxRequest> = fc.record({
  id: u16,
  gref: fc.integer({ min: 0, max: 0xffffffff }),
});
const anyRxResponse: fc.Arbitrary<RxResponse> = fc.record({
  id: u16,
  offset: u16,
  flags: u16,
  status: fc.integer({ min: -0x8000, max: 0x7fff }),
});

describe('a receive request', () => {
  test.each([
    [{ id: 0, gref: 0 }, '0000000000000000'],
    [{ id: 0x0201, gref: 0x08070605 }, '0102000005060708'],
    [{ id: 0xffff, gref: 0xffffffff }, 'ffff0000ffffffff'],
  ])('%o lies in its slot as netif.h has it', (request, octets) => {
    const ring = rxRingOf(2);
    writeRxRequest(slotOf(ring, 1), request);
    expect(rxHexOf(ring, 1)).toBe(octets);
    expect(rxHexOf(ring, 0)).toBe('00'.repeat(8));
    expect(readRxRequest(slotOf(ring, 1))).toEqual(request);
  });

  test('leaves the two octets of padding as they were', () => {
    const ring = rxRingOf(1);
    ring.page.fill(0xaa, 64, 72);
    writeRxRequest(slotOf(ring, 0), { id: 1, gref: 2 });
    expect(rxHexOf(ring, 0)).toBe('0100aaaa02000000');
    expect(readRxRequest(slotOf(ring, 0))).toEqual({ id: 1, gref: 2 });
  });

  test('is read as it was written, in any slot', () => {
    const ring = rxRingOf(256);
    fc.assert(
      fc.property(anyRxRequest, fc.integer({ min: 0, max: 2 ** 32 - 1 }), (request, idx) => {
        writeRxRequest(slotOf(ring, idx), request);
        expect(readRxRequest(slotOf(ring, idx % 256))).toEqual(request);
      }),
    );
  });

  test('has its fields cut to their width, as in C', () => {
    const ring = rxRingOf(1);
    writeRxRequest(slotOf(ring, 0), { id: 65539, gref: 2 ** 32 + 1 });
    expect(readRxRequest(slotOf(ring, 0))).toEqual({ id: 3, gref: 1 });
  });
});

describe('a receive response', () => {
  test.each([
    [{ id: 0x0201, offset: 0x0403, flags: 0x0605, status: 0x0807 }, '0102030405060708'],
    [{ id: 0xffff, offset: 0, flags: 0, status: NETIF_RSP.ERROR }, 'ffff00000000ffff'],
    [{ id: 5, offset: 0, flags: NETRXF.csum_blank, status: NETIF_RSP.DROPPED }, '050000000200feff'],
    [{ id: 5, offset: 2, flags: NETRXF.data_validated, status: 1514 }, '050002000100ea05'],
    [{ id: 5, offset: 0, flags: NETRXF.more_data, status: -0x8000 }, '0500000004000080'],
  ])('%o lies in its slot as netif.h has it', (response, octets) => {
    const ring = rxRingOf(2);
    writeRxResponse(slotOf(ring, 0), response);
    expect(rxHexOf(ring, 0)).toBe(octets);
    expect(rxHexOf(ring, 1)).toBe('00'.repeat(8));
    expect(readRxResponse(slotOf(ring, 0))).toEqual(response);
  });

  test('is read as it was written, over any request, and touches no other slot', () => {
    const ring = rxRingOf(4);
    fc.assert(
      fc.property(anyRxRequest, anyRxResponse, (request, response) => {
        writeRxRequest(slotOf(ring, 2), request);
        writeRxResponse(slotOf(ring, 2), response);
        expect(readRxResponse(slotOf(ring, 2))).toEqual(response);
        expect([0, 1, 3].map((at) => rxHexOf(ring, at))).toEqual(Array(3).fill('00'.repeat(8)));
      }),
    );
  });

  test('that was read is a copy: the peer cannot change it afterwards', () => {
    const ring = rxRingOf(1);
    writeRxResponse(slotOf(ring, 0), { id: 1, offset: 2, flags: 3, status: 4 });
    const response = readRxResponse(slotOf(ring, 0));
    ring.page.fill(0xff);
    expect(response).toEqual({ id: 1, offset: 2, flags: 3, status: 4 });
  });
});

describe('an extra', () => {
  const gso = {
    type: XEN_NETIF_EXTRA_TYPE.GSO,
    flags: XEN_NETIF_EXTRA_FLAG_MORE,
    u: encodeGso({ size: 1448, type: XEN_NETIF_GSO_TYPE.TCPV6, features: 0x0102 }),
  };

  test('for segmentation offload lies in a slot of either ring as netif.h has it, and leaves the last octets of a transmit slot', () => {
    const [tx, rx] = [ringOf(2), rxRingOf(2)];
    writeTxRequest(slotOf(tx, 1), { gref: 0xffffffff, offset: 0, flags: 0, id: 0xabcd, size: 0xef01 });
    writeExtraInfo(slotOf(tx, 1), gso);
    writeExtraInfo(slotOf(rx, 1), gso);
    expect(hexOf(tx, 1)).toBe('0101a80502000201cdab01ef');
    expect(rxHexOf(rx, 1)).toBe('0101a80502000201');
    expect([hexOf(tx, 0), rxHexOf(rx, 0)]).toEqual(['00'.repeat(12), '00'.repeat(8)]);
    expect(decodeGso(readExtraInfo(slotOf(rx, 1)))).toEqual({ size: 1448, type: 2, features: 0x0102 });
  });

  test('of any type is read as it was written, and what was read is a copy', () => {
    const u = fc.uint8Array({ minLength: 6, maxLength: 6 });
    const u8 = fc.integer({ min: 0, max: 255 });
    const ring = rxRingOf(1);
    fc.assert(
      fc.property(fc.record({ type: u8, flags: u8, u }), (extra) => {
        writeExtraInfo(slotOf(ring, 0), extra);
        const read = readExtraInfo(slotOf(ring, 0));
        ring.page.fill(0);
        expect(read).toEqual(extra);
      }),
    );
  });
});
