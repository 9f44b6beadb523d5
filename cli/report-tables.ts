/** The sections of a report as tables. */
import { placesOf } from './coverage/count.js';
import { markdownTable } from './docs/markdown.js';
import { type Column, colours, duration, figure, table } from './output.js';
import type {
  ConformanceRow,
  CoverageSection,
  GraphRow,
  ModelRow,
  ProofRow,
  ScheduleRow,
  TieRow,
} from './report-file.js';

const left = (title: string): Column => ({ title });
const right = (title: string): Column => ({ title, align: 'right' });
const mark = (ok: boolean): string => (ok ? colours.green('ok') : colours.red('NO'));

/** What TLC said of the models. */
export const modelsTable = (rows: readonly ModelRow[]): string =>
  table(
    [...MODEL.map(left), ...MODEL_FIGURES.map(right), left('ok')],
    rows.map((row) => {
      const [name, expected, verdict, ...figures] = cellsOf(row);
      return [
        ...[name!, expected!, row.verdict === row.expected ? verdict! : colours.red(verdict!), ...figures],
        row.unchangedSince === undefined
          ? mark(row.ok)
          : colours.yellow(`unchanged since ${row.unchangedSince}`),
      ];
    }),
  );

/** The same in Markdown. */
export const modelsMarkdown = (rows: readonly ModelRow[]): string =>
  markdownTable(
    [...MODEL, ...MODEL_FIGURES.map((title) => `${title}:`), 'ok'],
    rows.map((row) => [
      ...cellsOf(row),
      row.unchangedSince === undefined ? (row.ok ? 'ok' : 'NO') : `unchanged since ${row.unchangedSince}`,
    ]),
  );

const MODEL = ['model', 'expected', 'verdict'];
const MODEL_FIGURES = ['states', 'depth', 'seconds'];

const cellsOf = (row: ModelRow): readonly string[] => [
  ...[row.name, row.expected, row.verdict, figure(row.distinctStates), figure(row.depth)],
  row.unchangedSince === undefined ? duration(row.seconds) : '',
];

/** What traces were made of the graphs. */
export const graphsTable = (rows: readonly GraphRow[]): string =>
  table(
    [left('graph of'), ...['states', 'transitions', 'covered', 'paths', 'steps'].map(right), left('ok')],
    rows.map((row) => [
      row.model,
      ...[row.states, row.transitions, row.covered, row.paths, row.steps].map(figure),
      mark(row.covered === row.transitions && row.steps > 0),
    ]),
  );

/** What the replays found. */
export const conformanceTable = (rows: readonly ConformanceRow[]): string =>
  table(
    [
      ...['replay of', 'against'].map(left),
      ...['transitions', 'steps', 'refusals', 'divergences', 'as xstate', 'seconds'].map(right),
      left('ok'),
    ],
    rows.map((row) => [
      ...[row.model, row.target],
      ...[row.transitions, row.steps, row.refusals, row.divergences].map(figure),
      row.agreed === undefined ? '' : figure(row.agreed),
      ...[duration(row.seconds), mark(isWhole(row) && row.divergences === 0 && !row.disagreements)],
    ]),
  );

const isWhole = ({ steps, leftOut }: ConformanceRow): boolean => steps > 0 && !leftOut;

/** What came of running the scheduler. */
export const schedulesTable = (rows: readonly ScheduleRow[]): string =>
  table(
    [
      left('scheduler on'),
      ...['schedules', 'points', 'transitions', 'failures', 'seconds'].map(right),
      left('ok'),
    ],
    rows.map((row) => [
      row.model,
      ...[row.schedules, row.points, row.transitions, row.failures].map(figure),
      ...[duration(row.seconds), mark(row.failures === 0 && row.transitions > 0)],
    ]),
  );

/** Is all of it proved, and each fault shown? Where there is nothing to prove or to show, nothing is. */
export const isAllProved = ({ obligations, proved, faults, shown }: ProofRow): boolean =>
  obligations > 0 && proved === obligations && faults > 0 && shown === faults;

/** What was proved. */
export const proofsTable = (rows: readonly ProofRow[]): string =>
  table(
    [
      left('proved of'),
      ...['obligations', 'proved', 'not proved', 'faults', 'shown', 'seconds'].map(right),
      left('ok'),
    ],
    rows.map((row) => {
      const { name, obligations, proved, faults, shown, seconds } = row;
      const figures = [obligations, proved, obligations - proved, faults, shown].map(figure);
      return [name, ...figures, duration(seconds), mark(isAllProved(row))];
    }),
  );

/** Is it the same as the graph, and was all of that looked at? */
export const isTied = ({ transitions, all, refusals, differences }: TieRow): boolean =>
  differences === 0 && transitions === all && transitions > 0 && refusals > 0;

/** How transcriptions compare with graphs. */
export const tiesTable = (rows: readonly TieRow[]): string =>
  table(
    [left('compared with'), ...['transitions', 'of', 'refusals', 'differences'].map(right), left('ok')],
    rows.map((row) => [
      row.model,
      ...[row.transitions, row.all, row.refusals, row.differences].map(figure),
      mark(isTied(row)),
    ]),
  );

/** How much of each module the models have reached. */
export const coverageTable = (section: CoverageSection | undefined): string => {
  const places = section === undefined ? [] : placesOf(section);
  const actions = Object.entries(section?.actions ?? {});
  return table(
    [left('module'), ...['expressions', 'not reached', 'actions', 'never taken'].map(right)],
    Object.keys(section?.modules ?? {}).map((module) => {
      const of = places.filter((place) => place.module === module);
      const taken = actions.filter(([action]) => action.startsWith(`${module} `));
      const missed = of.filter(({ count }) => count === 0).length;
      const never = taken.filter(([, count]) => count === 0).length;
      return [module, ...[of.length, missed, taken.length, never].map(figure)];
    }),
  );
};
