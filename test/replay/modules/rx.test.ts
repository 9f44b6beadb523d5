/** Each small fault in an implementation of the receive ring is found on a graph, and the step is named. */
import { expect, test } from 'vitest';
import { rxFaults } from '../../faults/rx.js';
import { accepted, actionsOf, diverged, faultsOnGraphs } from '../../fixtures/faults-on-graphs.js';

const graphs = faultsOnGraphs({
  graphs: [
    ...(['rx_one_slot', 'rx_one_slot_held', 'rx_two_slots', 'rx_two_slots_counter'] as const),
    ...(['rx_out_of_order', 'rx_overruns', 'rx_late_unmap'] as const),
  ],
  faults: rxFaults,
  module: 'NetfrontRx',
  transitions: 100,
  // Of some twelve steps a state allows a few.
  refusals: 4,
  found: {
    ids: [
      // The moment of MSA00: a reference is a number of its own, and not the id that is free.
      ['newestOfGref', 'rx_two_slots_counter', diverged('RxPost')],
      ['slotUnchecked', 'rx_out_of_order', diverged('RxConsumeResponse')],
      ['idSwapped', 'rx_two_slots_counter', diverged('RxPost')],
    ],
    'the poster': [
      ['ringFullOffByOne', 'rx_one_slot', accepted('RxGrantAccess')],
      ['publishesFirst', 'rx_one_slot', diverged('RxGrantAccess', 'ring page, octets from 0')],
      ['grefOfSlot', 'rx_one_slot', diverged('RxPost', 'ring page, octets from 64')],
      [
        'readOnlyGrant',
        'rx_one_slot',
        diverged('RxGrantAccess', expect.stringMatching(/^access to granted/)),
      ],
      ['checkedNotMoved', 'rx_one_slot', diverged('RxCheckNotify', 'reqChecked')],
      ['neverNotifies', 'rx_one_slot', diverged('RxCheckNotify', 'backPending')],
    ],
    errors: [
      [
        'statusUnsigned',
        'rx_one_slot',
        diverged('RxConsumeResponse', 'done', {
          expected: expect.stringMatching(/, -1 at 0$/),
          actual: expect.stringMatching(/, 65535 at 0$/),
        }),
      ],
      ['deliversErrors', 'rx_one_slot', diverged('RxRelease', 'reported to the application')],
      ['deliversPastPage', 'rx_one_slot', diverged('RxRelease', 'reported to the application')],
      ['leakOnError', 'rx_one_slot', diverged('RxRelease', 'pool')],
      [
        'failureNotTold',
        'rx_one_slot',
        diverged('RxRelease', 'reported to the application', { actual: 'nothing' }),
      ],
    ],
    'what is handed up': [
      [
        'pageInPlaceOfCopy',
        'rx_one_slot',
        diverged('RxDeliver', 'reported to the application', {
          expected: expect.stringMatching(/^a copy of page/),
          actual: expect.stringMatching(/^the page/),
        }),
      ],
      ['offsetForgotten', 'rx_one_slot', diverged('RxDeliver', 'reported to the application')],
      ['wholePage', 'rx_one_slot', diverged('RxDeliver', 'reported to the application')],
      ['deliversTwice', 'rx_one_slot', diverged('RxDeliver', 'reported to the application')],
    ],
    pages: [
      ['doubleFree', 'rx_one_slot', diverged('RxDeliver', 'pool')],
      [
        'pageNotCleared',
        'rx_one_slot',
        {
          kind: 'diverged',
          what: expect.stringMatching(/^page \d, octets from/),
        },
      ],
      ['returnedTwice', 'rx_one_slot_held', accepted('AppReturn')],
      ['grantNotEnded', 'rx_one_slot', diverged('RxRelease')],
      ['endsMapped', 'rx_late_unmap', diverged('RxRelease')],
    ],
    'going to sleep': [
      ['noFinalCheck', 'rx_one_slot', diverged('RxFinalCheck')],
      ['armsUnread', 'rx_one_slot', accepted('RxArm')],
      ['rspEventBehind', 'rx_one_slot', diverged('RxArm', 'ring page, octets from 12')],
      ['looseResponseBound', 'rx_overruns', { kind: 'diverged', what: 'rspSeen' }],
    ],
  },
});

test('each action of the ring is taken somewhere', () => {
  expect(actionsOf(graphs).filter((action) => /^(Rx|App)/.test(action))).toEqual([
    ...['AppReturn', 'RxArm', 'RxCheckNotify', 'RxConsumeResponse', 'RxDeliver', 'RxFinalCheck'],
    ...['RxGrantAccess', 'RxPost', 'RxPushRequests', 'RxReadRspProd', 'RxRelease', 'RxTakeEvent'],
  ]);
});
