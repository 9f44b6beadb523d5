/** Exact conformance has teeth for packets of several slots too: each small fault is caught, and the step is named. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Divergence } from '../../../replay/replay.js';
import type { RxFault } from '../../faults/rx.js';
import { rxFaults } from '../../faults/rx.js';
import { rxPacketsFaults } from '../../faults/rx-packets.js';
import { conform, type SmallGraph, smallGraphs } from '../../fixtures/teeth/graphs.js';

const names = [
  ...(['rxp_one_slot', 'rxp_two_slots', 'rxp_held', 'rxp_by_id', 'rxp_many_slots', 'rxp_extras'] as const),
  ...(['rxp_few_pages', 'rxp_unknown_extra', 'rxp_reversed', 'rxp_late_unmap'] as const),
] as const;
type Name = (typeof names)[number];

let graphs: Readonly<Record<Name, SmallGraph>>;

beforeAll(async () => {
  graphs = await smallGraphs(names);
  // Ten times TLC, each a few seconds on a machine that does nothing else.
}, 400_000);

const tested = new Set<keyof typeof rxPacketsFaults>();

/** The fault is caught on the graph, and what is said of it is this. */
const check = (
  name: keyof typeof rxPacketsFaults,
  on: Name,
  expected: Partial<Divergence> & { what?: string },
): void => {
  tested.add(name);
  const fault: RxFault = rxPacketsFaults[name];
  test(`a frontend that ${fault.what} is caught by ${on}, at ${expected.action}`, () => {
    const { first, divergences } = conform(graphs[on], { RxPackets: fault.target }, { stopAt: 1 });
    expect(divergences).toBe(1);
    expect(first?.divergence).toMatchObject(expected);
  });
};

describe('without a fault', () => {
  test.each(names)('the implementation passes %s, each transition and each refusal', (name) => {
    const { graph, isWhole } = graphs[name];
    const found = conform(graphs[name]);
    expect(found.first).toBeUndefined();
    expect(found).toMatchObject({ divergences: 0, transitions: graph.transitionCount });
    expect(graph.transitionCount).toBeGreaterThan(100);
    if (isWhole) expect(found.refusals).toBeGreaterThan(4 * graph.stateCount);
    else expect(found.refusals).toBe(0);
  });

  test('each action of the receive ring is taken somewhere', () => {
    const taken = new Set(names.flatMap((name) => graphs[name].graph.actions));
    expect([...taken].filter((action) => /^(Rx|App)/.test(action)).toSorted()).toEqual([
      ...['AppReturn', 'RxArm', 'RxCheckNotify', 'RxConsumeResponse', 'RxDeliver', 'RxFinalCheck'],
      ...['RxGrantAccess', 'RxPost', 'RxPushRequests', 'RxReadRspProd', 'RxRelease', 'RxTakeEvent'],
    ]);
  });
});

describe('sizes', () => {
  check('sizesOfTransmit', 'rxp_two_slots', { action: 'RxDeliver', what: 'reported to the application' });
  check('fragmentsSwapped', 'rxp_two_slots', { action: 'RxDeliver', what: 'reported to the application' });
  check('firstFragmentOnly', 'rxp_held', { action: 'RxDeliver', what: 'reported to the application' });
});

describe('extras', () => {
  check('extraIdAdded', 'rxp_by_id', { kind: 'diverged', action: 'RxConsumeResponse' });
  check('extraRead', 'rxp_two_slots', { kind: 'diverged', action: 'RxConsumeResponse' });
  check('extraLeaks', 'rxp_two_slots', { action: 'RxRelease', what: 'pool' });
  check('extraMoreForgotten', 'rxp_extras', { action: 'RxRelease' });
  check('extrasLost', 'rxp_two_slots', { action: 'RxDeliver', what: 'reported to the application' });
  check('offloadLost', 'rxp_two_slots', { action: 'RxDeliver', what: 'reported to the application' });
  check('unknownExtraTaken', 'rxp_unknown_extra', { action: 'RxRelease' });
});

describe('the chain', () => {
  check('eachSlotItsOwn', 'rxp_one_slot', { action: 'RxConsumeResponse', what: 'done' });
  check('deliversPieces', 'rxp_one_slot', { action: 'RxRelease' });
  check('cutEndsChain', 'rxp_one_slot', { action: 'RxReadRspProd', what: 'chain' });
  check('noLimits', 'rxp_many_slots', { action: 'RxRelease' });

  test('a frontend that waits for the rest of a packet with every page there is, is caught by rxp_few_pages', () => {
    const { first } = conform(
      graphs.rxp_few_pages,
      { RxPackets: rxPacketsFaults.noLimits.target },
      { stopAt: 1 },
    );
    expect(first?.divergence).toMatchObject({ action: 'RxRelease', what: 'reported to the application' });
  });
});

describe('a packet that is dropped', () => {
  check('errorLeaksChain', 'rxp_two_slots', { action: 'RxRelease', what: 'pool' });
  check('errorEndsChain', 'rxp_one_slot', { action: 'RxRelease', what: 'chain' });
  check('reasonWrong', 'rxp_two_slots', { action: 'RxRelease', what: 'reported to the application' });
});

describe('pages', () => {
  check('heldOnlyFirst', 'rxp_held', { action: 'RxDeliver', what: 'held' });
  check('chainWhileMapped', 'rxp_late_unmap', { kind: 'diverged', action: 'RxRelease' });

  test('a frontend that believes a response by its slot alone is caught by rxp_reversed', () => {
    const target = rxFaults.slotUnchecked.target;
    const { first } = conform(graphs.rxp_reversed, { RxPackets: target }, { stopAt: 1 });
    expect(first?.divergence).toMatchObject({ kind: 'diverged', action: 'RxConsumeResponse' });
  });
});

test('every fault that there is has been tried', () => {
  expect([...tested].toSorted()).toEqual(Object.keys(rxPacketsFaults).toSorted());
});
