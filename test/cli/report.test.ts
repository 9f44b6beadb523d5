import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findingsOf } from '../../cli/report.js';
import { PEER_TARGET, type Report, updateReport } from '../../cli/report-file.js';
import { netfront, oneSentence } from '../fixtures/cli/netfront.js';

const good: Report = {
  version: 1,
  models: [
    {
      ...{ name: 'tx', expected: 'holds', verdict: 'holds', ok: true },
      ...{ distinctStates: 3, generatedStates: 5, depth: 2, seconds: 0.5 },
    },
  ],
  graphs: [{ model: 'tx', states: 3, transitions: 5, covered: 5, paths: 2, steps: 6, sha256: 'x' }],
  conformance: [
    {
      ...{ model: 'tx', target: 'impl', transitions: 5, steps: 6 },
      refusals: 1,
      divergences: 0,
      seconds: 0.1,
    },
    {
      ...{ model: 'tx', target: PEER_TARGET, transitions: 5, steps: 6 },
      ...{ refusals: 0, divergences: 0, backSteps: 3, seconds: 0.1 },
    },
  ],
  coverage: { models: 1, modules: { Tick: 'x' }, actions: {}, places: { 'Tick 1:1-1:9': 1 } },
  schedules: [{ model: 'tx', schedules: 9, points: 7, transitions: 4, failures: 0, seconds: 0.1 }],
};
const [model, graph] = [good.models[0]!, good.graphs[0]!];
const [replay, withPeer] = [good.conformance[0]!, good.conformance[1]!];

const [scheduled] = good.schedules as [Report['schedules'][number]];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'netfront-cli-'));
});
afterAll(() => rm(folder, { recursive: true }));

const written = async (report: unknown): Promise<string> => {
  const file = path.join(folder, 'report.json');
  await writeFile(file, JSON.stringify(report));
  return file;
};

test('a good report has no findings', () => {
  expect(findingsOf(good)).toEqual([]);
});

test('a good report is printed and exits 0', async () => {
  // A project without a module in spec/: of ours the report would have to tell more than this.
  const root = 'test/fixtures/cli/project';
  const { status, stdout } = await netfront(['--root', root, 'report', await written(good)]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^ok {2}1 model/m);
});

describe('exits 1 for a report', () => {
  test.each<[string, Partial<Report>, string]>([
    ['without models', { models: [] }, 'the section models is empty'],
    ['without graphs', { graphs: [] }, 'the section graphs is empty'],
    ['without a scheduler', { schedules: [] }, 'the scheduler was not run'],
    [
      'with a schedule that fails',
      { schedules: [{ ...scheduled, failures: 1 }] },
      'tx: a schedule goes wrong',
    ],
    [
      'with a scheduler that did nothing',
      { schedules: [{ ...scheduled, transitions: 0 }] },
      'tx: the scheduler took no step',
    ],
    ['without replays', { conformance: [] }, 'the section conformance is empty'],
    [
      'with another verdict',
      { models: [{ ...model, ok: false, verdict: 'P' }] },
      'tx: expected holds, found P',
    ],
    ['with other figures', { models: [{ ...model, ok: false }] }, 'its figures are not'],
    ['with a transition left out', { graphs: [{ ...graph, covered: 4 }] }, '4 of 5 transitions were covered'],
    ['with a graph of no steps', { graphs: [{ ...graph, steps: 0 }] }, 'tx: its graph has no step in it'],
    [
      'with a graph not replayed',
      { graphs: [graph, { ...graph, model: 'b' }] },
      'b: its traces were not replayed',
    ],
    [
      'that tried no refusal',
      { conformance: [{ ...replay, refusals: 0 }] },
      'tx: no step that must be refused was tried on impl',
    ],
    ['with a divergence', { conformance: [{ ...replay, divergences: 1 }] }, 'tx: impl diverged'],
    [
      'whose table does otherwise than xstate',
      { conformance: [{ ...replay, disagreements: 2 }, withPeer] },
      'tx: in 2 steps the table of impl does otherwise than xstate',
    ],
    ['with a replay of nothing', { conformance: [{ ...replay, steps: 0 }] }, 'no step was replayed'],
    [
      'with half a replay',
      { conformance: [{ ...replay, transitions: 3 }] },
      '3 of 5 transitions were replayed',
    ],
    [
      "without a replay with Xen's headers",
      { conformance: [replay] },
      'nothing was replayed with a backend over',
    ],
    ...[0, undefined].map((backSteps): [string, Partial<Report>, string] => [
      `whose peer did ${backSteps} steps`,
      { conformance: [replay, { ...withPeer, backSteps }] },
      "tx: the backend over Xen's headers did no step",
    ]),
  ])('%s', async (_, part, words) => {
    expect(findingsOf({ ...good, ...part })).toContainEqual(expect.stringContaining(words));
  });

  test('as the command, too', async () => {
    const { status, stdout } = await netfront(['report', await written({ ...good, graphs: [] })]);
    expect(status).toBe(1);
    expect(stdout).toContain('not ok  no graph was made: the section graphs is empty');
  });
});

describe('exits 2 for a report', () => {
  test.each([
    ['that is not there', undefined],
    ['that is not JSON', '{"version": 1, "mod'],
    ['of another version', JSON.stringify({ ...good, version: 2 })],
  ])('%s', async (_, text) => {
    const file = path.join(folder, text === undefined ? 'none.json' : 'bad.json');
    if (text !== undefined) await writeFile(file, text);
    const { status, stdout, stderr } = await netfront(['report', file]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(oneSentence);
    expect(stderr).toContain('make check');
  });
});

test('a row takes the place of an earlier one of the same model and target, and of no other', async () => {
  const file = path.join(folder, 'deep', 'er', 'report.json');
  await updateReport(file, 'conformance', [replay, { ...replay, target: 'c' }]);
  await updateReport(file, 'conformance', [{ ...replay, steps: 7 }]);
  const report = JSON.parse(await readFile(file, 'utf8')) as Report;
  expect(report.conformance.map(({ target, steps }) => [target, steps])).toEqual([
    ['c', 6],
    ['impl', 7],
  ]);
});
