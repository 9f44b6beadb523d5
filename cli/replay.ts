/** netfront replay: traces against the reference implementation. */
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { type Command, Option } from 'commander';
import { ToolError } from '../tlc/index.js';
import {
  corpusTraces,
  graphModels,
  type Manifest,
  readManifest,
  readTraces,
  replayTrace,
  type TraceVerdict,
  wayText,
} from '../corpus/index.js';
import { Peer } from '../peer/peer.js';
import { peerTargets } from '../replay/peer-steps.js';
import { graphParts, hasScheduler, timed } from './check-parts.js';
import { peerModule, rootOf } from './context.js';
import { countTo, MOST_AT_A_TIME } from './numbers.js';
import { counted, figure, note, print, shown } from './output.js';
import { mustBeWritable, writeResult } from './output-file.js';
import { meter, places } from './progress.js';
import { withPeer } from './replay/behaviour.js';
import { made } from './replay/graph.js';
import { choices, runScheduler } from './replay/scheduler.js';
import { replayGraphs } from './replay/threads.js';
import { inFile } from './replay/words.js';
import { type ConformanceRow, readIfThere, updateReport } from './report-file.js';
import { conformanceTable } from './report-tables.js';
import { corpusFolder, fileOf, graphFolder } from './traces/files.js';

interface Options {
  readonly jobs: number;
  readonly report?: string;
  readonly scheduler?: string | true;
  readonly schedule?: readonly number[];
  readonly way?: string;
}

/** Adds the command. */
export function addReplay(program: Command): void {
  program
    .command('replay')
    .summary('replay traces against the implementation')
    .description(
      'Replays trace files, or else every transition of the graphs in build/traces and the whole corpus, and ' +
        'compares bytes and state after each step. A counterexample has to be left, any other trace followed. ' +
        "The graphs are replayed twice: with the trace's octets, and with a backend over Xen's headers that does its steps itself.",
    )
    .argument('[TRACE...]', 'names from netfront traces list, or files')
    .option('--report <FILE>', 'write the sections of a report that this makes (without TRACE)')
    .option('--jobs <N>', 'graphs at a time', countTo(MOST_AT_A_TIME), availableParallelism())
    .addOption(
      new Option(
        '--scheduler [MODEL]',
        'run connect, send, onReceive and close on the graphs instead, the backend stepping in wherever it can',
      ),
    )
    .addOption(
      new Option('--schedule <CHOICES>', 'with --scheduler MODEL: this schedule only').argParser(choices),
    )
    .option(
      '--way <MODEL>',
      'the TRACEs are steps through the graph of this model, as in --way ring_1_trace FrontWriteRequest FrontPushRequests',
    )
    .action(async (given: string[], options: Options, command: Command) => {
      const { report, scheduler, schedule, way } = options;
      const root = rootOf(command);
      if (schedule !== undefined && typeof scheduler !== 'string')
        throw new ToolError('--schedule is of one graph: name it, as in --scheduler tx_1_4_2 --schedule 0,1');
      if (way !== undefined && scheduler !== undefined)
        throw new ToolError('--way and --scheduler are two runs: leave out one of them');
      if (scheduler !== undefined) {
        if (given.length > 0)
          throw new ToolError(`--scheduler takes no traces: leave out ${given.join(' ')}`);
        const manifest = await readManifest(root);
        const models = graphModels(manifest).filter(hasScheduler);
        const name = typeof scheduler === 'string' ? scheduler : undefined;
        const chosen = models.filter(({ graphOf }) => name === undefined || graphOf === name);
        if (chosen.length === 0)
          throw new ToolError(
            `the scheduler is run on the graphs of ${models.map(({ graphOf }) => graphOf).join(', ')}, and ${name} is none of them`,
          );
        const run = () =>
          runScheduler(
            chosen.map((model) => () => made(root, model)),
            { report, schedule },
          );
        const all = name === undefined;
        process.exitCode = await (all ? timed(graphParts(manifest).scheduler, run) : run());
        return;
      }
      const manifest = await readManifest(root);
      if (way !== undefined) {
        const file = await wayFile(root, manifest, way, given);
        process.exitCode = await replayFiles([file], new Peer(peerModule()));
        return;
      }
      process.exitCode = await (given.length > 0
        ? named(root, given)
        : timed(graphParts(manifest).replay, () => everything(root, manifest, options)));
    });
}

const named = async (root: string, given: readonly string[]): Promise<0 | 1> =>
  replayFiles(await Promise.all(given.map((name) => fileOf(root, name))), new Peer(peerModule()));

/** Writes a way through a graph as a trace. Throws {@link ToolError} where there is no such graph or step. */
async function wayFile(
  root: string,
  manifest: Manifest,
  name: string,
  given: readonly string[],
): Promise<string> {
  const models = graphModels(manifest);
  const model = models.find((each) => each.name === name);
  if (model === undefined)
    throw new ToolError(
      `--way goes through the graphs of ${models.map((each) => each.name).join(', ')}, and ${name} is none of them`,
    );
  if (given.length === 0)
    throw new ToolError('--way needs steps: name them behind the model, the first one first');
  const file = path.join(graphFolder(root), `${model.graphOf}.way.ndjson`);
  await writeResult(file, wayText(await made(root, model), given));
  return file;
}

async function everything(root: string, manifest: Manifest, { report, jobs }: Options): Promise<0 | 1> {
  if (report !== undefined) {
    await mustBeWritable(report);
    await readIfThere(report);
  }
  const corpus = await corpusTraces(corpusFolder(root));
  const rows: ConformanceRow[] = [];
  let good = true;
  const at = places(graphParts(manifest).replay.count);
  const show = meter('the graphs');
  const { results, stop } = replayGraphs(root, graphModels(manifest), jobs, (share) => show(share, 1));
  try {
    for (const replayed of results)
      for (const { row, isGood, findings } of await replayed) {
        note(
          `${at()}${row.model}, ${row.target} ... ${counted(row.steps, 'step')}, ${counted(row.divergences, 'divergence')}`,
        );
        findings.forEach(print);
        rows.push(row);
        good &&= isGood;
      }
  } finally {
    await stop();
  }
  const status = await replayFiles(corpus, new Peer(peerModule()));
  if (report !== undefined) await updateReport(report, 'conformance', rows);
  print(`\n${conformanceTable(rows)}`);
  return good ? status : 1;
}

/** Replays files; prints a line for each, and more for the first divergence of each that has one. */
async function replayFiles(files: readonly string[], peer: Peer): Promise<0 | 1> {
  let status: 0 | 1 = 0;
  for (const file of files) {
    const wrong: TraceVerdict[] = [];
    let traces = 0;
    let steps = 0;
    let last: TraceVerdict | undefined;
    for await (const trace of readTraces(file)) {
      last = withPeer(replayTrace(trace), peerTargets(peer));
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
