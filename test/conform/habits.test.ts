import { describe, expect, test } from 'vitest';
import type { Case } from '../../conform/case.js';
import { writtenCases } from '../../conform/cases/index.js';
import { runCase } from '../../conform/run-case.js';
import { type Habits, SmallFrontend } from '../fixtures/small-frontend.js';

// What a front may do otherwise, if its driver says so in the answer to start. Said or not, the rest is held against it.

/** One ring to send on, a slot a frame. */
const plain = writtenCases.filter(
  ({ needs, cannot, name }) => needs.join() === 'tx' && cannot !== true && !/256|65536/.test(name),
);

const failuresOf = async (habits: Habits, cases: readonly Case[] = plain): Promise<readonly string[]> => {
  const found: string[] = [];
  for (const given of cases) {
    const verdict = await runCase(new SmallFrontend(habits), given);
    if (verdict.kind === 'left out') found.push(`${given.name} was left out`);
    // What is only wasteful fails too, with --strict.
    if (verdict.kind === 'failed' || verdict.kind === 'wasteful')
      found.push(`${given.name}: ${verdict.failure.property ?? verdict.failure.actual}`);
  }
  return found;
};

const named = (name: string): readonly Case[] => plain.filter((given) => given.name === name);
const honest = plain.filter(({ name }) => !name.includes('hostile'));

test('there are cases, and a front without habits passes those of an honest backend', async () => {
  expect(honest.length).toBeGreaterThan(12);
  expect(await failuresOf({ order: 'arm-first' }, honest)).toEqual([]);
});

describe('a front that tells nothing of what it sends', () => {
  const quiet = { order: 'arm-first', tells: false } as const;
  const says = { status: false } as const;

  test('passes if it says so, and every case fails otherwise', async () => {
    expect(await failuresOf({ ...quiet, says }, honest)).toEqual([]);
    expect((await failuresOf(quiet, honest)).length).toBe(honest.length);
  });

  test('fails if the octets of a request change before its response', async () => {
    const failures = await failuresOf({ ...quiet, says, clears: true }, honest);
    expect(failures).toHaveLength(honest.length);
    expect(new Set(failures.map((failure) => failure.split(': ')[1]))).toEqual(new Set(['BufferStable']));
  });

  test('fails if what waits is not sent when there is room', async () => {
    expect(await failuresOf({ ...quiet, says, blocks: 1 }, named('tx/ring-full'))).toEqual([
      'tx/ring-full: BlockedWriterProceeds',
    ]);
  });
});

describe('a front that keeps a slot free', () => {
  const keeps = { order: 'arm-first', keeps: 1 } as const;

  test('passes if it says so, and fails otherwise', async () => {
    expect(
      await failuresOf(
        { ...keeps, says: { keeps: 1 } },
        honest.filter(({ start }) => start.tx!.nr_ents > 1),
      ),
    ).toEqual([]);
    expect(await failuresOf(keeps, named('tx/ring-full'))).toEqual(['tx/ring-full: BlockedWriterProceeds']);
  });

  test('fails if it keeps more than it says', async () => {
    const more = { ...keeps, keeps: 2, says: { keeps: 1 } };
    expect(await failuresOf(more, named('tx/out-of-order'))).toEqual([
      'tx/out-of-order: BlockedWriterProceeds',
    ]);
  });

  test('fails if it keeps less than it says', async () => {
    const less = { ...keeps, keeps: 0, says: { keeps: 1 } };
    expect(await failuresOf(less, named('tx/ring-full'))).toEqual([
      expect.stringContaining('only while more than 1 slots are free, and it published with 1'),
    ]);
  });

  test('is told where it would never send anything', async () => {
    expect(await failuresOf({ ...keeps, says: { keeps: 2 } }, named('tx/ring-full'))).toEqual([
      expect.stringContaining('only while more than 2 slots are free, and it has 2'),
    ]);
  });
});

describe('a front that looks at its ring by a timer', () => {
  test('need not ask for an event if it says so', async () => {
    const polls = { order: 'never-arms' } as const;
    expect(await failuresOf({ ...polls, says: { polled: true } }, honest)).toEqual([]);
    expect(await failuresOf(polls, named('tx/one-frame-there-and-back'))).toEqual([
      'tx/one-frame-there-and-back: NoLostWakeUp',
    ]);
  });
});

describe('a front that has fewer blocks', () => {
  test('passes if it says how many', async () => {
    const one = { order: 'arm-first', blocks: 1 } as const;
    expect(await failuresOf({ ...one, says: { buffers: 1 } }, honest)).toEqual([]);
    expect(await failuresOf(one, named('tx/ring-full'))).toEqual(['tx/ring-full: BlockedWriterProceeds']);
  });
});
