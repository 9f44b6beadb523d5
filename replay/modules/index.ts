/** The registry: the modules of the specification that traces are made of, a folder and a line each. */
import type { Graph } from '../../graph/graph.js';
import { ToolError } from '../../tlc/index.js';
import type { Runner } from '../../impl/runner.js';
import type { Constants } from '../constants.js';
import type { Replay } from '../replay.js';
import type { Rows } from '../rows.js';
import type { TracedModule } from './module.js';
import { connection } from './connection/module.js';
import { ring } from './ring/module.js';
import { rx } from './rx/module.js';
import { rxpackets } from './rxpackets/module.js';
import { tx } from './tx/module.js';
import { txpackets } from './txpackets/module.js';
import { txrx } from './txrx/module.js';

export type { TracedModule } from './module.js';

const registry = [tx, rx, txrx, ring, txpackets, rxpackets, connection] as const;

type Registered = (typeof registry)[number];

/** What traces are replayed against, by the module they are of; the reference implementation where absent. */
export type ReplayTargets = {
  readonly [M in Registered as M['name']]?: M extends TracedModule<string, infer Target> ? Target : never;
};

/** All modules with traces. */
export const tracedModules: readonly TracedModule[] = registry;

const targetOf = ({ name }: TracedModule, targets: ReplayTargets): unknown =>
  targets[name as Registered['name']];

/** The reference implementation as every module's target, with machines that run by this. */
export const runnerTargets = (runner: Runner): ReplayTargets =>
  Object.fromEntries(tracedModules.map((module) => [module.name, module.withRunner(runner)]));

/** How many of a graph's transitions the implementation takes, and not a backend that is the trace's. */
export const transitionsOfFront = (
  { labels, actions }: Pick<Graph, 'labels' | 'actions'>,
  { frontActions }: TracedModule,
): number => labels.filter((label) => frontActions.has(actions[label]!)).length;

/** A replay of states of a module. Throws {@link ToolError} where constants or target do not fit. */
export const replayFor = (
  module: TracedModule,
  rows: Rows,
  constants: Constants,
  targets: ReplayTargets = {},
): Replay => module.replay(rows, constants, targetOf(module, targets));

/** The same, with an id scheme that is safe in place of one that is not, where the target has none. */
export const safeReplayFor = (
  module: TracedModule,
  rows: Rows,
  constants: Constants,
  targets: ReplayTargets = {},
): Replay => {
  const target = targetOf(module, targets);
  return module.replay(rows, constants, module.withSafeScheme?.(constants, target) ?? target);
};

/** The module of this name in TLA+. Throws {@link ToolError} if no traces are made of it. */
export const tracedModule = (name: string): TracedModule => {
  const found = tracedModules.find((module) => module.name === name);
  if (found === undefined)
    throw new ToolError(
      `no traces are made of the module ${name}: there are those of ${tracedModules.map((module) => module.name).join(', ')}`,
    );
  return found;
};

/** The module that models of this MC module are of; undefined if no traces are made of it. */
export const moduleOfModel = (mc: string): TracedModule | undefined =>
  tracedModules.find(({ name }) => mc === `MC${name}`);

/** The module that this MC module extends, whether traces are made of its models or not; undefined if it has no room here. */
export const moduleExtendedBy = (mc: string): TracedModule | undefined =>
  tracedModules.find(
    ({ name, modelsWithoutTraces = [] }) => mc === `MC${name}` || modelsWithoutTraces.includes(mc),
  );
