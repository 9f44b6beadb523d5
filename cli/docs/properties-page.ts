/** spec/PROPERTIES.md: a row for each property, with where it holds, who says so, and what breaks it there. */
import { counted, figure } from '../output.js';
import { markdownTable } from './markdown.js';
import {
  type BreakingModel,
  type HoldingModel,
  type PropertyEvidence,
  type PropertyOpinion,
  sizesText,
} from './property-evidence.js';

/** Where it is, below the root of the project. */
export const PROPERTIES_PAGE = 'spec/PROPERTIES.md';

const HEAD = `# Every property, and how far it is known to hold

Made by \`make docs\`; do not edit it. [README.md](README.md#properties) says what each property is.

- *TLC*: the largest model in which the property holds, its states and its bounds. Where another
  such model has a larger ring, that one is named too. *Broken by* are the models with a fault that
  violates it, each with the states of its counterexample. The shortest comes first. A run that
  shows what never happens in the end is counted up to where its loop closes.
- *Proof*: of what [\`netfront prove\`](README.md#for-every-size) proves it, and for which sizes.
  *Broken by* are the faults of which one step breaks it. In brackets is a model in which several
  steps of that fault do.
- *Second opinion* counts the models that check the property, and those of them on which
  [another model checker](README.md#a-second-opinion) agrees. The others it was not asked about, or
  could not read: [SECOND-OPINION.md](SECOND-OPINION.md) says which. *Broken by* counts the models
  with a fault in which it finds the property violated, too. They are named if they are not all.
- *In code* has what breaks the property in a driver. A trace is a counterexample that \`impl/\` is
  tested to leave. A fault is one of those of [ports/](../ports/README.md#faults), and was in a real
  driver. loom is asked about the [barriers](README.md#memory-order) of the port in Rust.

An empty cell is «–».
`;

/** The page. */
export const propertiesPage = (rows: readonly PropertyEvidence[]): string =>
  [HEAD, summaryOf(rows), '', table(rows), ''].join('\n');

const NONE = '–';
/** A cell has room for so many names. */
const MOST = 3;
const lines = (all: readonly string[]): string => (all.length === 0 ? NONE : all.join('<br>'));
const code = (text: string): string => `\`${text}\``;

/** What says that it holds, and below that what breaks it. */
const both = (holds: readonly string[], broken: readonly string[]): string =>
  lines([...holds, ...(broken.length === 0 ? [] : [`*broken by* ${broken.join(', ')}`])]);

const table = (rows: readonly PropertyEvidence[]): string =>
  markdownTable(
    ['property', 'TLC', 'proof', 'second opinion', 'in code'],
    rows.map((row) => [
      lines([row.number, ...row.names.map(code)]),
      both(holdsText(row.holds), few(row.breaks, breaksText)),
      both(provedText(row), faultsText(row)),
      lines(opinionText(row.opinion)),
      lines(codeText(row)),
    ]),
  );

/** What the rows come to. */
function summaryOf(rows: readonly PropertyEvidence[]): string {
  const count = (has: (row: PropertyEvidence) => boolean): string => figure(rows.filter(has).length);
  return [
    `Of ${figure(rows.length)} numbered properties:`,
    '',
    markdownTable(
      ['', 'properties:'],
      [
        ['hold in a model of TLC', count(({ holds }) => holds.length > 0)],
        ['are violated in a model of TLC', count(({ breaks }) => breaks.length > 0)],
        ['are proved for every size, in one module at least', count(({ proved }) => proved.length > 0)],
        ['have a model on which the second model checker agrees', count(({ opinion }) => opinion.agrees > 0)],
        [
          'are found violated by the second model checker too',
          count(({ opinion }) => opinion.finds.length > 0),
        ],
        [
          'are broken in code by a trace, a fault or a barrier left out',
          count(({ trace, faults, loom }) => trace !== undefined || faults.length + loom.length > 0),
        ],
      ],
    ),
  ].join('\n');
}

const holdsText = (models: readonly HoldingModel[]): readonly string[] => {
  const [largest] = models;
  if (largest === undefined) return [];
  const wider = models
    .filter(({ slots }) => slots > largest.slots)
    .toSorted((a, b) => b.slots - a.slots || b.states - a.states)
    .slice(0, 1);
  return [largest, ...wider].flatMap(({ name, bounds, states }) => [
    `holds in ${code(name)}, ${counted(states, 'state')}:`,
    bounds,
  ]);
};

const breaksText = ({ name, steps }: BreakingModel): string => `${code(name)} (${steps})`;

/** The first few, and how many more there are. */
const few = <T>(all: readonly T[], text: (one: T) => string): readonly string[] => [
  ...all.slice(0, MOST).map(text),
  ...(all.length > MOST ? [`and ${all.length - MOST} more`] : []),
];

const provedText = ({ proved, notProved }: PropertyEvidence): readonly string[] => [
  ...proved.map(sizesText),
  ...(notProved === undefined ? [] : [`not proved: ${notProved}`]),
];

const faultsText = ({ proved }: PropertyEvidence): readonly string[] => {
  const faults = [...new Set(proved.flatMap((each) => each.faults))];
  const later = proved.flatMap((each) => each.later).filter(({ fault }) => !faults.includes(fault));
  return [...faults.map(code), ...later.map(({ fault, model }) => `${code(fault)} (${code(model)})`)];
};

/** Nothing, where it agrees on none of the models and differs on none. */
const opinionText = (opinion: PropertyOpinion): readonly string[] => {
  const { models, agrees, differs, finds } = opinion;
  if (agrees + differs === 0) return [];
  return [
    `agrees on ${figure(agrees)} of ${figure(models)}`,
    ...(differs === 0 ? [] : [`differs on ${figure(differs)}`]),
    ...(finds.length === 0 ? [] : [`*broken by* ${findsText(opinion)}`]),
  ];
};

/** Names are long, and where it finds all of them they stand beside it. */
const findsText = ({ finds, faulty }: PropertyOpinion): string => {
  if (finds.length === faulty) return faulty === 1 ? 'the same' : `all ${figure(faulty)}`;
  return `${figure(finds.length)} of ${figure(faulty)}: ${few(finds, code).join(', ')}`;
};

const codeText = ({ trace, faults, loom }: PropertyEvidence): readonly string[] => [
  ...(trace === undefined ? [] : [`trace ${code(trace)}`]),
  ...(faults.length === 0
    ? []
    : [`${faults.length === 1 ? 'fault' : 'faults'} ${few(faults, code).join(', ')}`]),
  ...loom.map(({ barrier, finds }) => `loom, without ${code(barrier)}: ${finds}`),
];
