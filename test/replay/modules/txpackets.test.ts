/** Each small fault in a frontend that sends packets of several slots is found on a graph, and the step is named. */
import { expect, test } from 'vitest';
import { txPacketsFaults } from '../../faults/tx-packets.js';
import { accepted, actionsOf, diverged, faultsOnGraphs } from '../../fixtures/faults-on-graphs.js';

const inSlot = diverged('TxEnqueue', expect.stringMatching(/^ring page, octets from/));
const inExtra = diverged('TxEnqueueExtra', expect.stringMatching(/^ring page, octets from/));

const graphs = faultsOnGraphs({
  graphs: [
    ...(['txp_one_slot', 'txp_two_slots', 'txp_three_slots'] as const),
    ...(['txp_two_packets', 'txp_null_for_request'] as const),
  ],
  faults: txPacketsFaults,
  module: 'TxPackets',
  transitions: 1000,
  // Of some twenty steps a state allows a few.
  refusals: 8,
  found: {
    'a chain': [
      ['pushInParts', 'txp_two_slots', accepted('TxPushRequests')],
      ['roomForFirst', 'txp_two_slots', accepted('TxFill')],
      ['moreThanPromised', 'txp_one_slot', accepted('TxFill')],
      ['fillsBeforeExtras', 'txp_two_slots', accepted('TxFill')],
    ],
    'what is in the slots': [
      ['firstSizeOwn', 'txp_two_slots', inSlot],
      ['everySizeTotal', 'txp_two_slots', inSlot],
      ['moreDataForgotten', 'txp_two_slots', inSlot],
      ['moreDataAlways', 'txp_two_slots', inSlot],
      ['extraInfoForgotten', 'txp_two_slots', inSlot],
      ['flagsInEveryRequest', 'txp_two_slots', inSlot],
      ['extraMoreAsGiven', 'txp_two_slots', inExtra],
      ['extraAsRequest', 'txp_two_slots', inExtra],
      ['gsoBigEndian', 'txp_two_slots', inExtra],
      ['extraInFirstSlot', 'txp_two_slots', inExtra],
    ],
    'answers to extras': [
      ['nullById', 'txp_two_slots', diverged('TxConsumeResponse')],
      ['nullUnasked', 'txp_null_for_request', diverged('TxConsumeResponse')],
    ],
    'a send that fails in the middle': [
      ['abandonLeaks', 'txp_two_slots', diverged('TxAbandon', 'pool')],
      ['abandonKeepsIds', 'txp_two_slots', diverged('TxAbandon', 'freeIds')],
      ['abandonKeepsSlots', 'txp_two_slots', diverged('TxAbandon', 'req_prod_pvt')],
    ],
    'what the application is told': [
      ['lastStatus', 'txp_two_slots', diverged('TxRelease', 'sent')],
      [
        'toldPerBlock',
        'txp_two_slots',
        diverged('TxRelease', 'reported to the sender', { expected: 'nothing' }),
      ],
      ['toldTwice', 'txp_two_slots', diverged('TxRelease', 'reported to the sender')],
      ['toldOfAnother', 'txp_two_packets', diverged('TxRelease', 'reported to the sender')],
    ],
  },
});

test('each action of the ring is taken somewhere', () => {
  expect(actionsOf(graphs)).toEqual([
    ...['BackRespond', 'BackRespondNull', 'BackRespondNullToRequest', 'BackTakeRequest'],
    ...['TxAbandon', 'TxArm', 'TxCheckNotify', 'TxConsumeResponse', 'TxEnqueue', 'TxEnqueueExtra', 'TxFill'],
    ...['TxFinalCheck', 'TxPushRequests', 'TxReadRspProd', 'TxRelease', 'TxTakeEvent'],
  ]);
});
