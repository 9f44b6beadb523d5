/** netfront replay: traces against the reference implementation. */
import path from 'node:path';
import type { Command } from 'commander';
import { ToolError } from '../tlc/index.js';
import {
  conformance,
  corpusTraces,
  type Divergence,
  divergenceTrace,
  type Found,
  GraphError,
  graphModels,
  loadGraph,
  type Model,
  type ModelGraph,
  readManifest,
  readTraces,
  replayTrace,
  type TraceVerdict,
  replayOf,
} from '../traces/index.js';
import { type ConformanceRow, readIfThere, updateReport } from '../traces/report.js';
import { rootOf } from './context.js';
import { counted, figure, mustBeWritable, note, print, shown, writeResult } from './output.js';
import { meter } from './progress.js';
import { conformanceTable } from './report-tables.js';
import { corpusFolder, fileOf, graphFolder } from './traces/files.js';

/** The name of our own implementation in reports. */
const TARGET = 'impl';

/** Adds the command. */
export function addReplay(program: Command): void {
  program
    .command('replay')
    .summary('replay traces against the implementation')
    .description(
      'Replays trace files, or else every transition of the graphs in build/traces and the whole corpus, and ' +
        'compares bytes and state after each step. A counterexample has to be left, any other trace followed.',
    )
    .argument('[TRACE...]', 'names from netfront traces list, or files')
    .option('--report <FILE>', 'write the section conformance of a report (without TRACE)')
    .action(async (given: string[], { report }: { report?: string }, command: Command) => {
      const root = rootOf(command);
      // There is no JVM to end here, and nothing half is ever written: a Ctrl-C may simply end us.
      process.exitCode = await (given.length > 0 ? named(root, given) : everything(root, report));
    });
}

const named = async (root: string, given: readonly string[]): Promise<0 | 1> =>
  replayFiles(await Promise.all(given.map((name) => fileOf(root, name))));

async function everything(root: string, report: string | undefined): Promise<0 | 1> {
  if (report !== undefined) {
    await mustBeWritable(report);
    await readIfThere(report);
  }
  const corpus = await corpusTraces(corpusFolder(root));
  const rows: ConformanceRow[] = [];
  let good = true;
  for (const model of graphModels(await readManifest(root))) {
    const traced = await made(root, model);
    const { name, graph, args, cover } = traced;
    const { first, ...counts } = conformance(graph, args, cover, replayOf(traced), {
      onProgress: meter(name),
    });
    const { transitions, steps, refusals, divergences } = counts;
    const seconds = Number(counts.seconds.toFixed(3));
    rows.push({ model: name, target: TARGET, transitions, steps, refusals, divergences, seconds });
    note(`${name} ... ${counted(steps, 'step')}, ${counted(divergences, 'divergence')}`);
    good &&= divergences === 0 && transitions === graph.transitionCount;
    if (first !== undefined) {
      const file = path.join(graphFolder(root), `${name}.divergence.ndjson`);
      await writeResult(file, divergenceTrace(traced, first));
      print(`${inGraph(name, first, file)}\n`);
    }
  }
  const status = await replayFiles(corpus);
  if (report !== undefined) await updateReport(report, 'conformance', rows);
  print(`\n${conformanceTable(rows)}`);
  return good ? status : 1;
}

/** The graph that `traces make` kept. */
async function made(root: string, model: Model): Promise<ModelGraph> {
  try {
    return await loadGraph(root, model, graphFolder(root));
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    const why = error.line === undefined ? '' : ` (${error.message.replace(/\.$/, '')})`;
    throw new ToolError(
      `There is no graph of ${model.graphOf ?? model.name} to replay in build/traces${why}: run netfront traces make.`,
    );
  }
}

/** Replays files; prints a line for each, and more for the first divergence of each that has one. */
async function replayFiles(files: readonly string[]): Promise<0 | 1> {
  let status: 0 | 1 = 0;
  for (const file of files) {
    const wrong: TraceVerdict[] = [];
    let traces = 0;
    let steps = 0;
    let last: TraceVerdict | undefined;
    for await (const trace of readTraces(file)) {
      last = replayTrace(trace);
      traces++;
      steps += last.steps;
      if (!last.ok) wrong.push(last);
    }
    if (wrong.length > 0) status = 1;
    const left = last?.divergence;
    const counts = `${traces === 1 ? '' : `${counted(traces, 'trace')}, `}${counted(steps, 'step')}`;
    if (wrong.length === 0)
      print(
        `ok      ${shown(file)}: ${counts}${left ? `, then left at step ${left.step}, as it must be` : ''}`,
      );
    else
      print(
        `NOT ok  ${shown(file)}: ${figure(wrong.length)} of ${counted(traces, 'trace')}\n${inFile(wrong[0]!)}`,
      );
  }
  return status;
}

const inFile = ({ trace, divergence }: TraceVerdict): string =>
  [
    `  trace     ${trace.header.name} (${shown(trace.file)}:${trace.line})`,
    ...(divergence === null
      ? [`  ${trace.header.name} shows a fault, and the implementation follows it to the end`]
      : details(divergence)),
    `  to repeat netfront replay ${shown(trace.file)}`,
  ].join('\n');

const inGraph = (model: string, { divergence, steps }: Found, file: string): string =>
  [
    `NOT ok  the graph of ${model}`,
    `  trace     ${steps.map(({ action, refused }) => (refused ? `!${action}` : action)).join(' ')}`,
    ...details(divergence),
    `  to repeat netfront replay ${shown(file)}`,
  ].join('\n');

function details(divergence: Divergence): readonly string[] {
  const args = Object.entries(divergence.args).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  const { expected, actual } = expectation(divergence);
  return [
    `  step      ${divergence.step}`,
    `  action    ${divergence.action}${args.length === 0 ? '' : `(${args.join(', ')})`}`,
    `  expected  ${expected}`,
    `  actual    ${actual}`,
  ];
}

function expectation(divergence: Divergence): { readonly expected: string; readonly actual: string } {
  if (divergence.kind === 'refused') return { expected: 'the step is taken', actual: 'it is refused' };
  if (divergence.kind === 'accepted') return { expected: 'the step is refused', actual: 'it is taken' };
  const { what, expected, actual } = divergence;
  return { expected: `${what} = ${expected}`, actual: `${what} = ${actual}` };
}
