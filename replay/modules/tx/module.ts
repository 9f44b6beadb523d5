/** NetfrontTx: a transmit ring, a frame a slot. */
import { safeScheme } from '../../target.js';
import type { TracedModule } from '../module.js';
import { txConstants } from './constants.js';
import { txArgs } from './args.js';
import { TX_BACK_ACTIONS, TX_FRONT_ACTIONS, TxReplay, type TxTarget } from './replay.js';
import { txScenarios } from './scenarios.js';
import { txSchedule } from './schedule.js';
import { txState } from './state.js';
import { txView } from './view.js';
import { txWords } from './words.js';

/** NetfrontTx. */
export const tx: TracedModule<'NetfrontTx', TxTarget> = {
  name: 'NetfrontTx',
  folder: 'tx',
  models: 'tx',
  frontActions: new Set(TX_FRONT_ACTIONS),
  backActions: new Set(TX_BACK_ACTIONS),
  args: txArgs,
  words: txWords,
  scenarios: txScenarios,
  view: () => txView,
  isOfAdvisory: (model) => /^tx_1_(4_1|5_0)/.test(model),
  state: txState,
  replay: (rows, constants, target) => new TxReplay(rows, txConstants(constants), target),
  withSafeScheme: ({ IdScheme }, target) => ({ ...safeScheme(IdScheme, 'tx'), ...target }),
  schedule: (rows, constants, backs) => txSchedule(rows, constants, backs.tx),
  withRunner: (runner) => ({ runner }),
  withBacks: (backs) => ({ back: backs.tx }),
};
