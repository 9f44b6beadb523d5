/** Each small fault in an implementation of the transmit ring is found on a graph, and the step is named. */
import { describe, expect, test } from 'vitest';
import { driverFaults } from '../../faults/driver.js';
import { idFaults } from '../../faults/ids.js';
import { machineFaults } from '../../faults/machine.js';
import { accepted, diverged, faultsOnGraphs, refused } from '../../fixtures/faults-on-graphs.js';
import { conform } from '../../fixtures/small-graphs/graphs.js';

const graphs = faultsOnGraphs({
  graphs: [
    ...(['one_slot', 'one_slot_grants', 'two_slots', 'two_slots_counter'] as const),
    ...(['repeats', 'overruns', 'late_unmap'] as const),
  ],
  faults: { ...idFaults, ...machineFaults, ...driverFaults },
  module: 'NetfrontTx',
  transitions: 100,
  refusals: 4,
  found: {
    ids: [
      // The second request on a page, whose first is in flight: the moment of MSA00.
      [
        'newestOfGref',
        'two_slots',
        diverged('TxEnqueue', 'ring page, octets from 72', {
          step: 4,
          expected: '01000f000800000000000000',
          actual: '00000f000800000000000000',
        }),
      ],
      [
        'counterUnchecked',
        'two_slots_counter',
        diverged('TxEnqueue', expect.stringMatching(/^ring page, octets from (72|84)$/)),
      ],
      [
        'idBySlot',
        'two_slots',
        diverged('TxEnqueue', 'ring page, octets from 84', {
          step: 2,
          expected: '00000e00',
          actual: '01000e00',
        }),
      ],
      ['freeListUnchecked', 'repeats', diverged('TxConsumeResponse', 'rsp_cons')],
      [
        'idNotPutBack',
        'one_slot_grants',
        diverged('TxConsumeResponse', 'freeIds', { expected: '0 1', actual: '1' }),
      ],
    ],
    'the sender': [
      ['ringFullOffByOne', 'one_slot', accepted('TxFill', { step: 2 })],
      ['fillsBeforeCheck', 'one_slot', accepted('TxFill')],
      ['publishesNothing', 'one_slot', accepted('TxPushRequests', { step: 0 })],
      ['earlyFree', 'one_slot', diverged('TxEnqueue', 'pool', { step: 2, expected: '1', actual: '0 1' })],
      ['publishesFirst', 'one_slot', diverged('TxFill', 'ring page, octets from 0', { step: 1 })],
      ['slotUnmasked', 'one_slot', diverged('TxEnqueue', 'ring page, octets from 64', { step: 2 })],
      ['slotMaskedTooWide', 'two_slots', diverged('TxEnqueue', 'ring page, octets from 76', { step: 2 })],
      [
        'offsetForgotten',
        'two_slots',
        diverged('TxEnqueue', 'ring page, octets from 68', {
          step: 4,
          expected: '0008000001000f0008000000',
          actual: '0000000001000f0008000000',
        }),
      ],
      ['flagsLeft', 'one_slot', diverged('TxEnqueue', 'ring page, octets from 68')],
      [
        'sizeOfBlock',
        'one_slot',
        diverged('TxEnqueue', 'ring page, octets from 72', {
          step: 2,
          expected: '00000e00',
          actual: '00000008',
        }),
      ],
      [
        'idSwapped',
        'two_slots',
        diverged('TxEnqueue', 'ring page, octets from 72', {
          step: 4,
          expected: '01000f000800000000000000',
          actual: '00010f000800000000000000',
        }),
      ],
      ['frameAtStartOfPage', 'one_slot', diverged('TxFill', 'page 0, octets from 0')],
    ],
    'the notify check': [
      [
        'publishUnchecked',
        'one_slot',
        diverged('TxPushRequests', 'sender', { step: 3, expected: 'published', actual: 'idle' }),
      ],
      ['checkedNotMoved', 'one_slot', diverged('TxCheckNotify', 'reqChecked')],
      [
        'neverNotifies',
        'two_slots',
        diverged('TxCheckNotify', 'backPending', { expected: true, actual: false }),
      ],
      [
        'alwaysNotifies',
        'two_slots',
        diverged('TxCheckNotify', 'backPending', { expected: false, actual: true }),
      ],
      [
        'notifiesSigned',
        'two_slots',
        diverged('TxCheckNotify', 'backPending', { expected: true, actual: false }),
      ],
    ],
    'the poller': [
      ['takesNoEvent', 'one_slot', accepted('TxTakeEvent', { step: 0 })],
      ['eventNotCleared', 'one_slot', diverged('TxTakeEvent', 'frontPending')],
      ['comparesIndices', 'one_slot', refused('TxConsumeResponse')],
      ['consumesInPlace', 'one_slot', diverged('TxConsumeResponse', 'rsp_cons')],
      [
        'statusUnsigned',
        'one_slot',
        diverged('TxConsumeResponse', 'done', { expected: '0 -1', actual: '0 65535' }),
      ],
      ['responseAtWrongSlot', 'two_slots', diverged('TxConsumeResponse', 'inFlight')],
      [
        'responseReadTwice',
        'one_slot',
        diverged('TxRelease', 'reported to the sender', { expected: '0 -1', actual: '0 0' }),
      ],
      ['looseResponseBound', 'overruns', diverged('TxFinalCheck', 'rspSeen')],
    ],
    grants: [
      [
        'grantsWritable',
        'one_slot_grants',
        diverged('TxGrantAccess', 'access to granted[1]', { expected: 'read-only', actual: 'writable' }),
      ],
      [
        'grantsAnother',
        'one_slot_grants',
        diverged('TxGrantAccess', 'pages granted', { expected: 2, actual: 3 }),
      ],
    ],
    'the release of a block': [
      ['doubleFree', 'one_slot', diverged('TxRelease', 'pool', { expected: '0', actual: '0 0' })],
      ['leakOnError', 'one_slot', diverged('TxRelease', 'pool', { expected: '0', actual: '' })],
      [
        'toldTwice',
        'one_slot',
        diverged('TxRelease', 'reported to the sender', { expected: '0 -1', actual: '0 -1, 0 -1' }),
      ],
      ['grantNotEnded', 'one_slot_grants', diverged('TxRelease', 'granted[1]')],
      ['grefKept', 'one_slot_grants', diverged('TxRelease', 'granted', { expected: '- 0', actual: '1 0' })],
      ['endsTwice', 'one_slot_grants', diverged('TxRelease', 'use of the host')],
      ['endsMapped', 'late_unmap', diverged('TxRelease', 'reported to the sender', { expected: 'nothing' })],
      ['endsUnasked', 'late_unmap', diverged('TxRelease', 'reported to the sender', { expected: 'nothing' })],
    ],
    'going to sleep': [
      ['armsUnread', 'one_slot', accepted('TxArm')],
      [
        'rspEventBehind',
        'one_slot',
        diverged('TxArm', 'ring page, octets from 12', {
          expected: '000000000000000000000000',
          actual: 'ffffffff0000000000000000',
        }),
      ],
      ['rspEventStale', 'one_slot', diverged('TxArm', 'ring page, octets from 12')],
      ['noFinalCheck', 'one_slot', diverged('TxFinalCheck', 'rspSeen')],
    ],
  },
});

test('the same path and step are found each time', () => {
  const once = conform(graphs.two_slots, { NetfrontTx: idFaults.newestOfGref.target }, { stopAt: 1 });
  const again = conform(graphs.two_slots, { NetfrontTx: idFaults.newestOfGref.target }, { stopAt: 1 });
  expect(once.first).toEqual(again.first);
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
