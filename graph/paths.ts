/**
 * Paths through a state graph: the shortest to each state, and whether a path is one at all.
 *
 * A path is a list of transitions, by their indices.  It begins in an initial state.
 */
import { type Graph, sources } from './graph.js';

/** The shortest paths from the initial states to all others, and the state before each transition. */
export interface PathTree {
  /** For each state, the steps of its shortest path; -1 where no path leads there. */
  readonly depth: Int32Array;
  /** For each state, the last transition of its shortest path; -1 in an initial state or without a path. */
  readonly via: Int32Array;
  /** For each transition, the state before. */
  readonly from: Int32Array;
}

/** Searches the graph breadth first.  Of several shortest paths it takes the one that its search meets first. */
export function shortestPaths(graph: Graph): PathTree {
  const depth = new Int32Array(graph.stateCount).fill(-1);
  const via = new Int32Array(graph.stateCount).fill(-1);
  const queue = new Int32Array(graph.stateCount);
  let filled = 0;
  for (const state of graph.initial) {
    depth[state] = 0;
    queue[filled++] = state;
  }
  for (let next = 0; next < filled; next++) {
    const state = queue[next]!;
    for (let t = graph.offsets[state]!; t < graph.offsets[state + 1]!; t++) {
      const to = graph.targets[t]!;
      if (depth[to] !== -1) continue;
      depth[to] = depth[state]! + 1;
      via[to] = t;
      queue[filled++] = to;
    }
  }
  return { depth, via, from: sources(graph) };
}

/** Throws an Error if some state has no path to it: then the graph is not what TLC explored. */
export function checkReached({ depth }: PathTree): void {
  const lost = depth.indexOf(-1);
  if (lost >= 0) throw new Error(`no path leads from an initial state to state ${lost}`);
}

/**
 * The transitions of a shortest path from an initial state to `state`; none if it is initial itself.
 * Throws RangeError if no path leads there.  Whoever asks often should pass the tree, which costs a walk
 * through the whole graph.
 */
export function shortestPathTo(
  graph: Graph,
  state: number,
  tree: PathTree = shortestPaths(graph),
): Int32Array {
  const length = tree.depth[state] ?? -1;
  if (length < 0) throw new RangeError(`no path leads from an initial state to state ${state}`);
  const path = new Int32Array(length);
  for (let at = state, i = length - 1; i >= 0; i--) {
    path[i] = tree.via[at]!;
    at = tree.from[path[i]!]!;
  }
  return path;
}

/** What a set of paths takes, counted by walking it. */
export interface Walk {
  /** The steps of all paths together. */
  readonly steps: number;
  /** How many different transitions the paths take. */
  readonly covered: number;
}

/**
 * Walks the paths and counts, knowing nothing of how they were made.
 * Throws an Error if a path does not begin in an initial state or has a step that begins elsewhere than the
 * one before ended.
 */
export function walk(graph: Graph, paths: readonly Int32Array[]): Walk {
  const from = sources(graph);
  const initial = new Set(graph.initial);
  const taken = new Uint8Array(graph.transitionCount);
  let steps = 0;
  let covered = 0;
  paths.forEach((path, p) => {
    path.forEach((t, i) => {
      const begins = from[t];
      if (begins === undefined) throw new Error(`path ${p}, step ${i}: there is no transition ${t}`);
      if (i === 0 ? !initial.has(begins) : begins !== graph.targets[path[i - 1]!])
        throw new Error(
          `path ${p}, step ${i}: transition ${t} begins in state ${begins}, where the path is not`,
        );
      covered += 1 - taken[t]!;
      taken[t] = 1;
    });
    steps += path.length;
  });
  return { steps, covered };
}
