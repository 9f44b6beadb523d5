/** What went wrong at the end of a counterexample, in one sentence, worked out from its states. */
import type { Constants } from '../../replay/constants.js';
import type { Words } from '../../replay/words/words.js';
import type { Meaning } from '../meaning.js';
import type { Counterexample } from './steps.js';

/** The step to which the behaviour goes back; the last one, if nothing happens any more. Undefined if it ends. */
export const loopOf = (found: Counterexample): number | undefined => {
  if (found.kind === 'deadlock') return undefined;
  return found.loopsTo ?? (found.stutters ? found.trace.at(-1)?.index : undefined);
};

/** The sentence. Where the module has no words for a property, those of the specification's comment are used. */
export function sentenceOf(
  found: Counterexample,
  constants: Constants,
  words: Words,
  meaning: Meaning | undefined,
): string {
  const { trace } = found;
  const { index, state } = trace.at(-1)!;
  const last = `Step ${index}:`;
  if (found.kind === 'deadlock') return `${last} deadlock: no action is possible in this state.`;
  const { property, loopsTo, loopAction } = found;
  const loop = loopOf(found);
  if (loop === undefined) {
    const before = trace.at(-2)?.state ?? state;
    return `${last} ${words.closing(property, state, constants, before) ?? inGeneral(property, meaning)}`;
  }
  const onward =
    loopsTo === undefined
      ? 'from here on nothing happens any more'
      : `from here back to step ${loopsTo}${loopAction ? ` (${loopAction})` : ''}, and so on for ever`;
  const repeated = trace.slice(trace.findIndex((step) => step.index === loop));
  const never = words.never(property, {
    states: trace.map((step) => step.state),
    loop: repeated.map((step) => step.state),
    actions: repeated.map(({ action }) => action),
    constants,
  });
  return `${last} ${onward}: ${never ?? `property ${property} is violated.`}`;
}

// What is expected never to be is a question whether it can be; reaching it is the answer.
const inGeneral = (property: string, meaning: Meaning | undefined): string =>
  property.startsWith('Never') && meaning !== undefined
    ? `reached: ${meaning.text[0]!.toLowerCase()}${meaning.text.slice(1)}`
    : `property ${property} is violated in this state.`;
