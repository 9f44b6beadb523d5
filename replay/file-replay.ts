/** Replay of trace files: valid ones must be followed to the end, counterexamples must not be. */
import { type IdScheme, idSchemes } from '../impl/ids.js';
import type { Constants } from './constants.js';
import { statesOf, type Trace, TraceError } from './format.js';
import { type ReplayTargets, type TracedModule, tracedModule } from './modules/index.js';
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

/** The scheme that an unsafe one is replaced with in a conforming implementation. */
const SAFE_TX: Readonly<Record<string, string>> = {
  gref_per_page: 'block_number',
  counter: 'counter_skip',
  free_list_unchecked: 'free_list',
  slot: 'block_number',
};

/**
 * On the receive ring a slot is an identity, and it is the references that may collide. The number of a page keeps no
 * state of its own, as a reference does not: so the trace is left where two ids become one, and not before.
 */
const SAFE_RX: Readonly<Record<string, string>> = {
  gref_per_request: 'block_number',
  counter: 'counter_skip',
};

/** A scheme of the implementation for a model's: its own if it is safe on that ring, else the one that mends it. */
export const schemeFor = (name: string, ring: 'tx' | 'rx'): IdScheme | undefined =>
  idSchemes[(ring === 'tx' ? SAFE_TX : SAFE_RX)[name] ?? name];

/** The targets with safe schemes for a model with these constants, where none is given. */
const withSafeSchemes = (targets: ReplayTargets, constants: Constants): ReplayTargets => {
  const safe = (name: string, ring: 'tx' | 'rx') => {
    const scheme = schemeFor(String(constants[name]), ring);
    return scheme === undefined ? {} : { scheme };
  };
  return {
    ...targets,
    NetfrontTx: { ...safe('IdScheme', 'tx'), ...targets.NetfrontTx },
    NetfrontRx: { ...safe('IdScheme', 'rx'), ...targets.NetfrontRx },
    RxPackets: { ...safe('IdScheme', 'rx'), ...targets.RxPackets },
    TxPackets: { ...safe('IdScheme', 'tx'), ...targets.TxPackets },
    NetfrontTxRx: {
      ...targets.NetfrontTxRx,
      tx: { ...safe('TxIdScheme', 'tx'), ...targets.NetfrontTxRx?.tx },
      rx: { ...safe('RxIdScheme', 'rx'), ...targets.NetfrontTxRx?.rx },
    },
  };
};

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
    const replay = module.replay(rowsOf(statesOf(trace)), constants, withSafeSchemes(targets, constants));
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
