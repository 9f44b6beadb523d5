/** RxPackets: a receive ring, and packets of several slots. */
import { safeScheme } from '../../target.js';
import type { TracedModule } from '../module.js';
import { RX_FRONT_ACTIONS, type RxTarget } from '../rx/replay.js';
import { rxPacketsConstants } from './constants.js';
import { rxPacketsArgs } from './args.js';
import { RX_PACKETS_BACK_ACTIONS, RxPacketsReplay } from './replay.js';
import { rxPacketsScenarios } from './scenarios.js';
import { rxPacketsSchedule } from './schedule.js';
import { rxPacketsState } from './state.js';
import { rxPacketsView } from './view.js';
import { rxPacketsWords } from './words.js';

/** RxPackets. */
export const rxpackets: TracedModule<'RxPackets', RxTarget> = {
  name: 'RxPackets',
  folder: 'rxpackets',
  models: 'rxp',
  frontActions: new Set(RX_FRONT_ACTIONS),
  backActions: new Set(RX_PACKETS_BACK_ACTIONS),
  args: rxPacketsArgs,
  words: rxPacketsWords,
  scenarios: rxPacketsScenarios,
  state: rxPacketsState,
  view: () => rxPacketsView,
  replay: (rows, constants, target) => new RxPacketsReplay(rows, rxPacketsConstants(constants), target),
  withSafeScheme: ({ IdScheme }, target) => ({ ...safeScheme(IdScheme, 'rx'), ...target }),
  schedule: (rows, constants, backs) => rxPacketsSchedule(rows, constants, backs.rx),
  withRunner: (runner) => ({ runner }),
  withBacks: (backs) => ({ back: backs.rx }),
};
