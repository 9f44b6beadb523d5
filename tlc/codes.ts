/** TLC's message codes and exit statuses, as far as we look at them.  Ours are the names. */

/** The codes of messages under `-tool`. */
export const Code = {
  /** TLC threw something it had not expected; often the fault of the specification all the same. */
  unexpected: 1000,
  /** The heap is full. */
  outOfMemory: 1001,
  /** The heap is full of initial states. */
  outOfMemoryInitial: 1002,
  /** The heap was filled by checking a temporal property. */
  outOfMemoryLiveness: 1003,
  /** An initial state could not be computed; the text ends in what there is of it. */
  initialStateFailed: 2102,
  /** The expressions that were being evaluated, the outermost first. */
  nestedExpressions: 2103,
  /** An ASSUME is false. */
  assumptionFalse: 2104,
  /** An ASSUME could not be evaluated. */
  assumptionFailed: 2105,
  /** An invariant is false in an initial state, which the text contains. */
  invariantViolatedInitially: 2107,
  /** The state part of a property is false in an initial state, which the text contains. */
  propertyViolatedInitially: 2108,
  /** An invariant is false at the end of the behaviour that follows. */
  invariantViolated: 2110,
  /** A property of the form `[][A]_v` is false of the last step of the behaviour that follows. */
  actionPropertyViolated: 2112,
  /** A property of the form `[][A]_v` could not be evaluated. */
  actionPropertyFailed: 2113,
  /** There is no next state, and that was asked for to be an error. */
  deadlock: 2114,
  /** A temporal property is false of the behaviour that follows; few builds say which property. */
  temporalPropertyViolated: 2116,
  /** The heading of a finite behaviour. */
  behaviour: 2121,
  /** The last state of the behaviour leads back to an earlier one: `2: Back to state: <Action ..>`. */
  backToState: 2122,
  /** The end of a run, whatever came of it. */
  finished: 2186,
  /** How many initial states there are. */
  initialStates: 2190,
  /** How many initial states there are, where some were found twice. */
  initialStatesRepeated: 2191,
  /** Every reachable state has been looked at, and nothing was found wrong. */
  success: 2193,
  /** The depth of the state graph.  Not printed when a temporal property is violated. */
  depth: 2194,
  /** The final counts of states. */
  stats: 2199,
  /** Counts of states so far, and the depth reached. */
  progress: 2200,
  /** The heading of a report on coverage; there may be several, each complete. */
  coverageStart: 2201,
  /** One state of a behaviour: a line with number and action, then the variables. */
  state: 2217,
  /** The behaviour stays in its last state for ever. */
  stuttering: 2218,
  /** The parser of TLA+ is done, well or badly. */
  parserDone: 2219,
  /** How often an expression was evaluated. */
  coverageValue: 2221,
  /** What TLC calls itself. */
  version: 2262,
  /** The heading of an infinite behaviour. */
  counterexample: 2264,
  /** How many initial states there are so far. */
  initialProgress: 2269,
  /** How often an action was taken. */
  coverageAction: 2772,
  /** How often the initial predicate was. */
  coverageInit: 2773,
} as const;

/** Whether a code is a complaint about the file of a configuration. */
export const isConfigFileCode = (code: number): boolean => code >= 5001 && code <= 5006;

/** Whether a code says that the heap was full. */
export const isMemoryCode = (code: number): boolean =>
  code === Code.outOfMemory || code === Code.outOfMemoryInitial || code === Code.outOfMemoryLiveness;

/** The exit statuses of TLC, and those of Java that we tell apart. */
export const Exit = {
  holds: 0,
  assumption: 10,
  deadlock: 11,
  invariant: 12,
  /** A temporal property or an action property. */
  property: 13,
  /** `Assert` of the module TLC. */
  assertion: 14,
  specEvaluation: 75,
  safetyEvaluation: 76,
  livenessEvaluation: 77,
  parser: 150,
  config: 151,
  /** Java was asked to end by SIGINT. */
  interrupted: 130,
  /** Java was asked to end by SIGTERM. */
  terminated: 143,
  /** Anything that has no status of its own, among it many errors of evaluation. */
  other: 255,
} as const;
