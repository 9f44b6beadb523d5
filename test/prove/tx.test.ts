/** NetfrontTx, for any number of slots, ids, blocks and pages: its faults are noticed, and the transcription is that of the modules. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type Concrete, concrete } from '../../prove/concrete.js';
import { wholeNumbers } from '../../prove/integers.js';
import { filled } from '../../prove/machine.js';
import { declarations, type Obligation, obligations, POSSIBLE } from '../../prove/obligations.js';
import type { Theory } from '../../prove/smt.js';
import { startSolver } from '../../prove/solver.js';
import { tie } from '../../prove/tie.js';
import { tx, txReading } from '../../prove/tx/tx.js';
import { stateAt } from '../../graph/graph.js';
import { type SmallGraph, smallGraphs } from '../fixtures/small-graphs/graphs.js';

const SECONDS = 60;
const MINUTES = 300_000;
type Tx = typeof tx;

/** The obligations that are not as they must be; up to the first, if one is enough. */
async function open(machine: Tx, theory: Theory, about: RegExp, one = false): Promise<readonly string[]> {
  const solver = await startSolver(declarations(machine, theory), SECONDS, theory.logic);
  const found: string[] = [];
  try {
    const isAsked = (each: Obligation): boolean =>
      each.theory === theory && each.about !== POSSIBLE && about.test(each.says);
    const asked = obligations(machine).filter(isAsked);
    expect(asked.length).toBeGreaterThan(0);
    for (const { says, formulas, expects } of asked) {
      const answer = await solver.check(formulas);
      if (answer !== expects) found.push(`${says}: ${answer}`);
      if (one && answer === 'sat') break;
    }
  } finally {
    await solver.close();
  }
  return found;
}

describe('a fault', () => {
  test.each([
    ['gref_per_page', /TxEnqueue/],
    ['counter', /TxEnqueue/],
    ['slot_out_of_order', /BackRespond/],
    ['early_free', /TxEnqueue/],
    ['double_free', /TxRelease/],
    ['leak_on_error', /TxRelease/],
    ['end_access_unchecked', /TxRelease/],
    ['ring_full_off_by_one', /TxFill/],
  ] as const)(
    '%s is a step that the invariant does not survive',
    { timeout: MINUTES },
    async (fault, about) => {
      const faultConstants = tx.faultConstants.filter((name) => name !== fault);
      const broken = await open({ ...tx, faultConstants }, wholeNumbers, about, true);
      expect(broken.filter((each) => each.endsWith(': sat')).length).toBe(1);
    },
  );
});

const names = ['one_slot', 'one_slot_grants', 'one_slot_grefs', 'one_slot_counter'] as const;
describe('the transcription against TLC', () => {
  let graphs: Readonly<Record<(typeof names)[number], SmallGraph>>;
  beforeAll(async () => {
    graphs = await smallGraphs(names);
  }, MINUTES);

  test.each(names)('%s has the same transitions and refusals', (name) => {
    const { graph, constants } = graphs[name];
    const { differences, first, transitions, refusals } = tie(txReading, graph, constants);
    expect({ differences, first }).toEqual({ differences: 0, first: undefined });
    expect(transitions).toBe(graph.transitionCount);
    expect(refusals).toBeGreaterThan(transitions);
  });

  test.each(names)('in each state of %s the invariant and the properties hold', (name) => {
    const { graph, constants: given } = graphs[name];
    const { M, constants: c } = txReading.constantsOf(given);
    const a = concrete(M);
    const all = [...Object.values(tx.invariant), ...tx.properties.flatMap(({ always }) => always ?? [])];
    for (let i = 0; i < graph.stateCount; i++) {
      const at = { a, c, s: txReading.stateOf(stateAt(graph, i), M, 0, c) };
      const values = filled<Concrete>(tx.everywhere<Concrete>(at, c.N), { k: c.First, j: 0, x: 0, y: 1 });
      const fails = all.filter((holds) => !values.every((any) => holds<Concrete>(at, any)));
      expect(fails, `state ${i}`).toEqual([]);
    }
  });

  test('a transition that leads elsewhere is noticed', () => {
    const { graph, constants } = graphs.one_slot_grants;
    for (let i = 0; i < 6; i++) {
      const t = (i * 7919) % graph.transitionCount;
      const targets = graph.targets.slice();
      targets[t] = (targets[t]! + 1 + i) % graph.stateCount;
      expect(tie(txReading, { ...graph, targets }, constants).differences).toBeGreaterThan(0);
    }
  });
});
