/** The transcription of Ring is that of the modules: mistakes in it are noticed by TLC's graphs, or the proofs, or both. */
import { beforeAll, describe, expect, test } from 'vitest';
import { obligations, POSSIBLE } from '../../prove/obligations.js';
import { isProved, ringReading } from '../../prove/index.js';
import type { Action, Machine } from '../../prove/machine.js';
import { prove } from '../../prove/prove.js';
import { back } from '../../prove/ring/back.js';
import { front } from '../../prove/ring/front.js';
import { inc, reqEvent } from '../../prove/ring/operators.js';
import { ring, ringWith } from '../../prove/ring/ring.js';
import type { RingConstants, RingVariables } from '../../prove/ring/state.js';
import { declarations } from '../../prove/obligations.js';
import { startSolver } from '../../prove/solver.js';
import { type Tie, tie } from '../../prove/tie.js';
import { type Graph, stateAt } from '../../graph/graph.js';
import { type SmallGraph, smallGraphs } from '../fixtures/small-graphs/graphs.js';

type Ring = Machine<RingConstants, RingVariables>;
type RingAction = Action<RingConstants, RingVariables>;

const SECONDS = 60;
const names = [
  'ring_one_slot',
  'ring_two_slots',
  'ring_half_way',
  'ring_empty_pushes',
  'ring_overruns_whole',
] as const;
let graphs: Readonly<Record<(typeof names)[number], SmallGraph>>;
beforeAll(async () => {
  graphs = await smallGraphs(names);
});

const compared = (machine: Ring, { graph, constants }: Pick<SmallGraph, 'graph' | 'constants'>): Tie =>
  tie({ ...ringReading, machine }, graph, constants);

describe('the transcription against TLC', () => {
  test.each(names)('%s has the same transitions and refusals', (name) => {
    const { differences, first, transitions, refusals } = compared(ring, graphs[name]);
    expect({ differences, first }).toEqual({ differences: 0, first: undefined });
    expect(transitions).toBe(graphs[name].graph.transitionCount);
    expect(refusals).toBeGreaterThan(transitions);
  });

  test('the graphs have every action', () => {
    const taken = new Set(names.flatMap((name) => graphs[name].graph.actions));
    expect(taken).toEqual(new Set(Object.keys(ring.actions)));
  });

  test('in one of them the front gives up', () => {
    const { graph } = graphs.ring_overruns_whole;
    const broken = Array.from({ length: graph.stateCount }, (_, i) => stateAt(graph, i).broken);
    expect(new Set(broken)).toEqual(new Set([false, true]));
  });

  test('a transition that leads elsewhere, or has another name, is noticed', () => {
    const { graph, constants } = graphs.ring_half_way;
    // Spread over the whole graph; 7919 is prime.
    for (let i = 0; i < 6; i++) {
      const t = (i * 7919) % graph.transitionCount;
      const elsewhere = graph.targets.slice();
      elsewhere[t] = (elsewhere[t]! + 1 + i) % graph.stateCount;
      const renamed = graph.labels.slice();
      renamed[t] = (renamed[t]! + 1) % graph.actions.length;
      const changed: readonly Graph[] = [
        { ...graph, targets: elsewhere },
        { ...graph, labels: renamed },
      ];
      for (const other of changed)
        expect(compared(ring, { graph: other, constants }).differences).toBeGreaterThan(0);
    }
  });

  test('a graph of another start is noticed', () => {
    const { graph, constants } = graphs.ring_half_way;
    expect(compared(ring, { graph: { ...graph, initial: [graph.stateCount - 1] }, constants }).first).toMatch(
      /0 of the 1 initial states/,
    );
  });
});

/** An action with some of its conjuncts left out, by their places. */
const without =
  (action: RingAction, ...places: readonly number[]): RingAction =>
  (at) => {
    const step = action(at);
    return { ...step, when: step.when.filter((_, i) => !places.includes(i)) };
  };

/** An action that leaves some variables as they are. */
const leaving =
  (action: RingAction, ...variables: readonly (keyof RingVariables)[]): RingAction =>
  (at) => {
    const step = action(at);
    const then = () => ({
      ...step.then(),
      ...Object.fromEntries(variables.map((name) => [name, at.s[name]])),
    });
    return { ...step, then };
  };

/** Mistakes that one could make in writing the modules down again; whether the graphs and the proofs notice. */
const mistakes: readonly {
  readonly what: string;
  readonly action: keyof typeof front | keyof typeof back;
  readonly wrong: RingAction;
  readonly graphs: boolean;
  readonly proofs: boolean;
}[] = [
  {
    what: 'a request is written though an event check is due',
    action: 'FrontWriteRequest',
    wrong: without(front.FrontWriteRequest, 3),
    graphs: true,
    proofs: true,
  },
  {
    what: 'a passed event index is not forgotten',
    action: 'FrontPushRequests',
    wrong: leaving(front.FrontPushRequests, 'req_event_passed'),
    graphs: true,
    proofs: false,
  },
  {
    what: 'the notify test counts one index too many',
    action: 'FrontCheckNotify',
    wrong: (at) => {
      const { a, s } = at;
      const ahead = a.sub(s.req_prod, reqEvent(at).at);
      const due = a.not(a.below(a.sub(s.req_prod, s.reqChecked), ahead));
      const step = front.FrontCheckNotify(at);
      return { ...step, then: () => ({ ...step.then(), backPending: a.or(s.backPending, due) }) };
    },
    graphs: true,
    proofs: true,
  },
  {
    what: 'a consumed response stays in its slot',
    action: 'FrontConsumeResponse',
    wrong: leaving(front.FrontConsumeResponse, 'ring'),
    graphs: true,
    proofs: false,
  },
  {
    what: 'the front arms one too far',
    action: 'FrontArm',
    wrong: (at) => {
      const step = front.FrontArm(at);
      return { ...step, then: () => ({ ...step.then(), rsp_event: inc(at, inc(at, at.s.rsp_cons)) }) };
    },
    graphs: true,
    proofs: true,
  },
  {
    what: 'the final check never finds the ring empty',
    action: 'FrontFinalCheck',
    wrong: (at) => ({ ...front.FrontFinalCheck(at), then: () => ({ poller: at.a.word('reading') }) }),
    graphs: true,
    proofs: false,
  },
  {
    what: 'a response is written that answers nothing',
    action: 'BackWriteResponse',
    wrong: without(back.BackWriteResponse, 1),
    graphs: true,
    proofs: true,
  },
  {
    what: 'the back does not wake',
    action: 'BackWake',
    wrong: leaving(back.BackWake, 'taker'),
    graphs: true,
    proofs: true,
  },
  {
    what: 'the event check of the back is forgotten at once',
    action: 'BackPushResponses',
    wrong: (at) => {
      const step = back.BackPushResponses(at);
      return { ...step, then: () => ({ ...step.then(), rspChecked: at.s.rsp_prod_pvt }) };
    },
    graphs: true,
    proofs: true,
  },
  {
    what: 'an event may come that nobody sent, where the model has none',
    action: 'SpuriousEventToFront',
    wrong: without(back.SpuriousEventToFront, 0),
    graphs: true,
    proofs: false,
  },
];

describe('a mistake in the transcription', () => {
  test.each(mistakes)('$what', async ({ action, wrong, graphs: seenThere, proofs }) => {
    const machine = ringWith({ ...ring.actions, [action]: wrong });
    const differing = names.filter((name) => compared(machine, graphs[name]).differences > 0);
    expect(differing.length > 0).toBe(seenThere);

    const solver = await startSolver(declarations(machine), SECONDS);
    const broken: string[] = [];
    const undecided: string[] = [];
    try {
      const words = new RegExp(`\\b${action}\\b`);
      // One is enough.
      for (const { says, formulas, expects } of obligations(machine)) {
        if (broken.length > 0 || !words.test(says)) continue;
        const answer = await solver.check(formulas);
        if (answer === 'unknown') undecided.push(says);
        else if (answer !== expects) broken.push(says);
      }
    } finally {
      await solver.close();
    }
    expect(undecided).toEqual([]);
    expect(broken.length > 0, broken.join(', ')).toBe(proofs);
  });
});

describe('a property that no fault breaks', () => {
  test.each([
    ['FrontResponseBound', 'order'],
    ['EventStillAhead', 'frontWaits'],
    ['EventStillAhead', 'backWaits'],
    ['PassedEventIndex', 'frontWaits'],
    ['PassedEventIndex', 'backWaits'],
  ] as const)('%s fails where the invariant is without %s', async (property, part) => {
    const { [part]: _, ...invariant } = ring.invariant;
    const machine: Ring = { ...ring, invariant };
    const solver = await startSolver(declarations(machine), SECONDS);
    const answers = [];
    try {
      for (const { about, formulas } of obligations(machine))
        if (about === property) answers.push(await solver.check(formulas));
    } finally {
      await solver.close();
    }
    expect(answers).toContain('sat');
  });
});

describe('a proof of nothing', () => {
  test('is none: an invariant that no state has is noticed', async () => {
    const nowhere: Ring = { ...ring, invariant: { never: ({ a }) => a.bool(false) }, faults: [] };
    const verdict = await prove(nowhere, SECONDS, () => '');
    expect(isProved(verdict)).toBe(false);
    const possible = verdict.proofs.find(({ name }) => name === POSSIBLE)!;
    expect(possible.proved).toBeLessThan(possible.obligations);
  });

  test('is none: with no obligations nothing is proved', () => {
    expect(isProved({ proofs: [], shown: [] })).toBe(false);
  });

  test('is none: a formula that z3 cannot read is an error', async () => {
    const solver = await startSolver(declarations(ring), SECONDS);
    await expect(solver.check(['(= no_such_name N)'])).rejects.toThrow(/z3 cannot read a formula/);
    expect(await solver.check(['true'])).toBe('sat');
    await solver.close();
  });

  test('is none: what is not decided in time is open, and said to be', async () => {
    const { BackWriteResponse } = back;
    const one: Ring = { ...ring, actions: { BackWriteResponse }, properties: [], faults: [], possible: {} };
    const verdict = await prove(one, 0.001, () => '');
    expect(isProved(verdict)).toBe(false);
    expect(verdict.proofs.flatMap(({ open }) => open)).toContain(
      'BackWriteResponse keeps slots: not decided in 0.001 s',
    );
  });
});
