/**
 * Any packets, in any slots, through a frontend and a backend, in both directions at once. Where something is wrong the
 * scenario is made as short as it can be, and printed as one would type it into the first group of tests here.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { play, type Played } from './fixtures/packets/play.js';
import { deliver, type Players, poll, release, scenario, send } from './fixtures/packets/scenario.js';

/** Plays any scenarios of these players. Throws with the shortest one that goes wrong. */
const playAny = async (players: Players, numRuns: number): Promise<readonly Played[]> => {
  const all: Played[] = [];
  const run = fc.asyncProperty(scenario(players), async (any) => void all.push(await play(any)));
  const { failed, seed, counterexamplePath, numShrinks, errorInstance } = await fc.check(run, { numRuns });
  if (failed)
    throw new Error(
      `${errorInstance instanceof Error ? errorInstance.message : String(errorInstance)}\n\n` +
        `after ${numShrinks} shrinks; seed ${seed}, path ${counterexamplePath}`,
    );
  return all;
};

const sum = (all: readonly Played[], name: keyof Played): number =>
  all.reduce((total, played) => total + played[name], 0);

const players: readonly (readonly [Players, number])[] = [
  ['ours', 200],
  ['backend in C', 60],
  ['frontend in C', 100],
];

describe('packets of any kind arrive once, whole and in order, or not at all, and every buffer is back', () => {
  test.each(players)('%s', async (who, numRuns) => {
    const all = await playAny(who, numRuns);
    expect(all.length).toBe(numRuns);
    // Something of everything was played.
    for (const name of ['sent', 'received', 'long', 'withExtras', 'failed'] as const)
      expect(sum(all, name), name).toBeGreaterThan(10);
  });
});
