/**
 * Any packets, in any slots, through a frontend and a backend, in both directions at once. Where something is wrong the
 * scenario is made as short as it can be, and printed as one would type it into the first group of tests here.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { play, type Played, shortened } from './fixtures/packets/play.js';
import { deliver, type Players, poll, release, scenario, send } from './fixtures/packets/scenario.js';

/** Plays any scenarios of these players. Throws with a short one that goes wrong. */
const playAny = async (players: Players, numRuns: number): Promise<readonly Played[]> => {
  const all: Played[] = [];
  const run = fc.asyncProperty(scenario(players), async (any) => void all.push(await play(any)));
  const { failed, seed, counterexample, counterexamplePath } = await fc.check(run, { numRuns });
  if (!failed) return all;
  const { error } = await shortened(counterexample![0]);
  throw new Error(`${String(error)}\n\nseed ${seed}, path ${counterexamplePath}`);
};

const sum = (all: readonly Played[], name: keyof Played): number =>
  all.reduce((total, played) => total + played[name], 0);

const players: readonly (readonly [Players, number])[] = [
  ['ours', 120],
  ['backend in C', 50],
  ['frontend in C', 120],
];

const hash = { type: 4, flags: 0, u: Uint8Array.of(1, 2, 3, 4, 5, 6) };
const gso = { csum_blank: true, gso: { size: 1448, type: 'TCPV4' } } as const;

describe('what went wrong once', () => {
  test('an answer to an extra is the last one that there is', async () => {
    const { sent } = await play({ players: 'ours', steps: [send([14], { extras: [hash] })] });
    expect(sent).toBe(1);
  });

  test('the id of a first request is in another packet before the last one is answered', async () => {
    const { sent } = await play({
      players: 'frontend in C',
      disorder: 1,
      budget: 1,
      steps: [send([40961], { extras: [hash] }, 22), send([14], { extras: [hash] })],
    });
    expect(sent).toBe(23);
  });
});

describe('the longest packets', () => {
  test.each(['ours', 'backend in C', 'frontend in C'] as const)('%s', async (who) => {
    const said = { ...gso, extras: [hash] };
    const steps = [send([0xffff], said, 40), deliver([0xffff], said, 40), poll(), release()];
    expect(await play({ players: who, before: 300, steps })).toMatchObject({
      sent: 40,
      received: 40,
      long: 80,
    });
  });
});

describe('packets of any kind arrive once, whole and in order, or not at all, and every buffer is back', () => {
  test.each(players)('%s', async (who, numRuns) => {
    const all = await playAny(who, numRuns);
    expect(all.length).toBe(numRuns);
    // Something of everything was played.
    for (const name of ['sent', 'received', 'long', 'withExtras'] as const)
      expect(sum(all, name), name).toBeGreaterThan(10);
    expect(sum(all, 'failed')).toBeGreaterThan(0);
  });
});
