/**
 * The table of a machine: for each place and event the guards, the actions and the next place. It is made from the
 * machine's definition when it is first run, and nothing is written twice.
 *
 * It knows what the machines of this folder use: nested and parallel states, guards, `assign`, and effects. A definition
 * with anything else is refused when its table is made.
 */
import {
  type AnyStateMachine,
  type AnyStateNode,
  type AnyTransitionDefinition,
  createActor,
  type EventObject,
  type StateValue,
} from 'xstate';
import { evaluateGuard } from 'xstate/guards';
import type { Effect, Place, Runner } from './runner.js';

/** What guards, parameters and assignments are given. */
interface Args {
  readonly context: object;
  readonly event: EventObject;
}
type Guard = (args: Args) => boolean;

/** What a transition does: it gives parts of the context anew, or it has an effect. */
type Action =
  | { readonly assign: (args: Args, params: unknown) => object; readonly params: (args: Args) => unknown }
  | { readonly effect: string; readonly params: (args: Args) => unknown };

/** A transition from a row. */
interface Entry {
  /** Undefined where it is always enabled. */
  readonly guard: Guard | undefined;
  readonly actions: readonly Action[];
  readonly to: Row;
}

/** Where the machine is in all its regions, and what may follow there: for each event, in the order of trying. */
interface Row {
  readonly value: StateValue;
  readonly entries: Map<string, readonly Entry[]>;
}

interface TablePlace {
  readonly value: StateValue;
  readonly context: object;
  readonly row: Row;
}

/**
 * Runs a machine by its table, which is made once for each machine.
 * @throws Error if the definition has something that a table has no place for
 */
export const byTable: Runner = (machine) => {
  const rows = rowsOf(machine);
  const resume = ({ value, context }: Place): never => {
    const row = rows.get(keyOf(value))!;
    return { value: row.value, context, row } as never;
  };
  return {
    start: (input) => resume(createActor(machine, { input }).getSnapshot() as Place),
    resume,
    step: (from, event, effects) => step(from as unknown as TablePlace, event, effects) as never,
  };
};

const step = (
  { row, context }: TablePlace,
  event: EventObject,
  effects: Effect[],
): TablePlace | undefined => {
  const entries = row.entries.get(event.type);
  if (entries === undefined) return undefined;
  let args: Args = { context, event };
  for (const { guard, actions, to } of entries) {
    if (guard !== undefined && !guard(args)) continue;
    for (const action of actions) {
      const params = action.params(args);
      if ('effect' in action) effects.push({ type: action.effect, params });
      else args = { context: { ...args.context, ...action.assign(args, params) }, event };
    }
    return { value: to.value, context: args.context, row: to };
  }
  return undefined;
};

type Rows = ReadonlyMap<string, Row>;
const tables = new WeakMap<AnyStateMachine, Rows>();
const keyOf = (value: StateValue): string => JSON.stringify(value);

/** The rows of a machine, by their values. */
const rowsOf = (machine: AnyStateMachine): Rows => {
  const known = tables.get(machine);
  if (known !== undefined) return known;
  const rows = new Map<string, Row>();
  const rowOf = (partial: StateValue): Row => {
    const { value, _nodes: nodes } = machine.resolveState({ value: partial, context: {} as never });
    const key = keyOf(value);
    const found = rows.get(key);
    if (found !== undefined) return found;
    nodes.forEach(mustBePlain);
    const row: Row = { value, entries: new Map() };
    rows.set(key, row);
    for (const event of new Set(nodes.flatMap((node) => [...node.transitions.keys()])))
      row.entries.set(
        event,
        transitionsFor(nodes, event).map((each) => ({
          guard: guardOf(machine, value, each),
          actions: each.actions.map((action) => actionOf(machine, action)),
          to:
            each.target === undefined
              ? row
              : rowOf(entered(machine.root, value, pathTo(each), keptDepth(each))!),
        })),
      );
    return row;
  };
  rowOf({});
  tables.set(machine, rows);
  return rows;
};

/** The transitions that these states have for an event, the innermost first. */
const transitionsFor = (
  nodes: readonly AnyStateNode[],
  event: string,
): readonly AnyTransitionDefinition[] => {
  const takers = nodes
    .filter(({ transitions }) => transitions.has(event))
    .sort((one, other) => other.path.length - one.path.length);
  takers.reduce((inner, outer) => {
    if (!outer.path.every((key, i) => inner.path[i] === key))
      throw new Error(`${inner.id} and ${outer.id} run side by side and take the same event, ${event}`);
    return outer;
  });
  return takers.flatMap(({ transitions }) => transitions.get(event)!);
};

/** Refuses a state that does something by itself, and an event with a wildcard. */
const mustBePlain = (node: AnyStateNode): void => {
  const isPlain =
    (node.type === 'atomic' || node.type === 'compound' || node.type === 'parallel') &&
    node.entry.length + node.exit.length + node.invoke.length + node.after.length === 0 &&
    node.always === undefined &&
    (node.type !== 'compound' || node.initial.actions.length === 0) &&
    [...node.transitions.values()]
      .flat()
      .every((each) => each.target !== undefined || each.actions.length > 0) &&
    ![...node.transitions.keys()].some((event) => event.includes('*'));
  if (!isPlain)
    throw new Error(
      `the state ${node.id} has more than nested states and transitions: a table has no place for it`,
    );
};

const pathTo = ({ target, source }: AnyTransitionDefinition): readonly string[] => {
  if (target?.length !== 1)
    throw new Error(`a transition of ${source.id} has ${target?.length} targets: one is known`);
  return target[0]!.path;
};

/** How many keys of the target's path stay entered: those above what xstate leaves and enters anew. */
const keptDepth = ({ source, target, reenter }: AnyTransitionDefinition): number => {
  const to = target![0]!.path;
  const differs = source.path.findIndex((key, i) => to[i] !== key);
  const common = differs < 0 ? source.path.length : differs;
  if (!reenter && common === source.path.length) return common;
  return Math.max(0, Math.min(common, to.length - 1, source.path.length - 1));
};

/** The value after a state is entered. Regions beside it stay as they are down to a depth; what is not said is initial. */
const entered = (
  node: AnyStateNode,
  before: StateValue | undefined,
  [key, ...rest]: readonly string[],
  kept: number,
): StateValue | undefined => {
  if (key === undefined) return undefined;
  const old = kept > 0 && typeof before === 'object' ? before : {};
  const inner = entered(node.states[key]!, old[key], rest, kept - 1);
  if (node.type !== 'parallel') return inner === undefined ? key : { [key]: inner };
  const { [key]: _, ...others } = old;
  return inner === undefined ? others : { ...others, [key]: inner };
};

/** A thing that a definition names, alone or with parameters. */
type Named = string | { readonly type: string; readonly params?: unknown };

const paramsOf = (named: Named): ((args: Args) => unknown) => {
  const params = typeof named === 'string' ? undefined : named.params;
  return typeof params === 'function' ? (params as (args: Args) => unknown) : () => params;
};

const guardOf = (
  machine: AnyStateMachine,
  value: StateValue,
  { guard, source }: AnyTransitionDefinition,
): Guard | undefined => {
  if (guard === undefined) return undefined;
  if (typeof guard === 'function') {
    // One made of others (`and`, `stateIn`): they ask where the machine is, and that is this row.
    const here = machine.resolveState({ value, context: {} as never });
    return ({ context, event }) => evaluateGuard(guard as never, context, event, here);
  }
  const name = typeof guard === 'string' ? guard : guard.type;
  const test = machine.implementations.guards[name] as ((args: Args, params: unknown) => boolean) | undefined;
  if (test === undefined) throw new Error(`${source.id} names a guard that there is not, ${name}`);
  if ('check' in test)
    throw new Error(`${source.id} names a guard that is made of others, ${name}: write it there`);
  const params = paramsOf(guard as Named);
  return (args) => test(args, params(args));
};

const actionOf = (machine: AnyStateMachine, action: unknown): Action => {
  const name = typeof action === 'string' ? action : (action as { type?: string }).type;
  const found = typeof action === 'function' ? action : machine.implementations.actions[name ?? ''];
  if (found === undefined) throw new Error(`the machine has no action ${name}`);
  const params = typeof action === 'function' ? () => undefined : paramsOf(action as Named);
  const { type, assignment } = found as { type?: string; assignment?: unknown };
  if (type === undefined && typeof action !== 'function') return { effect: name!, params };
  if (type !== 'xstate.assign' || assignment === undefined)
    throw new Error(
      `${type ?? 'a function'} is among the actions: a table knows assign and declared effects`,
    );
  return { assign: assignmentOf(assignment), params };
};

const assignmentOf = (assignment: unknown): ((args: Args, params: unknown) => object) => {
  if (typeof assignment === 'function') return assignment as (args: Args, params: unknown) => object;
  const parts = Object.entries(assignment as Record<string, unknown>);
  return (args, params) =>
    Object.fromEntries(
      parts.map(([name, part]) => [name, typeof part === 'function' ? part(args, params) : part]),
    );
};
