/** TLC: find it, run it, read it. */
export { type Capabilities, neededFeatures, type ProbeOptions, probe } from './capabilities.js';
export { ToolError } from './errors.js';
export { cacheFolder, findJar, type JarOptions, type JarResult } from './jar.js';
export { findJava, type Java, type JavaOptions, oldestJava } from './java.js';
export type {
  ActionCoverage,
  Counts,
  Location,
  Outcome,
  Progress,
  Stats,
  Step,
  Violation,
} from './outcome.js';
export { type Pin, pins, type Source } from './pins.js';
export { type Feature, features } from './questions.js';
export { type RunRequest, runModel } from './run.js';
export {
  canonical,
  equal,
  parseAssignments,
  parseState,
  parseValue,
  type State,
  toTla,
  type Value,
  ValueSyntaxError,
} from './value.js';
