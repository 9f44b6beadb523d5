import { describe, expect, test } from 'vitest';
import { Arrivals } from '../../conform/rx-arrivals.js';

const request = (index: number) => ({
  ...{ n: index + 1, index, id: index, gref: 8 + index, offset: 0, length: 4096, taken: true },
});
const octetsOf = (index: number): string => index.toString(16).padStart(2, '0');

/** Sends a packet of so many slots from `first` on with an octet each; in parts, if there are several counts. */
const send = (
  arrivals: Arrivals,
  parts: readonly number[],
  { first = 0, wrong = -1, turns = true } = {},
): string => {
  const slots = parts.reduce((sum, part) => sum + part, 0);
  const octets = Array.from({ length: slots }, (_, i) => octetsOf(first + i)).join('');
  const content = { octets: wrong < 0 ? octets : undefined, gso: undefined, csum_blank: false };
  arrivals.begin(request(first), slots, content);
  let index = first;
  parts.forEach((part, i) => {
    if (i > 0 && turns) arrivals.tookTurn(() => false);
    if (i > 0) arrivals.goOn();
    for (let slot = 0; slot < part; slot++, index++) {
      arrivals.answered(request(index), index === wrong, octetsOf(index));
      arrivals.keepsPage(request(index), 32);
    }
  });
  return octets;
};

const sent = (...parts: readonly number[]): { readonly arrivals: Arrivals; readonly octets: string } => {
  const arrivals = new Arrivals(false);
  return { arrivals, octets: send(arrivals, parts) };
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

  test('has to be delivered where it comes in parts and the frontend had no turn between them', () => {
    const arrivals = new Arrivals(false);
    send(arrivals, [1, 2], { turns: false });
    expect(arrivals.missed?.slots).toBe(3);
    expect(() => delivered(arrivals, '0102')).toThrow('PacketIntact');
  });

  test('has a last part of all that came since the last turn', () => {
    const arrivals = new Arrivals(false);
    arrivals.begin(request(0), 3, { octets: '000102', gso: undefined, csum_blank: false });
    arrivals.answered(request(0), false, '00');
    arrivals.keepsPage(request(0), 32);
    arrivals.tookTurn(() => false);
    for (const index of [1, 2]) {
      arrivals.goOn();
      arrivals.answered(request(index), false, octetsOf(index));
      arrivals.keepsPage(request(index), 32);
    }
    expect(delivered(arrivals, '0102')).toEqual([1, 2]);
  });

  test('is not delivered in part where a slot of that part is wrong, or none has octets', () => {
    const arrivals = new Arrivals(false);
    send(arrivals, [1, 2], { wrong: 1 });
    expect(() => delivered(arrivals, '0102')).toThrow('BrokenNeverDelivered');
    const empty = new Arrivals(false);
    empty.begin(request(0), 2, { octets: '00', gso: undefined, csum_blank: false });
    empty.answered(request(0), false, '00');
    empty.tookTurn(() => false);
    empty.goOn();
    empty.answered(request(1));
    expect(() => delivered(empty, '')).toThrow('PacketIntact');
  });

  test('is delivered in part without segmentation and with its checksum: its first slot would say otherwise', () => {
    for (const offload of [{ csum_blank: true as const }, { gso: { size: 1448, type: 1 } }])
      expect(() => sent(1, 2).arrivals.deliver({ frame: 1, octets: '0102', ...offload }, '0102')).toThrow(
        'PacketIntact',
      );
  });

  test('is delivered in part only after what had to be delivered before it', () => {
    const arrivals = new Arrivals(false);
    const before = send(arrivals, [2]);
    send(arrivals, [1, 1], { first: 2 });
    expect(() => delivered(arrivals, '03')).toThrow('PacketIntact');
    expect(delivered(arrivals, before)).toEqual([0, 1]);
    expect(delivered(arrivals, '03')).toEqual([3]);
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
