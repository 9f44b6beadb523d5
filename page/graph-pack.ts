/** A state graph as octets, and read again: so that thousands of states fit into a page. */
import type { Args } from '../graph/args.js';
import type { Graph } from '../graph/graph.js';
import type { State, Value } from '../tlc/index.js';

/** What is said of a graph beside its octets. */
export interface GraphHead {
  readonly variables: readonly string[];
  /** For each variable its values; a cell is an index into them. */
  readonly values: readonly (readonly Value[])[];
  /** Actions with their arguments. */
  readonly labels: readonly string[];
  /** For each label the arguments. */
  readonly args: readonly Args[];
  readonly initial: readonly number[];
  readonly stateCount: number;
  readonly transitionCount: number;
}

/** A graph to be walked. */
export interface Walked extends GraphHead {
  readonly cells: Uint16Array;
  readonly offsets: Uint32Array;
  readonly targets: Uint32Array;
  readonly labelOf: Uint16Array;
}

/** As many as 16 bits tell apart. */
const MOST = 2 ** 16;

/** A step that a state allows. */
export interface Enabled {
  readonly label: string;
  readonly args: Args;
  readonly to: number;
}

/**
 * Packs a graph: its cells by variable, the number of transitions of each state, how far each leads, and its label.
 * @param labelOf for each transition an index into `labels`
 */
export function packed(
  graph: Graph,
  { labels, args }: Pick<GraphHead, 'labels' | 'args'>,
  labelOf: Uint16Array,
): readonly [GraphHead, Uint8Array] {
  const { variables, values, initial, stateCount, transitionCount } = graph;
  const width = variables.length;
  if (Math.max(labels.length, ...values.map(({ length }) => length)) > MOST)
    throw new RangeError(
      `a graph with more than ${MOST} labels, or values of one variable, cannot be packed`,
    );
  const cells = Uint16Array.from(
    { length: width * stateCount },
    (_, i) => graph.cells[(i % stateCount) * width + Math.floor(i / stateCount)]!,
  );
  const counts = Uint16Array.from(
    { length: stateCount },
    (_, s) => graph.offsets[s + 1]! - graph.offsets[s]!,
  );
  const leads = new Int32Array(transitionCount);
  for (let s = 0; s < stateCount; s++)
    for (let t = graph.offsets[s]!; t < graph.offsets[s + 1]!; t++) leads[t] = graph.targets[t]! - s;
  // The wider numbers first, so that each begins at a multiple of its width.
  const parts = [leads, cells, counts, labelOf].map(
    ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
  );
  const octets = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    octets.set(part, at);
    at += part.length;
  }
  return [{ variables, values, labels, args, initial, stateCount, transitionCount }, octets];
}

/** Reads what {@link packed} has written. Throws RangeError where it is cut short. */
export function unpacked(head: GraphHead, octets: Uint8Array): Walked {
  const { variables, stateCount, transitionCount } = head;
  // A copy begins at a multiple of anything.
  const { buffer } = octets.slice();
  let at = 0;
  const next = (count: number, width: number): number => {
    const begin = at;
    at += count * width;
    return begin;
  };
  const leads = new Int32Array(buffer, next(transitionCount, 4), transitionCount);
  const cells = new Uint16Array(
    buffer,
    next(stateCount * variables.length, 2),
    stateCount * variables.length,
  );
  const counts = new Uint16Array(buffer, next(stateCount, 2), stateCount);
  const labelOf = new Uint16Array(buffer, next(transitionCount, 2), transitionCount);
  const offsets = new Uint32Array(stateCount + 1);
  counts.forEach((count, s) => (offsets[s + 1] = offsets[s]! + count));
  const targets = new Uint32Array(transitionCount);
  for (let s = 0; s < stateCount; s++)
    for (let t = offsets[s]!; t < offsets[s + 1]!; t++) targets[t] = s + leads[t]!;
  return { ...head, cells, offsets, targets, labelOf };
}

/** The variables of a state. */
export const stateIn = ({ variables, values, cells, stateCount }: Walked, state: number): State =>
  Object.fromEntries(variables.map((name, v) => [name, values[v]![cells[v * stateCount + state]!]!]));

/** The steps that a state allows, in the order of the graph. */
export const enabledIn = (
  { offsets, targets, labelOf, labels, args }: Walked,
  state: number,
): readonly Enabled[] =>
  Array.from({ length: offsets[state + 1]! - offsets[state]! }, (_, i) => {
    const transition = offsets[state]! + i;
    const label = labelOf[transition]!;
    return { label: labels[label]!, args: args[label]!, to: targets[transition]! };
  });

/** The states along a way, whose members say which of the enabled steps is taken; undefined where there is no such step. */
export function statesAlong(graph: Walked, way: readonly number[]): readonly number[] | undefined {
  const states = [graph.initial[0]!];
  for (const choice of way) {
    const step = enabledIn(graph, states.at(-1)!)[choice];
    if (step === undefined) return undefined;
    states.push(step.to);
  }
  return states;
}
