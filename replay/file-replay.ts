/** Replay of trace files: valid ones must be followed to the end, counterexamples must not be. */
import { statesOf, type Trace, TraceError } from './format.js';
import { type ReplayTargets, safeReplayFor, type TracedModule, tracedModule } from './modules/index.js';
import type { Divergence, Replay } from './replay.js';
import { rowsOf } from './rows.js';

/** What became of one trace. */
export interface TraceVerdict {
  readonly trace: Trace;
  /** Steps that were taken before the end or the divergence. */
  readonly steps: number;
  readonly divergence: Divergence | null;
  /** Is that as it must be? A counterexample has to be left, any other trace followed. */
  readonly ok: boolean;
}

/** A replay of a trace whose actions, constants and variables are all known, begun; TraceError where they are not. */
const begin = (
  trace: Trace,
  module: TracedModule,
  targets: ReplayTargets,
): { readonly replay: Replay; readonly divergence: Divergence | null } => {
  for (const { step, action } of trace.steps)
    if (!module.frontActions.has(action) && !module.backActions.has(action))
      throw new TraceError(trace.file, trace.line + step, `${module.name} has no action ${action}`);
  const { constants } = trace.header;
  try {
    const replay = safeReplayFor(module, rowsOf(statesOf(trace)), constants, targets);
    return { replay, divergence: replay.start(0) };
  } catch (error) {
    // A ring of no power of two, a variable that is missing: what the file says, not what we did.
    if (error instanceof RangeError) throw new TraceError(trace.file, trace.line, error.message);
    throw error;
  }
};

/** Replays one trace against the implementation, or against targets of one's own. */
export const replayTrace = (trace: Trace, targets: ReplayTargets = {}): TraceVerdict => {
  const module = tracedModule(trace.header.module);
  const { replay, divergence: atStart } = begin(trace, module, targets);
  let divergence = atStart;
  let steps = 0;
  for (const { step, action, args, refused } of trace.steps) {
    if (divergence !== null) break;
    divergence = refused
      ? replay.refuses(step, { action, args }, step)
      : replay.step(step, action, args, step - 1, step);
    if (divergence === null) steps++;
  }
  const mustDiverge = trace.header.kind === 'counterexample';
  // A fault is left by refusing or doing otherwise, not by a trace that does not even begin as it says.
  const isLeft = divergence !== null && divergence.step > 0 && module.frontActions.has(divergence.action);
  return { trace, steps, divergence, ok: mustDiverge ? isLeft : divergence === null };
};
