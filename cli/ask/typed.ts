/** A question as one would type it, and what is to be said before it is asked. */
import type { Value } from '../../tlc/index.js';
import { figure } from '../output.js';
import { type Family, type Member, stringsFor, textOf } from './family.js';
import type { Question } from './question.js';
import type { Choice } from './values.js';

/** The command that asks this question alone. */
export const typed = (module: string, { like, chosen }: Question, properties: readonly string[]): string =>
  [
    `netfront ask ${module} --like ${like}`,
    ...[...chosen].map(([name, choice]) => `--set ${quoted(`${name}=${wordOf(choice)}`)}`),
    ...properties.map((name) => `--property ${name}`),
  ].join(' ');

const wordOf = (choice: Choice): string =>
  typeof choice.value === 'string' && /^[A-Za-z_]\w*$/.test(choice.value) ? choice.value : textOf(choice);

/** For a shell. */
const quoted = (word: string): string => (/^[\w=.-]+$/.test(word) ? word : `'${word}'`);

/** What grows a model: a greater number, or a set of more elements. */
const sizeOf = (value: Value | undefined): number => {
  if (typeof value === 'number') return value;
  return typeof value === 'object' && '#set' in value && Array.isArray(value['#set'])
    ? value['#set'].length
    : 0;
};

/** A sentence if a constant is larger than in the model, so that the question may not end in time; else nothing. */
export function warningOf(
  family: Family,
  { model, config }: Member,
  questions: readonly Question[],
): string | undefined {
  const larger = config.constants.find(({ name, value }) =>
    questions.some(
      ({ chosen }) =>
        // A fault more makes another model, and as a rule one that is violated soon.
        stringsFor(family, name.text).length === 0 && sizeOf(chosen.get(name.text)?.value) > sizeOf(value),
    ),
  );
  return (
    larger &&
    `${larger.name.text} is larger than in ${model.name}, which has ${figure(model.distinctStates)} states. ` +
      'If this takes too long: --for 60s ends it.'
  );
}
