import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Case } from '../../conform/case.js';
import { conform } from '../../conform/conform.js';
import { areaOf, readPortCorpus } from '../../conform/corpus.js';
import { atRealSizes } from '../../conform/real-sizes.js';

const sizes = { nr_ents: 4, first: 2 ** 32 - 1, buffers: 4, ids: 4 };
const given = (start: Case['start'], steps: string, more: Partial<Case> = {}): Case => ({
  ...{ name: 'given/case', needs: [], start, steps },
  ...more,
});
const PRODUCTION = { nr_ents: 256, first: 0 };
const resized = (each: Case): Case | undefined => atRealSizes([each], PRODUCTION).cases[0];

describe('a case of a small ring', () => {
  test('fills a large one by the same steps, each done more often', () => {
    const steps = '(send*3 take*3 answer:2*2 answer:1:ERROR event)*3 arm:2 send:2:gso null resume';
    expect(resized(given({ tx: sizes }, steps))).toMatchObject({
      start: { tx: { nr_ents: 256, first: 0, buffers: 256, ids: 256 } },
      steps:
        '(send*192 take*192 answer:65*128 answer:1:ERROR*64 event)*3 arm:65 send:2:gso*64 null*64 resume',
    });
  });

  test('keeps what a graph says of it, as many times', () => {
    const see = [{ requests: 2 }, { requests: 1, notified: true as const, sent: [-1, 0] }];
    expect(resized(given({ tx: { ...sizes, nr_ents: 128 } }, 'send', { see }))?.see).toEqual([
      { requests: 4 },
      { requests: 2, notified: true, sent: [-1, -1, 0, 0] },
    ]);
  });

  test('has a pool of the size of its ring, or one that is smaller in proportion', () => {
    const buffersOf = (buffers: number) =>
      resized(given({ tx: { ...sizes, buffers } }, 'send'))?.start.tx?.buffers;
    expect([2, 4, 8].map(buffersOf)).toEqual([128, 256, 256]);
  });

  test('is as it was where a packet comes in parts, but for its sizes', () => {
    const rx = { rx: { ...sizes, copy: true } };
    const made = resized(given(rx, 'packet:dd:1 event rest event', { see: [{}] }));
    expect(made).toEqual(
      given(
        { rx: { ...rx.rx, nr_ents: 256, first: 0, buffers: 256, ids: 256 } },
        'packet:dd:1 event rest event',
      ),
    );
  });

  test('is left out where it is another one already, or of a larger ring, or its backend maps pages', () => {
    const one = given({ tx: sizes }, 'send');
    const mapped = given({ tx: sizes }, 'send take mapped:1');
    const { cases, ...leftOut } = atRealSizes([one, { ...one, name: 'another' }, mapped], PRODUCTION);
    expect(cases).toHaveLength(1);
    expect(leftOut).toEqual({ alike: 1, impossible: 1 });
    expect(atRealSizes([one], { nr_ents: 2 })).toEqual({ cases: [], alike: 0, impossible: 1 });
  });
});

describe('the corpus at the sizes of production', () => {
  test(
    'is several hundred cases, which the reference implementation passes',
    { timeout: 120_000 },
    async () => {
      const { cases } = atRealSizes(await readPortCorpus('traces'), PRODUCTION);
      expect(cases.length).toBeGreaterThan(900);
      const short = cases.filter(({ name }) => !/65536|longest|256/.test(name));
      const some = short.filter((each, i) => i % (areaOf(each).includes('cover') ? 160 : 6) === 0);
      const command = [process.execPath, path.resolve('test/fixtures/drivers/impl.mjs')] as const;
      const { results } = await conform(some, { command, jobs: 2, timeoutMs: 30_000 });
      expect(results.filter(({ verdict }) => verdict.kind === 'failed')).toEqual([]);
      expect(results.filter(({ verdict }) => verdict.kind === 'passed').length).toBeGreaterThan(25);
    },
  );
});
