/** netfront check: run the models, and compare what TLC says with what the manifest expects. */
import { availableParallelism } from 'node:os';
import { type Command, Option } from 'commander';
import { type Candidate, type Manifest, readManifest } from '../tlc/models.js';
import { type ModelRow, newReport, readIfThere, updateReport } from './report-file.js';
import { checkPart, timed } from './check-parts.js';
import { tellOthers } from './ci/check.js';
import { GITHUB_HELP, withoutCommands } from './ci/github.js';
import { SARIF_HELP } from './ci/sarif.js';
import { candidates, warnOfHuge } from './candidates.js';
import { isCounted, Tally } from './coverage/count.js';
import { rootOf } from './context.js';
import {
  addDistributedOptions,
  checkDistributed,
  type DistributedOptions,
  mustGoTogether,
} from './distributed.js';
import { UsageError } from './errors.js';
import { interruptible } from './interrupt.js';
import { type Checked, judge, line, phrase } from './judge.js';
import { junit } from './junit.js';
import { meaningOf } from './meaning.js';
import { largestFirst } from './models.js';
import { countTo, MOST_AT_A_TIME } from './numbers.js';
import { counted, figure, note, print, shown, wrapped } from './output.js';
import { mustBeWritable, writeResult } from './output-file.js';
import { forEachModel } from './progress.js';
import { record } from './record.js';
import { modelsTable } from './report-tables.js';
import { findTools, outcomeOf, verdictIn } from './run.js';
import { hasTraces, runAndKeep } from './traces/shared-runs.js';
import { unlessUnchanged } from './unchanged.js';

interface Options extends DistributedOptions {
  readonly workers: number;
  readonly jobs: number;
  readonly json?: string;
  readonly junit?: string;
  readonly sarif?: string;
  readonly github?: boolean;
  readonly report?: string;
  readonly record?: boolean;
  readonly all?: boolean;
  readonly changed?: boolean;
}

/** Adds the command. */
export function addCheck(program: Command): void {
  const command = program
    .command('check')
    .summary('run models and compare the verdicts with those expected')
    .description(
      'Runs TLC on the models named, or on all of spec/models/manifest.json, and compares verdict, number of ' +
        'states and depth with those of the manifest.',
    )
    .argument('[MODEL...]', 'models to run, or paths of .cfg files; if none is named, all but the long ones')
    .option('--all', 'run the long ones too')
    .option(
      '--workers <N>',
      'TLC workers for each model; with more than one neither the counts of a violated model nor the ' +
        'length of its counterexample are the same each time, and they are not compared',
      countTo(MOST_AT_A_TIME),
      1,
    )
    .option('--jobs <N>', 'models at a time', countTo(MOST_AT_A_TIME), Math.min(2, availableParallelism()))
    .option('--json <FILE>', 'write the results as JSON')
    .option('--junit <FILE>', 'write the results as JUnit XML')
    .option('--sarif <FILE>', SARIF_HELP)
    .option('--github', GITHUB_HELP)
    .option(
      '--report <FILE>',
      'write the section models of a report; without MODEL the report begins anew, and runs are kept for traces make',
    )
    .option('--record', 'write the figures found into the manifest, if every verdict is the expected one')
    .addOption(
      new Option(
        '--changed',
        'leave out the models whose modules, configuration, jar and flags are those of a run that was as expected',
      ).conflicts('record'),
    )
    .addHelpText(
      'after',
      '\nExit status: 0 if all that ran is as expected, 1 if not, 2 if a model has no verdict.',
    )
    .action(async (names: string[], options: Options, command: Command) => {
      mustGoTogether(command);
      const work = options.distributed ? checkDistributed : check;
      process.exitCode = await interruptible((signal) => work(rootOf(command), names, options, signal));
    });
  addDistributedOptions(command);
}

async function check(
  root: string,
  names: readonly string[],
  options: Options,
  signal: AbortSignal,
): Promise<0 | 1> {
  const { workers, jobs } = options;
  const manifest = await readManifest(root);
  const models = await candidates(root, manifest, names, options.all);
  if (options.record && workers > 1)
    throw new UsageError('--record needs figures that are the same each time: leave --workers out.');
  const own = models.find(({ config }) => config !== undefined);
  if (options.record && own !== undefined)
    throw new UsageError(
      `${own.name} is not in the manifest, so nothing of it can be recorded: netfront ask --save adds a model.`,
    );
  const huge = models.find(({ name }) => manifest.huge.some((each) => each.name === name));
  if (options.record && huge !== undefined)
    throw new UsageError(
      `${huge.name} is recorded by a distributed run: netfront check ${huge.name} --distributed --record.`,
    );
  await mustBeReady(options, names);
  const tools = await findTools(signal);
  warnOfHuge(manifest, models);
  if (workers > 1)
    note(`With ${workers} workers depth, and all figures of a violated model, are not compared.`);

  // make check makes traces of the same runs next. Those of several workers are in another order each time.
  const keeps = names.length === 0 && options.report !== undefined && workers === 1;
  const tally = new Tally(root);
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const results = new Map<Candidate, Checked>();
  const run = () =>
    forEachModel(
      largestFirst(models),
      jobs,
      async (model, onProgress) => {
        const checked = await unlessUnchanged(
          model,
          { ...tools, root, workers },
          options.changed === true,
          async () => {
            const counts = names.length === 0 && options.report !== undefined && isCounted(model);
            const how = { ...tools, root, workers, signal: either, onProgress, counts };
            const outcome =
              keeps && hasTraces(model) ? await runAndKeep(model, how) : await outcomeOf(model, how);
            tally.add(outcome);
            return judge(model, verdictIn(model, outcome), workers);
          },
        );
        results.set(model, checked);
        // Figures that are to be recorded are not held against the model.
        return line(options.record && verdictIsExpected(checked) ? { ...checked, findings: [] } : checked);
      },
      () => failed.abort(),
    );
  const isWhole = names.length === 0 && !options.changed;
  await (isWhole ? timed(checkPart(models.length), run) : run());
  signal.throwIfAborted();
  const checked = models.map((model) => results.get(model)!);
  return conclude(root, manifest, models, checked, names, options, tally);
}

/** Everything that would stop us at the end stops us now. */
async function mustBeReady({ json, junit, sarif, report }: Options, names: readonly string[]): Promise<void> {
  for (const file of [json, junit, sarif, report]) if (file !== undefined) await mustBeWritable(file);
  if (report !== undefined && names.length > 0) await readIfThere(report);
}

/** Writes what is to be written, prints the table, and says what it comes to. */
async function conclude(
  root: string,
  manifest: Manifest,
  models: readonly Candidate[],
  found: readonly Checked[],
  names: readonly string[],
  options: Options,
  tally: Tally,
): Promise<0 | 1> {
  const misjudged = found.filter((each) => !verdictIsExpected(each));
  const recording = options.record === true && misjudged.length === 0;
  if (recording)
    await record(
      root,
      found.map(({ row }) => row),
    );
  // What was just recorded is as expected.
  const checked = recording
    ? found.map((each) => ({ ...each, row: { ...each.row, ok: true }, findings: [] }))
    : found;
  const rows = checked.map(({ row }) => row);
  if (options.json !== undefined)
    await writeResult(options.json, `${JSON.stringify({ version: 1, models: rows }, null, 2)}\n`);
  if (options.junit !== undefined) await writeResult(options.junit, junit(checked));
  if (options.report !== undefined) {
    if (names.length === 0) await newReport(options.report, rows, await tally.section());
    else await updateReport(options.report, 'models', rows);
  }

  const findings = checked.flatMap((each) => each.findings);
  await withoutCommands(options.github, async () => {
    print(modelsTable(rows));
    if (findings.length > 0) print(`\n${findings.join('\n')}`);
    if (options.changed) print(`\n${amountRun(rows)}`);
    if (checked.length === 1) print(`\n${wrapped(await explanation(root, models[0]!, checked[0]!))}`);
  });
  await tellOthers(
    root,
    checked.map((each, i) => ({ model: models[i]!, checked: each })),
    options,
  );
  if (recording) note(`Recorded the figures of ${checked.length} of ${manifest.models.length} models.`);
  if (options.record && !recording) note('Nothing was recorded: a verdict is not the expected one.');
  return findings.length > 0 ? 1 : 0;
}

const amountRun = (rows: readonly ModelRow[]): string => {
  const unchanged = rows.filter(({ unchangedSince }) => unchangedSince !== undefined).length;
  const run = rows.length - unchanged;
  return `${run === 0 ? 'No model was run' : `${counted(run, 'model')} run`}, ${figure(unchanged)} unchanged.`;
};

const verdictIsExpected = ({ row }: Checked): boolean => row.verdict === row.expected;

/** What a single model shows, and what to type next. */
async function explanation(root: string, model: Candidate, { row, verdict }: Checked): Promise<string> {
  const verdictOnly = row.ok ? 'as expected' : 'as expected, but with other figures';
  const expected = row.verdict === row.expected ? verdictOnly : 'which is not expected';
  if (verdict === undefined) return `${row.name} was not run. To run it, leave out --changed.`;
  if (verdict.kind === 'holds')
    return `${row.name} holds, ${expected}: all ${figure(row.distinctStates)} reachable states were looked at.`;
  const meaning =
    verdict.kind === 'violated' ? await meaningOf(root, model.module, verdict.property) : undefined;
  const said = meaning === undefined ? '' : `\n${meaning.number}: ${meaning.text}`;
  return (
    `${row.name}: ${phrase(row.verdict)} at step ${verdict.trace.length}, ${expected}.${said}\n` +
    `To see how: netfront explain ${model.config === undefined ? row.name : shown(model.config)}`
  );
}
