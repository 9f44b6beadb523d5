/** netfront replay: traces against the reference implementation. */
import path from 'node:path';
import { type Command, Option } from 'commander';
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
  type Manifest,
  type Model,
  type ModelGraph,
  readManifest,
  readTraces,
  replayTrace,
  type TraceVerdict,
  replayOf,
  wayText,
} from '../corpus/index.js';
import { Peer } from '../peer/peer.js';
import { agreeing, noAgreement } from '../replay/agreement.js';
import { runnerTargets } from '../replay/modules/index.js';
import { backStepsOf, peerTargets } from '../replay/peer-steps.js';
import { byTable, byXstate } from '../impl/index.js';
import { type ConformanceRow, PEER_TARGET, readIfThere, updateReport } from './report-file.js';
import { graphParts, hasScheduler, targetsOf, timed } from './check-parts.js';
import { peerModule, rootOf } from './context.js';
import { counted, figure, note, print, shown } from './output.js';
import { mustBeWritable, writeResult } from './output-file.js';
import { meter, places } from './progress.js';
import { conformanceTable } from './report-tables.js';
import { expectation, withPeer } from './replay/behaviour.js';
import { choices, runScheduler } from './replay/scheduler.js';
import { corpusFolder, fileOf, graphFolder } from './traces/files.js';

interface Options {
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
    .action(async (given: string[], { report, scheduler, schedule, way }: Options, command: Command) => {
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
        : timed(graphParts(manifest).replay, () => everything(root, manifest, report)));
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

async function everything(root: string, manifest: Manifest, report: string | undefined): Promise<0 | 1> {
  if (report !== undefined) {
    await mustBeWritable(report);
    await readIfThere(report);
  }
  const corpus = await corpusTraces(corpusFolder(root));
  const rows: ConformanceRow[] = [];
  let good = true;
  const at = places(graphParts(manifest).replay.count);
  const peer = new Peer(peerModule());
  for (const model of graphModels(manifest)) {
    const traced = await made(root, model);
    for (const target of targetsOf(model)) {
      const { row, found } = replayGraph(traced, target, peer, at());
      rows.push(row);
      good &&= isGood(row, traced);
      if (found === undefined) continue;
      const suffix = target === PEER_TARGET ? '.peer' : '';
      const file = path.join(graphFolder(root), `${traced.name}${suffix}.divergence.ndjson`);
      await writeResult(file, divergenceTrace(traced, found));
      print(`${inGraph(`${traced.name}, against ${target}`, found, file)}\n`);
    }
  }
  const status = await replayFiles(corpus, peer);
  if (report !== undefined) await updateReport(report, 'conformance', rows);
  print(`\n${conformanceTable(rows)}`);
  return good ? status : 1;
}

/** Every transition of a graph, against one target. */
function replayGraph(
  traced: ModelGraph,
  target: string,
  peer: Peer,
  at: string,
): { readonly row: ConformanceRow; readonly found: Found | undefined } {
  const { name, graph, args, cover } = traced;
  const isPeer = target === PEER_TARGET;
  const before = peer.exports.steps_done();
  const agreement = noAgreement();
  const runner = agreeing(byTable, byXstate, agreement);
  const replay = replayOf(traced, isPeer ? peerTargets(peer) : runnerTargets(runner));
  const { first, ...counts } = conformance(graph, args, cover, replay, {
    onProgress: meter(`${at}${isPeer ? `${name}, Xen's headers` : name}`),
    // What a frontend refuses is its own affair, and was tried without the peer.
    refusals: !isPeer,
  });
  const { transitions, steps, refusals, divergences } = counts;
  const backSteps = isPeer ? { backSteps: peer.exports.steps_done() - before } : {};
  note(`${at}${name}, ${target} ... ${counted(steps, 'step')}, ${counted(divergences, 'divergence')}`);
  const seconds = Number(counts.seconds.toFixed(3));
  const { first: differing, ...agreed } = agreement;
  if (differing !== undefined)
    print(`NOT ok  the graph of ${name}\n  xstate    and the table of its machine differ at ${differing}\n`);
  const judged = isPeer ? backSteps : agreed;
  return {
    row: { model: name, target, transitions, steps, refusals, divergences, ...judged, seconds },
    found: first,
  };
}

/** Nothing diverged, and nothing was left out: not a transition, and where there is a peer none of its steps. */
const isGood = (row: ConformanceRow, { graph, cover }: ModelGraph): boolean =>
  row.divergences === 0 &&
  (row.agreed === undefined || (row.disagreements === 0 && row.agreed >= row.refusals && row.agreed > 0)) &&
  row.transitions === graph.transitionCount &&
  (row.backSteps === undefined || row.backSteps >= backStepsOf(graph, cover));

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
