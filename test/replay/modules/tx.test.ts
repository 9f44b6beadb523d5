/** Exact conformance has teeth: each small fault in an implementation is caught, and the step is named. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Conformance } from '../../../replay/conformance.js';
import type { Divergence } from '../../../replay/replay.js';
import { driverFaults } from '../../faults/driver.js';
import type { Fault } from '../../faults/fault.js';
import { idFaults } from '../../faults/ids.js';
import { machineFaults } from '../../faults/machine.js';
import { conform, type SmallGraph, smallGraphs } from '../../fixtures/teeth/graphs.js';

const names = [
  'one_slot',
  'one_slot_grants',
  'two_slots',
  'two_slots_counter',
  'repeats',
  'overruns',
  'late_unmap',
] as const;
type Name = (typeof names)[number];

const faults = { ...idFaults, ...machineFaults, ...driverFaults } satisfies Record<string, Fault>;
type FaultName = keyof typeof faults;

let graphs: Readonly<Record<Name, SmallGraph>>;

beforeAll(async () => {
  graphs = await smallGraphs(names);
});

const tested = new Set<FaultName>();

/** The fault is caught on the graph, and what is said of it is this. */
const check = (name: FaultName, on: Name, expected: Partial<Divergence> & { what?: string }): void => {
  tested.add(name);
  const fault: Fault = faults[name];
  test(`a frontend that ${fault.what} is caught by ${on}, at ${expected.action}`, () => {
    const { first, divergences } = conform(graphs[on], { NetfrontTx: fault.target }, { stopAt: 1 });
    expect(divergences).toBe(1);
    expect(first?.divergence).toMatchObject(expected);
    expectNamed(first);
  });
};

/** The report leads to the step: the last one it has is the one that went wrong. */
const expectNamed = (found: Conformance['first']): void => {
  const { divergence, steps, transitions } = found!;
  const { action, args, step } = divergence;
  // What was accepted is tried after the last step of the path, and is no transition of the graph.
  const wasRefusal = divergence.kind === 'accepted';
  expect(transitions).toHaveLength(step);
  expect(steps).toHaveLength(wasRefusal ? step + 1 : step);
  expect(steps.at(-1)).toEqual({ action, args, ...(wasRefusal ? { refused: true } : {}) });
};

describe('without a fault', () => {
  test.each(names)('the implementation passes %s', (name) => {
    const { graph } = graphs[name];
    expect(conform(graphs[name])).toMatchObject({ divergences: 0, transitions: graph.transitionCount });
  });

  test('the same path and step are found each time', () => {
    const once = conform(graphs.two_slots, { NetfrontTx: idFaults.newestOfGref.target }, { stopAt: 1 });
    const again = conform(graphs.two_slots, { NetfrontTx: idFaults.newestOfGref.target }, { stopAt: 1 });
    expect(once.first).toEqual(again.first);
  });
});

describe('ids', () => {
  // The second request on a page, whose first is in flight: the moment of MSA00.
  check('newestOfGref', 'two_slots', {
    kind: 'diverged',
    action: 'TxEnqueue',
    step: 4,
    what: 'ring page, octets from 72',
    expected: '01000f000800000000000000',
    actual: '00000f000800000000000000',
  });
  check('counterUnchecked', 'two_slots_counter', {
    kind: 'diverged',
    action: 'TxEnqueue',
    what: expect.stringMatching(/^ring page, octets from (72|84)$/),
  });
  check('idBySlot', 'two_slots', {
    kind: 'diverged',
    action: 'TxEnqueue',
    step: 2,
    what: 'ring page, octets from 84',
    expected: '00000e00',
    actual: '01000e00',
  });
  check('freeListUnchecked', 'repeats', {
    kind: 'diverged',
    action: 'TxConsumeResponse',
    what: 'rsp_cons',
  });
  check('idNotPutBack', 'one_slot_grants', {
    kind: 'diverged',
    action: 'TxConsumeResponse',
    what: 'freeIds',
    expected: '0 1',
    actual: '1',
  });
});

describe('the sender', () => {
  check('ringFullOffByOne', 'one_slot', { kind: 'accepted', action: 'TxFill', step: 2 });
  check('fillsBeforeCheck', 'one_slot', { kind: 'accepted', action: 'TxFill' });
  check('publishesNothing', 'one_slot', { kind: 'accepted', action: 'TxPushRequests', step: 0 });
  check('earlyFree', 'one_slot', {
    kind: 'diverged',
    action: 'TxEnqueue',
    step: 2,
    what: 'pool',
    expected: '1',
    actual: '0 1',
  });
  check('publishesFirst', 'one_slot', {
    kind: 'diverged',
    action: 'TxFill',
    step: 1,
    what: 'ring page, octets from 0',
  });
  check('slotUnmasked', 'one_slot', {
    kind: 'diverged',
    action: 'TxEnqueue',
    step: 2,
    what: 'ring page, octets from 64',
  });
  check('slotMaskedTooWide', 'two_slots', {
    kind: 'diverged',
    action: 'TxEnqueue',
    step: 2,
    what: 'ring page, octets from 76',
  });
  check('offsetForgotten', 'two_slots', {
    kind: 'diverged',
    action: 'TxEnqueue',
    step: 4,
    what: 'ring page, octets from 68',
    expected: '0008000001000f0008000000',
    actual: '0000000001000f0008000000',
  });
  check('flagsLeft', 'one_slot', {
    kind: 'diverged',
    action: 'TxEnqueue',
    what: 'ring page, octets from 68',
  });
  check('sizeOfBlock', 'one_slot', {
    kind: 'diverged',
    action: 'TxEnqueue',
    step: 2,
    what: 'ring page, octets from 72',
    expected: '00000e00',
    actual: '00000008',
  });
  check('idSwapped', 'two_slots', {
    kind: 'diverged',
    action: 'TxEnqueue',
    step: 4,
    what: 'ring page, octets from 72',
    expected: '01000f000800000000000000',
    actual: '00010f000800000000000000',
  });
  check('frameAtStartOfPage', 'one_slot', {
    kind: 'diverged',
    action: 'TxFill',
    what: 'page 0, octets from 0',
  });
});

describe('the notify check', () => {
  check('publishUnchecked', 'one_slot', {
    kind: 'diverged',
    action: 'TxPushRequests',
    step: 3,
    what: 'sender',
    expected: 'published',
    actual: 'idle',
  });
  check('checkedNotMoved', 'one_slot', { kind: 'diverged', action: 'TxCheckNotify', what: 'reqChecked' });
  check('neverNotifies', 'two_slots', {
    kind: 'diverged',
    action: 'TxCheckNotify',
    what: 'backPending',
    expected: true,
    actual: false,
  });
  check('alwaysNotifies', 'two_slots', {
    kind: 'diverged',
    action: 'TxCheckNotify',
    what: 'backPending',
    expected: false,
    actual: true,
  });
  check('notifiesSigned', 'two_slots', {
    kind: 'diverged',
    action: 'TxCheckNotify',
    what: 'backPending',
    expected: true,
    actual: false,
  });
});

describe('the poller', () => {
  check('takesNoEvent', 'one_slot', { kind: 'accepted', action: 'TxTakeEvent', step: 0 });
  check('eventNotCleared', 'one_slot', { kind: 'diverged', action: 'TxTakeEvent', what: 'frontPending' });
  check('comparesIndices', 'one_slot', { kind: 'refused', action: 'TxConsumeResponse' });
  check('consumesInPlace', 'one_slot', { kind: 'diverged', action: 'TxConsumeResponse', what: 'rsp_cons' });
  check('statusUnsigned', 'one_slot', {
    kind: 'diverged',
    action: 'TxConsumeResponse',
    what: 'done',
    expected: '0 -1',
    actual: '0 65535',
  });
  check('responseAtWrongSlot', 'two_slots', {
    kind: 'diverged',
    action: 'TxConsumeResponse',
    what: 'inFlight',
  });
  check('responseReadTwice', 'one_slot', {
    kind: 'diverged',
    action: 'TxRelease',
    what: 'reported to the sender',
    expected: '0 -1',
    actual: '0 0',
  });
  check('looseResponseBound', 'overruns', { kind: 'diverged', action: 'TxFinalCheck', what: 'rspSeen' });
});

describe('grants', () => {
  check('grantsWritable', 'one_slot_grants', {
    kind: 'diverged',
    action: 'TxGrantAccess',
    what: 'access to granted[1]',
    expected: 'read-only',
    actual: 'writable',
  });
  check('grantsAnother', 'one_slot_grants', {
    kind: 'diverged',
    action: 'TxGrantAccess',
    what: 'pages granted',
    expected: 2,
    actual: 3,
  });
});

describe('the release of a block', () => {
  check('doubleFree', 'one_slot', {
    kind: 'diverged',
    action: 'TxRelease',
    what: 'pool',
    expected: '0',
    actual: '0 0',
  });
  check('leakOnError', 'one_slot', {
    kind: 'diverged',
    action: 'TxRelease',
    what: 'pool',
    expected: '0',
    actual: '',
  });
  check('toldTwice', 'one_slot', {
    kind: 'diverged',
    action: 'TxRelease',
    what: 'reported to the sender',
    expected: '0 -1',
    actual: '0 -1, 0 -1',
  });
  check('grantNotEnded', 'one_slot_grants', { kind: 'diverged', action: 'TxRelease', what: 'granted[1]' });
  check('grefKept', 'one_slot_grants', {
    kind: 'diverged',
    action: 'TxRelease',
    what: 'granted',
    expected: '- 0',
    actual: '1 0',
  });
  check('endsTwice', 'one_slot_grants', { kind: 'diverged', action: 'TxRelease', what: 'use of the host' });
  check('endsMapped', 'late_unmap', {
    kind: 'diverged',
    action: 'TxRelease',
    what: 'reported to the sender',
    expected: 'nothing',
  });
  check('endsUnasked', 'late_unmap', {
    kind: 'diverged',
    action: 'TxRelease',
    what: 'reported to the sender',
    expected: 'nothing',
  });
});

describe('going to sleep', () => {
  check('armsUnread', 'one_slot', { kind: 'accepted', action: 'TxArm' });
  check('rspEventBehind', 'one_slot', {
    kind: 'diverged',
    action: 'TxArm',
    what: 'ring page, octets from 12',
    expected: '000000000000000000000000',
    actual: 'ffffffff0000000000000000',
  });
  check('rspEventStale', 'one_slot', {
    kind: 'diverged',
    action: 'TxArm',
    what: 'ring page, octets from 12',
  });
  check('noFinalCheck', 'one_slot', { kind: 'diverged', action: 'TxFinalCheck', what: 'rspSeen' });
});

test('every fault that there is has been tried', () => {
  expect([...tested].toSorted()).toEqual(Object.keys(faults).toSorted());
});

describe('a replay that shows nothing', () => {
  const empty = { steps: 0, paths: [], covered: 0, transitions: 0, longest: 0 };

  test('says that it took no transition', () => {
    const { cover } = graphs.one_slot;
    expect(conform({ ...graphs.one_slot, cover: { ...cover, ...empty } })).toMatchObject({
      transitions: 0,
      steps: 0,
      refusals: 0,
    });
  });

  test('of a part of the cover says how much it took, each transition once', () => {
    const { cover, graph } = graphs.one_slot;
    const part = cover.paths[0]!.subarray(0, 100);
    const { transitions, steps } = conform({ ...graphs.one_slot, cover: { ...cover, paths: [part] } });
    expect(steps).toBe(100);
    expect(transitions).toBe(new Set(part).size);
    expect(transitions).toBeLessThan(graph.transitionCount);
  });

  test('finds no fault that is beyond the part it took', () => {
    const { cover } = graphs.two_slots;
    const part = { ...graphs.two_slots, cover: { ...cover, paths: [cover.paths[0]!.subarray(0, 3)] } };
    expect(conform(part, { NetfrontTx: idFaults.newestOfGref.target }).divergences).toBe(0);
  });
});
