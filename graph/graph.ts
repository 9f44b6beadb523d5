/**
 * The labelled state graph of a specification, as TLC found it, in a form that does not depend on TLC.
 *
 * Which state TLC meets first, how it prints a value and what fingerprint it gives a state change from run to
 * run.  Here values are read and sorted, states are numbered by their values, and transitions are sorted by
 * their numbers, so that one specification has one graph and everything made from it has the same octets.
 */
import { canonical, parseValue, type State, type Value } from '../tlc/index.js';
import { compare } from '../tlc/value-order.js';
import { type Dump, GraphError, type OnProgress, readDump } from './dot.js';

export { GraphError, type OnProgress, type ReadProgress } from './dot.js';

/** States and labelled transitions.  A state, a transition, an action and a variable are known by their index. */
export interface Graph {
  /** The names of the variables, sorted. */
  readonly variables: readonly string[];
  /** For each variable, its distinct values, in canonical order. */
  readonly values: readonly (readonly Value[])[];
  /** How many states there are. */
  readonly stateCount: number;
  /** For each state, for each variable, an index into the values of the variable.  Sorted; no row is there twice. */
  readonly cells: Int32Array;
  /** The initial states, ascending; at least one. */
  readonly initial: readonly number[];
  /** The names of the actions, sorted; each has a transition. */
  readonly actions: readonly string[];
  /** State `s` has the transitions `offsets[s]` up to but not including `offsets[s + 1]`. */
  readonly offsets: Int32Array;
  /** For each transition, the state after.  Those of one state are sorted by action, then by the state after. */
  readonly targets: Int32Array;
  /** For each transition, an index into `actions`. */
  readonly labels: Int32Array;
  /** How many transitions there are; no two have the same state before, action and state after. */
  readonly transitionCount: number;
}

/** What to ask for while a graph is read. */
export interface ReadOptions {
  /** Told how far reading is. */
  readonly onProgress?: OnProgress;
}

/**
 * Reads what TLC wrote for `-dump dot,actionlabels`.
 *
 * TLC's exit status says that it ended well; only its count of distinct states, which the caller takes from
 * its messages, says that the dump is whole.  Throws {@link GraphError} if the file cannot be read or is no
 * such dump, is cut short, has another number of states, or has no initial state or no transition.
 */
export async function readGraph(
  file: string,
  expected: { readonly distinctStates: number },
  options: ReadOptions = {},
): Promise<Graph> {
  const dump = await readDump(file, options.onProgress);
  const fail = (what: string, next?: string): never => {
    throw new GraphError(file, undefined, what, next);
  };
  if (dump.stateCount !== expected.distinctStates)
    fail(`the dump has ${dump.stateCount} states and TLC found ${expected.distinctStates}`);
  if (dump.initial.length === 0) fail('the dump has no initial state');
  if (dump.from.length === 0)
    fail('the dump has no transition', 'see whether the model allows any step, then make the dump again');
  return graphOf(file, dump);
}

/** The variables of state `state` and their values. */
export const stateAt = (graph: Graph, state: number): State =>
  Object.fromEntries(
    graph.variables.map((name, variable) => {
      const value = graph.cells[state * graph.variables.length + variable];
      if (value === undefined) throw new RangeError(`the graph has no state ${state}`);
      return [name, graph.values[variable]![value]!];
    }),
  );

/** A transition, seen from the state before. */
export interface Successor {
  readonly transition: number;
  readonly action: string;
  readonly to: number;
}

/** The transitions of state `state`, by action, then by the state after. */
export function* successors(graph: Graph, state: number): Generator<Successor, void, void> {
  for (let t = graph.offsets[state]!; t < graph.offsets[state + 1]!; t++)
    yield { transition: t, action: graph.actions[graph.labels[t]!]!, to: graph.targets[t]! };
}

/** For each transition, the state before. */
export function sources(graph: Graph): Int32Array {
  const from = new Int32Array(graph.transitionCount);
  for (let s = 0; s < graph.stateCount; s++) from.fill(s, graph.offsets[s]!, graph.offsets[s + 1]!);
  return from;
}

/** The graph of a dump that was taken apart. Throws {@link GraphError} if a value cannot be read, or a state is there twice. */
export function graphOf(file: string, dump: Dump): Graph {
  const width = dump.variables.length;
  const variables = dump.variables.toSorted();
  const { values, rankOf } = rank(file, dump);

  // From here on a column is a variable by its name, and a cell is the rank of its value.
  const cells = new Int32Array(dump.cells.length);
  variables.forEach((name, column) => {
    const before = dump.variables.indexOf(name);
    for (let row = 0; row < dump.stateCount; row++)
      cells[row * width + column] = rankOf[dump.cells[row * width + before]!]!;
  });
  const sorted = variables.map((name) => values[dump.variables.indexOf(name)]!);

  let rows = counting(dump.stateCount);
  for (let column = width - 1; column >= 0; column--)
    rows = sortBy(rows, sorted[column]!.length, cells, width, column);
  const stateOf = inverse(rows);
  const sortedCells = new Int32Array(cells.length);
  rows.forEach((row, state) => {
    sortedCells.set(cells.subarray(row * width, (row + 1) * width), state * width);
    if (state > 0 && sameCells(sortedCells, width, state - 1, state))
      throw new GraphError(
        file,
        dump.lines[row]!,
        `this state has the values of the one in line ${dump.lines[rows[state - 1]!]!}`,
        'look for a model value and a string of the same name, and rename one',
      );
  });

  return {
    variables,
    values: sorted,
    stateCount: dump.stateCount,
    cells: sortedCells,
    initial: dump.initial.map((row) => stateOf[row]!).sort((a, b) => a - b),
    ...transitionsOf(dump, stateOf),
  };
}

/** The values of each variable of the dump, and for each text its place among the values of its variable. */
function rank(file: string, dump: Dump): { values: readonly (readonly Value[])[]; rankOf: Int32Array } {
  const known = dump.variables.map(() => new Map<string, { value: Value; texts: number[] }>());
  dump.assignments.forEach(({ variable, text, line }, index) => {
    const value = parsed(file, line, text);
    const key = canonical(value);
    const same = known[variable]!.get(key);
    if (same) same.texts.push(index);
    else known[variable]!.set(key, { value, texts: [index] });
  });
  const rankOf = new Int32Array(dump.assignments.length);
  const values = known.map((byKey) => {
    const ascending = [...byKey.values()].sort((a, b) => compare(a.value, b.value));
    ascending.forEach(({ texts }, place) => {
      for (const text of texts) rankOf[text] = place;
    });
    return ascending.map(({ value }) => value);
  });
  return { values, rankOf };
}

function parsed(file: string, line: number, text: string): Value {
  try {
    return parseValue(text);
  } catch (error) {
    throw new GraphError(file, line, `a value cannot be read (${(error as Error).message})`);
  }
}

type Transitions = Pick<Graph, 'actions' | 'offsets' | 'targets' | 'labels' | 'transitionCount'>;

/** The transitions of the dump, sorted by state before, action and state after, each once. */
function transitionsOf(dump: Dump, stateOf: Int32Array): Transitions {
  const actions = dump.actions.toSorted();
  const actionOf = inverse(Int32Array.from(actions, (action) => dump.actions.indexOf(action)));
  const from = dump.from.map((row) => stateOf[row]!);
  const label = dump.labels.map((action) => actionOf[action]!);
  const to = dump.to.map((row) => stateOf[row]!);

  let order = counting(from.length);
  order = sortBy(order, dump.stateCount, to);
  order = sortBy(order, actions.length, label);
  order = sortBy(order, dump.stateCount, from);

  const offsets = new Int32Array(dump.stateCount + 1);
  const targets = new Int32Array(order.length);
  const labels = new Int32Array(order.length);
  let count = 0;
  let last = -1;
  for (const t of order) {
    // TLC writes a transition once for each way in which the action can take it.
    const again = last >= 0 && from[t] === from[last] && label[t] === label[last] && to[t] === to[last];
    last = t;
    if (again) continue;
    targets[count] = to[t]!;
    labels[count] = label[t]!;
    offsets[from[t]! + 1] = ++count;
  }
  for (let s = 1; s <= dump.stateCount; s++) offsets[s] = Math.max(offsets[s]!, offsets[s - 1]!);
  return {
    actions,
    offsets,
    targets: targets.slice(0, count),
    labels: labels.slice(0, count),
    transitionCount: count,
  };
}

const counting = (length: number): Int32Array => new Int32Array(length).map((_, i) => i);

function inverse(order: Int32Array): Int32Array {
  const place = new Int32Array(order.length);
  for (let i = 0; i < order.length; i++) place[order[i]!] = i;
  return place;
}

/**
 * The items in order of their keys, those of equal keys in the order they had.  The key of an item, below
 * `bound`, is `keys[item * width + column]`.  Sorting by the least key first sorts by several.
 */
function sortBy(items: Int32Array, bound: number, keys: Int32Array, width = 1, column = 0): Int32Array {
  const next = new Int32Array(bound + 1);
  for (const item of items) next[keys[item * width + column]! + 1]!++;
  for (let key = 0; key < bound; key++) next[key + 1]! += next[key]!;
  const sorted = new Int32Array(items.length);
  for (const item of items) sorted[next[keys[item * width + column]!]!++] = item;
  return sorted;
}

function sameCells(cells: Int32Array, width: number, a: number, b: number): boolean {
  for (let i = 0; i < width; i++) if (cells[a * width + i] !== cells[b * width + i]) return false;
  return true;
}
