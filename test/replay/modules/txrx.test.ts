/** Each small fault of both rings on one event channel is found on a graph. */
import { expect, test } from 'vitest';
import { rxFaults, txrxFaults } from '../../faults/rx.js';
import { actionsOf, diverged, faultsOnGraphs } from '../../fixtures/faults-on-graphs.js';

const { offsetForgotten } = rxFaults;

const graphs = faultsOnGraphs({
  graphs: ['txrx_one_slot'],
  faults: {
    ...txrxFaults,
    onOneRing: {
      what: `${offsetForgotten.what} on one of two rings`,
      target: { rx: offsetForgotten.target },
    },
  },
  module: 'NetfrontTxRx',
  transitions: 100,
  refusals: 4,
  found: {
    'one event channel': [
      ['eventTakenByTx', 'txrx_one_slot', { action: 'TakeEvent' }],
      ['eventLoadedTwice', 'txrx_one_slot', { action: 'TakeEvent' }],
      ['eventTakenAsleepOrNot', 'txrx_one_slot', { action: 'TakeEvent' }],
    ],
    'one ring': [['onOneRing', 'txrx_one_slot', diverged('RxDeliver', 'reported to the application')]],
  },
});

test('the event is taken for both rings', () => {
  expect(actionsOf(graphs)).toContain('TakeEvent');
});
