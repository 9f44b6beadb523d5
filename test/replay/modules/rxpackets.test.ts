/** Each small fault in a frontend that receives packets of several slots is found on a graph, and the step is named. */
import { expect, test } from 'vitest';
import { rxFaults } from '../../faults/rx.js';
import { rxPacketsFaults } from '../../faults/rx-packets.js';
import { actionsOf, diverged, faultsOnGraphs } from '../../fixtures/faults-on-graphs.js';

const graphs = faultsOnGraphs({
  graphs: [
    ...(['rxp_one_slot', 'rxp_two_slots', 'rxp_held', 'rxp_by_id', 'rxp_many_slots', 'rxp_extras'] as const),
    ...(['rxp_few_pages', 'rxp_unknown_extra', 'rxp_reversed', 'rxp_late_unmap'] as const),
  ],
  faults: { ...rxPacketsFaults, slotUnchecked: rxFaults.slotUnchecked },
  module: 'RxPackets',
  transitions: 100,
  refusals: 4,
  found: {
    sizes: [
      ['sizesOfTransmit', 'rxp_two_slots', diverged('RxDeliver', 'reported to the application')],
      ['fragmentsSwapped', 'rxp_two_slots', diverged('RxDeliver', 'reported to the application')],
      ['firstFragmentOnly', 'rxp_held', diverged('RxDeliver', 'reported to the application')],
    ],
    extras: [
      ['extraIdAdded', 'rxp_by_id', diverged('RxConsumeResponse')],
      ['extraRead', 'rxp_two_slots', diverged('RxConsumeResponse')],
      ['extraLeaks', 'rxp_two_slots', diverged('RxRelease', 'pool')],
      ['extraMoreForgotten', 'rxp_extras', diverged('RxRelease')],
      ['extrasLost', 'rxp_two_slots', diverged('RxDeliver', 'reported to the application')],
      ['offloadLost', 'rxp_two_slots', diverged('RxDeliver', 'reported to the application')],
      ['unknownExtraTaken', 'rxp_unknown_extra', diverged('RxRelease')],
    ],
    'the chain': [
      ['eachSlotItsOwn', 'rxp_one_slot', diverged('RxConsumeResponse', 'done')],
      ['deliversPieces', 'rxp_one_slot', diverged('RxRelease')],
      ['cutEndsChain', 'rxp_one_slot', diverged('RxReadRspProd', 'chain')],
      ['noLimits', 'rxp_many_slots', diverged('RxRelease')],
      // It waits for the rest of a packet that has every page there is.
      ['noLimits', 'rxp_few_pages', diverged('RxRelease', 'reported to the application')],
    ],
    'a packet that is dropped': [
      ['errorLeaksChain', 'rxp_two_slots', diverged('RxRelease', 'pool')],
      ['errorEndsChain', 'rxp_one_slot', diverged('RxRelease', 'chain')],
      ['reasonWrong', 'rxp_two_slots', diverged('RxRelease', 'reported to the application')],
    ],
    pages: [
      ['heldOnlyFirst', 'rxp_held', diverged('RxDeliver', 'held')],
      ['chainWhileMapped', 'rxp_late_unmap', diverged('RxRelease')],
      ['slotUnchecked', 'rxp_reversed', diverged('RxConsumeResponse')],
    ],
  },
});

test('each action of the receive ring is taken somewhere', () => {
  expect(actionsOf(graphs).filter((action) => /^(Rx|App)/.test(action))).toEqual([
    ...['AppReturn', 'RxArm', 'RxCheckNotify', 'RxConsumeResponse', 'RxDeliver', 'RxFinalCheck'],
    ...['RxGrantAccess', 'RxPost', 'RxPushRequests', 'RxReadRspProd', 'RxRelease', 'RxTakeEvent'],
  ]);
});
