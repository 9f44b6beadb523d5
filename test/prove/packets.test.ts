/** TxPackets, for chains of any length: the transcription is that of the module, and mistakes in it are noticed. */
import { beforeAll, describe, expect, test } from 'vitest';
import { wholeNumbers } from '../../prove/integers.js';
import { declarations, obligations, POSSIBLE } from '../../prove/obligations.js';
import { startSolver } from '../../prove/solver.js';
import { packets, packetsWith, readingOfPackets } from '../../prove/packets/packets.js';
import type { PacketVariables } from '../../prove/packets/state.js';
import type { Concrete } from '../../prove/concrete.js';
import type { Action } from '../../prove/machine.js';
import type { Values } from '../../prove/terms.js';
import { type Tie, tie } from '../../prove/tie.js';
import { type SmallGraph, smallGraphs } from '../fixtures/small-graphs/graphs.js';

const MINUTES = 300_000;
type State = Values<Concrete, PacketVariables>;
type PacketAction = Action<typeof packets.constants, PacketVariables>;

/** PlainBack and BackWaits of the small models. */
const waits = (before: State, after: State): boolean => {
  const takes = after.req_cons !== before.req_cons;
  const answers = after.rsp_prod !== before.rsp_prod;
  const isBusy =
    before.sender !== 'idle' ||
    before.chainFrags > 0 ||
    before.req_prod !== before.req_prod_pvt ||
    before.reqChecked !== before.req_prod;
  return (
    (!answers || before.req_cons === before.req_prod) &&
    (!(takes || answers) || (!isBusy && before.poller === 'asleep' && !before.frontPending))
  );
};

// All steps of the first graph, and of the second those that its model keeps.
const kept = { txp_one_block: () => true, txp_two_slots: waits } as const;
type Name = keyof typeof kept;
const names = Object.keys(kept) as Name[];

let graphs: Readonly<Record<Name, SmallGraph>>;
beforeAll(async () => {
  graphs = await smallGraphs(names);
}, MINUTES);

const compared = (name: Name, machine = packets, graph = graphs[name].graph): Tie =>
  tie({ ...readingOfPackets(machine), isKept: kept[name] }, graph, graphs[name].constants);

describe('the transcription against TLC', () => {
  test.each(names)('%s has the same transitions and refusals', { timeout: MINUTES }, (name) => {
    const { differences, first, transitions, refusals } = compared(name);
    expect({ differences, first }).toEqual({ differences: 0, first: undefined });
    expect(transitions).toBe(graphs[name].graph.transitionCount);
    expect(refusals).toBeGreaterThan(transitions);
  });

  test('the graphs have every action of an honest back and of the front', () => {
    const taken = new Set(names.flatMap((name) => graphs[name].graph.actions));
    const own = new Set([...readingOfPackets(packets).silent!, ...packets.faultyActions]);
    expect(taken).toEqual(new Set(Object.keys(packets.actions).filter((action) => !own.has(action))));
  });

  test('a transition that leads elsewhere is noticed', { timeout: MINUTES }, () => {
    const { graph } = graphs.txp_two_slots;
    for (let i = 0; i < 3; i++) {
      const t = (i * 7919) % graph.transitionCount;
      const targets = graph.targets.slice();
      targets[t] = (targets[t]! + 1 + i) % graph.stateCount;
      expect(compared('txp_two_slots', packets, { ...graph, targets }).differences).toBeGreaterThan(0);
    }
  });
});

const { TxEnqueue, TxEnqueueExtra, TxAbandon, TxRelease, BackReadSlot } = packets.actions;

/** An action that leaves some variables as they are. */
const leaving =
  (action: PacketAction, ...variables: readonly (keyof PacketVariables)[]): PacketAction =>
  (at) => {
    const step = action(at);
    return {
      ...step,
      then: () => ({ ...step.then(), ...Object.fromEntries(variables.map((name) => [name, at.s[name]])) }),
    };
  };

const mistakes: readonly {
  readonly what: string;
  readonly action: string;
  readonly wrong: PacketAction;
  readonly proofs: boolean;
}[] = [
  {
    what: 'a request does not say whether another fragment follows',
    action: 'TxEnqueue',
    wrong: leaving(TxEnqueue!, 'slotMore'),
    proofs: true,
  },
  {
    what: 'an extra is not written into its slot',
    action: 'TxEnqueueExtra',
    wrong: leaving(TxEnqueueExtra!, 'ring'),
    proofs: true,
  },
  {
    what: 'an abandoned chain leaves its slots',
    action: 'TxAbandon',
    wrong: leaving(TxAbandon!, 'req_prod_pvt'),
    proofs: true,
  },
  {
    what: 'an abandoned chain leaves its data, which nobody reads',
    action: 'TxAbandon',
    wrong: leaving(TxAbandon!, 'dataFrag'),
    proofs: false,
  },
  {
    what: 'a released block still counts for its packet',
    action: 'TxRelease',
    wrong: leaving(TxRelease!, 'left'),
    proofs: true,
  },
  {
    what: 'the reader does not see that an extra is due',
    action: 'BackReadSlot',
    wrong: leaving(BackReadSlot!, 'readExtra'),
    proofs: true,
  },
];

describe('a mistake in the transcription', () => {
  test.each(mistakes)('$what', { timeout: MINUTES }, async ({ action, wrong, proofs }) => {
    const machine = packetsWith({ ...packets.actions, [action]: wrong });
    expect(names.some((name) => compared(name, machine).differences > 0)).toBe(true);

    const solver = await startSolver(declarations(machine, wholeNumbers), 20, wholeNumbers.logic);
    let isNoticed = false;
    try {
      for (const { about, says, formulas, theory } of obligations(machine)) {
        if (isNoticed || about === POSSIBLE || theory !== wholeNumbers || !says.startsWith(`${action} keeps`))
          continue;
        isNoticed = (await solver.check(formulas)) === 'sat';
      }
    } finally {
      await solver.close();
    }
    expect(isNoticed).toBe(proofs);
  });
});
