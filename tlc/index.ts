/** TLC: find it, run it, read it. */
export { type Capabilities, neededFeatures, type ProbeOptions, probe } from './capabilities.js';
export { ToolError } from './errors.js';
export { cacheFolder, findJar, type JarOptions, type JarResult } from './jar.js';
export { findJava, type Java, type JavaOptions, oldestJava } from './java.js';
export type {
  ActionCoverage,
  Coverage,
  Counts,
  Location,
  Outcome,
  PlaceCoverage,
  Progress,
  Stats,
  Step,
  Violation,
} from './outcome.js';
export { type Pin, pins, type Source } from './pins.js';
export { type Feature, features } from './questions.js';
export type { RunRequest } from './command-line.js';
export { runModel } from './run.js';
export type { State, Value } from './value.js';
export { parseAssignments, parseState, parseValue } from './value-parse.js';
export { ValueSyntaxError } from './value-reader.js';
export { canonical, equal, toTla } from './value-text.js';
