/** TxPackets: a transmit ring, and packets of several slots. */
import { safeScheme } from '../../target.js';
import type { TracedModule } from '../module.js';
import type { TxTarget } from '../tx/replay.js';
import { txPacketsConstants } from './constants.js';
import { txPacketsArgs } from './args.js';
import { TX_PACKETS_BACK_ACTIONS, TX_PACKETS_FRONT_ACTIONS, TxPacketsReplay } from './replay.js';
import { txPacketsScenarios } from './scenarios.js';
import { txPacketsSchedule } from './schedule.js';
import { txPacketsState } from './state.js';
import { txPacketsView } from './view.js';
import { txPacketsWords } from './words.js';

/** TxPackets. */
export const txpackets: TracedModule<'TxPackets', TxTarget> = {
  name: 'TxPackets',
  folder: 'txpackets',
  models: 'txp',
  modelsWithoutTraces: ['MCTxPacketsOneSlot'],
  frontActions: new Set(TX_PACKETS_FRONT_ACTIONS),
  backActions: new Set(TX_PACKETS_BACK_ACTIONS),
  args: txPacketsArgs,
  words: txPacketsWords,
  scenarios: txPacketsScenarios,
  state: txPacketsState,
  view: txPacketsView,
  replay: (rows, constants, target) => new TxPacketsReplay(rows, txPacketsConstants(constants), target),
  withSafeScheme: ({ IdScheme }, target) => ({ ...safeScheme(IdScheme, 'tx'), ...target }),
  schedule: (rows, constants, backs) => txPacketsSchedule(rows, constants, backs.tx),
  withRunner: (runner) => ({ runner }),
  withBacks: (backs) => ({ back: backs.tx }),
};
