/**
 * From the exit status and the messages of a run to its outcome.
 *
 * A verdict is believed only if both say it: neither a crash after `Invariant .. is violated` nor an exit
 * status of 0 without `No error has been found` is one.
 */
import { match, P } from 'ts-pattern';
import { Code, Exit, isMemoryCode } from './codes.js';
import { coverage } from './coverage.js';
import type { Message } from './messages.js';
import type { Coverage, Location, Outcome, Stats, Violation } from './outcome.js';
import { placesIn, type Sources } from './sources.js';
import { configError, parserError, refusal } from './spec-error.js';
import { finalCounts } from './stats.js';
import { type Behaviour, behaviour, initialBehaviour } from './trace.js';
import { ValueSyntaxError } from './value-reader.js';

/** All we keep of a run that has ended. */
export interface Run {
  readonly exitCode?: number;
  /** The signal that ended it, if one did. */
  readonly signal?: string;
  readonly seconds: number;
  readonly messages: readonly Message[];
  /** What came between messages while the parser was at work. */
  readonly parserOutput: string;
  /** The end of everything that came without a frame, from both streams. */
  readonly tail: string;
  readonly sources: Sources;
  /** The configuration, as the caller named it. */
  readonly config: string;
  /** The temporal properties that were checked, if the caller told. */
  readonly temporalProperties: readonly string[];
}

/** What came of it. */
export function classify(run: Run): Outcome {
  try {
    return outOfMemory(run) ?? bySignal(run) ?? byStatus(run) ?? failed(run);
  } catch (error) {
    if (!(error instanceof ValueSyntaxError)) throw error;
    return failed(run, `TLC printed a state that cannot be read (${error.message})`);
  }
}

const byStatus = (run: Run): Outcome | undefined =>
  match(run.exitCode)
    .with(Exit.holds, () => holds(run))
    .with(Exit.deadlock, () => deadlock(run))
    .with(Exit.invariant, () => invariantViolated(run))
    .with(Exit.property, () => propertyViolated(run) ?? evaluationError(run, Code.actionPropertyFailed))
    .with(Exit.assumption, () => assumptionFailed(run) ?? evaluationError(run, Code.assumptionFailed))
    .with(P.union(Exit.assertion, Exit.specEvaluation, Exit.safetyEvaluation, Exit.livenessEvaluation), () =>
      evaluationError(run),
    )
    .with(Exit.parser, () => parserError(run.parserOutput, run.sources))
    .with(Exit.config, () => refusal(run.messages, run.config))
    .with(P.union(Exit.interrupted, Exit.terminated), (): Outcome => ({ kind: 'interrupted' }))
    .with(Exit.other, () => configError(run.messages, run.config) ?? placedError(run))
    .otherwise(() => undefined);

const find = ({ messages }: Run, code: number): Message | undefined =>
  messages.find((message) => message.code === code);

/** The first complaint that is more than a heading. */
const complaint = ({ messages }: Run): Message | undefined =>
  messages.find(({ class: kind, code }) => (kind === 1 || kind === 2) && !headings.has(code));

const headings = new Set<number>([Code.behaviour, Code.counterexample, Code.nestedExpressions]);

const stats = ({ messages, seconds }: Run): Stats => ({ ...finalCounts(messages), seconds });

function holds(run: Run): Outcome | undefined {
  if (!find(run, Code.success) || !find(run, Code.finished) || complaint(run)) return undefined;
  // TLC says that no error has been found also where its time was up before it had looked at every state.
  if (stats(run).queue > 0) return { kind: 'stopped', stats: stats(run) };
  return { kind: 'holds', stats: stats(run), ...covered(run) };
}

/** What was counted, where that was asked for. */
const covered = ({ messages, sources }: Run): { readonly coverage?: Coverage } => {
  const found = coverage(messages, sources);
  return found === undefined ? {} : { coverage: found };
};

function deadlock(run: Run): Outcome | undefined {
  if (!find(run, Code.deadlock)) return undefined;
  const { trace } = behaviour(run.messages, run.sources);
  return { kind: 'deadlock', trace, stats: stats(run), ...covered(run) };
}

function invariantViolated(run: Run): Outcome | undefined {
  const later = find(run, Code.invariantViolated);
  if (later) return violated(run, 'invariant', later, behaviour(run.messages, run.sources));
  const initially = find(run, Code.invariantViolatedInitially);
  return initially && violated(run, 'invariant', initially, initialBehaviour(initially));
}

function propertyViolated(run: Run): Outcome | undefined {
  const action = find(run, Code.actionPropertyViolated);
  if (action) return violated(run, 'action', action, behaviour(run.messages, run.sources));
  const initially = find(run, Code.propertyViolatedInitially);
  if (initially) return violated(run, 'temporal', initially, initialBehaviour(initially));
  const temporal = find(run, Code.temporalPropertyViolated);
  return temporal && violated(run, 'temporal', temporal, behaviour(run.messages, run.sources));
}

// "Invariant I is violated.", "Action property A is violated.", "Temporal property T was violated."
const named = /\b(?:invariant|property) (\S+) (?:is|was) violated/i;

function violated(
  run: Run,
  propertyKind: Violation['propertyKind'],
  { text }: Message,
  shown: Behaviour,
): Outcome {
  const name = named.exec(text)?.[1];
  const candidates = name === undefined ? run.temporalProperties : [name];
  const property =
    candidates.length === 1
      ? candidates[0]!
      : ['unknown', candidates.join(', ')].filter(Boolean).join(' among ');
  return {
    kind: 'violated',
    property,
    candidates,
    propertyKind,
    ...shown,
    stats: stats(run),
    ...covered(run),
  };
}

function assumptionFailed(run: Run): Outcome | undefined {
  const found = find(run, Code.assumptionFalse);
  return found && { kind: 'assumptionFailed', message: found.text, ...placesIn(found.text, run.sources)[0] };
}

function evaluationError(run: Run, code?: number): Outcome | undefined {
  const found = code === undefined ? complaint(run) : find(run, code);
  if (found === undefined) return undefined;
  const initially = found.code === Code.initialStateFailed;
  const trace = initially ? [] : behaviour(run.messages, run.sources).trace;
  return { kind: 'evaluationError', message: reason(found), trace, ...origin(run, found) };
}

/** Exit status 255 is for much; it is the specification's fault if TLC says where in the specification. */
function placedError(run: Run): Outcome | undefined {
  const found = complaint(run);
  if (found === undefined) return undefined;
  const evaluated = found.code === Code.initialStateFailed || find(run, Code.behaviour) !== undefined;
  return evaluated || origin(run, found) ? evaluationError(run) : undefined;
}

/** Where it happened: the innermost expression that TLC names. */
function origin(run: Run, { text }: Message): Location | undefined {
  const nested = placesIn(find(run, Code.nestedExpressions)?.text ?? '', run.sources);
  return nested.at(-1) ?? placesIn(text, run.sources).at(-1);
}

const wrapping = /^TLC threw an unexpected exception\.[\s\S]*?The exception was a ([\w.$]+)\s*(?:: )?/;

/** What a complaint says, without what TLC says every time and without the calls inside TLC. */
function reason({ text }: Message): string {
  const thrown = wrapping.exec(text)?.[1] ?? '';
  const said = text.replace(wrapping, '').replaceAll(/^\s+at .*$\n?/gm, '');
  return said.trim() || thrown;
}

function outOfMemory(run: Run): Outcome | undefined {
  const full = run.messages.find(
    ({ code, text }) => isMemoryCode(code) || (code === Code.unexpected && text.includes(heapError)),
  );
  if (full === undefined && !run.tail.includes(heapError)) return undefined;
  return { kind: 'outOfMemory', message: full ? reason(full) : heapError };
}

const heapError = 'java.lang.OutOfMemoryError';

function bySignal({ signal }: Run): Outcome | undefined {
  if (signal === undefined) return undefined;
  if (signal === 'SIGINT' || signal === 'SIGTERM') return { kind: 'interrupted' };
  return { kind: 'failed', message: `Java was ended by ${signal}` };
}

function failed(run: Run, message?: string): Outcome {
  const found = complaint(run);
  const said = message ?? (found && reason(found)) ?? run.tail.trim();
  return {
    kind: 'failed',
    ...(run.exitCode !== undefined && { exitCode: run.exitCode }),
    message: said || `TLC ended with status ${run.exitCode} and gave no verdict`,
  };
}
