import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Case } from '../../conform/case.js';
import type { MacroGraph, MacroStep } from '../../conform/contracted.js';
import { Coverage, type Path } from '../../conform/contracted-paths.js';
import { packetCases } from '../../conform/packet-cases.js';

const step = (from: number, word: string, to: number, observed: MacroStep['observed'] = {}): MacroStep => ({
  ...{ from, to, word, observed },
});

/** The pairs of steps that can follow each other, from state 0 on. */
const pairsOf = (steps: readonly MacroStep[]): ReadonlySet<string> => {
  const name = (each: MacroStep | undefined): string =>
    each === undefined ? '' : `${each.from} ${each.word}`;
  const reached = new Set([0]);
  for (const state of reached) for (const { from, to } of steps) if (from === state) reached.add(to);
  const known = steps.filter(({ from }) => reached.has(from));
  return new Set(
    known.flatMap((after) => [
      ...(after.from === 0 ? [`, ${name(after)}`] : []),
      ...known.filter(({ to }) => to === after.from).map((before) => `${name(before)}, ${name(after)}`),
    ]),
  );
};
const pairsIn = (paths: readonly Path[]): ReadonlySet<string> =>
  new Set(
    paths.flatMap((path) =>
      path.map(
        ({ from, word }, i) =>
          `${i === 0 ? '' : `${path[i - 1]!.from} ${path[i - 1]!.word}`}, ${from} ${word}`,
      ),
    ),
  );

const everything = { step: () => true, pair: () => true };

/** Graphs in which every state can be reached. */
const graphs = fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 40 }).map((edges) => {
  let states = 1;
  return edges.map(([a, b], i) => {
    const from = a % states;
    const to = b % (states + 1);
    if (to === states) states++;
    return step(from, `word${i}`, to);
  });
});

describe('paths through a contracted graph', () => {
  test('take all that is wanted, each from the beginning, and none is too long', () => {
    fc.assert(
      fc.property(graphs, (steps) => {
        const coverage = new Coverage(steps, everything);
        const paths = coverage.paths(() => true);
        expect(pairsIn(paths)).toEqual(pairsOf(steps));
        expect(coverage.missing).toBe(0);
        for (const path of paths) {
          expect(path.length).toBeLessThanOrEqual(40);
          expect(path.map(({ from }) => from)).toEqual([0, ...path.slice(0, -1).map(({ to }) => to)]);
        }
      }),
    );
  });

  test('take first what can be had without some steps, and then only what is missing', () => {
    fc.assert(
      fc.property(graphs, fc.func(fc.boolean()), (steps, isAllowed) => {
        const coverage = new Coverage(steps, everything);
        const allowed = steps.filter(({ word }) => isAllowed(word));
        const first = coverage.paths(({ word }) => isAllowed(word));
        expect(pairsIn(first)).toEqual(pairsOf(allowed));
        const second = coverage.paths(() => true);
        expect(new Set([...pairsIn(first), ...pairsIn(second)])).toEqual(pairsOf(steps));
        // Each path is there for something that none before it has.
        const before = new Set(pairsIn(first));
        for (const path of second) {
          expect([...pairsIn([path])].some((pair) => !before.has(pair))).toBe(true);
          for (const pair of pairsIn([path])) before.add(pair);
        }
      }),
    );
  });

  test('that leave something out are not taken for complete', () => {
    const steps = [step(0, 'a', 0), step(0, 'b', 0), step(1, 'unreached', 0)];
    const coverage = new Coverage(steps, everything);
    expect(coverage.missing).toBe(3 + 2 + 6);
  });
});

describe('the cases of packets', () => {
  const keys = (...waiting: readonly (readonly string[])[]): readonly string[] =>
    waiting.map((each) => JSON.stringify({ waiting: each }));
  const rx: MacroGraph = {
    states: 1,
    start: { requests: 2 },
    keys: keys([]),
    steps: [step(0, 'packet:d', 0)],
  };
  const casesOf = (steps: readonly MacroStep[], waiting = keys([])): readonly Case[] =>
    packetCases(
      new Map([
        ['txp', { states: waiting.length, start: {}, keys: waiting, steps }],
        ['rxp_parts', rx],
      ]),
    ).filter(({ name }) => name.startsWith('tx/'));
  const words = ['send', 'send:2', 'send:1:gso', 'take', 'event:pause'];
  const wordsIn = (cases: readonly Case[]): ReadonlySet<string> =>
    new Set(
      cases.flatMap(({ steps }) => steps.split(' ').map((word, i, all) => `${all[i - 1] ?? ''} ${word}`)),
    );

  test('take every two steps, and as many as can be without features that not every driver has', () => {
    const cases = casesOf(words.map((word) => step(0, word, 0)));
    const pairs = (of: readonly string[]) => new Set(of.flatMap((b) => ['', ...of].map((a) => `${a} ${b}`)));
    expect(wordsIn(cases)).toEqual(pairs(words));
    const asked = (...features: string[]) =>
      wordsIn(cases.filter(({ needs }) => needs.every((need) => ['tx', ...features].includes(need))));
    expect(asked('tx-chains')).toEqual(pairs(['send', 'send:2', 'take']));
    expect(asked('tx-gso').has('send:1:gso take')).toBe(true);
    expect(asked('tx-gso', 'pause').has('send:1:gso event:pause')).toBe(true);
    expect(asked('tx-chains', 'tx-gso')).toEqual(pairs(words.slice(0, -1)));
  });

  test('say with each step that wakes the frontend what is seen', () => {
    const [first] = casesOf(
      [step(0, 'send', 1, { requests: 1 }), { ...step(1, 'take', 1), observed: undefined }],
      keys([], []),
    );
    expect(first).toMatchObject({ steps: 'send take take', see: [{}, { requests: 1 }] });
  });

  test('take what shows the order of two packets that wait, and no more of them', () => {
    const waiting = keys([], ['send'], ['send', 'send'], ['send', 'send:2']);
    const cases = casesOf(
      [
        step(0, 'send', 1),
        step(1, 'send', 2),
        step(1, 'send:2', 3),
        step(2, 'event', 0),
        step(3, 'event', 0),
        step(3, 'take', 3),
      ],
      waiting,
    );
    const all = cases.map(({ steps }) => steps);
    expect(all.some((steps) => steps.includes('send send:2 take'))).toBe(true);
    expect(all.some((steps) => steps.includes('send:2 event'))).toBe(true);
    expect(all.some((steps) => steps.includes('send send event'))).toBe(false);
  });

  test('cannot be made of nothing, or where a step is out of reach', () => {
    expect(() => casesOf([])).toThrow(/txp/);
    expect(() => casesOf([step(0, 'send', 0), step(1, 'take', 1)], keys([], []))).toThrow(/do not take 2/);
    expect(() => packetCases(new Map())).toThrow(/no contracted graph of txp/);
  });
});
