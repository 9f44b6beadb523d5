/** Which runs that make check has kept are shown on a page. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ModelRow } from '../../cli/report-file.js';
import { graphOfReport, keptOfReport } from '../../cli/traces/shared-runs.js';
import type { Model } from '../../tlc/models.js';
import { sha256 } from '../../tlc/sha256.js';

const figures = { distinctStates: 4, generatedStates: 5, depth: 3 };
const model: Model = {
  name: 'some_trace',
  module: 'MCRing',
  about: '',
  expected: 'holds',
  graphOf: 'some',
  ...figures,
};
const row: ModelRow = {
  name: 'some_trace',
  expected: 'holds',
  verdict: 'holds',
  ok: true,
  seconds: 1,
  ...figures,
};

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'netfront-kept-'));
  for (const folder of ['runs', 'traces']) await mkdir(path.join(root, 'build', folder), { recursive: true });
  await writeFile(path.join(root, 'build/traces/some.dot'), 'a graph');
  const graph = await sha256(path.join(root, 'build/traces/some.dot'));
  const outcome = { kind: 'holds', stats: { ...figures, queue: 0, seconds: 1 } };
  const kept = { version: 1, fingerprint: 'of then', graph, outcome };
  await writeFile(path.join(root, 'build/runs/some_trace.json'), JSON.stringify(kept));
});
afterEach(() => rm(root, { recursive: true, force: true }));

test('that of the report is, whatever version of us has kept it', async () => {
  expect(await keptOfReport(root, model, row)).toMatchObject({ kind: 'holds' });
  expect(await graphOfReport(root, model, row)).toBe(path.join(root, 'build/traces/some.dot'));
});

test.each([{ distinctStates: 3 }, { generatedStates: 6 }, { verdict: 'RingBound' }])(
  'one that came to something else than the report is not: %o',
  async (other) => {
    expect(await keptOfReport(root, model, { ...row, ...other })).toBeUndefined();
    expect(await graphOfReport(root, model, { ...row, ...other })).toBeUndefined();
  },
);

test('a graph that was written anew since then is not', async () => {
  await writeFile(path.join(root, 'build/traces/some.dot'), 'another graph');
  expect(await graphOfReport(root, model, row)).toBeUndefined();
});
