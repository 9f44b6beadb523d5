/** The page that explains a counterexample, for a model and for a question of one's own. */
import type { Constants } from '../../replay/constants.js';
import type { Candidate } from '../../tlc/models.js';
import { phrase } from '../judge.js';
import { type Meaning, meaningOf } from '../meaning.js';
import { colours, wrapped } from '../output.js';
import { nameOf } from '../run.js';
import { loopOf, sentenceOf } from './sentence.js';
import { type Counterexample, type Explained, explainedSteps } from './steps.js';
import { legend, stepsTable } from './table.js';
import { subjectOf } from './words.js';

/** A counterexample in words, and what its property means in those of the specification. */
export interface Explanation extends Explained {
  readonly meaning: Meaning | undefined;
}

/** Puts a counterexample of the model into words. */
export async function explanationOf(
  root: string,
  { name, module }: Pick<Candidate, 'name' | 'module'>,
  found: Counterexample,
  constants: Constants,
): Promise<Explanation> {
  const property = nameOf(found);
  const meaning = found.kind === 'violated' ? await meaningOf(root, module, property) : undefined;
  const subject = subjectOf(module);
  return {
    ...{ title: `${name}: ${phrase(property)}`, found, meaning, words: subject.words },
    steps: explainedSteps(found.trace, constants, subject),
    sentence: sentenceOf(found, constants, subject.words, meaning),
  };
}

/** The page: what is violated and what that means, the steps as a table, and what went wrong. */
export function page(about: string, { title, found, meaning, steps, sentence, words }: Explanation): string {
  const key = legend(steps, words);
  return [
    colours.bold(title),
    ...(about === '' ? [] : [about]),
    ...(meaning === undefined ? [] : [wrapped(`${meaning.number}: ${meaning.text}`)]),
    '',
    ...(key === undefined ? [] : [key, '']),
    stepsTable(steps, loopOf(found), words.column?.title),
    '',
    colours.bold(colours.red(wrapped(sentence))),
  ].join('\n');
}
