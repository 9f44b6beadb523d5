/** netfront traces make: the graphs, their full covers, and the committed corpus. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { readConfig } from '../../tlc/models.js';
import {
  type CorpusFile,
  corpusDifferences,
  counterexampleFile,
  graphCorpus,
  graphModels,
  hasCorpus,
  loadGraph,
  type Manifest,
  type Model,
  modelFiles,
  readConstants,
  readManifest,
  wholeCorpus,
  writeCover,
} from '../../corpus/index.js';
import { portCorpus } from '../../conform/corpus.js';
import { versionsFile } from '../../conform/versions.js';
import { type DeviceModelGraph, deviceWalks, isDeviceGraph } from '../../conform/connection/cover.js';
import { coveredModels } from '../../conform/cover-cases.js';
import { contract, type MacroGraph } from '../../conform/contracted.js';
import { moduleOfModel } from '../../replay/modules/index.js';
import { type GraphRow, readIfThere, updateReport } from '../report-file.js';
import { graphParts, timed } from '../check-parts.js';
import { rootOf } from '../context.js';
import { interruptible } from '../interrupt.js';
import { type Checked, judge, line } from '../judge.js';
import { largestFirst } from '../models.js';
import { counted, note, print } from '../output.js';
import { mustBeWritable, writeResult } from '../output-file.js';
import { forEachModel, places } from '../progress.js';
import { graphsTable } from '../report-tables.js';
import { findTools, type Tools, verdictIn } from '../run.js';
import { corpusFolder, graphFolder } from './files.js';
import { outcomeForTraces } from './shared-runs.js';

interface Options {
  readonly check?: boolean;
  readonly report?: string;
}

/** Adds the command. */
export function addMake(traces: Command): void {
  traces
    .command('make')
    .summary('make all traces from the specification')
    .description(
      'Runs TLC for the state graphs and the counterexamples, writes the full covers to build/traces, and the ' +
        'corpus to traces/. The same specification gives the same bytes. Runs that netfront check --report kept in ' +
        'build/runs are not run again, if modules, configuration, jar and flags are still the same.',
    )
    .option('--check', 'leave the corpus alone, and fail if it is not what the specification gives now')
    .option('--report <FILE>', 'write the section graphs of a report')
    .action(async (options: Options, command: Command) => {
      process.exitCode = await interruptible(async (signal) => {
        const root = rootOf(command);
        const manifest = await readManifest(root);
        return timed(graphParts(manifest).traces, () => make(root, manifest, options, signal));
      });
    });
}

async function make(
  root: string,
  { models }: Manifest,
  { check, report }: Options,
  signal: AbortSignal,
): Promise<0 | 1> {
  const graphs = graphModels({ models });
  const violated = await modelsWithCorpus(root, models);
  if (report !== undefined) {
    await mustBeWritable(report);
    await readIfThere(report);
  }
  await mustBeWritable(join(graphFolder(root), '-'));

  const found = await runAll(root, [...graphs, ...violated], await findTools(signal), signal);
  const findings = [...found.checked.values()].flatMap((each) => each.findings);
  if (findings.length > 0) {
    print(`${findings.join('\n')}\nNo traces were made: they would be those of another specification.`);
    return 1;
  }

  const rows: GraphRow[] = [];
  const files: CorpusFile[] = [...found.counterexamples];
  const contracted = new Map<string, MacroGraph>();
  const devices: DeviceModelGraph[] = [];
  const at = places(graphs.length);
  for (const model of graphs) {
    signal.throwIfAborted();
    const made = await loadGraph(root, model, graphFolder(root));
    files.push(...graphCorpus(made));
    if (coveredModels.has(made.name))
      contracted.set(
        made.name,
        contract(moduleOfModel(made.model.module)!, made.graph, made.args, made.constants),
      ); // it has traces
    if (isDeviceGraph(made.name)) devices.push(made);
    const { sha256 } = await writeCover(made, graphFolder(root));
    const { graph, cover } = made;
    rows.push({
      ...{ model: made.name, states: graph.stateCount, transitions: graph.transitionCount },
      ...{ covered: cover.covered, paths: cover.paths.length, steps: cover.steps, sha256 },
    });
    note(`${at()}${made.name} ... ${counted(cover.paths.length, 'path')}, ${counted(cover.steps, 'step')}`);
  }
  signal.throwIfAborted();
  const port = portCorpus(contracted, deviceWalks(devices));
  const corpus = [...wholeCorpus(files), ...port, await versionsFile(corpusFolder(root), port)];
  const differences = check ? await corpusDifferences(corpusFolder(root), corpus) : [];
  if (!check) for (const [file, text] of corpus) await writeResult(join(corpusFolder(root), file), text);
  if (report !== undefined) await updateReport(report, 'graphs', rows);

  print(graphsTable(rows));
  print(`\n${counted(corpus.length, 'file')} of the corpus ${check ? 'compared' : 'written'}.`);
  if (differences.length > 0)
    print(`${differences.join('\n')}\nIf this is meant: netfront traces make, and commit what it writes.`);
  return differences.length > 0 || rows.some(({ covered, transitions }) => covered !== transitions) ? 1 : 0;
}

/** The models whose counterexamples are part of the corpus. Where fairness is assumed they go on for ever. */
async function modelsWithCorpus(root: string, models: readonly Model[]): Promise<readonly Model[]> {
  const found: Model[] = [];
  for (const model of models) {
    if (model.expected === 'holds') continue;
    const { config } = modelFiles(root, model);
    const isFair = /^SPECIFICATION\s+FairSpec\b/m.test(await readConfig(config));
    if (!isFair && hasCorpus(model, await readConstants(config))) found.push(model);
  }
  return found;
}

interface Runs {
  readonly checked: ReadonlyMap<string, Checked>;
  readonly counterexamples: readonly CorpusFile[];
}

/** Everything that TLC is needed for. */
async function runAll(
  root: string,
  models: readonly Model[],
  tools: Tools,
  signal: AbortSignal,
): Promise<Runs> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const checked = new Map<string, Checked>();
  const counterexamples: CorpusFile[] = [];
  await forEachModel(
    largestFirst(models),
    Math.min(2, availableParallelism()),
    async (model, onProgress) => {
      const outcome = await outcomeForTraces(model, { ...tools, root, signal: either, onProgress });
      const each = judge(model, verdictIn(model, outcome), 1);
      checked.set(model.name, each);
      if (model.graphOf === undefined && each.row.ok) {
        const constants = await readConstants(modelFiles(root, model).config);
        const file = counterexampleFile(model, constants, outcome);
        if (file !== undefined) counterexamples.push(file);
      }
      return line(each);
    },
    () => failed.abort(),
  );
  signal.throwIfAborted();
  return { checked, counterexamples };
}
