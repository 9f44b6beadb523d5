/**
 * Cases without errors. A driver that cannot bear an error fails nearly every path through a graph by it, whatever else is
 * wrong with it. So such cases come last, and one that fails is run once more without its errors.
 */
import { type Case, hasDevice, onlyRing } from './case.js';
import { type Step, stepsOf } from './steps.js';

const isError = (step: Step): boolean =>
  (step.do === 'answer' && step.status !== 'OKAY') || (step.do === 'packet' && step.letters.includes('e'));

/** The first step in which the backend answers with an error, from 1; undefined if it does not. */
export function firstError(given: Case): number | undefined {
  // A backend of a device answers no error.
  if (hasDevice(given)) return undefined;
  const at = stepsOf(given.steps, onlyRing(given)).findIndex(isError);
  return at < 0 ? undefined : at + 1;
}

/** Does the backend answer with an error? */
export const hasErrors = (given: Case): boolean => firstError(given) !== undefined;

/**
 * The same case, in which the backend answers OKAY and sends a frame instead. What a graph says of it stays where only the
 * status differs.
 */
export function withoutErrors(given: Case): Case {
  const { see, ...rest } = given;
  const steps = given.steps
    .replaceAll(
      /(tx\.|rx\.)?answer(:\d+):(?:ERROR|DROPPED)(\*\d+)?/g,
      (_, ring = '', k: string, times = '') => {
        const answer = `${ring}answer${k}${times}`;
        return (ring || `${onlyRing(given)}.`) === 'rx.' ? `fill${k}${times} ${answer}` : answer;
      },
    )
    .replaceAll(/packet:\w+/g, (packet) => `packet:${packet.slice(7).replaceAll('e', 'd')}`);
  const okay = see?.map(({ sent, ...more }) => ({ ...more, ...(sent && { sent: sent.map(() => 0) }) }));
  const name = `${given.name}, without its errors`;
  return { ...rest, name, steps, ...(okay && given.start.rx === undefined && { see: okay }) };
}
