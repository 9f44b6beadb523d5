import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { outlook, span, timed } from '../../cli/check-parts.js';
import { chosen } from '../../cli/models.js';
import { cacheFolder, findJar } from '../../tlc/index.js';
import { claimsOf, readMacros } from '../../prove/index.js';
import { readManifest } from '../../tlc/models.js';
import { clock, netfront } from '../fixtures/cli/netfront.js';

// Those of all tests, before each of these here has one of its own.
const folder = cacheFolder();
const jar = await findJar();

let cache: string;
beforeEach(async () => {
  cache = await mkdtemp(path.join(tmpdir(), 'netfront-cache-'));
  vi.stubEnv('NETFRONT_CACHE', cache);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(cache, { recursive: true });
});

const kept = (): Promise<string[]> => readdir(path.join(cache, 'durations')).catch(() => []);

describe('netfront plan', () => {
  test('says how much there is to do, and that there is no record of how long it takes', async () => {
    const { models } = await readManifest('.');
    const { status, stdout } = await netfront(['plan']);
    expect(status).toBe(0);
    const [, ...counts] =
      /^(\d+) models, (\d+) graphs, (\d+) proofs, (\d+) replays, and the scheduler on (\d+) graphs\. On this machine there is no record/.exec(
        stdout,
      ) ?? [];
    const [run, graphs, proofs, replays, scheduled] = counts.map(Number) as [number, ...number[]];
    expect(run).toBe(chosen({ models }, []).length);
    expect(graphs).toBe(models.filter(({ graphOf }) => graphOf !== undefined).length);
    expect(proofs).toBe(claimsOf(readMacros('.')).flatMap((claim) => claim.properties()).length);
    expect(replays).toBeGreaterThan(graphs!);
    expect(scheduled).toBeLessThan(graphs!);
    expect(scheduled).toBeGreaterThan(0);
  });

  test('adds up what the parts took', async () => {
    const manifest = await readManifest('.');
    const [run, graphs, proofs, replays, scheduled] = (await outlook(manifest)).match(/\d+/g)!.map(Number);
    const parts = [
      { command: 'check', count: run!, noun: 'model' },
      { command: 'traces make', count: graphs!, noun: 'graph' },
      { command: 'prove', count: proofs!, noun: 'proof' },
      { command: 'replay', count: replays!, noun: 'replay' },
      { command: 'replay --scheduler', count: scheduled!, noun: 'graph' },
    ];
    vi.useFakeTimers();
    try {
      for (const part of parts) {
        expect(await outlook(manifest)).toContain('no record');
        await timed(part, async () => vi.advanceTimersByTime(70_000));
      }
    } finally {
      vi.useRealTimers();
    }
    expect(await outlook(manifest)).toMatch(/\(\d{4}-\d\d-\d\d\) that took 5 min 50 s\.$/);
  });
});

test('a whole check says how long the last one of as many models took; one that fails is not kept', async () => {
  const project = await clock();
  const env = { NETFRONT_CACHE: cache, TLA2TOOLS_JAR: jar.path };
  const check = (...names: string[]) =>
    netfront(['--root', project.root, 'check', ...names], { cwd: project.root, env });
  try {
    expect(await check()).toMatchObject({ status: 2 });
    expect(await kept()).toEqual([]);
    await project.edit('spec/models/manifest.json', (text) => {
      const { models, ...rest } = JSON.parse(text) as { models: { name: string }[] };
      return JSON.stringify({ ...rest, models: models.filter(({ name }) => /^tick(_two)?$/.test(name)) });
    });
    await check('tick');
    expect(await kept()).toEqual([]);
    const first = await check();
    expect(first.stderr).toMatch(/^2 models$/m);
    expect(first.stderr).toMatch(/^\[1\/2\] tick.*\n\[2\/2\] tick/m);
    expect(await kept()).toEqual(['check-2.json']);
    expect((await check()).stderr).toMatch(/^2 models; the last time that took \d+ s$/m);
  } finally {
    await project.remove();
  }
});

test('what tests keep is not kept where the user has it', () => {
  expect(path.dirname(folder)).toBe(tmpdir());
});

test('what cannot be kept is not, and what was kept by others is passed over', async () => {
  vi.stubEnv('NETFRONT_CACHE', '/dev/null');
  expect(await timed({ command: 'check', count: 1, noun: 'model' }, async () => 7)).toBe(7);
  expect(await outlook(await readManifest('.'))).toContain('no record');
});

test.each([
  [0.2, '0 s'],
  [59.4, '59 s'],
  [59.6, '1 min 0 s'],
  [860, '14 min 20 s'],
])('%d seconds are %s', (seconds, text) => {
  expect(span(seconds)).toBe(text);
});
