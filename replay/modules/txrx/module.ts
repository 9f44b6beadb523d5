/** NetfrontTxRx: both rings, and one event channel for both. */
import { safeScheme } from '../../target.js';
import { RX_BACK_ACTIONS, RX_FRONT_ACTIONS } from '../rx/replay.js';
import type { TracedModule } from '../module.js';
import { TX_BACK_ACTIONS, TX_FRONT_ACTIONS } from '../tx/replay.js';
import { txrxConstants } from './constants.js';
import { txrxArgs } from './args.js';
import { TxRxReplay, type TxRxTarget } from './replay.js';
import { actionOf } from './projection.js';
import { txrxScenarios } from './scenarios.js';
import { txrxSchedule } from './schedule.js';
import { txrxState } from './state.js';
import { txrxWords } from './words.js';

/** NetfrontTxRx. */
export const txrx: TracedModule<'NetfrontTxRx', TxRxTarget> = {
  name: 'NetfrontTxRx',
  folder: 'txrx',
  models: 'txrx',
  frontActions: new Set(['TakeEvent', ...TX_FRONT_ACTIONS, ...RX_FRONT_ACTIONS]),
  backActions: new Set([
    ...TX_BACK_ACTIONS.map((action) => actionOf('tx', action)),
    ...RX_BACK_ACTIONS.map((action) => actionOf('rx', action)),
  ]),
  args: txrxArgs,
  words: txrxWords,
  scenarios: txrxScenarios,
  state: txrxState,
  replay: (rows, constants, target) => new TxRxReplay(rows, txrxConstants(constants), target),
  withSafeScheme: ({ TxIdScheme, RxIdScheme }, target) => ({
    ...target,
    tx: { ...safeScheme(TxIdScheme, 'tx'), ...target?.tx },
    rx: { ...safeScheme(RxIdScheme, 'rx'), ...target?.rx },
  }),
  schedule: (rows, constants, backs) => txrxSchedule(rows, constants, backs),
  withRunner: (runner) => ({ tx: { runner }, rx: { runner } }),
  withBacks: ({ tx, rx }) => ({ tx: { back: tx }, rx: { back: rx } }),
};
