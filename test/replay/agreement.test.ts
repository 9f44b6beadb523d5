/** xstate is asked once for each transition that the machines take, and for each refusal: no more, and no fewer. */
import { beforeAll, describe, expect, test } from 'vitest';
import { byTable, byXstate } from '../../impl/index.js';
import type { Runner } from '../../impl/runner.js';
import { agreeing, Agreement } from '../../replay/agreement.js';
import { runnerTargets, tracedModule, transitionsOfFront } from '../../replay/modules/index.js';
import { conform, type SmallGraph, smallGraphs } from '../fixtures/small-graphs/graphs.js';

const names = ['one_slot', 'rx_one_slot', 'ring_one_slot'] as const;
let graphs: Readonly<Record<(typeof names)[number], SmallGraph>>;

beforeAll(async () => {
  graphs = await smallGraphs(names);
});

const compared = (small: SmallGraph, one: Runner = byTable, other: Runner = byXstate) => {
  const agreement = new Agreement();
  const found = conform(small, runnerTargets(agreeing(one, other, agreement)), { agreement });
  return { ...found, agreement };
};

describe.each(names)('%s', (name) => {
  test('has each transition of the machines and each refusal asked for once', () => {
    const small = graphs[name];
    let asked = 0;
    const counting: Runner = (machine) => {
      const run = byXstate(machine);
      return { ...run, step: (...step) => (asked++, run.step(...step)) };
    };
    const { agreed, refusals, steps, divergences, agreement } = compared(small, byTable, counting);
    const due = transitionsOfFront(small.graph, tracedModule(small.module)) + refusals;
    expect(divergences).toBe(0);
    expect(agreement.first).toBeUndefined();
    expect(due).toBeGreaterThan(1000);
    expect(agreed).toBe(due);
    expect(asked).toBe(due);
    expect(steps).toBeGreaterThan(small.graph.transitionCount);
  });
});

/** A table with a fault in one place: where a request was answered ERROR, and nowhere else. */
const faulty =
  (fault: (place: object) => object): Runner =>
  (machine) => {
    const run = byTable(machine);
    return {
      ...run,
      step(from, event, effects) {
        const next = run.step(from, event, effects);
        const { response } = event as { readonly response?: { readonly status: number } };
        return next !== undefined && response?.status === -1 ? (fault(next) as typeof next) : next;
      },
    };
  };

test('a table that is wrong in one transition is told, where the replay itself sees nothing', () => {
  const wrong = faulty((place) => ({ ...place, context: { ...(place as Fault).context, unknown: 1 } }));
  const { divergences, agreed, refusals, agreement } = compared(graphs.one_slot, wrong);
  const { graph, module } = graphs.one_slot;
  expect(divergences).toBe(0);
  expect(agreement.first).toBe('TxConsumeResponse: the context');
  expect(agreed).toBe(transitionsOfFront(graph, tracedModule(module)) + refusals - agreement.disagreements);
});

interface Fault {
  readonly context: object;
}

test('a replay whose machines never ask is not one that agrees', () => {
  const { graph, ...small } = graphs.one_slot;
  const { agreed } = conform({ ...small, graph }, {}, { agreement: new Agreement() });
  expect(agreed).toBe(0);
});
