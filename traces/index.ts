/** Traces: from TLC's state graph to paths, and from paths to a verdict on an implementation. */
export { type Args, argsOf, type GraphArgs, graphArgs } from './args.js';
export { type Conformance, type ConformanceOptions, conformance, type Found } from './conformance.js';
export { type Constants, constantsOf, readConstants } from './constants.js';
export { corpusDifferences, corpusOf, corpusTraces, wholeCorpus, writeCorpus } from './corpus.js';
export { type Cover, coverTransitions } from './cover.js';
export { replayTrace, schemeFor, type TraceVerdict } from './file-replay.js';
export { readTraces, statesOf, type Trace, TraceError, TraceHeader, TraceStep, traceText } from './format.js';
export { type Graph, GraphError, readGraph, stateAt, successors } from './graph.js';
export { itfOf } from './itf.js';
export {
  type CorpusFile,
  type CoverFile,
  counterexampleFile,
  divergenceTrace,
  dumpGraph,
  graphCorpus,
  graphModels,
  hasCorpus,
  loadGraph,
  type ModelGraph,
  replayOf,
  type Tools,
  writeCover,
} from './make.js';
export { LogError } from './log/lines.js';
export { readLog } from './log/read.js';
export { validate } from './log/validate.js';
export { Manifest, type Model, manifestPath, modelFiles, readManifest } from './manifest.js';
export { moduleOfModel, type ReplayTargets, type TracedModule, tracedModule } from './modules.js';
export type { Divergence, FrontStep, Replay } from './replay.js';
export { flagMeanings, type Scenario, scenarios } from './scenarios.js';
