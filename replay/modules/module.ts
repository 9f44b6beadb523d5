/** What graph, replay, corpus, conform and explain have to know of a module of the specification that has traces. */
import type { z } from 'zod';
import type { Readers } from '../../graph/args.js';
import type { Runner } from '../../impl/runner.js';
import type { ReplayedRxBack, ReplayedTxBack } from '../back-steps.js';
import type { Constants } from '../constants.js';
import type { Replay } from '../replay.js';
import type { Rows } from '../rows.js';
import type { Scheduled } from '../scheduled.js';
import type { Scenario } from '../scenario.js';
import type { View } from '../view.js';
import type { Words } from '../words/words.js';

/** The backends that do their steps themselves, one of each ring. */
export interface Backs {
  readonly tx: ReplayedTxBack;
  readonly rx: ReplayedRxBack;
}

/**
 * A module with traces. `Target` is what its traces are replayed against; where it is absent, the reference
 * implementation.
 */
export interface TracedModule<Name extends string = string, Target = unknown> {
  /** The module in TLA+. Its models are those of `MC` and this name. */
  readonly name: Name;
  /** The folder of its traces in valid/ and invalid/, and of its files here. */
  readonly folder: string;
  /** How the names of its models begin, without the stroke behind it. */
  readonly models: string;
  /** Further modules of models whose actions are its own. No traces are made of them. */
  readonly modelsWithoutTraces?: readonly string[];
  /** The actions that the implementation takes: the frontend's and the application's; of Ring, both ends'. */
  readonly frontActions: ReadonlySet<string>;
  /** The actions that are done to memory as the trace has them: the backend's, and Xen's. */
  readonly backActions: ReadonlySet<string>;
  /** How the arguments of its actions are read off two states. */
  readonly args: Readers;
  /** What is said of its states and steps. */
  readonly words: Words;
  readonly scenarios: readonly Scenario[];
  /** Does this model of it have the fault of the advisory MSA00? */
  readonly isOfAdvisory?: (model: string) => boolean;
  /** The port's view of it; absent where ports are not asked about it. Depends on the sizes of the model. */
  readonly view?: (constants: Constants) => View;

  /** The variables of a state of these constants, as TypeOK has them. Throws ToolError where the constants do not fit. */
  readonly state: (constants: Constants) => z.ZodObject;

  /** A replay of these states. Throws ToolError where constants or target do not fit. */
  replay(rows: Rows, constants: Constants, target?: Target): Replay;
  /** The target with an id scheme that is safe, where the model's own is not and the target has none. */
  withSafeScheme?(constants: Constants, target?: Target): Target;
  /** How the scheduler is run on a graph of it; absent where there is no interface for one. */
  schedule?(rows: Rows, constants: Constants, backs: Backs): Scheduled;
  /** The reference implementation, whose machines run by this. */
  withRunner(runner: Runner): Target;
  /** A target whose backend does its steps itself; absent where there is none. */
  withBacks?(backs: Backs): Target;
}
