import { expect, test } from 'vitest';
import { Sizes } from '../../conform/case.js';

const ring = { nr_ents: 2, first: 0, buffers: 2, ids: 2 };

test('a case has the sizes of one ring or of both', () => {
  const rx = { ...ring, copy: false };
  for (const sizes of [{ tx: ring }, { rx }, { tx: ring, rx }])
    expect(Sizes.safeParse(sizes)).toMatchObject({ success: true });
});

test.each([
  [{}, 'neither a ring tx nor a ring rx'],
  [{ tx: { ...ring, nr_ents: 65_537 } }, 'at most 65536'],
  [{ tx: { ...ring, buffers: 1e9 } }, 'at most 65536'],
  [{ rx: { ...ring, ids: 1e9, copy: true } }, 'at most 65536'],
  [{ tx: { ...ring, first: 2 ** 32 } }, 'below 2^32'],
  [null, 'expected object'],
])('%j are no sizes', (sizes, why) => {
  expect(Sizes.safeParse(sizes).error?.message).toContain(why);
});
