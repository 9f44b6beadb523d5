/** Exact conformance has teeth on the receive ring too: each small fault is caught, and the step is named. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Divergence } from '../../../replay/replay.js';
import { type RxFault, rxFaults, txrxFaults } from '../../faults/rx.js';
import { conform, type SmallGraph, smallGraphs } from '../../fixtures/teeth/graphs.js';

const names = [
  'rx_one_slot',
  'rx_one_slot_held',
  'rx_two_slots',
  'rx_two_slots_counter',
  'rx_out_of_order',
  'rx_overruns',
  'rx_late_unmap',
  'txrx_one_slot',
] as const;
type Name = (typeof names)[number];

let graphs: Readonly<Record<Name, SmallGraph>>;

beforeAll(async () => {
  graphs = await smallGraphs(names);
});

const tested = new Set<keyof typeof rxFaults>();

/** The fault is caught on the graph, and what is said of it is this. */
const check = (
  name: keyof typeof rxFaults,
  on: Name,
  expected: Partial<Divergence> & { what?: string },
): void => {
  tested.add(name);
  const fault: RxFault = rxFaults[name];
  test(`a frontend that ${fault.what} is caught by ${on}, at ${expected.action}`, () => {
    const { first, divergences } = conform(graphs[on], { NetfrontRx: fault.target }, { stopAt: 1 });
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
    // Of some twelve steps a state allows a few; where steps are left out of the graph nothing is refused.
    if (isWhole) expect(found.refusals).toBeGreaterThan(4 * graph.stateCount);
    else expect(found.refusals).toBe(0);
  });

  test('each action of both rings is taken somewhere', () => {
    const taken = new Set(names.flatMap((name) => graphs[name].graph.actions));
    expect([...taken].filter((action) => /^(Rx(?!Back)|App|TakeEvent)/.test(action)).toSorted()).toEqual(
      [
        ...['AppReturn', 'RxArm', 'RxCheckNotify', 'RxConsumeResponse', 'RxDeliver', 'RxFinalCheck'],
        ...['RxGrantAccess', 'RxPost', 'RxPushRequests', 'RxReadRspProd', 'RxRelease', 'RxTakeEvent'],
        'TakeEvent',
      ].toSorted(),
    );
  });
});

describe('ids', () => {
  // The moment of MSA00: a reference is a number of its own, and not the id that is free.
  check('newestOfGref', 'rx_two_slots_counter', { kind: 'diverged', action: 'RxPost' });
  check('slotUnchecked', 'rx_out_of_order', { kind: 'diverged', action: 'RxConsumeResponse' });
  check('idSwapped', 'rx_two_slots_counter', { kind: 'diverged', action: 'RxPost' });
});

describe('the poster', () => {
  check('ringFullOffByOne', 'rx_one_slot', { kind: 'accepted', action: 'RxGrantAccess' });
  check('publishesFirst', 'rx_one_slot', {
    kind: 'diverged',
    action: 'RxGrantAccess',
    what: 'ring page, octets from 0',
  });
  check('grefOfSlot', 'rx_one_slot', {
    kind: 'diverged',
    action: 'RxPost',
    what: 'ring page, octets from 64',
  });
  check('readOnlyGrant', 'rx_one_slot', {
    kind: 'diverged',
    action: 'RxGrantAccess',
    what: expect.stringMatching(/^access to granted/),
  });
  check('checkedNotMoved', 'rx_one_slot', { kind: 'diverged', action: 'RxCheckNotify', what: 'reqChecked' });
  check('neverNotifies', 'rx_one_slot', { kind: 'diverged', action: 'RxCheckNotify', what: 'backPending' });
});

describe('errors', () => {
  check('statusUnsigned', 'rx_one_slot', {
    kind: 'diverged',
    action: 'RxConsumeResponse',
    what: 'done',
    expected: expect.stringMatching(/, -1 at 0$/),
    actual: expect.stringMatching(/, 65535 at 0$/),
  });
  check('deliversErrors', 'rx_one_slot', {
    kind: 'diverged',
    action: 'RxRelease',
    what: 'reported to the application',
  });
  check('deliversPastPage', 'rx_one_slot', {
    kind: 'diverged',
    action: 'RxRelease',
    what: 'reported to the application',
  });
  check('leakOnError', 'rx_one_slot', { kind: 'diverged', action: 'RxRelease', what: 'pool' });
  check('failureNotTold', 'rx_one_slot', {
    kind: 'diverged',
    action: 'RxRelease',
    what: 'reported to the application',
    actual: 'nothing',
  });
});

describe('what is handed up', () => {
  check('pageInPlaceOfCopy', 'rx_one_slot', {
    kind: 'diverged',
    action: 'RxDeliver',
    what: 'reported to the application',
    expected: expect.stringMatching(/^a copy of page/),
    actual: expect.stringMatching(/^the page/),
  });
  check('offsetForgotten', 'rx_one_slot', {
    kind: 'diverged',
    action: 'RxDeliver',
    what: 'reported to the application',
  });
  check('wholePage', 'rx_one_slot', { kind: 'diverged', action: 'RxDeliver', what: 'reported to the application' });
  check('deliversTwice', 'rx_one_slot', {
    kind: 'diverged',
    action: 'RxDeliver',
    what: 'reported to the application',
  });
});

describe('pages', () => {
  check('doubleFree', 'rx_one_slot', { kind: 'diverged', action: 'RxDeliver', what: 'pool' });
  check('pageNotCleared', 'rx_one_slot', {
    kind: 'diverged',
    what: expect.stringMatching(/^page \d, octets from/),
  });
  check('returnedTwice', 'rx_one_slot_held', { kind: 'accepted', action: 'AppReturn' });
  check('grantNotEnded', 'rx_one_slot', { kind: 'diverged', action: 'RxRelease' });
  check('endsMapped', 'rx_late_unmap', { kind: 'diverged', action: 'RxRelease' });
});

describe('going to sleep', () => {
  check('noFinalCheck', 'rx_one_slot', { kind: 'diverged', action: 'RxFinalCheck' });
  check('armsUnread', 'rx_one_slot', { kind: 'accepted', action: 'RxArm' });
  check('rspEventBehind', 'rx_one_slot', {
    kind: 'diverged',
    action: 'RxArm',
    what: 'ring page, octets from 12',
  });
  check('looseResponseBound', 'rx_overruns', { kind: 'diverged', what: 'rspSeen' });
});

describe('one event channel', () => {
  test.each(Object.entries(txrxFaults))('%s is caught by txrx_one_slot', (_, { target }) => {
    const { first, divergences } = conform(graphs.txrx_one_slot, { NetfrontTxRx: target }, { stopAt: 1 });
    expect(divergences).toBe(1);
    expect(first?.divergence.action).toBe('TakeEvent');
  });

  test('a fault on one ring is caught where both are replayed', () => {
    const rx = rxFaults.offsetForgotten.target;
    const { first } = conform(graphs.txrx_one_slot, { NetfrontTxRx: { rx } }, { stopAt: 1 });
    expect(first?.divergence).toMatchObject({ action: 'RxDeliver', what: 'reported to the application' });
  });
});

test('every fault that there is has been tried', () => {
  expect([...tested].toSorted()).toEqual(Object.keys(rxFaults).toSorted());
});
