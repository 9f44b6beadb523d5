/** The implementation takes every transition of the specification's graph, and none that is not there. */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { conform, type SmallGraph, smallGraphs } from '../fixtures/small-graphs/graphs.js';

const whole = ['one_slot', 'one_slot_counter', 'one_slot_grants', 'one_slot_grefs', 'one_id'] as const;
const uninterrupted = ['two_slots', 'two_slots_counter', 'two_slots_free_list'] as const;
type Name = (typeof whole)[number] | (typeof uninterrupted)[number];

let graphs: Readonly<Record<Name, SmallGraph>>;

beforeAll(async () => {
  graphs = await smallGraphs([...whole, ...uninterrupted]);
});

const front = [
  'TxArm',
  'TxCheckNotify',
  'TxConsumeResponse',
  'TxEnqueue',
  'TxFill',
  'TxFinalCheck',
  'TxPushRequests',
  'TxReadRspProd',
  'TxRelease',
  'TxTakeEvent',
];

/** Everything of a result but the time it took. */
const countsOf = ({ seconds: _, ...counts }: ReturnType<typeof conform>) => counts;

describe.each([...whole, ...uninterrupted])('%s', (name) => {
  test('has each of the actions of the frontend', () => {
    const { graph, constants } = graphs[name];
    const mine = graph.actions.filter((action) => action.startsWith('Tx'));
    expect(mine).toEqual([...front, ...(constants.GrantPerRequest ? ['TxGrantAccess'] : [])].toSorted());
  });

  test('has each of its transitions replayed, from an index of 2^32-1, and nothing differs', () => {
    const { graph, cover } = graphs[name];
    expect(cover.covered).toBe(graph.transitionCount);
    expect(graph.transitionCount).toBeGreaterThan(1000);
    const result = conform(graphs[name], { NetfrontTx: { first: 2 ** 32 - 1 } });
    expect(result.first).toBeUndefined();
    expect(result).toMatchObject({ transitions: graph.transitionCount, divergences: 0, steps: cover.steps });
  });
});

describe.each(whole)('%s', (name) => {
  test('has all that the specification refuses tried in each state', () => {
    const { refusals } = conform(graphs[name]);
    // Of some ten steps a state allows a few; there are no more than twelve.
    expect(refusals).toBeGreaterThan(4 * graphs[name].graph.stateCount);
    expect(refusals).toBeLessThan(12 * graphs[name].graph.stateCount);
  });
});

describe('the index to start from', () => {
  test('makes no difference, if it is First modulo M', () => {
    const small = graphs.one_slot;
    const { M, First } = small.constants as { M: number; First: number };
    const expected = countsOf(conform(small));
    const starts = fc.integer({ min: 0, max: 2 ** 32 / M - 1 }).map((k) => First + k * M);
    fc.assert(
      fc.property(starts, (first) => {
        expect(countsOf(conform(small, { NetfrontTx: { first } }))).toEqual(expected);
      }),
      { numRuns: 5, examples: [[First], [2 ** 31 - 1], [2 ** 31 + First]] },
    );
  });

  test('must be First modulo M', () => {
    const target = { NetfrontTx: { first: 2 ** 32 - 2 } };
    expect(() => conform(graphs.two_slots, target)).toThrow(/modulo 4 it must be 3/);
  });
});
