/** Each small fault at either end of a ring is found on a graph, and the step is named. */
import { expect, test } from 'vitest';
import { tracedModule } from '../../../replay/modules/index.js';
import { ringFaults } from '../../faults/ring.js';
import { accepted, actionsOf, diverged, faultsOnGraphs } from '../../fixtures/faults-on-graphs.js';
import { conform } from '../../fixtures/small-graphs/graphs.js';

const graphs = faultsOnGraphs({
  graphs: [
    ...(['ring_one_slot', 'ring_two_slots', 'ring_half_way'] as const),
    ...(['ring_empty_pushes', 'ring_overruns'] as const),
  ],
  faults: ringFaults,
  module: 'Ring',
  who: 'an end',
  transitions: 1000,
  // Of eighteen steps a state allows two or three.
  refusals: 14,
  found: {
    notification: [
      ['signedNotify', 'ring_two_slots', diverged('FrontCheckNotify', 'backPending')],
      ['signedEmptyPush', 'ring_empty_pushes', diverged('BackPushNothing', 'frontPending')],
      ['checkedNotMoved', 'ring_one_slot', diverged('BackCheckNotify', 'rspChecked')],
      ['eventNotCleared', 'ring_one_slot', diverged('FrontWake', 'frontPending')],
    ],
    'going to sleep': [
      ['noFinalCheck', 'ring_one_slot', diverged('FrontFinalCheck', 'poller')],
      ['noFinalCheckBack', 'ring_two_slots', diverged('BackFinalCheck', 'taker')],
      ['armsBehind', 'ring_one_slot', diverged('FrontArm', 'ring page, octets from 12')],
      ['armsNext', 'ring_half_way', diverged('FrontArm', 'ring page, octets from 12')],
    ],
    indices: [
      // What it was shown is less than where it is: it takes that for nothing, and goes to sleep.
      ['lessThan', 'ring_one_slot', accepted('FrontArm')],
      [
        'unboundedIndex',
        'ring_one_slot',
        diverged('FrontConsumeResponse', 'rsp_cons', { expected: 0, actual: 2 ** 32 }),
      ],
      ['maskedStore', 'ring_one_slot', diverged('FrontPushRequests', 'ring page, octets from 0')],
      ['ringFullOffByOne', 'ring_one_slot', accepted('FrontWriteRequest')],
      ['looseResponseBound', 'ring_overruns', diverged('FrontReadRspProd', 'rspSeen')],
    ],
    slots: [
      ['takesNextSlot', 'ring_two_slots', diverged('BackTakeRequest', 'read from the ring')],
      ['answersUntaken', 'ring_one_slot', accepted('BackWriteResponse')],
    ],
    'one loop': [
      ['loopWakesUnpublished', 'ring_two_slots', accepted('FrontWake')],
      ['loopWritesAwake', 'ring_two_slots', accepted('FrontWriteRequest')],
    ],
  },
});

test('each action of both ends is taken somewhere', () => {
  const { frontActions, backActions } = tracedModule('Ring');
  expect(actionsOf(graphs)).toEqual([...frontActions, ...backActions].toSorted());
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
