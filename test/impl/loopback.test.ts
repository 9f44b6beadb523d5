import { describe, expect, test } from 'vitest';
import { exchange, type ExchangeOptions, frameSource } from '../../bench/exchange.js';
import { counterSkip, freeList } from '../../impl/index.js';

const FIRST = 2 ** 32 - 1000;
const both = { first: FIRST };
const tiny = { first: FIRST, nr_ents: 2 };

/** An application that is slow now and then, in turn by a little and by a turn of the event loop. */
const slowly = (n: number): Promise<void> | undefined => {
  if (n % 7 === 0) return Promise.resolve();
  return n % 64 === 0 ? new Promise((resolve) => setImmediate(resolve)) : undefined;
};

describe('two netfronts joined by a bridge', () => {
  test('exchange 20,000 frames each way, whole and in order, across 2^32', async () => {
    const done = await exchange({ frames: 20_000, netfront: { tx: both, rx: both } });
    expect(done).toMatchObject({ frames: 20_000, hasWrapped: true });
    // On average half of the shortest and the longest frame.
    expect(done.octets / 40_000).toBeCloseTo(764, -1);
  });

  const cases: readonly (readonly [string, Omit<ExchangeOptions, 'frames'>])[] = [
    ['packets of all shapes', { netfront: { tx: both, rx: both }, isMixed: true }],
    [
      'packets of all shapes, of which the applications have the pages and are slow',
      { netfront: { tx: both, rx: { ...both, copyOut: false } }, isMixed: true, digest: slowly },
    ],
    ['by iteration', { netfront: { tx: both, rx: both }, iterate: true }],
    ['without a copy', { netfront: { tx: both, rx: { ...both, copyOut: false } } }],
    [
      'without a copy, by iteration',
      { netfront: { tx: both, rx: { ...both, copyOut: false } }, iterate: true },
    ],
    [
      'where the applications are slow',
      { netfront: { tx: both, rx: { ...both, queue: 5 } }, digest: slowly },
    ],
    [
      'where the applications are slow and have the pages themselves, of which there are few',
      { netfront: { tx: both, rx: { ...both, copyOut: false, pages: 3 } }, digest: slowly },
    ],
    ['on rings of two slots', { netfront: { tx: tiny, rx: tiny } }],
    [
      'on rings of one slot, with one buffer and room for one frame in the bridge',
      {
        netfront: { tx: { first: FIRST, nr_ents: 1, blocks: 1 }, rx: { first: FIRST, nr_ents: 1, queue: 1 } },
        backlog: 1,
        digest: slowly,
      },
    ],
    [
      'with other ways of choosing ids, and a grant for each frame sent',
      {
        netfront: {
          tx: { ...both, scheme: freeList, grantPerRequest: true },
          rx: { ...both, scheme: counterSkip, ids: 256 },
        },
      },
    ],
    [
      'wherever in its page a frame begins',
      { netfront: { tx: both, rx: both }, placeAt: (octets) => (octets * 7) % (4096 - octets + 1) },
    ],
    ['posting a page as soon as one is free', { netfront: { tx: both, rx: { ...both, lowWater: 256 } } }],
  ];

  test.each(cases)('%s', async (_, options) => {
    expect(await exchange({ ...options, frames: 3_000 })).toMatchObject({ frames: 3_000, hasWrapped: true });
  });

  test('does not take one frame for another', async () => {
    // The judge itself: what is due is compared with what came, and a frame that the reader altered is seen.
    const next = frameSource(1);
    const again = frameSource(1);
    const other = frameSource(2);
    for (let n = 0; n < 1000; n++) {
      const [a, b, c] = [next(), again(), other()];
      expect(a.length).toBeGreaterThanOrEqual(14);
      expect(a.length).toBeLessThanOrEqual(1514);
      expect(Buffer.compare(a, b)).toBe(0);
      expect(Buffer.compare(a, c)).not.toBe(0);
    }
  });
});
