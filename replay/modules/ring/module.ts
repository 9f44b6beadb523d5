/** Ring: both ends of a ring, whatever its slots hold. */
import type { TracedModule } from '../module.js';
import { ringConstants } from './constants.js';
import { BACK_END, RingReplay, type RingTarget, FRONT_END } from './replay.js';
import { ringScenarios } from './scenarios.js';

/** Ring. */
export const ring: TracedModule<'Ring', RingTarget> = {
  name: 'Ring',
  folder: 'ring',
  models: 'ring',
  frontActions: new Set([...FRONT_END, ...BACK_END]),
  backActions: new Set(['BackOverrun', 'SpuriousEventToFront', 'SpuriousEventToBack']),
  args: {},
  scenarios: ringScenarios,
  replay: (rows, constants, target) => new RingReplay(rows, ringConstants(constants), target),
};
