/**
 * npm run mutation: how many small changes to impl/ the conformance replay tells, with no other test. Prints the scores and
 * what was not told, writes build/mutation.json, and compares README.md beside this file; `--write` writes it.
 *
 * Exit status 1: a score below the threshold, a survivor without a reason, or a page that is not as it was.
 */
import { readFile, rm } from 'node:fs/promises';
import { Stryker } from '@stryker-mutator/core';
import { colours, figure, isWatched, note, print, table } from '../../cli/output.js';
import { mustBeWritable, writeResult } from '../../cli/output-file.js';
import { keepGraph, KEPT } from './kept-graphs.js';
import { pageWith, partOf, type ScoreRow } from './page.js';
import { idleReasons, reasonFor } from './reasons.js';
import { type MutationReport, scoreOf, type Survivor, survivorsOf } from './score.js';
import { driven, graphs, replaced, THRESHOLD } from './subject.js';

type Asked = ConstructorParameters<typeof Stryker>[0];

const RESULT = 'build/mutation.json';
const REPORT = 'build/mutation/report.json';
const SANDBOX = 'build/mutation/sandbox';
const PAGE = 'test/mutation/README.md';

/** What Stryker is asked. Nothing is remembered from one run to the next: each tries all mutants. */
const options = {
  mutate: [...driven, ...replaced],
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  incremental: false,
  concurrency: 2,
  // A mutant that never ends is mostly stopped by counting how often it is come by. Time is for the others, and there is
  // much of it, because a survivor on a busy machine must not be taken for one.
  timeoutMS: 60_000,
  timeoutFactor: 4,
  tempDirName: SANDBOX,
  ignorePatterns: ['/build/*', '!/build/mutation', '/build/mutation/*', `!/${KEPT}`, '/dist', '/spec'],
  reporters: [isWatched() ? 'progress' : 'progress-append-only', 'json'],
  jsonReporter: { fileName: REPORT },
  // An enumeration of a package that is Stryker's own affair.
  logLevel: 'warn' as NonNullable<Asked['logLevel']>,
  // All of the machine is made on loading, and has to be.
  warnings: { slow: false } as NonNullable<Asked['warnings']>,
} satisfies Asked;

await mustBeWritable(RESULT);
for (const [i, name] of graphs.entries()) {
  const { graph } = await keepGraph(name);
  note(`graph ${i + 1} of ${graphs.length}: ${name}, ${figure(graph.transitionCount)} transitions`);
}
// Not the report of the last run, whatever becomes of this one.
await rm(REPORT, { force: true });
// What a run that was interrupted left behind.
await rm(SANDBOX, { recursive: true, force: true });
await new Stryker(options).runMutationTest();

const report = JSON.parse(await readFile(REPORT, 'utf8')) as MutationReport;
const all = [...driven, ...replaced];
const mine = scoreOf(report, driven);
const survivors = survivorsOf(report, driven);
const rows: readonly ScoreRow[] = [
  ...driven.map((file): ScoreRow => [file, scoreOf(report, [file])]),
  ['what the replay drives', mine],
  ['impl/, with the shell that the trace replaces', scoreOf(report, all)],
];
const unreasoned = survivors.filter((survivor) => reasonFor(survivor) === undefined);

await writeResult(
  RESULT,
  `${JSON.stringify(
    {
      version: 1,
      threshold: THRESHOLD,
      ...mine,
      whole: scoreOf(report, all),
      files: all.map((file) => ({
        file,
        isDriven: !replaced.some((name) => name === file),
        ...scoreOf(report, [file]),
      })),
      survivors: survivors.map((survivor) => ({ ...survivor, why: reasonFor(survivor)?.why })),
    },
    null,
    2,
  )}\n`,
);

print(
  table(
    [
      { title: 'file' },
      ...['killed', 'timeout', 'survived', 'not come by', 'left out', 'score, %'].map((title) => ({
        title,
        align: 'right' as const,
      })),
    ],
    rows.map(([name, { score, killed, timeout, survived, noCoverage, leftOut }]) => [
      name,
      ...[killed, timeout, survived, noCoverage, leftOut].map(figure),
      score.toFixed(2),
    ]),
  ),
);
print();
survivors.forEach((survivor) => print(shownSurvivor(survivor)));
print();

const findings = [
  ...(mine.score < THRESHOLD ? [`the score is ${mine.score} %, below ${THRESHOLD} %`] : []),
  ...unreasoned.map(
    ({ file, line, original }) => `${file}:${line}: no reason is given why ${original} survives`,
  ),
  ...idleReasons(survivors),
  ...(await differsFromPage()),
];
findings.forEach((finding) => print(`${colours.red('NO')}  ${finding}`));
if (findings.length === 0)
  print(`${colours.green('ok')}  ${mine.score} % of the mutants are told; each survivor has its reason`);
print(`written to ${RESULT}`);
process.exitCode = findings.length === 0 ? 0 : 1;

function shownSurvivor({ file, line, column, mutator, original, replacement, status }: Survivor): string {
  const how = status === 'NoCoverage' ? 'not come by' : 'survived';
  return `${file}:${line}:${column}  ${how}, ${mutator}: ${original} -> ${replacement}`;
}

/** Writes the page if asked to, else says whether it is as it was. */
async function differsFromPage(): Promise<readonly string[]> {
  const page = await readFile(PAGE, 'utf8');
  const due = pageWith(page, partOf(rows, survivors));
  if (page === due) return [];
  if (!process.argv.includes('--write'))
    return [`${PAGE} does not say this: npm run mutation -- --write, and see what changed`];
  await writeResult(PAGE, due);
  return [];
}
