/** Ring: both ends of a ring, whatever its slots hold. */
import type { TracedModule } from '../module.js';
import { ringConstants } from './constants.js';
import { RING_BACK_ACTIONS, RingReplay, type RingTarget, RING_FRONT_ACTIONS } from './replay.js';
import { ringScenarios } from './scenarios.js';
import { ringState } from './state.js';
import { ringWords } from './words.js';

/** Ring. */
export const ring: TracedModule<'Ring', RingTarget> = {
  name: 'Ring',
  folder: 'ring',
  models: 'ring',
  frontActions: new Set([...RING_FRONT_ACTIONS, ...RING_BACK_ACTIONS]),
  backActions: new Set(['BackOverrun', 'SpuriousEventToFront', 'SpuriousEventToBack']),
  args: {},
  words: ringWords,
  scenarios: ringScenarios,
  state: ringState,
  withRunner: (runner) => ({ runner }),
  replay: (rows, constants, target) => new RingReplay(rows, ringConstants(constants), target),
};
