import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findingsOf } from '../../cli/report.js';
import { PEER_TARGET, type Report, updateReport } from '../../cli/report-file.js';
import { claimNames } from '../../prove/index.js';
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
  proofs: claimNames.map((name) => ({
    ...{ name, obligations: 4, proved: 4, open: [] },
    ...{ faults: 2, shown: 2, seconds: 0.1 },
  })),
  ties: [{ model: 'ring', transitions: 5, all: 5, refusals: 3, differences: 0 }],
};
const [model, graph] = [good.models[0]!, good.graphs[0]!];
const [replay, withPeer] = [good.conformance[0]!, good.conformance[1]!];

const [scheduled] = good.schedules as [Report['schedules'][number]];
const [proof, tied] = [good.proofs[0]!, good.ties[0]!];

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
    ['without proofs', { proofs: [] }, 'the section proofs is empty'],
    [
      'that lacks what is proved of one module',
      { proofs: good.proofs.filter(({ name }) => name !== 'NetfrontTx') },
      'NetfrontTx: nothing was proved of it',
    ],
    [
      'with nothing to prove',
      { proofs: [{ ...proof, obligations: 0, proved: 0 }] },
      'Ring: there was no obligation to prove',
    ],
    [
      'with an obligation that is open',
      { proofs: [{ ...proof, proved: 3, open: ['RingBound holds at the start: that is not so'] }] },
      'Ring: 3 of 4 obligations proved. RingBound holds at the start: that is not so',
    ],
    [
      'with no fault to show',
      { proofs: [{ ...proof, faults: 0, shown: 0 }] },
      'Ring: there was no fault to show',
    ],
    ['with a fault not shown', { proofs: [{ ...proof, shown: 1 }] }, 'Ring: 1 of 2 faults shown'],
    ['without a tie', { ties: [] }, 'no transcription was compared with a graph'],
    [
      'with half a tie',
      { ties: [{ ...tied, transitions: 4 }] },
      'ring: 4 of 5 transitions were compared with the transcription',
    ],
    [
      'with a tie that refused nothing',
      { ties: [{ ...tied, refusals: 0 }] },
      'compared with the transcription, and 0 refusals',
    ],
    [
      'with a transcription that differs',
      { ties: [{ ...tied, differences: 2 }] },
      'ring: its transcription differs from the graph in 2 places',
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

test('what an earlier version wrote has no proofs, and is no good report', async () => {
  const { proofs: _, ties: __, ...earlier } = good;
  const { status, stdout } = await netfront(['report', await written(earlier)]);
  expect(status).toBe(1);
  expect(stdout).toContain('not ok  nothing was proved: the section proofs is empty');
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
