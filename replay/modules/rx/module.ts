/** NetfrontRx: a receive ring, a frame a slot. */
import { safeScheme } from '../../target.js';
import type { TracedModule } from '../module.js';
import { rxConstants } from './constants.js';
import { rxArgs } from './args.js';
import { RX_BACK_ACTIONS, RX_FRONT_ACTIONS, RxReplay, type RxTarget } from './replay.js';
import { rxScenarios } from './scenarios.js';
import { rxSchedule } from './schedule.js';
import { rxState } from './state.js';
import { rxView } from './view.js';
import { rxWords } from './words.js';

/** NetfrontRx. */
export const rx: TracedModule<'NetfrontRx', RxTarget> = {
  name: 'NetfrontRx',
  folder: 'rx',
  models: 'rx',
  frontActions: new Set(RX_FRONT_ACTIONS),
  backActions: new Set(RX_BACK_ACTIONS),
  args: rxArgs,
  words: rxWords,
  scenarios: rxScenarios,
  view: () => rxView,
  isOfAdvisory: (model) => /^rx_1_(4_1|5_0)/.test(model),
  state: rxState,
  replay: (rows, constants, target) => new RxReplay(rows, rxConstants(constants), target),
  withSafeScheme: ({ IdScheme }, target) => ({ ...safeScheme(IdScheme, 'rx'), ...target }),
  schedule: (rows, constants, backs) => rxSchedule(rows, constants, backs.rx),
  withRunner: (runner) => ({ runner }),
  withBacks: (backs) => ({ back: backs.rx }),
};
