/** netfront models: which models there are, what they check, and the faults that they show. */
import type { Command } from 'commander';
import { readManifest } from '../tlc/models.js';
import { type Family, familyOf, plainName, stringsFor } from './ask/family.js';
import { rootOf } from './context.js';
import { numberedProperties } from './docs/properties.js';
import { UsageError } from './errors.js';
import { figure, print, table } from './output.js';

/** Adds the command. */
export function addModels(program: Command): void {
  program
    .command('models')
    .summary('list models, properties and faults, or search them')
    .description(
      'Lists the models, the properties that they check, and the faults that a front or a back can be given. With ' +
        'WORDS, those in which each of them stands.',
    )
    .argument(
      '[WORDS...]',
      'what to look for, capital or not: a model, a module, a property, a word of what it shows',
    )
    .addHelpText('after', '\nExit status: 0, or 2 if nothing was found.')
    .action(async (words: string[], _: unknown, command: Command) => {
      print(await found(rootOf(command), words));
    });
}

type Row = readonly string[];

async function found(root: string, words: readonly string[]): Promise<string> {
  const manifest = await readManifest(root);
  const { models } = manifest;
  const modules = [...new Set(models.map(({ module }) => module))];
  const families = await Promise.all(modules.map((module) => familyOf(root, manifest, module)));
  const properties = await numberedProperties(root, models);
  const sections = [
    section(
      words,
      ['model', 'module', 'verdict', '>states', 'what it shows'],
      [
        ...models.map(({ name, module, expected, distinctStates, about }) => [
          ...[name, plainName(module), expected, figure(distinctStates), about],
        ]),
      ],
    ),
    section(
      words,
      ['property', 'says', 'violated in'],
      [
        ...properties.map(({ number, names, says, violatedIn }) => [
          ...[`${number} ${names.join(', ')}`, says, violatedIn.slice(0, 3).join(', ')],
        ]),
      ],
    ),
    section(words, ['fault', 'module', 'what is wrong', 'models'], families.flatMap(faultsOf)),
  ].filter((each) => each !== undefined);
  if (sections.length === 0)
    throw new UsageError(`Nothing has ${words.join(' and ')} in it: netfront models lists everything.`);
  return sections.join('\n\n');
}

/** The rows in which every word stands, as a table; nothing if there is none. */
function section(
  words: readonly string[],
  titles: readonly string[],
  rows: readonly Row[],
): string | undefined {
  const matching = rows.filter((row) => {
    const text = row.join(' ').toLowerCase();
    return words.every((word) => text.includes(word.toLowerCase()));
  });
  if (matching.length === 0) return undefined;
  return table(
    titles.map((title) => ({
      title: title.replace('>', ''),
      align: title.startsWith('>') ? 'right' : 'left',
    })),
    matching,
  );
}

/** The values of Faults and BackFaults, and the models that have them. */
const faultsOf = (family: Family): readonly Row[] =>
  ['Faults', 'BackFaults'].flatMap((constant) =>
    stringsFor(family, constant).map(({ name, says }) => {
      const having = family.members.filter(({ config }) =>
        JSON.stringify(config.constants.find((each) => each.name.text === constant)?.value ?? '').includes(
          `"${name}"`,
        ),
      );
      const shown = having.slice(0, 3).map(({ model }) => model.name);
      return [name, plainName(family.module), says, shown.join(', ')];
    }),
  );
