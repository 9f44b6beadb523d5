/** Exact conformance has teeth at both ends of a ring: each small fault is caught, and the step is named. */
import { beforeAll, describe, expect, test } from 'vitest';
import { tracedModule } from '../../../replay/modules/index.js';
import type { Divergence } from '../../../replay/replay.js';
import { type RingFault, ringFaults } from '../../faults/ring.js';
import { conform, type SmallGraph, smallGraphs } from '../../fixtures/teeth/graphs.js';

const names = [
  'ring_one_slot',
  'ring_two_slots',
  'ring_half_way',
  'ring_empty_pushes',
  'ring_overruns',
] as const;
type Name = (typeof names)[number];

let graphs: Readonly<Record<Name, SmallGraph>>;

beforeAll(async () => {
  graphs = await smallGraphs(names);
});

const tested = new Set<keyof typeof ringFaults>();

/** The fault is caught on the graph, and what is said of it is this. */
const check = (
  name: keyof typeof ringFaults,
  on: Name,
  expected: Partial<Divergence> & { what?: string },
): void => {
  tested.add(name);
  const fault: RingFault = ringFaults[name];
  test(`an end that ${fault.what} is caught by ${on}, at ${expected.action}`, () => {
    const { first, divergences } = conform(graphs[on], { Ring: fault.target }, { stopAt: 1 });
    expect(divergences).toBe(1);
    expect(first?.divergence).toMatchObject(expected);
  });
};

describe('without a fault', () => {
  test.each(names)('both ends pass %s, each transition and each refusal', (name) => {
    const { graph, isWhole } = graphs[name];
    const found = conform(graphs[name]);
    expect(found.first).toBeUndefined();
    expect(found).toMatchObject({ divergences: 0, transitions: graph.transitionCount });
    expect(graph.transitionCount).toBeGreaterThan(1000);
    // Of eighteen steps a state allows two or three; where steps are left out of the graph nothing is refused.
    if (isWhole) expect(found.refusals).toBeGreaterThan(14 * graph.stateCount);
    else expect(found.refusals).toBe(0);
  });

  test('each action of both ends is taken somewhere', () => {
    const taken = new Set(names.flatMap((name) => graphs[name].graph.actions));
    const { frontActions, backActions } = tracedModule('Ring');
    expect([...taken].toSorted()).toEqual([...frontActions, ...backActions].toSorted());
  });

  test('where the indices start makes no difference', () => {
    for (const first of [1, 2 ** 31 - 1, 0x89abcdef]) {
      const found = conform(graphs.ring_one_slot, { Ring: { first } }, { refusals: false });
      expect(found).toMatchObject({
        divergences: 0,
        transitions: graphs.ring_one_slot.graph.transitionCount,
      });
    }
  });
});

describe('notification', () => {
  check('signedNotify', 'ring_two_slots', {
    kind: 'diverged',
    action: 'FrontCheckNotify',
    what: 'backPending',
  });
  check('signedEmptyPush', 'ring_empty_pushes', {
    kind: 'diverged',
    action: 'BackPushNothing',
    what: 'frontPending',
  });
  check('checkedNotMoved', 'ring_one_slot', {
    kind: 'diverged',
    action: 'BackCheckNotify',
    what: 'rspChecked',
  });
  check('eventNotCleared', 'ring_one_slot', { kind: 'diverged', action: 'FrontWake', what: 'frontPending' });
});

describe('going to sleep', () => {
  check('noFinalCheck', 'ring_one_slot', { kind: 'diverged', action: 'FrontFinalCheck', what: 'poller' });
  check('noFinalCheckBack', 'ring_two_slots', { kind: 'diverged', action: 'BackFinalCheck', what: 'taker' });
  check('armsBehind', 'ring_one_slot', {
    kind: 'diverged',
    action: 'FrontArm',
    what: 'ring page, octets from 12',
  });
  check('armsNext', 'ring_half_way', {
    kind: 'diverged',
    action: 'FrontArm',
    what: 'ring page, octets from 12',
  });
});

describe('indices', () => {
  // What it was shown is less than where it is: it takes that for nothing, and goes to sleep.
  check('lessThan', 'ring_one_slot', { kind: 'accepted', action: 'FrontArm' });
  check('unboundedIndex', 'ring_one_slot', {
    kind: 'diverged',
    action: 'FrontConsumeResponse',
    what: 'rsp_cons',
    expected: 0,
    actual: 2 ** 32,
  });
  check('maskedStore', 'ring_one_slot', {
    kind: 'diverged',
    action: 'FrontPushRequests',
    what: 'ring page, octets from 0',
  });
  check('ringFullOffByOne', 'ring_one_slot', { kind: 'accepted', action: 'FrontWriteRequest' });
  check('looseResponseBound', 'ring_overruns', {
    kind: 'diverged',
    action: 'FrontReadRspProd',
    what: 'rspSeen',
  });
});

describe('slots', () => {
  check('takesNextSlot', 'ring_two_slots', {
    kind: 'diverged',
    action: 'BackTakeRequest',
    what: 'read from the ring',
  });
  check('answersUntaken', 'ring_one_slot', { kind: 'accepted', action: 'BackWriteResponse' });
});

describe('one loop', () => {
  check('loopWakesUnpublished', 'ring_two_slots', { kind: 'accepted', action: 'FrontWake' });
  check('loopWritesAwake', 'ring_two_slots', { kind: 'accepted', action: 'FrontWriteRequest' });
});

test('every fault that there is has been tried', () => {
  expect([...tested].toSorted()).toEqual(Object.keys(ringFaults).toSorted());
});
