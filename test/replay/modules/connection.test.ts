/** Each small fault of a front that lives through connections is found on a graph, and the step is named. */
import { expect, test } from 'vitest';
import { tracedModule } from '../../../replay/modules/index.js';
import { connectionFaults } from '../../faults/connection.js';
import { accepted, actionsOf, diverged, faultsOnGraphs, refused } from '../../fixtures/faults-on-graphs.js';

const graphs = faultsOnGraphs({
  graphs: [
    ...(['connection_ends', 'connection_restarts', 'connection_features'] as const),
    // Of two disturbances, one after the other.
    ...(['connection_again', 'connection_restarts_twice', 'connection_dies_unplugged'] as const),
  ],
  faults: connectionFaults,
  module: 'Connection',
  transitions: 1000,
  // Of some twenty steps a state allows two or three.
  refusals: 15,
  found: {
    keys: [
      ['keysLeftOut', 'connection_ends', diverged('FrontWriteKeys', 'the directory of the front')],
      ['oldSplitKeys', 'connection_features', diverged('FrontWriteKeys', 'the directory of the front')],
      ['oldQueues', 'connection_features', diverged('FrontWriteKeys', 'the directory of the front')],
      ['writesWithoutAsking', 'connection_ends', accepted('FrontConnect')],
    ],
    features: [
      ['featuresNotReadAgain', 'connection_features', accepted('FrontSeeConnected')],
      ['sendsAsItIs', 'connection_ends', diverged('FrontPut', 'frame F in several slots')],
    ],
    'an end and a new beginning': [
      ['believesOldClosed', 'connection_ends', diverged('FrontAnswerClose', 'frontSaw')],
      ['looksNoMore', 'connection_ends', diverged('FrontAnswerClose', 'frontLook')],
      ['blindRestart', 'connection_restarts', accepted('FrontRestarted')],
      ['ignoresUnknown', 'connection_ends', diverged('FrontReadState', 'frontSaw')],
      ['waitsForClosing', 'connection_ends', refused('FrontTimeout')],
      ['reopensOffline', 'connection_ends', accepted('FrontReopen')],
      ['takesGoneForOnline', 'connection_dies_unplugged', accepted('FrontReopen')],
    ],
    frames: [
      ['dropsInSilence', 'connection_ends', diverged('FrontDropHeld', 'told of frame F')],
      ['believesOldAnswer', 'connection_ends', accepted('FrontTakeAnswer')],
    ],
    'another device, and another wish': [
      ['neverOwns', 'connection_again', diverged('FrontProbe', 'the directory is its own')],
      ['staysClosed', 'connection_again', diverged('AppOpen', 'wish')],
    ],
    pages: [
      ['keepsOne', 'connection_restarts_twice', diverged('FrontRelease', 'pages of connection 1')],
      ['freesWhileMapped', 'connection_ends', diverged('FrontRelease', 'pages of connection 1')],
      ['leaks', 'connection_ends', diverged('FrontRelease', 'pages of connection 1')],
    ],
  },
});

test('each action is taken somewhere', () => {
  const { frontActions, backActions } = tracedModule('Connection');
  expect(actionsOf(graphs)).toEqual([...frontActions, ...backActions].toSorted());
});
