import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { walk } from '../../conform/adaptive.js';
import { areaOf, readPortCorpus } from '../../conform/corpus.js';
import { readPortGraphs } from '../../conform/port-graph.js';
import { netfront } from '../fixtures/cli/netfront.js';

const root = path.resolve(import.meta.dirname, '../..');
const driver = (name: string, ...args: string[]): [string, ...string[]] => [
  process.execPath,
  path.join(root, 'test/fixtures/drivers', `${name}.mjs`),
  ...args,
];
const graphs = await readPortGraphs(path.join(root, 'traces'));
const graph = (name: string) => graphs.find((each) => each.name === name)!;
const options = (command: readonly [string, ...string[]]) => ({ command, jobs: 2, timeoutMs: 60_000 });
const FEATURES = ['tx', 'rx', 'copy', 'lend', 'chains', 'gso'];

describe('the committed graphs', () => {
  test('are those of which the covers were made: each case is a path, and sees what the graph has', async () => {
    const cases = await readPortCorpus(path.join(root, 'traces'));
    let steps = 0;
    for (const { name, see } of graphs) {
      const byWord = new Map(graph(name).steps.map((each) => [`${each.from} ${each.word}`, each]));
      const taken = new Set<string>();
      for (const given of cases.filter((each) => areaOf(each).replace('-paused', '') === name)) {
        let state = 0;
        const seen = [see];
        for (const word of given.steps.split(' ')) {
          const step = byWord.get(`${state} ${word}`)!;
          taken.add(`${state} ${word}`);
          state = step.to;
          if (step.observed !== undefined) seen.push(step.observed);
          steps++;
        }
        expect(given.see, given.name).toEqual(seen);
      }
      // Where two packets wait, covers take only what shows that they go in their order.
      expect(taken.size / byWord.size).toBeGreaterThan(name === 'tx/cover-chains' ? 0.4 : 0.999);
    }
    expect(graphs.length).toBe(5);
    expect(steps).toBeGreaterThan(50_000);
  });
});

describe('a walk through a graph', { timeout: 600_000 }, () => {
  test('takes each step for which the driver has the features, and asks for no other', async () => {
    const of = graph('rx/cover-copied');
    const { taken, asked, missed, results } = await walk(of, FEATURES, options(driver('impl')));
    // Without a pause.
    const open = of.steps.filter(({ word }) => word !== 'event:pause');
    const reached = new Set([0]);
    for (const state of reached) for (const { from, to } of open) if (from === state) reached.add(to);
    expect(asked).toBeLessThan(of.steps.length);
    expect(missed.filter(({ from }) => reached.has(from))).toEqual([]);
    expect(taken).toBe(asked - missed.length);
    expect(taken).toBeGreaterThan(100);
    expect(results.filter(({ verdict }) => verdict.kind !== 'passed')).toEqual([]);
    expect(results.every(({ case: { steps } }) => steps.split(' ').length <= 40)).toBe(true);
  });

  test('fails where the driver does something else, and ends', async () => {
    const liar = driver('liar', 'ends at an ERROR');
    // Each time it ends another one has to start, so a part of the graph has to do.
    const of = graph('tx/cover');
    const part = { ...of, steps: of.steps.filter(({ from, to }) => from < 60 && to < 60) };
    const { taken, missed, results } = await walk(part, FEATURES, options(liar));
    expect(results.some(({ verdict }) => verdict.kind === 'failed')).toBe(true);
    expect(taken).toBeGreaterThan(10);
    expect(missed.length).toBeGreaterThan(10);
  });

  test('ends at once where the driver can start nothing', async () => {
    const refuses = driver('refuses', 'rx', 'copy');
    const { taken, results } = await walk(graph('rx/cover-copied'), FEATURES, options(refuses));
    expect(taken).toBe(0);
    expect(results.every(({ verdict }) => verdict.kind === 'left out')).toBe(true);
  });
});

describe('netfront conform --adaptive', () => {
  test('says how many steps of each graph were taken, and some that were not', async () => {
    const { stdout, status } = await netfront([
      'conform',
      '--adaptive',
      '--',
      ...driver('useless', 'rx', 'copy'),
    ]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^rx\/cover-copied +200 +\d+ +0 +\d+$/m);
    expect(stdout).toMatch(/^not taken: rx\/cover-copied: take, /m);
    expect(stdout).toMatch(/^NOT ok .* failed/m);
  });

  test('is not ok where nothing can be asked', async () => {
    const nothing = await netfront(['conform', '--adaptive', '--', ...driver('useless')]);
    expect(nothing.status).toBe(1);
    expect(nothing.stdout).toContain('nothing was tested');
  });

  test('is not ok where no step is taken, since the driver says that it goes another way', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'netfront-idle-'));
    const files = ['junit', 'tap', 'json'].flatMap((kind) => [`--${kind}`, path.join(folder, kind)]);
    const given = ['--adaptive', ...files, '--', ...driver('liar', 'looks by a timer')];
    const { stdout, status } = await netfront(['conform', ...given]);
    expect(stdout).toContain('NOT ok  no step of a state graph was taken');
    expect(status).toBe(1);
    // Another program that reads only one of these is told the same.
    const read = (kind: string): Promise<string> => readFile(path.join(folder, kind), 'utf8');
    expect(await read('junit')).toMatch(/^<testsuites tests="\d+" failures="1"/m);
    expect(await read('tap')).toMatch(/^not ok (\d+) - the run as a whole$/m);
    expect((await read('tap')).match(/^1\.\.(\d+)$/m)![1]).toBe(
      (await read('tap')).match(/^not ok (\d+)/m)![1],
    );
    expect(JSON.parse(await read('json'))).toMatchObject({
      shortcoming: expect.stringContaining('no step of a state graph was taken'),
    });
    await rm(folder, { recursive: true });
  });

  test('has sizes of its own', async () => {
    const given = ['--adaptive', '--nr-ents', '256', '--', ...driver('useless', 'rx', 'copy')];
    const { stderr, status } = await netfront(['conform', ...given]);
    expect(status).toBe(2);
    expect(stderr).toContain('leave out --nr-ents');
  });
});
