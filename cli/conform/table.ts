/** The results of the cases as tables. */
import { areaOf } from '../../conform/corpus.js';
import type { CaseResult } from '../../conform/conform.js';
import { causesOf } from '../../conform/failures.js';
import { grouped } from '../../conform/grouped.js';
import { colours, counted, duration, figure, table } from '../output.js';

const right = (title: string) => ({ title, align: 'right' }) as const;

/** A row an area. */
export const areasTable = (results: readonly CaseResult[]): string => {
  const areas = grouped(results, (result) => areaOf(result.case));
  return table(
    [{ title: 'area' }, ...['cases', 'passed', 'failed', 'left out', 'seconds'].map(right), { title: 'ok' }],
    [...areas].map(([area, all]) => {
      const of = (kind: CaseResult['verdict']['kind']): number =>
        all.filter(({ verdict }) => verdict.kind === kind).length;
      const seconds = all.reduce((sum, each) => sum + each.seconds, 0);
      return [
        area,
        ...[all.length, of('passed') + of('wasteful'), of('failed'), of('left out')].map(figure),
        duration(seconds),
        of('failed') > 0 ? colours.red('NO') : of('passed') + of('wasteful') > 0 ? colours.green('ok') : '-',
      ];
    }),
  );
};

/** A row a cause of failures, or of waste; empty if nothing is wrong. */
export const causesTable = (results: readonly CaseResult[]): string => {
  const causes = causesOf(results);
  if (causes.length === 0) return '';
  return table(
    [{ title: 'what is wrong' }, { title: 'grade' }, right('cases'), { title: 'the first' }],
    causes.map(({ what, grade = '-', failures }) => [
      what,
      grade,
      figure(failures.length),
      failures[0]!.asked,
    ]),
  );
};

/** Why cases were left out, a line a reason; empty if none were. */
export const leftOutText = (results: readonly CaseResult[]): string => {
  const whys = results.flatMap(({ verdict }) => (verdict.kind === 'left out' ? [verdict.why] : []));
  return [...grouped(whys, (why) => why)]
    .map(([why, all]) => `left out: ${counted(all.length, 'case')}: ${why}`)
    .join('\n');
};
