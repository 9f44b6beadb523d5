import path from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import type { Case } from '../../conform/case.js';
import { Chance } from '../../conform/chance.js';
import { conform, type ConformOptions } from '../../conform/conform.js';
import { claimsOf } from '../../conform/features.js';
import { type RandomOptions, randomCases } from '../../conform/random.js';
import { runCase } from '../../conform/run-case.js';
import { shrink } from '../../conform/shrink.js';
import { stepsOf } from '../../conform/steps.js';
import { failureIn } from '../../conform/verdict.js';
import { type Habits, SmallFrontend } from '../fixtures/small-frontend.js';

const root = path.resolve(import.meta.dirname, '../..');
const driver = (name: string, ...args: string[]): [string, ...string[]] => [
  process.execPath,
  path.join(root, 'test/fixtures/drivers', `${name}.mjs`),
  ...args,
];
const ALL = ['tx', 'rx', 'copy', 'lend', 'chains', 'gso', 'pause'];
const of = (steps: number, seed: number, more: Partial<RandomOptions> = {}): RandomOptions => ({
  ...{ steps, seed, sizes: {}, ...more },
});

const run = (
  features: readonly string[],
  options: RandomOptions,
  command: readonly [string, ...string[]],
  jobs = 2,
) => {
  const all = randomCases(features, options);
  const players = new Map(all.map(({ given, player }) => [given, player]));
  const asked: ConformOptions = {
    ...{ command, jobs, timeoutMs: 60_000, strict: true },
    playerOf: (given) => players.get(given)?.(),
  };
  return conform(
    all.map(({ given }) => given),
    asked,
  );
};

/** Transmit frames of one slot, until one case fails. */
const played = async (habits: Habits, options: RandomOptions) => {
  for (const { given, player } of randomCases(['tx'], options)) {
    const words: string[] = [];
    const play = player();
    const verdict = await runCase(new SmallFrontend(habits), given, {
      player: (front) => {
        const word = play(front);
        if (word !== undefined) words.push(word);
        return word;
      },
    });
    const failure = failureIn(verdict);
    if (failure !== undefined) return { given: { ...given, steps: words.join(' ') }, verdict, failure };
  }
  return undefined;
};

describe('steps at random', { timeout: 600_000 }, () => {
  test('2,000 of them, of all that it claims, are passed by the reference implementation', async () => {
    const { results, hello } = await run(
      ALL.filter((feature) => feature !== 'pause'),
      of(2000, 178_991_263),
      driver('impl'),
    );
    expect(hello.features).not.toContain('pause');
    const wrong = results.filter(({ verdict }) => verdict.kind !== 'passed');
    expect(wrong.map(({ case: given, verdict }) => ({ ...given, verdict }))).toEqual([]);
    const words = results.flatMap(({ case: given }) => given.steps.split(' '));
    expect(words.length).toBe(2000);
    const kinds = new Set(words.map((word) => word.replace(/^(tx|rx)\./, '').replace(/[:*].*/, '')));
    expect([...kinds].toSorted()).toEqual(
      'answer arm event fill null packet read rest return send spurious take'.split(' '),
    );
  });

  test('are the same for a seed whatever the number of jobs, and others for another', async () => {
    const stepsOfRun = async (seed: number, jobs: number) => {
      const { results } = await run(['tx', 'rx', 'copy'], of(400, seed), driver('impl'), jobs);
      return results.map(({ case: { start, steps } }) => ({ start, steps }));
    };
    const [one, four, other] = [await stepsOfRun(7, 1), await stepsOfRun(7, 4), await stepsOfRun(8, 1)];
    expect(four).toEqual(one);
    expect(other).not.toEqual(one);
  });

  test('are at the sizes of the driver, where it has no others', () => {
    const cases = randomCases(ALL, of(4000, 1, { sizes: { nr_ents: 256, first: 0 } }));
    expect(cases.length).toBe(100);
    for (const { given } of cases)
      for (const ring of Object.values(given.start))
        expect(ring).toMatchObject({ nr_ents: 256, first: 0, buffers: 256 });
  });

  test('need no feature that the driver does not claim, and all that it claims', () => {
    const needs = (features: readonly string[]) =>
      new Set(randomCases(features, of(4000, 1)).flatMap(({ given }) => given.needs));
    expect([...needs(ALL)].toSorted()).toEqual([...claimsOf(ALL)].toSorted());
    expect([...needs(['rx', 'lend', 'gso'])].toSorted()).toEqual(['lend', 'rx', 'rx-csum', 'rx-gso']);
    expect(randomCases(['chains', 'pause'], of(4000, 1))).toEqual([]);
  });
});

describe('a frontend at which steps at random are thrown', () => {
  test('passes if it is right', async () => {
    expect(await played({ order: 'arm-first' }, of(4000, 5))).toBeUndefined();
  });

  test.each([
    ['loses a block by an error', { order: 'arm-first', losesErrors: true }, 'Conservation'],
    ['never notifies', { order: 'arm-first', notifies: 'never' }, 'NotifyExact'],
    ['keeps a slot free', { order: 'arm-first', keepsFree: 1 }, 'BlockedWriterProceeds'],
  ] as const)('is caught if it %s, by steps that are shrunk', async (_, habits, property) => {
    const found = await played(habits, of(4000, 5));
    if (found === undefined || !('failure' in found.verdict)) throw new Error('it passed');
    expect(found.failure.property).toBe(property);
    const shrunk = await shrink({ case: found.given, verdict: found.verdict }, (each: Case) =>
      runCase(new SmallFrontend(habits), each),
    );
    expect(shrunk.verdict.failure.property).toBe(property);
    expect(stepsOf(shrunk.case.steps, 'tx').length).toBeLessThanOrEqual(8);
    expect(shrunk.case.steps.length).toBeLessThanOrEqual(found.given.steps.length);
  });
});

// Found by steps at random: a fragment has come of which the frontend does not know yet.
test('a frontend that holds a page of a packet has it still when the last page is filled', async () => {
  const start = {
    tx: { nr_ents: 2, first: 0, buffers: 2, ids: 2 },
    rx: { nr_ents: 2, first: 0, buffers: 2, ids: 2, copy: true },
  };
  const steps = 'packet:bxddd:2 event rest:1 send';
  const given = { name: 'given/case', needs: [], start, steps };
  const { results } = await conform([given], { command: driver('impl'), jobs: 1, timeoutMs: 60_000 });
  expect(results.map(({ verdict }) => verdict)).toEqual([{ kind: 'passed' }]);
});

describe('netfront conform --random', () => {
  const netfront = (...args: readonly string[]) =>
    execa(process.execPath, [path.join(root, 'dist/bin/main.js'), 'conform', ...args], {
      ...{ reject: false, env: { NO_COLOR: '1' } },
    });

  test('says how many steps there were, and how to have them again', async () => {
    const { stdout, exitCode } = await netfront('--random', '100', '--seed', '3', '--', ...driver('impl'));
    expect(stdout).toContain('100 steps; the same again: --random 100 --seed 3\n');
    expect(exitCode).toBe(0);
  });

  test('fails with the command that repeats the steps, and that command fails too', async () => {
    const command = driver('liar', 'ends at an ERROR');
    const { stdout, exitCode } = await netfront('--random', '400', '--seed', '3', '--', ...command);
    expect(exitCode).toBe(1);
    const [, start, steps] = /--start '(.*?)' --steps '(.*?)' --/.exec(stdout)!;
    const again = await netfront('--start', start!, '--steps', steps!, '--', ...command);
    expect(again.exitCode).toBe(1);
  });

  test.each([['useless'], ['refuses', 'tx', 'rx', 'copy'], ['useless', 'chains']])(
    'is not ok where nothing can be asked: %s',
    async (name, ...claims) => {
      const { stdout, exitCode } = await netfront('--random', '100', '--', ...driver(name, ...claims));
      expect(stdout).toContain('0 steps;');
      expect(stdout).toContain('NOT ok');
      expect(exitCode).toBe(1);
    },
  );

  test('is not mixed with cases that are named, and its options not with the corpus', async () => {
    const useless = ['--', ...driver('useless')];
    const mixed = await netfront('--random', '100', '--case', 'tx', ...useless);
    expect(mixed.exitCode).toBe(2);
    expect(mixed.stderr).toContain('--random makes cases of its own');
    const { exitCode, stderr } = await netfront('--seed', '1', ...useless);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--seed is of --random');
  });
});

test('numbers at random are the same for a seed, and cover what they are of', () => {
  const numbers = (...seed: number[]) => {
    const chance = new Chance(...seed);
    return Array.from({ length: 1000 }, () => chance.below(10));
  };
  expect(numbers(1, 2)).toEqual(numbers(1, 2));
  expect(numbers(1, 2)).not.toEqual(numbers(2, 1));
  const counts = Array.from({ length: 10 }, (_, i) => numbers(1).filter((each) => each === i).length);
  expect(Math.min(...counts)).toBeGreaterThan(60);
  expect(Math.max(...counts)).toBeLessThan(140);
});
