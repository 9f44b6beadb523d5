/** The results for other programs: JUnit XML, the Test Anything Protocol, JSON. */
import reportBuilder, { type Builder } from 'junit-report-builder';
import type { CaseResult, Conformed } from '../../conform/conform.js';
import { grouped } from '../../conform/grouped.js';
import { areaOf } from '../../conform/corpus.js';
import { failureIn } from '../../conform/verdict.js';
import { SENTENCES } from '../../conform/violation.js';
import { oneLine } from '../errors.js';
import type { CorpusVersion } from './cases.js';

// The package exports the builder itself; its types, written for another kind of module, say otherwise.
const builder = reportBuilder as unknown as Builder;

/** What was run; the introduction is absent where the driver gave none, and then there are no results. */
export type Reported = Pick<Conformed, 'results'> & Partial<Pick<Conformed, 'hello'>>;

const details = (result: CaseResult): readonly string[] => [
  ...failureOf(result),
  ...(result.plain === undefined ? [] : withoutErrorsOf(result.plain)),
];

/** What came of the case without its errors; nothing if it was not run. */
const withoutErrorsOf = (plain: NonNullable<CaseResult['plain']>): readonly string[] =>
  plain.verdict.kind === 'passed'
    ? ['without its errors: it passes']
    : failureOf(plain).map((line) => `without its errors: ${line}`);

const failureOf = ({ verdict, stderr }: Pick<CaseResult, 'verdict' | 'stderr'>): readonly string[] => {
  const failure = failureIn(verdict);
  if (failure === undefined) return [];
  const { step, doing, property, grade, sentence, expected, actual } = failure;
  return [
    `step ${step}: ${doing}`,
    ...(property === undefined ? [] : [`property: ${property}`]),
    ...(grade === undefined ? [] : [`grade: ${grade}`]),
    ...(sentence === undefined ? [] : [`demanded: ${SENTENCES[sentence].join(': ')}`]),
    `expected: ${expected}`,
    `actual: ${actual}`,
    ...(stderr === '' ? [] : [`stderr: ${stderr}`]),
  ];
};

/** A test that fails where the run as a whole does, though each of its cases passes. */
const WHOLE = 'the run as a whole';

/**
 * One test case a case, in suites by area.
 * @param shortcoming why the run is no success though no case fails, if it is none
 * @param corpus the version of the corpus that the cases are of, if they are of one
 */
export function junit({ hello, results }: Reported, shortcoming?: string, corpus?: CorpusVersion): string {
  const name = hello?.name ?? 'netfront conform';
  const report = builder.newBuilder();
  for (const [area, all] of grouped(results, (result) => areaOf(result.case))) {
    const suite = report.testSuite().name(`${name}: ${area}`);
    if (corpus !== undefined) suite.property('corpus', corpus.name);
    for (const result of all) {
      const test = suite
        .testCase()
        .className(area)
        .name(result.case.name)
        .time(Number(result.seconds.toFixed(3)));
      if (result.verdict.kind === 'failed') test.failure(details(result).join('\n'));
      if (result.verdict.kind === 'wasteful')
        test.standardOutput(['wasteful', ...details(result)].join('\n'));
      if (result.verdict.kind === 'left out') test.skipped();
    }
  }
  if (shortcoming !== undefined)
    report.testSuite().name(name).testCase().className('run').name(WHOLE).failure(shortcoming);
  return report.build();
}

/** TAP 14. @param shortcoming as in {@link junit} */
export const tap = ({ results }: Reported, shortcoming?: string): string =>
  [
    'TAP version 14',
    `1..${results.length + (shortcoming === undefined ? 0 : 1)}`,
    ...results.flatMap((result, i) => {
      const { verdict } = result;
      const line = `${verdict.kind === 'failed' ? 'not ok' : 'ok'} ${i + 1} - ${result.case.name}`;
      if (verdict.kind === 'left out') return [`${line} # SKIP ${oneLine(verdict.why)}`];
      if (verdict.kind === 'passed') return [line];
      // A string of JSON is one of YAML.
      return [line, '  ---', `  message: ${JSON.stringify(details(result).join('; '))}`, '  ...'];
    }),
    ...(shortcoming === undefined
      ? []
      : [
          `not ok ${results.length + 1} - ${WHOLE}`,
          ...['  ---', `  message: ${JSON.stringify(shortcoming)}`, '  ...'],
        ]),
    '',
  ].join('\n');

const verdictJson = ({ verdict, stderr }: Pick<CaseResult, 'verdict' | 'stderr'>) => ({
  verdict: verdict.kind,
  ...(verdict.kind === 'left out' && { why: verdict.why }),
  ...('failure' in verdict && { failure: { ...verdict.failure, rings: undefined }, stderr }),
});

/** Everything, but the octets of rings. @param shortcoming and @param corpus as in {@link junit} */
export const json = ({ hello, results }: Reported, shortcoming?: string, corpus?: CorpusVersion): string =>
  `${JSON.stringify(
    {
      version: 1,
      driver: hello,
      ...(corpus && { corpus: corpus.name }),
      ...(shortcoming !== undefined && { shortcoming }),
      cases: results.map(({ plain, ...result }) => ({
        name: result.case.name,
        // Absent in JSON where it is undefined.
        since: corpus?.since.get(result.case.name),
        ...verdictJson(result),
        seconds: Number(result.seconds.toFixed(3)),
        ...(plain && { withoutErrors: { steps: plain.case.steps, ...verdictJson(plain) } }),
      })),
    },
    null,
    2,
  )}\n`;
