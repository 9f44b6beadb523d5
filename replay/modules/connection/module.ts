/** Connection: the life of a device. */
import { framesIn, numberIn } from '../../constants.js';
import { connectionWords } from '../../words/connection.js';
import type { TracedModule } from '../module.js';
import { connectionArgs } from './args.js';
import {
  CONNECTION_BACK_ACTIONS,
  CONNECTION_FRONT_ACTIONS,
  ConnectionReplay,
  type ConnectionTarget,
} from './replay.js';
import { connectionScenarios } from './scenarios.js';
import { connectionState } from './state.js';

/** Connection. */
export const connection: TracedModule<'Connection', ConnectionTarget> = {
  name: 'Connection',
  folder: 'connection',
  models: 'connection',
  frontActions: new Set(CONNECTION_FRONT_ACTIONS),
  backActions: new Set(CONNECTION_BACK_ACTIONS),
  args: connectionArgs,
  words: connectionWords,
  scenarios: connectionScenarios,
  state: connectionState,
  withRunner: (runner) => ({ runner }),
  replay: (rows, constants, target) =>
    new ConnectionReplay(
      rows,
      { frames: framesIn(constants, 'Frame'), wish: numberIn(constants, 'Wish', 1, 2) },
      target,
    ),
};
