/** Ring: both ends of a ring, whatever its slots hold. */
import type { TracedModule } from '../module.js';
import { endsConstants } from '../../constants.js';
import { BACK_END, EndsReplay, type EndsTarget, FRONT_END } from './replay.js';
import { ringScenarios } from './scenarios.js';
import { ringWords } from './words.js';

/** Ring. */
export const ring: TracedModule<'Ring', EndsTarget> = {
  name: 'Ring',
  folder: 'ring',
  models: 'ring',
  frontActions: new Set([...FRONT_END, ...BACK_END]),
  backActions: new Set(['BackOverrun', 'SpuriousEventToFront', 'SpuriousEventToBack']),
  args: {},
  words: ringWords,
  scenarios: ringScenarios,
  replay: (rows, constants, target) => new EndsReplay(rows, endsConstants(constants), target),
};
