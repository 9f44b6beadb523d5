/**
 * What TLC's distributed mode leaves out, or gets wrong, without a word. Each was found by running the jar
 * (test/tlc/distributed.test.ts shows it of `PROPERTY` and `ACTION_CONSTRAINT`).
 */
import type { Config } from '../config.js';

/** Why a section of a configuration cannot be had, by its keyword. */
const reasons: Readonly<Record<string, string>> = {
  ACTION_CONSTRAINT:
    'a worker forgets a state that a step not allowed leads to, also where an allowed step leads there later',
  VIEW: 'which state stands for all with its view depends on which worker is first',
  ALIAS: 'it is not evaluated',
  POSTCONDITION: 'it is not evaluated',
};

/** What TLC would leave out of this configuration in its distributed mode: a sentence, or undefined if nothing. */
export function beyondDistributed({ properties, rest }: Config): string | undefined {
  if (properties.length > 0)
    return (
      `${properties.map(({ text }) => text).join(', ')} would not be checked: TLC looks at no temporal property in its ` +
      'distributed mode, and of an action property it looks only at steps that lead to new states.'
    );
  const [keyword] = rest.find(([each]) => singular(each) in reasons) ?? [];
  return keyword && `its ${keyword} cannot be had in TLC's distributed mode: ${reasons[singular(keyword)]!}.`;
}

const singular = (keyword: string): string => keyword.replace(/^(ACTION_CONSTRAINT)S$/, '$1');
