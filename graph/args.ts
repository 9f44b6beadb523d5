/**
 * The arguments of a step. TLC's graph names the action of a transition and not its arguments; every argument can be
 * read off the two states, and that they tell all transitions of a state apart is checked on the whole graph, each
 * time (`graphArgs`).
 */
import type { State, Value } from '../tlc/index.js';
import type { Graph } from './graph.js';

/** The arguments of an action by name, in ITF's spelling. */
export type Args = Readonly<Record<string, Value>>;

/** Arguments and results of a function of TLA+; a sequence is one from 1. */
export const functionEntries = (value: Value | undefined): readonly (readonly [Value, Value])[] => {
  if (Array.isArray(value)) return value.map((item: Value, i) => [i + 1, item] as const);
  if (typeof value === 'object' && '#map' in value)
    return value['#map'] as readonly (readonly [Value, Value])[];
  throw new TypeError(`no function: ${JSON.stringify(value)}`);
};

/** The results of a function or a sequence, in order of its arguments. */
export const functionValues = (value: Value | undefined): readonly Value[] =>
  functionEntries(value).map(([, result]) => result);

/** How the arguments of one action are read, and from which variables before and after. */
export interface Reader {
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly read: (before: State, after: State) => Args;
  /** The arguments of a step that is not in a graph, from their texts in a scenario. Absent: it has none there. */
  readonly parse?: (texts: readonly string[]) => Args;
}

/** The readers of a module, by action. An action without one has no arguments. */
export type Readers = Readonly<Record<string, Reader>>;

const NONE: Args = Object.freeze({});

/** A field of a record. */
export const field = (value: Value | undefined, name: string): Value =>
  (value as Record<string, Value>)[name]!;

/** The first argument at which a function or a sequence is not what it was. */
export const firstChange = (name: string, before: State, after: State): number => {
  const now = functionEntries(after[name]);
  const then = functionEntries(before[name]);
  const changed = then.find(([, value], i) => JSON.stringify(value) !== JSON.stringify(now[i]?.[1]));
  // Nothing changed but that there is one more.
  return changed === undefined ? then.length + 1 : (changed[0] as number);
};

/** An argument that is the place where one variable changed. */
export const placeOf = (argument: string, variable: string): Reader => ({
  before: [variable],
  after: [variable],
  read: (before, after) => ({ [argument]: firstChange(variable, before, after) }),
  parse: ([place]) => ({ [argument]: Number(place) }),
});

/** A reader of variables whose names have a prefix, as two modules in one have them. */
export const prefixed = (prefix: string, { before, after, read, ...rest }: Reader): Reader => {
  const named = (names: readonly string[]): readonly string[] => names.map((name) => prefix + name);
  const part = (state: State, names: readonly string[]): State =>
    Object.fromEntries(names.map((name) => [name, state[prefix + name]!]));
  return {
    ...rest,
    before: named(before),
    after: named(after),
    read: (then, now) => read(part(then, before), part(now, after)),
  };
};

/** The arguments with which this action leads from the one state to the other. */
export const argsOf = (readers: Readers, action: string, before: State, after: State): Args =>
  readers[action]?.read(before, after) ?? NONE;

/** The arguments of every transition of a graph. */
export interface GraphArgs {
  /** For each transition an index into `values`. */
  readonly ofTransition: Int32Array;
  readonly values: readonly Args[];
}

/**
 * Reads the arguments of all transitions.
 * @param readers those of the module that the graph is of
 * @throws Error if two transitions of one state have the same action and arguments: then a step would not say
 *   where it leads, and the specification has a choice that no argument names.
 */
export function graphArgs(graph: Graph, readers: Readers): GraphArgs {
  const values: Args[] = [];
  const known = new Map<string, number>();
  const intern = (args: Args): number => {
    const text = JSON.stringify(args);
    const index = known.get(text) ?? values.push(args) - 1;
    known.set(text, index);
    return index;
  };
  const readAt = graph.actions.map((action) => readerAt(graph, readers[action], intern));
  const ofTransition = new Int32Array(graph.transitionCount);
  for (let s = 0; s < graph.stateCount; s++) {
    const seen = new Set<number>();
    for (let t = graph.offsets[s]!; t < graph.offsets[s + 1]!; t++) {
      const label = graph.labels[t]!;
      const args = readAt[label]!(s, graph.targets[t]!);
      ofTransition[t] = args;
      const step = label * 65536 + args;
      if (seen.has(step))
        throw new Error(
          `state ${s} has two transitions ${graph.actions[label]} ${JSON.stringify(values[args])}: ` +
            'give the action an argument that tells them apart, and the args.ts of its module a way to read it',
        );
      seen.add(step);
    }
  }
  return { ofTransition, values };
}

/** Reads the arguments of one action between two states; remembers them by the values they were read from. */
function readerAt(
  graph: Graph,
  reader: Reader | undefined,
  intern: (args: Args) => number,
): (from: number, to: number) => number {
  if (reader === undefined) {
    const none = intern(NONE);
    return () => none;
  }
  const width = graph.variables.length;
  const columns = (names: readonly string[]) => names.map((name) => graph.variables.indexOf(name));
  const before = columns(reader.before);
  const after = columns(reader.after);
  const part = (state: number, at: readonly number[], names: readonly string[]): State =>
    Object.fromEntries(at.map((c, i) => [names[i]!, graph.values[c]![graph.cells[state * width + c]!]!]));
  const memory = new Map<string, number>();
  return (from, to) => {
    let key = '';
    for (const c of before) key += `${graph.cells[from * width + c]},`;
    for (const c of after) key += `${graph.cells[to * width + c]},`;
    let args = memory.get(key);
    if (args === undefined) {
      args = intern(reader.read(part(from, before, reader.before), part(to, after, reader.after)));
      memory.set(key, args);
    }
    return args;
  };
}
