/** Traces: from TLC's state graph to paths, and from paths to a verdict on an implementation. */
export { type Args, argsOf, type GraphArgs, graphArgs } from '../graph/args.js';
export { type Conformance, type ConformanceOptions, conformance, type Found } from '../replay/conformance.js';
export { type Constants, constantsOf, readConstants } from '../replay/constants.js';
export { corpusDifferences, corpusOf, corpusTraces, wholeCorpus } from './corpus.js';
export { type Cover, coverTransitions } from '../graph/cover.js';
export { replayTrace, type TraceVerdict } from '../replay/file-replay.js';
export {
  type CorpusFile,
  readTraces,
  statesOf,
  type Trace,
  TraceError,
  TraceHeader,
  TraceStep,
  traceText,
} from '../replay/format.js';
export { type Graph, GraphError, readGraph, stateAt, successors } from '../graph/graph.js';
export { itfOf } from '../replay/itf.js';
export {
  type CoverFile,
  counterexampleFile,
  divergenceTrace,
  dumpFile,
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
export { LogError } from '../logs/lines.js';
export { readLog } from '../logs/read.js';
export { validate } from '../logs/validate.js';
export { Manifest, type Model, manifestPath, modelFiles, readManifest } from '../tlc/models.js';
export {
  moduleOfModel,
  type ReplayTargets,
  type TracedModule,
  tracedModule,
} from '../replay/modules/index.js';
export type { Divergence, FrontStep, Replay } from '../replay/replay.js';
export { flagMeanings, scenarios } from './scenarios.js';
export type { Scenario } from '../replay/scenario.js';
export { wayText } from './way.js';
