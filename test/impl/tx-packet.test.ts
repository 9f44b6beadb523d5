import { describe, expect, test } from 'vitest';
import { type Gso, type Offload, SendError } from '../../impl/index.js';
import { type ExtraInfo, NETTXF, XEN_NETIF_EXTRA_TYPE } from '../../impl/netif.js';
import { txConfig } from '../../impl/options.js';
import type { TxConfig } from '../../impl/tx.js';
import { longestPacket, planPacket } from '../../impl/tx-packet.js';

/** Octets that tell where they are in the packet. */
const octets = (size: number): Uint8Array => Uint8Array.from({ length: size }, (_, i) => i ^ (i >> 8));

/** A packet in fragments of these lengths. */
const cut = (...lengths: number[]): Uint8Array[] => {
  const whole = octets(lengths.reduce((sum, length) => sum + length, 0));
  let at = 0;
  return lengths.map((length) => whole.subarray(at, (at += length)));
};

const plan = (
  frame: Uint8Array | readonly Uint8Array[],
  offload: Offload = {},
  config: Partial<TxConfig> = {},
): ReturnType<typeof planPacket> => planPacket(frame, offload, { ...txConfig(), ...config });

const sizes = (planned: ReturnType<typeof planPacket>): readonly number[] =>
  planned.octets.map(({ length }) => length);

const hash = (...u: number[]): ExtraInfo => ({
  type: XEN_NETIF_EXTRA_TYPE.HASH,
  flags: 0,
  u: Uint8Array.from(u),
});
const HASH = hash(1, 2, 3, 4, 5, 6);

describe('a plan', () => {
  test.each([
    [14, [14]],
    [4096, [4096]],
    [4097, [4096, 1]],
    [65_535, [...Array<number>(15).fill(4096), 4095]],
  ])('for a frame of %i octets has slots of %j', (size, expected) => {
    const frame = octets(size);
    const planned = plan(frame);
    expect(sizes(planned)).toEqual(expected);
    expect(planned.packet).toEqual({ requests: expected.length, size, flags: 0, extras: [] });
    expect(Buffer.concat(planned.octets)).toEqual(Buffer.from(frame));
    // Nothing is copied before it comes into its block.
    expect(planned.octets.every(({ buffer }) => buffer === frame.buffer)).toBe(true);
  });

  test('has slots of half a page where blocks are', () => {
    expect(sizes(plan(octets(5000), {}, { blocksPerPage: 2 }))).toEqual([2048, 2048, 904]);
  });

  test('keeps the borders of fragments, and cuts those that are longer than a block', () => {
    const fragments = cut(54, 1448, 5000, 1);
    const planned = plan(fragments);
    expect(sizes(planned)).toEqual([54, 1448, 4096, 904, 1]);
    expect(planned.octets.every(({ buffer }) => buffer === fragments[0]!.buffer)).toBe(true);
  });

  test('has no slot for an empty fragment', () => {
    expect(sizes(plan(cut(0, 20, 0, 0, 30, 0)))).toEqual([20, 30]);
  });

  test.each([
    ['whose first slot would have less than an Ethernet header', cut(13, 100), [113]],
    ['with more fragments than slots', cut(...Array<number>(19).fill(300)), [4096, 1604]],
  ])('copies fragments together %s', (_, fragments, expected) => {
    const planned = plan(fragments);
    expect(sizes(planned)).toEqual(expected);
    expect(Buffer.concat(planned.octets)).toEqual(Buffer.concat(fragments));
  });

  test('has as many slots as a packet may have, with extras', () => {
    const fragments = (count: number): Uint8Array[] => cut(...Array<number>(count).fill(100));
    expect(plan(fragments(18)).packet.requests).toBe(18);
    expect(plan(fragments(17), { extras: [HASH] }).packet.requests).toBe(17);
    // One too many, and so all in one.
    expect(plan(fragments(18), { extras: [HASH] }).packet.requests).toBe(1);
  });

  test('copies fragments together where the pool, or the ring, or the ids are too few for them', () => {
    const fragments = cut(100, 100, 100);
    for (const config of [{ blocks: 2 }, { nr_ents: 2 }, { ids: 2 }]) {
      expect(plan(fragments, {}, config).packet.requests).toBe(1);
    }
  });

  test('has the flags and the extras of what is said of the packet, segmentation first', () => {
    const gso: Gso = { size: 0x1234, type: 'TCPV6' };
    const { packet } = plan(octets(100), { csum_blank: true, gso, extras: [HASH] });
    // Linux sets both.
    expect(packet.flags).toBe(NETTXF.csum_blank | NETTXF.data_validated);
    expect(packet.extras).toEqual([
      { type: XEN_NETIF_EXTRA_TYPE.GSO, flags: 0, u: Uint8Array.of(0x34, 0x12, 2, 0, 0, 0) },
      HASH,
    ]);
    expect(plan(octets(100), { data_validated: true }).packet.flags).toBe(NETTXF.data_validated);
    expect(plan(octets(100), { csum_blank: true, data_validated: false }).packet.flags).toBe(3);
  });

  test('has a copy of what is in an extra: the packet may wait', () => {
    const extra = hash(1, 2, 3, 4, 5, 6);
    const { packet } = plan(octets(100), { extras: [extra] });
    extra.u.fill(9);
    expect(packet.extras).toEqual([HASH]);
  });
});

describe('a packet that cannot be sent is refused, with the limit', () => {
  const refusals: readonly (readonly [string, RegExp, () => unknown])[] = [
    ['0 octets', /empty/, () => plan(octets(0))],
    ['no fragment', /empty/, () => plan([])],
    ['fragments of 0 octets', /empty/, () => plan([octets(0), octets(0)])],
    ['13 octets', /13 octets.*14.*ETH_HLEN/, () => plan(octets(13))],
    ['65,536 octets', /65536 octets.*65535.*XEN_NETIF_MAX_TX_SIZE/, () => plan(octets(65_536))],
    ['65,536 octets in fragments', /XEN_NETIF_MAX_TX_SIZE/, () => plan(cut(65_530, 6))],
    [
      '36,865 octets in blocks of half a page',
      /19 slots.*18.*XEN_NETIF_NR_SLOTS_MIN/,
      () => plan(octets(36_865), {}, { blocksPerPage: 2 }),
    ],
    [
      '65,535 octets with three extras',
      /19 slots.*18/,
      () => plan(octets(65_535), { extras: [HASH, HASH, HASH] }),
    ],
    ['18 extras', /19 slots.*18/, () => plan(octets(14), { extras: Array<ExtraInfo>(18).fill(HASH) })],
    ['more slots than the ring has', /3 slots: the ring has 2/, () => plan(octets(8193), {}, { nr_ents: 2 })],
    [
      'more blocks than the pool has',
      /3 blocks: the pool has 2/,
      () => plan(octets(8193), {}, { blocks: 2 }),
    ],
    ['more ids than there are', /3 ids: there are 2/, () => plan(octets(8193), {}, { ids: 2 })],
    ...[0, -1, 1.5, 65_536, Number.NaN].map((size): (typeof refusals)[number] => [
      `a gso size of ${size}`,
      /gso size.*1 to 65535/,
      () => plan(octets(100), { csum_blank: true, gso: { size, type: 'TCPV4' } }),
    ]),
    ...['NONE', 'UDP', 'toString'].map((type): (typeof refusals)[number] => [
      `a gso type of ${type}`,
      /gso type.*TCPV4 or TCPV6/,
      () => plan(octets(100), { csum_blank: true, gso: { size: 1448, type: type as 'TCPV4' } }),
    ]),
    [
      'gso where the checksum is not blank',
      /csum_blank/,
      () => plan(octets(100), { gso: { size: 1448, type: 'TCPV4' } }),
    ],
    ...[0, 5, 255, -1, 1.5].map((type): (typeof refusals)[number] => [
      `an extra of type ${type}`,
      /of type.*1 to 4.*XEN_NETIF_EXTRA_TYPE/,
      () => plan(octets(100), { extras: [{ ...HASH, type }] }),
    ]),
    ['an extra of type GSO', /say it as gso/, () => plan(octets(100), { extras: [{ ...HASH, type: 1 }] })],
    [
      'five octets in u',
      /5 octets in u: it has 6/,
      () => plan(octets(100), { extras: [hash(1, 2, 3, 4, 5)] }),
    ],
    [
      'an extra for the backend itself with a packet of two slots',
      /MCAST.*2 blocks/,
      () => plan(octets(4097), { extras: [{ ...HASH, type: XEN_NETIF_EXTRA_TYPE.MCAST_ADD }] }),
    ],
  ];

  test.each(refusals)('%s', (_, message, refused) => {
    expect(refused).toThrow(SendError);
    expect(refused).toThrow(message);
  });

  test('36,864 octets, and such an extra with a packet of one slot, are not', () => {
    expect(plan(octets(36_864), {}, { blocksPerPage: 2 }).packet.requests).toBe(18);
    const extras = [{ ...HASH, type: XEN_NETIF_EXTRA_TYPE.MCAST_DEL }];
    // In fragments they are copied together.
    expect(plan(cut(2000, 2000), { extras }).packet.requests).toBe(1);
  });
});

test.each<readonly [number, Partial<TxConfig>]>([
  [65_535, {}],
  [36_864, { blocksPerPage: 2 }],
  [8192, { blocks: 2 }],
  [4096, { nr_ents: 1 }],
  [12_288, { ids: 3 }],
  [65_535, { blocks: 16 }],
  [61_440, { blocks: 15 }],
])('the longest packet has %i octets with %j: so many are planned, and not one more', (longest, more) => {
  const config = { ...txConfig(), ...more };
  expect(longestPacket(config)).toBe(longest);
  expect(planPacket(octets(longest), {}, config).packet.size).toBe(longest);
  expect(() => planPacket(octets(longest + 1), {}, config)).toThrow(SendError);
});
