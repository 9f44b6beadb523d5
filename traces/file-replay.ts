/** Replay of trace files: valid ones must be followed to the end, counterexamples must not be. */
import { type IdScheme, idSchemes } from '../impl/ids.js';
import { type TxConstants, txConstants } from './constants.js';
import { statesOf, type Trace, TraceError } from './format.js';
import { type Divergence, type FrontStep, isFront, type ReplayTarget, TxReplay } from './replay.js';
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

/** The scheme that an unsafe one is replaced with in a conforming implementation. */
const SAFE: Readonly<Record<string, string>> = {
  gref_per_page: 'block_number',
  counter: 'counter_skip',
  free_list_unchecked: 'free_list',
  slot: 'block_number',
};

/** A scheme of the implementation for a model: its own if it is safe, else the one that mends it. */
export const schemeFor = (name: string): IdScheme | undefined => idSchemes[SAFE[name] ?? name];

/** The actions of NetfrontTx that are the backend's. */
const BACK_ACTIONS: ReadonlySet<string> = new Set([
  'BackTakeRequest',
  'BackReadBlock',
  'BackRespond',
  'BackPushResponses',
  'BackCheckNotify',
  'BackArm',
  'BackWake',
  'BackRepeatResponse',
  'BackOverrun',
  'BackUnmap',
]);

/** A replay of a trace whose actions, constants and variables are all known; TraceError where they are not. */
const replayOf = (trace: Trace, constants: TxConstants, target: ReplayTarget): TxReplay => {
  for (const { step, action } of trace.steps)
    if (!isFront(action) && !BACK_ACTIONS.has(action))
      throw new TraceError(trace.file, trace.line + step, `NetfrontTx has no action ${action}`);
  try {
    return new TxReplay(rowsOf(statesOf(trace)), constants, target);
  } catch (error) {
    // A ring of no power of two, a variable that is missing: what the file says, not what we did.
    if (error instanceof RangeError) throw new TraceError(trace.file, trace.line, error.message);
    throw error;
  }
};

/** Replays one trace against the implementation, or against a target of one's own. */
export const replayTrace = (trace: Trace, target: ReplayTarget = {}): TraceVerdict => {
  const constants = txConstants(trace.header.constants);
  const scheme = target.scheme ?? schemeFor(constants.IdScheme);
  const replay = replayOf(trace, constants, { ...target, ...(scheme === undefined ? {} : { scheme }) });
  let divergence = replay.start(0);
  let steps = 0;
  for (const { step, action, args, refused } of trace.steps) {
    if (divergence !== null) break;
    divergence = refused
      ? replay.refuses(step, { action: action as FrontStep['action'], args }, step)
      : replay.step(step, action, args, step - 1, step);
    if (divergence === null) steps++;
  }
  const mustDiverge = trace.header.kind === 'counterexample';
  // A fault is left by refusing or doing otherwise, not by a trace that does not even begin as it says.
  const isLeft = divergence !== null && divergence.step > 0 && isFront(divergence.action);
  return { trace, steps, divergence, ok: mustDiverge ? isLeft : divergence === null };
};
