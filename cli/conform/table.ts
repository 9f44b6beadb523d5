/** The results of the cases as tables. */
import { areaOf } from '../../conform/corpus.js';
import type { CaseResult } from '../../conform/conform.js';
import { causesOf } from '../../conform/failures.js';
import { grouped } from '../../conform/grouped.js';
import { markdownTable } from '../docs/markdown.js';
import { colours, counted, duration, figure, table } from '../output.js';

const right = (title: string) => ({ title, align: 'right' }) as const;
const FIGURES = ['cases', 'passed', 'failed', 'left out', 'seconds'];

/** A row an area: its name, its figures, and whether all is well. */
const areaRows = (results: readonly CaseResult[]): readonly (readonly string[])[] =>
  [...grouped(results, (result) => areaOf(result.case))].map(([area, all]) => {
    const of = (kind: CaseResult['verdict']['kind']): number =>
      all.filter(({ verdict }) => verdict.kind === kind).length;
    const seconds = all.reduce((sum, each) => sum + each.seconds, 0);
    return [
      area,
      ...[all.length, of('passed') + of('wasteful'), of('failed'), of('left out')].map(figure),
      duration(seconds),
      of('failed') > 0 ? 'NO' : of('passed') + of('wasteful') > 0 ? 'ok' : '-',
    ];
  });

/** A row an area. */
export const areasTable = (results: readonly CaseResult[]): string =>
  table(
    [{ title: 'area' }, ...FIGURES.map(right), { title: 'ok' }],
    areaRows(results).map((row) => [...row.slice(0, -1), coloured(row.at(-1)!)]),
  );

const coloured = (ok: string): string =>
  ok === 'NO' ? colours.red(ok) : ok === 'ok' ? colours.green(ok) : ok;

/** A row a cause of failures, or of waste. */
const causeRows = (results: readonly CaseResult[]): readonly (readonly string[])[] =>
  causesOf(results).map(({ what, grade = '-', failures }) => [
    what,
    grade,
    figure(failures.length),
    failures[0]!.asked,
  ]);

/** A row a cause; empty if nothing is wrong. */
export const causesTable = (results: readonly CaseResult[]): string => {
  const rows = causeRows(results);
  if (rows.length === 0) return '';
  return table(
    [{ title: 'what is wrong' }, { title: 'grade' }, right('cases'), { title: 'the first' }],
    rows,
  );
};

/** Both tables in Markdown; the second only if something is wrong. */
export const markdownTables = (results: readonly CaseResult[]): string => {
  const causes = causeRows(results);
  const areas = markdownTable(['area', ...FIGURES.map((each) => `${each}:`), 'ok'], areaRows(results));
  if (causes.length === 0) return areas;
  return `${areas}\n\n${markdownTable(['what is wrong', 'grade', 'cases:', 'the first'], causes)}`;
};

/** Why cases were left out, a line a reason; empty if none were. */
export const leftOutText = (results: readonly CaseResult[]): string => {
  const whys = results.flatMap(({ verdict }) => (verdict.kind === 'left out' ? [verdict.why] : []));
  return [...grouped(whys, (why) => why)]
    .map(([why, all]) => `left out: ${counted(all.length, 'case')}: ${why}`)
    .join('\n');
};
