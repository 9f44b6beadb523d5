/** The steps of any case, as they are written. */
import { type Case, hasDevice, onlyRing } from './case.js';
import { deviceSteps } from './connection/words.js';
import { stepsOf } from './steps.js';

/** A step, for whoever only leaves some out or counts them. */
export interface WrittenStep {
  readonly text: string;
}

/** The steps of a case, loops written out. Throws ToolError if a word is none. */
export const writtenSteps = (given: Pick<Case, 'start' | 'steps'>): readonly WrittenStep[] =>
  hasDevice(given) ? deviceSteps(given.steps) : stepsOf(given.steps, onlyRing(given));
