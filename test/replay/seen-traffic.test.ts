import { expect, test } from 'vitest';
import { counters, rxCounters, type Statistics } from '../../impl/statistics.js';
import { miscounted, type Seen } from '../../replay/seen-traffic.js';

/** Three sends, and four responses on the receive ring, one of which was no frame. */
const seen: Seen = {
  consumed: 4,
  frames: 3,
  octets: 180,
  settled: [
    { status: 'OKAY', octets: 60 },
    { status: 'DROPPED', octets: 61 },
    { status: 'ERROR', octets: 62 },
  ],
};
const tx = { ...counters(), packets: 1, octets: 60, errors: 1, dropped: 1 };
const rx = { ...rxCounters(), packets: 3, octets: 180, errors: 1 };
const right: Statistics = { tx, rx: { ...rx, reasons: { ...rx.reasons, error: 1 } } };

test('statistics of what was seen are right', () => {
  expect(miscounted(right, seen, true)).toBeNull();
});

test.each<[string, Statistics]>([
  ['a packet too many', { ...right, tx: { ...tx, packets: 2 } }],
  ['octets of a packet that was dropped', { ...right, tx: { ...tx, octets: 121 } }],
  ['an error that was dropped', { ...right, tx: { ...tx, errors: 2, dropped: 0 } }],
  ['a frame less', { ...right, rx: { ...right.rx, packets: 2 } }],
  ['octets of a frame less', { ...right, rx: { ...right.rx, octets: 120 } }],
  ['an error without a reason', { ...right, rx }],
  ['dropped for a reason that is none', { ...right, rx: { ...right.rx, errors: 0, dropped: 1 } }],
  ['no error', { ...right, rx: { ...rxCounters(), packets: 3, octets: 180 } }],
])('statistics are told that have %s', (_, statistics) => {
  expect(miscounted(statistics, seen, true)).toContain('the statistics');
});

test('where a packet may have several slots, a response need not be a frame', () => {
  expect(miscounted(right, { ...seen, consumed: 9 }, false)).toBeNull();
  expect(miscounted(right, { ...seen, consumed: 9 }, true)).toContain('6 responses were no frames');
});
