/** From TLC's state graph to traces: the graph of a model, its full cover, and the committed corpus. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type Outcome, type Progress, runModel, type RunRequest, ToolError } from '../tlc/index.js';
import { argsOf, type GraphArgs, graphArgs } from '../graph/args.js';
import type { Found } from '../replay/conformance.js';
import { type Constants, readConstants, setOf } from '../replay/constants.js';
import { type Cover, coverTransitions, reducedCover } from '../graph/cover.js';
import { type CorpusFile, headerOf, type TraceInfo, traceText } from '../replay/format.js';
import { type Graph, readGraph, sources, stateAt } from '../graph/graph.js';
import { type Manifest, type Model, modelFiles, requestOf } from '../tlc/models.js';
import { moduleOfModel, replayFor, type ReplayTargets, type TracedModule } from '../replay/modules/index.js';
import type { Replay } from '../replay/replay.js';
import { scenarioText } from './scenarios.js';

/** What running TLC takes. `findJava` and `findJar` give the first two. */
export interface Tools {
  readonly java: { readonly path: string };
  readonly jar: { readonly path: string };
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** The graph of a model, its arguments and its cover. */
export interface ModelGraph {
  /** The name of the model that the graph is of: `graphOf` in the manifest. */
  readonly name: string;
  readonly model: Model;
  readonly module: TracedModule;
  readonly constants: Constants;
  readonly graph: Graph;
  readonly args: GraphArgs;
  readonly cover: Cover;
}

/** The models whose graphs traces are made from. */
export const graphModels = ({ models }: Pick<Manifest, 'models'>): readonly Model[] =>
  models.filter(({ graphOf }) => graphOf !== undefined);

/**
 * May the counterexample of this model be part of the corpus? A conforming frontend must not be able to follow it.
 *
 * - Not one of a front of one loop (`Refill`): the scheduler decides the order in which a frontend posts and polls.
 * - Not one of WrapSafe. It compares two runs, and the one that TLC shows may be right.
 * - Not one of a backend that answers a packet from its last slot to its first (`reversed`): a frontend that goes by ids is
 *   right to believe it.
 * - Not one of Connection in which only the back is wrong. The front does what is right, and nothing helps.
 */
export const hasCorpus = (
  { module, expected }: Model,
  { Refill, Faults, BackFaults = '', IdScheme }: Constants,
): boolean =>
  moduleOfModel(module) !== undefined &&
  expected !== 'WrapSafe' &&
  (Refill ?? 'any_time') === 'any_time' &&
  (module !== 'MCConnection' || setOf(Faults).length > 0) &&
  !(JSON.stringify(BackFaults).includes('"reversed"') && IdScheme !== 'slot');

/** The module that traces of this model are of. Throws {@link ToolError} if none are made of it. */
const moduleOf = ({ name, module }: Model): TracedModule => {
  const found = moduleOfModel(module);
  if (found === undefined)
    throw new ToolError(`no traces are made of ${module}, which ${name} is a model of`);
  return found;
};

/** The file of a model's state graph in a folder, as TLC writes it. */
export const dumpFile = (folder: string, model: Pick<Model, 'name' | 'graphOf'>): string =>
  path.join(folder, `${model.graphOf ?? model.name}.dot`);

/**
 * Runs TLC on a model and keeps its state graph in `folder`, for {@link loadGraph}. The file is there only if TLC
 * looked at every state and the model is as the manifest says.
 * @param run what runs TLC
 * @returns what TLC found
 */
export async function dumpGraph(
  root: string,
  model: Model,
  folder: string,
  tools: Tools,
  run: (request: RunRequest & { dumpDot: string }) => Promise<Outcome> = runModel,
): Promise<Outcome> {
  await makeFolder(folder);
  const file = dumpFile(folder, model);
  const unfinished = file.replace(/\.dot$/, '.unfinished.dot');
  try {
    const outcome = await run({ ...requestOf(root, model), ...tools, dumpDot: unfinished });
    if (outcome.kind === 'holds' && outcome.stats.distinctStates === model.distinctStates)
      await rename(unfinished, file);
    return outcome;
  } finally {
    await rm(unfinished, { force: true });
  }
}

/**
 * Reads the graph that {@link dumpGraph} kept, and works out its arguments; the cover when it is first asked for.
 * @throws GraphError if there is none, or it is not whole
 */
export async function loadGraph(root: string, model: Model, folder: string): Promise<ModelGraph> {
  const graph = await readGraph(dumpFile(folder, model), { distinctStates: model.distinctStates });
  const module = moduleOf(model);
  let cover: Cover | undefined;
  return {
    name: model.graphOf ?? model.name,
    model,
    module,
    constants: await readConstants(modelFiles(root, model).config),
    graph,
    args: graphArgs(graph, module.args),
    // It takes seconds, and the scheduler needs none.
    get cover() {
      return (cover ??= coverTransitions(graph));
    },
  };
}

const infoOf = (
  { name, module, constants }: ModelGraph,
  info: Pick<TraceInfo, 'name' | 'kind' | 'flags' | 'comment'>,
): TraceInfo => ({
  ...info,
  module: module.name,
  model: name,
  constants,
});

/** A replay of the states of a graph, against the reference implementation or targets of one's own. */
export const replayOf = ({ module, graph, constants }: ModelGraph, targets: ReplayTargets = {}): Replay =>
  replayFor(module, graph, constants, targets);

/** What a cover file holds: the SHA-256 of its text, unpacked, tells whether two are the same. */
export interface CoverFile {
  readonly file: string;
  readonly sha256: string;
  /** Octets of the text, unpacked. */
  readonly octets: number;
}

/** Writes the full cover of a graph, packed, to `folder`; a file that was there is replaced when it is finished. */
export async function writeCover(made: ModelGraph, folder: string): Promise<CoverFile> {
  await makeFolder(folder);
  const file = path.join(folder, `${made.name}.cover.ndjson.gz`);
  const hash = createHash('sha256');
  let octets = 0;
  const counted = function* () {
    for (const text of coverTexts(made)) {
      hash.update(text);
      octets += Buffer.byteLength(text);
      yield text;
    }
  };
  const unfinished = `${file}.${process.pid}.unfinished`;
  try {
    await pipeline(Readable.from(counted()), createGzip({ level: 1 }), createWriteStream(unfinished));
    await rename(unfinished, file);
  } finally {
    await rm(unfinished, { force: true });
  }
  return { file, sha256: hash.digest('hex'), octets };
}

/** The text of each path of a cover. Values are spelt once, however often they occur. */
function* coverTexts(made: ModelGraph): Generator<string> {
  const { graph, args, cover } = made;
  const from = sources(graph);
  const width = graph.variables.length;
  const names = graph.variables.map((name) => `${JSON.stringify(name)}:`);
  const texts = graph.values.map((values) => values.map((value) => JSON.stringify(value)));
  const argTexts = args.values.map((value) => JSON.stringify(value));
  const labelTexts = graph.actions.map((action) => JSON.stringify(action));
  const changed = (before: number, after: number): string => {
    let text = '';
    for (let v = 0; v < width; v++) {
      const value = graph.cells[after * width + v]!;
      if (value !== graph.cells[before * width + v])
        text += `${text === '' ? '' : ','}${names[v]}${texts[v]![value]}`;
    }
    return text;
  };
  for (const [number, steps] of cover.paths.entries()) {
    const info = infoOf(made, {
      name: `cover/${made.name}/${number + 1}`,
      kind: 'cover',
      flags: ['Cover'],
      comment: `Path ${number + 1} of ${cover.paths.length}.`,
    });
    let text = `${JSON.stringify(headerOf(info, steps.length, stateAt(graph, from[steps[0]!]!)))}\n`;
    steps.forEach((t, i) => {
      const arguments_ = argTexts[args.ofTransition[t]!];
      text += `{"step":${i + 1},"action":${labelTexts[graph.labels[t]!]},"args":${arguments_},"changed":{${changed(from[t]!, graph.targets[t]!)}}}\n`;
    });
    yield text;
  }
}

/** The scenarios and the reduced cover of a graph. */
export const graphCorpus = (made: ModelGraph): readonly CorpusFile[] => {
  const { name, module, constants, graph, args } = made;
  const named = module.scenarios
    .filter(({ model }) => model === name)
    .map((scenario): CorpusFile => [
      `${scenario.name}.ndjson`,
      scenarioText(scenario, graph, args, module, constants),
    ]);
  const from = sources(graph);
  const reduced = reducedCover(graph, { maxSteps: 600 });
  const texts = [...reduced.paths].map((steps, i) => {
    const transitions = [...steps];
    return traceText(
      infoOf(made, {
        name: `valid/${module.folder}/cover-${name}/${i + 1}`,
        kind: 'cover',
        flags: ['Cover'],
        comment: `Every action of ${name}, and as many pairs of actions as fit: path ${i + 1} of ${reduced.paths.length}.`,
      }),
      transitions.map((t) => ({
        action: graph.actions[graph.labels[t]!]!,
        args: args.values[args.ofTransition[t]!]!,
      })),
      [from[transitions[0]!]!, ...transitions.map((t) => graph.targets[t]!)].map((s) => stateAt(graph, s)),
    );
  });
  return [...named, [`valid/${module.folder}/cover-${name}.ndjson`, texts.join('')]];
};

/** The path to a divergence as a trace of its own, for `netfront replay` to repeat. */
export const divergenceTrace = (made: ModelGraph, found: Found): string => {
  const { graph, name } = made;
  const from = sources(graph);
  const info = infoOf(made, {
    name: `divergence/${name}`,
    kind: 'scenario',
    flags: [],
    comment: `Where the implementation left the specification: ${found.divergence.action}, ${found.divergence.kind}.`,
  });
  const first = found.transitions[0];
  const states = [
    first === undefined ? graph.initial[0]! : from[first]!,
    ...found.transitions.map((t) => graph.targets[t]!),
  ].map((s) => stateAt(graph, s));
  if (found.divergence.kind === 'accepted') states.push(states.at(-1)!);
  return traceText(info, found.steps, states);
};

/**
 * The counterexample of a violated model as a trace; of a model that reaches a corner, a valid one. Undefined if it
 * goes on for ever: a trace has an end.
 */
export const counterexampleFile = (
  model: Model,
  constants: Constants,
  outcome: Outcome,
): CorpusFile | undefined => {
  if (outcome.kind !== 'violated' || outcome.property !== model.expected)
    throw new ToolError(
      `${model.name} was to violate ${model.expected} and did not: run netfront check ${model.name} and see why`,
    );
  if (outcome.loopsTo !== undefined || outcome.stutters) return undefined;
  const { name: module, folder, models, args, isOfAdvisory } = moduleOf(model);
  const reached = model.name.startsWith(`${models}_reach_`);
  const short = model.name.slice(models.length + 1).replaceAll('_', '-');
  const name = `${reached ? 'valid' : 'invalid'}/${folder}/${short}`;
  const states = outcome.trace.map(({ state }) => state);
  const steps = outcome.trace.slice(1).map(({ action }, i) => ({
    action: action ?? '',
    args: argsOf(args, action ?? '', states[i]!, states[i + 1]!),
  }));
  const info: TraceInfo = {
    name,
    kind: reached ? 'scenario' : 'counterexample',
    module,
    model: model.name,
    flags: reached ? ['Reached'] : ['Violation', ...(isOfAdvisory?.(model.name) === true ? ['MSA00'] : [])],
    comment: reached ? model.about : `${model.about} ${model.expected} is violated in the last state.`,
    constants,
  };
  return [`${name}.ndjson`, traceText(info, steps, states)];
};

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new ToolError(
      `${folder} cannot be made (${(error as Error).message}): choose a folder that can be written`,
    );
  }
}
