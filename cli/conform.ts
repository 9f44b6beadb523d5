/** netfront conform: the corpus for ports against a driver. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { ToolError } from '../tlc/index.js';
import type { Case } from '../conform/case.js';
import { conform, type Conformed, type ConformOptions, startDriver } from '../conform/conform.js';
import { DriverFault } from '../conform/port.js';
import { drawnOf } from '../conform/failures.js';
import { shortestOf } from '../conform/shrink.js';
import { writtenSteps } from '../conform/step-texts.js';
import { unaskedFeatures } from '../conform/unasked.js';
import { logText } from '../logs/read.js';
import { tellOthers } from './ci/conform.js';
import { GITHUB_HELP, withoutCommands } from './ci/github.js';
import { SARIF_HELP } from './ci/sarif.js';
import { casesOf, type CorpusVersion, isResized, type WhichCases } from './conform/cases.js';
import { failureText } from './conform/failure.js';
import { json, junit, type Reported, tap } from './conform/reports.js';
import { shortcomingOf, summary } from './conform/summary.js';
import { walked } from './conform/walked.js';
import { areasTable, leftOutText, causesTable } from './conform/table.js';
import { rootOf } from './context.js';
import { oneLine, UsageError } from './errors.js';
import { interruptible } from './interrupt.js';
import { countTo, indexFrom, MOST_AT_A_TIME, seconds, slotsOf } from './numbers.js';
import { counted, note, print } from './output.js';
import { mustBeWritable, writeResult } from './output-file.js';
import { meter } from './progress.js';

// Far more than any port needs, and little to wait for one that is silent.
const ANSWER_S = 5;
// An hour, for a fast driver. All its cases are kept in memory.
const MOST_STEPS = 10_000_000;

interface Options extends WhichCases {
  readonly jobs: number;
  readonly timeout?: number;
  readonly junit?: string;
  readonly tap?: string;
  readonly json?: string;
  readonly sarif?: string;
  readonly github?: boolean;
  readonly record?: string;
  readonly bail?: boolean;
  readonly strict?: boolean;
}

/** Adds the command. */
export function addConform(program: Command): void {
  program
    .command('conform')
    .summary('run the corpus for ports against a driver')
    .usage('[options] -- COMMAND [ARGUMENT...]')
    .description(
      'Starts the driver of a port, plays the backend and Xen, and tells whether the port does what the specification ' +
        'says. The protocol and how to write a driver are in traces/PORTING.md.',
    )
    .argument('<COMMAND...>', 'the driver and its arguments, behind --')
    .option('--case <NAME...>', 'only these cases, or all of these folders (tx, rx/chains)')
    .option('--start <JSON>', 'the sizes of one case that is not in the corpus; with --steps')
    .option('--steps <STEPS>', 'the steps of one case that is not in the corpus')
    .option('--random <STEPS>', 'so many steps at random, of all that the driver claims', countTo(MOST_STEPS))
    .option('--seed <N>', 'where --random begins: the same steps each time', indexFrom)
    .option('--adaptive', 'every step of the state graphs that the driver can be brought to')
    .option('--nr-ents <N>', 'the slots of each ring, for a driver that has no others', slotsOf)
    .option('--first <N>', 'where indices start, for a driver that has no other place', indexFrom)
    .option('--jobs <N>', 'drivers at a time', countTo(MOST_AT_A_TIME), availableParallelism())
    .option('--bail', 'begin no other case once one has failed')
    .option('--strict', 'fail also for what is wasteful: a notification too many, a slot that is never used')
    .option(
      '--timeout <SECONDS>',
      `how long one answer may take (default: ${ANSWER_S}; the first, which the driver has to start for, 30)`,
      seconds,
    )
    .option('--junit <FILE>', 'write the results as JUnit XML')
    .option('--tap <FILE>', 'write the results in the Test Anything Protocol')
    .option('--json <FILE>', 'write the results as JSON')
    .option('--sarif <FILE>', SARIF_HELP)
    .option('--github', GITHUB_HELP)
    .option(
      '--record <FILE>',
      'write what went over the rings as a log for netfront validate; a folder, FILE/, if there are several cases',
    )
    .addHelpText(
      'after',
      '\nExit status: 0 if all cases passed that the driver claims, 1 if one failed or of a feature that it claims none was run, 2 wrong usage.',
    )
    .action(async (given: string[], options: Options, command: Command) => {
      const [file, ...args] = given;
      process.exitCode = await interruptible((signal) =>
        run(rootOf(command), [file!, ...args], options, signal),
      );
    });
}

async function run(
  root: string,
  command: readonly [string, ...string[]],
  given: Options,
  signal: AbortSignal,
): Promise<0 | 1> {
  for (const file of [given.junit, given.tap, given.json, given.sarif])
    if (file !== undefined) await mustBeWritable(file);
  const driver: ConformOptions = {
    command,
    signal,
    bail: given.bail === true,
    strict: given.strict === true,
    jobs: given.jobs,
    timeoutMs: (given.timeout ?? ANSWER_S) * 1000,
    ...(given.timeout !== undefined && { startMs: given.timeout * 1000 }),
    onProgress: meter('conform'),
  };
  const begun = performance.now();
  const done = await introduced(root, driver, given, async () => {
    if (given.adaptive === true) return walked(root, given, await helloOf(driver), driver);
    const { playerOf, ...which } = await casesOf(root, given, () => helloOf(driver));
    const recorded = await recording(given.record, which.cases);
    const options = { ...driver, ...(recorded && { onLog: recorded.onLog }), ...(playerOf && { playerOf }) };
    const conformed = await conform(which.cases, options);
    recorded?.noteMissing(conformed.results);
    return { ...which, conformed, isIdle: false };
  });
  if (done === undefined) return 1;
  const { conformed, chosen, remark, isIdle, corpus } = done;
  const { results } = conformed;
  const unasked = unaskedFeatures(conformed, chosen);
  const hint = isResized(given) ? ' at these sizes' : ONE_SIZE;
  const shortcoming = shortcomingOf(conformed, { unasked, hint, isIdle });
  await writeReports(given, conformed, shortcoming, corpus);

  const drawn: string[] = [];
  const last = await withoutCommands(given.github, async () => {
    for (const failed of drawnOf(results)) {
      drawn.push(await failureText(root, await shortestOf(failed, driver), failed, command));
      print(`${drawn.at(-1)}\n`);
    }
    print(areasTable(results));
    const causes = causesTable(results);
    if (causes !== '') print(`\n${causes}`);
    const leftOut = leftOutText(results);
    if (leftOut !== '') print(`\n${leftOut}`);
    if (remark !== undefined) print(`\n${remark(counted(stepsIn(results), 'step'))}`);
    const habits = new Set(results.flatMap(({ verdict }) => ('habits' in verdict ? verdict.habits : [])));
    if (habits.size > 0) print(`\nTaken at the driver's word: ${[...habits].join(', ')}.`);
    if (corpus !== undefined) print(`\nCorpus version ${corpus.name}.`);
    const text = summary(conformed, shortcoming, (performance.now() - begun) / 1000);
    print(`\n${text}`);
    return text;
  });
  await tellOthers(
    root,
    { command, results, shortcoming, last, drawn: drawn[0], corpus: corpus?.name },
    given,
  );
  const hasFailed = results.some(({ verdict }) => verdict.kind === 'failed');
  return shortcoming === undefined && !hasFailed ? 0 : 1;
}

/** Writes JUnit XML, TAP and JSON to where they are wanted. Throws {@link ToolError}. */
async function writeReports(
  given: Options,
  run: Reported,
  shortcoming: string | undefined,
  corpus?: CorpusVersion,
): Promise<void> {
  if (given.junit !== undefined) await writeResult(given.junit, junit(run, shortcoming, corpus));
  if (given.tap !== undefined) await writeResult(given.tap, tap(run, shortcoming));
  if (given.json !== undefined) await writeResult(given.json, json(run, shortcoming, corpus));
}

/** Logs of cases, as they are written. */
interface Recording {
  readonly onLog: NonNullable<ConformOptions['onLog']>;
  /** Says of which cases that were run there is no log. */
  readonly noteMissing: (results: Conformed['results']) => void;
}

/** Writes logs to where `--record` says: of one case to a file, of several into a folder. Throws {@link UsageError}. */
async function recording(file: string | undefined, cases: readonly Case[]): Promise<Recording | undefined> {
  if (file === undefined) return undefined;
  const isFolder = file.endsWith('/');
  if (!isFolder && cases.length > 1)
    throw new UsageError(
      `--record ${file} is one file, and there are ${cases.length} cases: take one with --case, or a folder, ${file}/.`,
    );
  await mustBeWritable(isFolder ? join(file, '-') : file);
  const written = new Set<string>();
  return {
    onLog: async ({ name }, { header, events }) => {
      written.add(name);
      const own = isFolder ? join(file, `${name.replaceAll('/', '-')}.ndjson`) : file;
      await writeResult(own, logText(header, events));
    },
    noteMissing: (results) => {
      const missing = results.filter(
        ({ case: { name }, verdict }) => verdict.kind !== 'left out' && !written.has(name),
      );
      const [first, ...others] = missing;
      if (first === undefined) return;
      const more = others.length === 0 ? '' : ` and of ${counted(others.length, 'other case')}`;
      note(
        `Nothing is recorded of ${first.case.name}${more}: a log begins with rings that are there, and a device makes its own.`,
      );
    },
  };
}

/** What a driver says of itself. Throws {@link DriverFault}. */
async function helloOf(options: ConformOptions): Promise<Conformed['hello']> {
  const { driver, hello } = await startDriver(options);
  await driver.end();
  return hello;
}

/** The number of steps in the cases that were run. */
const stepsIn = (results: Conformed['results']): number =>
  results.reduce((sum, { case: given }) => sum + writtenSteps(given).length, 0);

/**
 * What a driver is asked; undefined, and said so, if it does not introduce itself. Throws {@link ToolError} if it cannot be
 * started. All reports are written in either case, since whoever reads them is there also when nothing was tested.
 */
async function introduced<T>(
  root: string,
  options: ConformOptions,
  given: Options,
  ask: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof DriverFault)) throw error;
    const sentence = `${options.command.join(' ')}: ${oneLine(error.message)}`;
    const shortcoming = `${sentence}. Nothing was tested.`;
    await writeReports(given, { results: [] }, shortcoming);
    const last = `NOT ok  ${sentence}\nNothing was tested.`;
    const run = { command: options.command, results: [], shortcoming, last };
    if (error.kind === 'cannot start') {
      await tellOthers(root, run, { ...given, github: false });
      throw new ToolError(`${sentence}: check the command behind --`);
    }
    print(last);
    await tellOthers(root, run, given);
    return undefined;
  }
}

const ONE_SIZE = ': a driver that has one size is run with --nr-ents 256 --first 0';
