/** Exact conformance has teeth where packets have several slots: each small fault is caught, and the step is named. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Divergence } from '../../../replay/replay.js';
import type { Fault } from '../../faults/fault.js';
import { txPacketsFaults } from '../../faults/tx-packets.js';
import { conform, type SmallGraph, smallGraphs } from '../../fixtures/teeth/graphs.js';

const names = [
  'txp_one_slot',
  'txp_two_slots',
  'txp_three_slots',
  'txp_two_packets',
  'txp_null_for_request',
] as const;
type Name = (typeof names)[number];

let graphs: Readonly<Record<Name, SmallGraph>>;

beforeAll(async () => {
  graphs = await smallGraphs(names);
});

const tested = new Set<keyof typeof txPacketsFaults>();

/** The fault is caught on the graph, and what is said of it is this. */
const check = (
  name: keyof typeof txPacketsFaults,
  on: Name,
  expected: Partial<Divergence> & { what?: string },
): void => {
  tested.add(name);
  const fault: Fault = txPacketsFaults[name];
  test(`a frontend that ${fault.what} is caught by ${on}, at ${expected.action}`, () => {
    const { first, divergences } = conform(graphs[on], { TxPackets: fault.target }, { stopAt: 1 });
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
    expect(graph.transitionCount).toBeGreaterThan(1000);
    // Of some twenty steps a state allows a few; where steps are left out of the graph nothing is refused.
    if (isWhole) expect(found.refusals).toBeGreaterThan(8 * graph.stateCount);
    else expect(found.refusals).toBe(0);
  });

  test('each action of the ring is taken somewhere', () => {
    const taken = new Set(names.flatMap((name) => graphs[name].graph.actions));
    expect([...taken].toSorted()).toEqual([
      ...['BackRespond', 'BackRespondNull', 'BackRespondNullToRequest', 'BackTakeRequest'],
      ...[
        'TxAbandon',
        'TxArm',
        'TxCheckNotify',
        'TxConsumeResponse',
        'TxEnqueue',
        'TxEnqueueExtra',
        'TxFill',
      ],
      ...['TxFinalCheck', 'TxPushRequests', 'TxReadRspProd', 'TxRelease', 'TxTakeEvent'],
    ]);
  });
});

describe('a chain', () => {
  check('pushInParts', 'txp_two_slots', { kind: 'accepted', action: 'TxPushRequests' });
  check('roomForFirst', 'txp_two_slots', { kind: 'accepted', action: 'TxFill' });
  check('moreThanPromised', 'txp_one_slot', { kind: 'accepted', action: 'TxFill' });
  check('fillsBeforeExtras', 'txp_two_slots', { kind: 'accepted', action: 'TxFill' });
});

describe('what is in the slots', () => {
  const inSlot: Partial<Divergence> & { what?: string } = {
    kind: 'diverged',
    action: 'TxEnqueue',
    what: expect.stringMatching(/^ring page, octets from/) as unknown as string,
  };
  const inExtra = { ...inSlot, action: 'TxEnqueueExtra' };
  check('firstSizeOwn', 'txp_two_slots', inSlot);
  check('everySizeTotal', 'txp_two_slots', inSlot);
  check('moreDataForgotten', 'txp_two_slots', inSlot);
  check('moreDataAlways', 'txp_two_slots', inSlot);
  check('extraInfoForgotten', 'txp_two_slots', inSlot);
  check('flagsInEveryRequest', 'txp_two_slots', inSlot);
  check('extraMoreAsGiven', 'txp_two_slots', inExtra);
  check('extraAsRequest', 'txp_two_slots', inExtra);
  check('gsoBigEndian', 'txp_two_slots', inExtra);
  check('extraInFirstSlot', 'txp_two_slots', inExtra);
});

describe('answers to extras', () => {
  check('nullById', 'txp_two_slots', { kind: 'diverged', action: 'TxConsumeResponse' });
  check('nullUnasked', 'txp_null_for_request', { kind: 'diverged', action: 'TxConsumeResponse' });
});

describe('a send that fails in the middle', () => {
  check('abandonLeaks', 'txp_two_slots', { kind: 'diverged', action: 'TxAbandon', what: 'pool' });
  check('abandonKeepsIds', 'txp_two_slots', { kind: 'diverged', action: 'TxAbandon', what: 'freeIds' });
  check('abandonKeepsSlots', 'txp_two_slots', {
    kind: 'diverged',
    action: 'TxAbandon',
    what: 'req_prod_pvt',
  });
  check('abandonKeepsNumber', 'txp_two_slots', {
    kind: 'diverged',
    action: 'TxAbandon',
    what: 'free numbers of packets',
  });
});

describe('what the application is told', () => {
  const wrong = { kind: 'diverged', action: 'TxRelease', what: 'reported to the sender' } as const;
  check('lastStatus', 'txp_two_slots', { kind: 'diverged', action: 'TxRelease', what: 'sent' });
  check('toldPerBlock', 'txp_two_slots', { ...wrong, expected: 'nothing' });
  check('toldTwice', 'txp_two_slots', wrong);
  check('toldOfAnother', 'txp_two_packets', wrong);
});

test('every fault that there is has been tried', () => {
  expect([...tested].toSorted()).toEqual(Object.keys(txPacketsFaults).toSorted());
});
