/**
 * Paths that together take every transition of a state graph, in the fewest steps that such paths can have but
 * for those that keep them short.
 *
 * This is the postman's problem, with streets of one direction, a postman who may stop anywhere and start
 * again in an initial state, and no path longer than a reader can bear.
 *
 *   1. Balance.  Paths can use each transition once exactly if every state is entered as often as it is left.
 *      Elsewhere some transitions must be taken more often, and balance.ts finds how to do with the fewest.
 *   2. Join.  In a balanced graph one tour takes everything as often as it should be (Hierholzer).
 *   3. Cut.  Where a path becomes too long a new one starts, and goes by the shortest way to the next transition
 *      that was not taken yet.  Only this costs more than must be.
 */
import { type Balance, balance } from './balance.js';
import type { Graph } from './graph.js';
import { Int32List } from './packed.js';
import { checkReached, type PathTree, shortestPaths, shortestPathTo, type Walk, walk } from './paths.js';

export { type PathTree, shortestPaths, shortestPathTo, type Walk, walk } from './paths.js';
export { type ReducedCover, type ReducedCoverOptions, reducedCover } from './reduced-cover.js';

/** Paths, each from an initial state, and what they take. */
export interface Cover extends Walk {
  /** The transitions of each path, in order. */
  readonly paths: readonly Int32Array[];
  /** How many transitions the graph has. */
  readonly transitions: number;
}

/** How the paths should be. */
export interface CoverOptions {
  /** The most steps in one path, 1000 if not said. */
  readonly maxLength?: number;
}

/**
 * Paths that together take every transition at least once; the same graph has the same paths.
 *
 * But for what `maxLength` costs, no other paths that do so have fewer steps.
 *
 * `covered` is counted by walking the finished paths, so it can be trusted to say what they take.  Throws an
 * Error if no path leads to some state, and RangeError if a transition cannot be reached within `maxLength`.
 */
export function coverTransitions(graph: Graph, options: CoverOptions = {}): Cover {
  const maxLength = options.maxLength ?? 1000;
  const tree = shortestPaths(graph);
  checkReached(tree);
  checkLength(graph, tree, maxLength);
  const paths = cut(graph, tree, join(graph, balance(graph, tree.from)), maxLength);
  const counted = walk(graph, paths);
  // Cannot happen: the tour has every transition, and cutting skips only what was taken before.
  if (counted.covered !== graph.transitionCount)
    throw new Error(`the cover takes ${counted.covered} of ${graph.transitionCount} transitions`);
  return { paths, ...counted, transitions: graph.transitionCount };
}

function checkLength(graph: Graph, { depth }: PathTree, maxLength: number): void {
  for (let s = 0; s < graph.stateCount; s++)
    if (depth[s]! >= maxLength && graph.offsets[s]! < graph.offsets[s + 1]!)
      throw new RangeError(
        `a transition of state ${s} is step ${depth[s]! + 1}, and maxLength is ${maxLength}`,
      );
}

// In a tour, what is no transition: a path ends, or one starts in state -2 - item.
const END = -1;

/** One tour that takes each transition as often as it should be, with the places where paths start and end. */
function join(graph: Graph, { times, starts, ends }: Balance): Int32Array {
  const left = times.slice();
  const next = graph.offsets.slice();
  const toStart = starts.slice();
  const toEnd = ends.slice();
  let start = 0; // into graph.initial
  const trail = new Int32List(graph.transitionCount); // what we took, and did not yet find to be final
  const tour = new Int32List(graph.transitionCount); // backwards

  /** What to take out of the place that `item` leads to; undefined if everything there is taken. */
  const leave = (item: number): number | undefined => {
    if (item === END) {
      while (start < graph.initial.length && toStart[graph.initial[start]!] === 0) start++;
      const state = graph.initial[start];
      if (state === undefined) return undefined;
      toStart[state]!--;
      return -2 - state;
    }
    const state = item < 0 ? -2 - item : graph.targets[item]!;
    const last = graph.offsets[state + 1]!;
    while (next[state]! < last && left[next[state]!] === 0) next[state]!++;
    const t = next[state]!;
    if (t < last) {
      left[t]!--;
      return t;
    }
    if (toEnd[state] === 0) return undefined;
    toEnd[state]!--;
    return END;
  };

  trail.push(END);
  while (trail.length > 0) {
    const item = trail.at(trail.length - 1);
    const taken = leave(item);
    if (taken === undefined) tour.push(trail.pop());
    else trail.push(taken);
  }
  return tour.view().reverse();
}

function cut(graph: Graph, tree: PathTree, tour: Int32Array, maxLength: number): Int32Array[] {
  const taken = new Uint8Array(graph.transitionCount);
  const paths: Int32Array[] = [];
  let path = new Int32List();
  const take = (t: number) => {
    taken[t] = 1;
    path.push(t);
  };
  const finish = () => {
    if (path.length > 0) paths.push(path.view().slice());
    path = new Int32List();
  };
  let begin = 0; // where in the tour the steps begin that follow the path
  tour.forEach((t, i) => {
    if (t < 0) {
      finish();
      begin = i + 1;
    } else if (taken[t] === 0) {
      const state = tree.from[t]!;
      const between = i - begin;
      if (path.length === 0 || path.length + between >= maxLength) {
        finish();
        shortestPathTo(graph, state, tree).forEach(take);
      } else tour.subarray(begin, i).forEach(take);
      take(t);
      begin = i + 1;
    }
  });
  finish();
  return paths;
}
