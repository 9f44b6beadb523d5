/** Whether TLC said of a model what the manifest expects. */
import type { Candidate } from '../tlc/models.js';
import type { ModelRow } from './report-file.js';
import { counted, duration, figure } from './output.js';
import { nameOf, type Verdict } from './run.js';

/** A model that was run, or that is unchanged since it was. */
export interface Checked {
  readonly row: ModelRow;
  /** Undefined where it was not run: it is unchanged. */
  readonly verdict?: Verdict;
  /** A sentence for everything that is not as expected; none if all is. */
  readonly findings: readonly string[];
}

const figures = {
  distinctStates: 'distinct states',
  generatedStates: 'generated states',
  depth: 'depth',
} as const;

type Figure = keyof typeof figures;

// With several workers the order of states is another each time: a violation is found sooner or later, and
// the depth is approximate.
const repeatable = (verdict: Verdict, workers: number): readonly Figure[] => {
  if (workers === 1) return ['distinctStates', 'generatedStates', 'depth'];
  return verdict.kind === 'holds' ? ['distinctStates', 'generatedStates'] : [];
};

/** Compares a verdict and its figures with the manifest's, as far as it has any. */
export function judge(model: Candidate, verdict: Verdict, workers: number): Checked {
  const found = nameOf(verdict);
  const { stats } = verdict;
  const findings =
    found === model.expected
      ? repeatable(verdict, workers)
          .filter((name) => model[name] !== undefined && stats[name] !== model[name])
          .map((name) => differs(model, figures[name], model[name]!, stats[name]))
      : [`${model.name}: expected ${phrase(model.expected)}, found that ${phrase(found)}`];
  const row: ModelRow = {
    name: model.name,
    expected: model.expected,
    verdict: found,
    ok: findings.length === 0,
    distinctStates: stats.distinctStates,
    generatedStates: stats.generatedStates,
    depth: stats.depth,
    ...(verdict.kind !== 'holds' && { steps: verdict.trace.length }),
    seconds: Number(stats.seconds.toFixed(3)),
  };
  return { row, verdict, findings };
}

const differs = (model: Candidate, what: string, expected: number, found: number): string =>
  `${model.name}: ${what}: expected ${figure(expected)}, found ${figure(found)} ` +
  `(if this is meant: netfront check --record ${model.name})`;

/** A verdict's name as a clause. */
export const phrase = (verdict: string): string => {
  if (verdict === 'holds') return 'it holds';
  return verdict === 'deadlock' ? 'it deadlocks' : `${verdict} is violated`;
};

/** What came of a model, on one line of a log. */
export const line = ({ row, findings }: Checked): string => {
  if (row.unchangedSince !== undefined) return `${row.name} ... unchanged since ${row.unchangedSince}`;
  return (
    `${row.name} ... ${row.verdict === 'holds' ? 'holds' : phrase(row.verdict)}, ` +
    `${counted(row.distinctStates, 'state')}, ${duration(row.seconds)} s` +
    `${findings.length > 0 ? ', NOT as expected' : ''}`
  );
};
