/** Replay of trace files: valid ones must be followed to the end, counterexamples must not be. */
import { ToolError } from '../tlc/index.js';
import { checkedStates } from './file-check.js';
import { type Trace, TraceError } from './format.js';
import { type ReplayTargets, safeReplayFor, type TracedModule, tracedModule } from './modules/index.js';
import type { Divergence, Replay } from './replay.js';
import { rowsOf } from './rows.js';

/** The result of replaying one trace. */
export interface TraceVerdict {
  readonly trace: Trace;
  /** Steps that were taken before the end or the divergence. */
  readonly steps: number;
  readonly divergence: Divergence | null;
  /** Is that right? A counterexample has to be left, any other trace followed to its end. */
  readonly ok: boolean;
}

/** Begins the replay of a trace. Throws TraceError if an action, a constant or a variable of it is unknown. */
const begin = (
  trace: Trace,
  module: TracedModule,
  targets: ReplayTargets,
): { readonly replay: Replay; readonly divergence: Divergence | null } => {
  const states = checkedStates(trace, module);
  try {
    const replay = safeReplayFor(module, rowsOf(states), trace.header.constants, targets);
    return { replay, divergence: replay.start(0) };
  } catch (error) {
    // The file is wrong, and not this code: its indices cannot start there, or its id scheme is unknown.
    if (error instanceof ToolError) throw new TraceError(trace.file, trace.line, error.message);
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
