/** docs/spec-mutants.json: what npm run mutation:spec has found of all mutants until now, for the pages. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { isSystemError, ToolError } from '../../tlc/errors.js';
import { figure, shown } from '../output.js';
import { markdownTable } from './markdown.js';

const count = z.int().nonnegative();

const counts = {
  told: count,
  same: count.describe(
    'Those that say the same as the specification, by their reason, decided or not. They do not count.',
  ),
  survived: count,
  left: count.describe('The time was up before all models were asked. They count as not told.'),
  unparsed: count.describe('Their text is no specification, and they do not count.'),
};

/** The schema of the file. */
export const SpecMutants = z.strictObject({
  version: z.literal(1),
  modules: z
    .array(z.strictObject({ module: z.string(), ...counts }))
    .describe('In the order of their names.'),
  roles: z.array(z.strictObject({ role: z.string(), change: z.string(), ...counts })),
  tellers: z.array(z.strictObject({ how: z.string(), mutants: count })).describe('The most frequent first.'),
  survivors: z.array(
    z.strictObject({
      module: z.string(),
      within: z.string(),
      role: z.string(),
      change: z.string(),
      original: z.string(),
      class: z.enum(['same', 'bounds', 'hole']),
      why: z.string(),
    }),
  ),
});

/** What the pages say of the mutants of the specification. */
export type SpecMutants = z.infer<typeof SpecMutants>;

/** Where it is, below the root of the project. */
export const specMutantsFile = (root: string): string => path.join(root, 'docs', 'spec-mutants.json');

/** Reads what was found; undefined where no run is published. Throws {@link ToolError} if the file is not as the schema says. */
export async function readSpecMutants(root: string): Promise<SpecMutants | undefined> {
  const file = specMutantsFile(root);
  try {
    return SpecMutants.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined;
    const why = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new ToolError(`${shown(file)} cannot be used (${why}): run npm run mutation:spec -- --write`);
  }
}

/** The part of the page: how many are told, by what, and which are not. */
export function mutantsPart(mutants: SpecMutants | undefined): string {
  if (mutants === undefined) return 'No run is published yet.';
  const { modules, roles, tellers, survivors } = mutants;
  const total = (what: keyof typeof counts): number => modules.reduce((sum, each) => sum + each[what], 0);
  const whole = {
    told: total('told'),
    same: total('same'),
    survived: total('survived'),
    left: total('left'),
  };
  const { told, same, survived, left } = whole;
  const unparsed = total('unparsed');
  return [
    `Of ${figure(all(whole))} mutants ${figure(told)} are told, which is ${percentage({ ...whole, same: 0, left: left + same })} %.`,
    `By their reasons ${figure(same)} say the same as the specification.`,
    `**${percentage(whole)} %** of the others are told, ${figure(survived)} are not.`,
    ...(left === 0
      ? []
      : [
          `Not decided are ${figure(left)}: the smaller models tell nothing, and not all of the larger ones were asked.`,
          'They count as not told.',
        ]),
    ...(unparsed === 0 ? [] : [`${figure(unparsed)} more are no specification, and do not count.`]),
    '',
    markdownTable(
      ['module', 'mutants:', 'told:', 'the same:', 'not told:', 'not decided:', 'score, %:'],
      modules.map(({ module, ...own }) => [
        `\`${module}\``,
        ...[all(own), own.told, own.same, own.survived, own.left].map(figure),
        percentage(own),
      ]),
    ),
    '',
    markdownTable(
      ['what is changed', 'how', 'mutants:', 'told:', 'the same:', 'not told:', 'not decided:'],
      roles.map(({ role, change, ...own }) => [
        NAMES[role] ?? role,
        CHANGES[`${role} ${change}`] ?? CHANGES[change] ?? change,
        ...[all(own), own.told, own.same, own.survived, own.left].map(figure),
      ]),
    ),
    '',
    markdownTable(
      ['told by', 'mutants:'],
      tellers.map(({ how, mutants }) => [how, figure(mutants)]),
    ),
    '',
    markdownTable(
      ['not told, or not decided', 'how it is changed', 'class', 'why'],
      survivors.map((each) => [
        `\`${each.module}\`, \`${each.within}\`: ${code(each.original)}`,
        CHANGES[`${each.role} ${each.change}`] ?? CHANGES[each.change] ?? each.change,
        each.class,
        each.why,
      ]),
    ),
  ].join('\n');
}

const NAMES: Readonly<Record<string, string>> = {
  disjunct: 'a disjunct of an action',
  guard: 'a conjunct of a guard',
  condition: 'an IF of an action or a property',
  case: 'an arm of a CASE',
  property: 'a conjunct of a property',
  premise: 'a conjunct of a premise of a property',
};

const CHANGES: Readonly<Record<string, string>> = {
  TRUE: 'left out',
  FALSE: 'left out',
  negated: 'negated',
  'condition TRUE': 'always THEN',
  'condition FALSE': 'always ELSE',
};

type Tried = Readonly<Record<'told' | 'same' | 'survived' | 'left', number>>;

const all = ({ told, same, survived, left }: Tried): number => told + same + survived + left;

/** The share that was told of those that do not say the same as the specification, in per cent, rounded down; 0 of none. */
export const percentageTold = (of: Tried): number => {
  const counted = all(of) - of.same;
  return counted === 0 ? 0 : Math.floor((10_000 * of.told) / counted) / 100;
};

const percentage = (of: Tried): string => (all(of) === of.same ? '' : percentageTold(of).toFixed(2));

/** Source text in a cell of a table: cut where it is long. */
const code = (text: string): string => {
  const cut = text.length > 72 ? `${text.slice(0, 71)}…` : text;
  return `\`${cut}\``;
};
