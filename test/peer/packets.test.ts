/**
 * Any packets, in any slots, through a frontend and a backend, in both directions at once. Where something is wrong the
 * scenario is made as short as it can be, and printed as one would type it into the first group of tests here.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Ends, endsOf, type Got } from '../fixtures/packets/ends.js';
import { play, type Played, shortened } from '../fixtures/packets/play.js';
import { deliver, type Players, poll, release, scenario, send } from '../fixtures/packets/scenario.js';

/** Plays any scenarios of these players. Throws with a short one that goes wrong. */
const playAny = async (players: Players, numRuns: number): Promise<readonly Played[]> => {
  const all: Played[] = [];
  const run = fc.asyncProperty(scenario(players), async (any) => void all.push(await play(any)));
  const { failed, seed, counterexample, errorInstance } = await fc.check(run, {
    numRuns,
    endOnFailure: true,
  });
  if (!failed) return all;
  const { message } = await shortened(counterexample![0]);
  throw new Error(`${message || String(errorInstance)}\n\nseed ${seed}`);
};

const sum = (all: readonly Played[], name: keyof Played): number =>
  all.reduce((total, played) => total + played[name], 0);

const players: readonly (readonly [Players, number])[] = [
  ['ours', 100],
  ['backend in C', 40],
  ['frontend in C', 100],
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

describe('the judge', () => {
  type Fault = (ends: Ends) => Partial<Ends>;
  /** The ends, some of whose properties are others: those that are not are asked each time. */
  const withFault =
    (fault: Fault): typeof endsOf =>
    (setup) => {
      const ends = endsOf(setup);
      const wrong = fault(ends);
      return new Proxy(ends, {
        get: (_, name: keyof Ends) => (name in wrong ? wrong : ends)[name],
      });
    };
  const altered = (got: readonly Got[], alter: (got: Got, n: number) => readonly Got[]): readonly Got[] =>
    got.flatMap(alter);
  const isLong = ({ octets }: Got): boolean => octets.length > 100;

  const faults: readonly (readonly [string, Fault, RegExp])[] = [
    [
      'an octet of a long packet is another',
      (ends) => ({
        get received() {
          return altered(ends.received, (got) => [
            isLong(got)
              ? { ...got, octets: got.octets.map((octet, n) => (n === 100 ? octet ^ 1 : octet)) }
              : got,
          ]);
        },
      }),
      /deliver\(\[101\]\)/,
    ],
    [
      'a packet is sent on twice',
      (ends) => ({
        get sentOn() {
          return altered(ends.sentOn, (got) => (isLong(got) ? [got, got] : [got]));
        },
      }),
      /send\(\[101\]\)/,
    ],
    [
      'a packet is lost, and its sender is not told',
      (ends) => ({
        get sentOn() {
          return altered(ends.sentOn, (got, n) => (n === 1 ? [] : [got]));
        },
      }),
      /send\(\[14\], {}, 2\)|send\(\[14\]\),\n *send\(\[14\]\)/,
    ],
    [
      'what is said of a packet is lost',
      (ends) => ({
        get received() {
          return altered(ends.received, ({ octets }) => [{ octets, offload: {} }]);
        },
      }),
      /deliver\(\[14\], { csum_blank: true }\)/,
    ],
    [
      'two packets change places',
      (ends) => ({
        get received() {
          return ends.received.toReversed();
        },
      }),
      /deliver\(\[14\], {}, 2\)|deliver\(\[14\]\),\n *deliver\(\[14\]\)/,
    ],
    [
      'a slot fails, and nobody is told',
      (ends) => ({ refusals: { ...ends.refusals, tx: 1 } }),
      /0 packets failed, where 1 slots did/,
    ],
    ['a sender waits for ever', () => ({ send: () => new Promise(() => {}) }), /1 packets are not settled/],
    ['a buffer is lost', () => ({ complaints: () => Promise.resolve(['one is lost']) }), /one is lost/],
  ];

  test.each(faults)(
    'sees that %s, and leaves no more of the scenario than that takes',
    async (_, fault, due) => {
      const noise = [poll(), release(), send([14, 60], { extras: [hash] }, 3), deliver([600], gso, 2)];
      const steps = [...noise, send([3000, 3000], gso, 3), deliver([6000], gso, 2), ...noise];
      const { scenario: left, message } = await shortened(
        { players: 'ours', nr_ents: 32, before: 7, ids: 'counter', isLent: true, budget: 3, steps },
        withFault(fault),
      );
      expect(message).toMatch(due);
      expect(Object.keys(left)).toEqual(['players', 'steps']);
      expect(left.steps.length).toBeLessThanOrEqual(2);
    },
  );
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
