/**
 * npm run mutation: how many small changes to impl/ the replay and the explorer tell, with no other test. Prints the scores
 * and what was not told, writes build/mutation.json, and compares README.md beside this file; `--write` writes it.
 *
 * All mutants take most of a day, since each that is not told takes the whole judge. So a run tries a sample, the same each
 * time: one stretch of six lines in six. `--sample 1` tries all. `npm run mutation -- impl/sender.ts impl/receiver.ts` tries
 * the mutants of these files only. Neither is held against the page.
 *
 * Exit status 1: a score below the threshold, or a page that is not as it was.
 */
import { readFile, rm } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { colours, figure, isWatched, note, print, table } from '../../cli/output.js';
import { mustBeWritable, writeResult } from '../../cli/output-file.js';
import { keepGraph, KEPT } from './kept-graphs.js';
import { pageWith, partOf, type ScoreRow } from './page.js';
import { reasonFor } from './reasons.js';
import { type MutationReport, scoreOf, type Survivor, survivorsOf } from './score.js';
import { driven, explored, graphs, replaced, SAMPLE, scheduler, THRESHOLD } from './subject.js';

type Asked = ConstructorParameters<typeof Stryker>[0];

const RESULT = 'build/mutation.json';
const REPORT = 'build/mutation/report.json';
/** Lines of a stretch of a sample. */
const STRETCH = 6;
const SANDBOX = 'build/mutation/sandbox';
const PAGE = 'test/mutation/README.md';

const front = [...driven, ...scheduler];
const all: readonly string[] = [...front, ...replaced];
const { values: asked, positionals: files } = parseArgs({
  allowPositionals: true,
  options: { write: { type: 'boolean' }, sample: { type: 'string' } },
});
const sample = Number(asked.sample ?? SAMPLE);
if (!Number.isInteger(sample) || sample < 1) {
  note(`--sample ${asked.sample}: take a whole number from 1`);
  process.exit(2);
}
const isOfPage = files.length === 0 && sample === SAMPLE;
if (asked.write === true && !isOfPage) {
  note(`--write writes the page of a whole run: leave out the files and --sample`);
  process.exit(2);
}
const unknown = files.filter((file) => !all.includes(file));
if (unknown.length > 0) {
  note(`${unknown.join(', ')}: name files of impl/ as test/mutation/subject.ts does`);
  process.exit(2);
}

/** Of a file one stretch of lines in so many, not the same ones of each. A mutant of more lines than that is left out. */
const stretchesOf = async (file: string): Promise<readonly string[]> => {
  if (sample === 1) return [file];
  const lines = (await readFile(file, 'utf8')).split('\n').length;
  const starts = Array.from({ length: Math.ceil(lines / STRETCH) }, (_, i) => i * STRETCH + 1);
  return starts
    .filter((_, i) => (i + all.indexOf(file)) % sample === 0)
    .map((start) => `${file}:${start}-${start + STRETCH}`);
};

/** What Stryker is asked. Nothing is remembered from one run to the next: each tries all mutants. */
const options = {
  mutate: (await Promise.all((files.length > 0 ? files : all).map(stretchesOf))).flat(),
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
const kept = [...new Set([...graphs, ...explored])];
for (const [i, name] of kept.entries()) {
  const { graph } = await keepGraph(name);
  note(`graph ${i + 1} of ${kept.length}: ${name}, ${figure(graph.transitionCount)} transitions`);
}
// Not the report of the last run, whatever becomes of this one.
await rm(REPORT, { force: true });
// What a run that was interrupted left behind.
await rm(SANDBOX, { recursive: true, force: true });
await new Stryker(options).runMutationTest();

const report = JSON.parse(await readFile(REPORT, 'utf8')) as MutationReport;
const judged: readonly string[] = files.length > 0 ? files : front;
const mine = scoreOf(report, judged);
const survivors = survivorsOf(report, judged);
const rows: readonly ScoreRow[] = [
  ...judged.map((file): ScoreRow => [file, scoreOf(report, [file])]),
  ...(files.length > 0
    ? []
    : [
        ['the front', mine] as const,
        ['impl/, with the backend and the host that the graph replaces', scoreOf(report, all)] as const,
      ]),
];

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

const what = `of the mutants of ${files.length > 0 ? files.join(', ') : 'the front'}`;
const findings = [
  ...(mine.score < THRESHOLD ? [`${mine.score} % ${what} are told, fewer than ${THRESHOLD} %`] : []),
  ...(isOfPage ? await differsFromPage() : []),
];
findings.forEach((finding) => print(`${colours.red('NO')}  ${finding}`));
if (findings.length === 0)
  print(
    `${colours.green('ok')}  ${mine.score} % ${what} are told${sample > 1 ? `, one stretch in ${sample}` : ''}`,
  );
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
  if (asked.write !== true)
    return [`${PAGE} does not say this: npm run mutation -- --write, and see what changed`];
  await writeResult(PAGE, due);
  return [];
}
