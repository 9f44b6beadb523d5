/** What the second model checker said: a summary for spec/README.md, and spec/SECOND-OPINION.md with every model. */
import { grouped } from '../../conform/grouped.js';
import type { Model } from '../../tlc/models.js';
import { figure } from '../output.js';
import type { SecondOpinion } from '../second-opinion/opinions.js';
import { markdownTable } from './markdown.js';

/** Where the page with every model is, below the root of the project. */
export const OPINIONS_PAGE = 'spec/SECOND-OPINION.md';

const HEAD = `# A second opinion on every model

Made by \`make docs\` from [models/second-opinion.json](models/second-opinion.json), which
\`netfront second-opinion --write\` makes; do not edit it. [README.md](README.md#a-second-opinion)
says what is compared.

*Transitions*: verdict, depth, and all states and transitions are the same. *Counterexample*: the
violated property, and the length of the shortest run to it, are the same.
`;

/** By model, those on the models as they are now. */
type Opinions = ReadonlyMap<string, SecondOpinion>;

/** The page. */
export function opinionsPage(models: readonly Model[], opinions: Opinions): string {
  const sections = [...grouped(models, moduleOf)].map(([module, own]) => {
    const rows = own.map((model) => {
      const opinion = opinions.get(model.name);
      const transitions =
        opinion?.opinion === 'agrees' && opinion.transitions !== undefined ? figure(opinion.transitions) : '';
      return [
        ...[`\`${model.name}\``, model.expected === 'holds' ? 'holds' : `\`${model.expected}\``],
        ...[figure(model.distinctStates), opinion?.opinion ?? UNKNOWN, transitions, detailOf(opinion)],
      ];
    });
    const titles = ['model', 'expected', 'states:', 'second opinion', 'transitions:', 'compared, or why not'];
    return `## ${module}\n\n${markdownTable(titles, rows)}\n`;
  });
  return [HEAD, ...sections].join('\n');
}

/** A model that is new, or has changed since. */
const UNKNOWN = 'not asked yet';

function detailOf(opinion: SecondOpinion | undefined): string {
  if (opinion === undefined) return '';
  if (opinion.opinion === 'agrees') return [opinion.compared, ...namesIn(opinion)].join(', ');
  return opinion.opinion === 'differs' ? opinion.in : opinion.why;
}

const namesIn = ({ renamed = {}, unnamed = [] }: Agreed): readonly string[] => [
  ...Object.entries(renamed).map(([name, action]) => `\`${action}\` under the name \`${name}\``),
  ...unnamed.map((action) => `\`${action}\` without a name`),
];

type Agreed = Extract<SecondOpinion, { opinion: 'agrees' }>;

/** The part of the page: how many agree, module by module, and why the others have no opinion. */
export function opinionsPart(models: readonly Model[], opinions: Opinions): string {
  const kinds = ['agrees', 'differs', 'unread', 'not asked'] as const;
  const count = (of: readonly Model[], kind: (typeof kinds)[number], compared?: string): number =>
    of.filter((model) => {
      const opinion = opinions.get(model.name);
      if (opinion?.opinion !== kind) return false;
      return compared === undefined || (opinion.opinion === 'agrees' && opinion.compared === compared);
    }).length;
  const row = (name: string, of: readonly Model[]): string[] => [
    name,
    ...[of.length, count(of, 'agrees'), count(of, 'agrees', 'transitions')].map(figure),
    ...kinds.slice(1).map((kind) => figure(count(of, kind))),
  ];
  const titles = ['module', 'models:', 'agree:', 'of these, with all transitions:', 'differ:', 'not read:'];
  const summary = markdownTable(
    [...titles, 'not asked:'],
    [...[...grouped(models, moduleOf)].map(([module, own]) => row(`\`${module}\``, own)), row('all', models)],
  );
  const others = models.filter(
    (model) => !['agrees', 'not asked'].includes(opinions.get(model.name)?.opinion ?? ''),
  );
  if (others.length === 0) return summary;
  const reasons = markdownTable(
    ['not read, or not the same', 'models:', 'such as'],
    [...grouped(others, (model) => detailOf(opinions.get(model.name)))].map(([why, own]) => [
      ...[why === '' ? UNKNOWN : why, figure(own.length)],
      own
        .slice(0, 3)
        .map(({ name }) => `\`${name}\``)
        .join(', '),
    ]),
  );
  return `${summary}\n\n${reasons}`;
}

const moduleOf = ({ module }: Model): string => module.replace(/^MC/, '');
