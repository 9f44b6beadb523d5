import { describe, expect, test } from 'vitest';
import { Arrivals } from '../../conform/rx-arrivals.js';

const request = (index: number) => ({
  ...{ n: index + 1, index, id: index, gref: 8 + index, offset: 0, length: 4096, taken: true },
});
const octetsOf = (index: number): string => index.toString(16).padStart(2, '0');

/** A packet of so many slots with an octet each; in parts, if there are several counts. */
const sent = (...parts: readonly number[]): { readonly arrivals: Arrivals; readonly octets: string } => {
  const arrivals = new Arrivals(false);
  const slots = parts.reduce((sum, part) => sum + part, 0);
  const octets = Array.from({ length: slots }, (_, i) => octetsOf(i)).join('');
  arrivals.begin(request(0), slots, { octets, gso: undefined, csum_blank: false });
  let index = 0;
  parts.forEach((part, i) => {
    if (i > 0) arrivals.goOn();
    for (let slot = 0; slot < part; slot++, index++) {
      arrivals.answered(request(index), false, octetsOf(index));
      arrivals.keepsPage(request(index), 32);
    }
  });
  return { arrivals, octets };
};

const delivered = (arrivals: Arrivals, octets: string): readonly number[] =>
  arrivals.deliver({ frame: 1, octets }, octets).pages.map(({ index }) => index);

describe('a packet of several slots', () => {
  test('has to be delivered whole', () => {
    const { arrivals, octets } = sent(3);
    expect(arrivals.missed?.slots).toBe(3);
    expect(() => delivered(arrivals, '02')).toThrow('PacketIntact');
    expect(delivered(arrivals, octets)).toEqual([0, 1, 2]);
  });

  test('may be dropped where it comes in parts, or delivered', () => {
    const { arrivals, octets } = sent(1, 2);
    expect(arrivals.missed).toBeUndefined();
    expect(delivered(arrivals, octets)).toEqual([0, 1, 2]);
    expect(sent(1, 2).arrivals.forgetWhole()).toBe(true);
  });

  test('may be dropped but for its last part, which is then a packet of its own', () => {
    expect(delivered(sent(1, 1, 2).arrivals, '0203')).toEqual([2, 3]);
    expect(() => delivered(sent(1, 1, 2).arrivals, '01')).toThrow('PacketIntact');
  });

  test('may be dropped where it has more slots than a packet may have, or delivered', () => {
    const { arrivals, octets } = sent(19);
    expect(arrivals.missed).toBeUndefined();
    expect(delivered(arrivals, octets)).toHaveLength(19);
    expect(sent(18).arrivals.missed?.slots).toBe(18);
  });
});

test('segmentation without a word of the checksum may be told with either', () => {
  const gso = { size: 1448, type: 1 };
  for (const csum_blank of [true, false]) {
    const arrivals = new Arrivals(true);
    arrivals.begin(request(0), 1, { octets: '00', gso, csum_blank: undefined });
    arrivals.answered(request(0));
    expect(() => arrivals.deliver({ frame: 1, octets: '00', gso, csum_blank }, '00')).not.toThrow();
  }
});
