/** `netfront ask MODULE --list`: what can be asked of a module. */
import type { Model } from '../../tlc/models.js';
import { colours, wrapped } from '../output.js';
import { conditionsOn, type Family, plainName, stringsFor, usesOf } from './family.js';

const INDENT = 4;
// The models of one value that are named; the manifest has all of them.
const SHOWN = 4;

/** Each constant: what it means, what the module demands of it, and what the models set it to. */
export function listOf(family: Family): string {
  const { module, members, constants } = family;
  return [
    `${plainName(module)} has ${constants.length} constants, and ${members.length} models.`,
    ...constants.map(({ name, says }) =>
      [
        `\n${colours.bold(name)}`,
        ...indented(says),
        ...conditionsOn(family, name)
          .map((condition) => indented(`must be: ${condition}`))
          .flat(),
        ...stringsFor(family, name).flatMap((each) =>
          each.says === '' ? [] : indented(`"${each.name}": ${each.says}`),
        ),
        ...[...usesOf(family, name)].flatMap(([text, models]) => indented(`${text} in ${namesOf(models)}`)),
      ].join('\n'),
    ),
  ].join('\n');
}

const indented = (text: string): readonly string[] =>
  text === ''
    ? []
    : wrapped(text, INDENT)
        .split('\n')
        .map((line) => ' '.repeat(INDENT) + line);

const namesOf = (models: readonly Model[]): string => {
  const named = models.slice(0, SHOWN).map(({ name }) => name);
  const others = models.length - named.length;
  return named.join(', ') + (others > 0 ? ` and ${others} more` : '');
};
