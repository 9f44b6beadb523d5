/**
 * A few short paths that show most of what a graph does: every action, and what may follow it at once.
 *
 * The full cover is too large to keep; these paths are meant to be kept, and followed by hand.
 */
import type { Graph } from './graph.js';
import { Int32List } from './packed.js';
import { checkReached, type PathTree, shortestPaths, shortestPathTo, type Walk, walk } from './paths.js';

/** How many paths, and how long. */
export interface ReducedCoverOptions {
  /** The most steps of all paths together, 2000 if not said.  Every action is taken even so. */
  readonly maxSteps?: number;
  /** The most steps in one path, 60 if not said. */
  readonly maxLength?: number;
}

/** A few paths, each from an initial state, and what they take. */
export interface ReducedCover extends Walk {
  /** The transitions of each path, in order. */
  readonly paths: readonly Int32Array[];
  /** How many transitions the graph has. */
  readonly transitions: number;
  /** How many actions the paths take: all of the graph. */
  readonly actions: number;
  /** How many pairs of an action and the next one are in the paths, and how many in the graph. */
  readonly pairs: { readonly taken: number; readonly seen: number };
}

/**
 * Paths that take every action and, as far as they fit into `maxSteps`, every pair of actions that can follow
 * each other; the same graph has the same paths.
 *
 * Takes what is nearest to the end of the path and still wanted; starts a new path where that is less far.
 * Throws an Error if no path leads to some state, and RangeError if an action cannot be taken within `maxLength` steps.  A pair that cannot is left out.
 */
export function reducedCover(graph: Graph, options: ReducedCoverOptions = {}): ReducedCover {
  const { maxSteps = 2000, maxLength = 60 } = options;
  const tree = shortestPaths(graph);
  checkReached(tree);
  const goals = new Goals(graph, tree);
  for (const goal of goals.actions)
    if (goals.cost(goal) > maxLength)
      throw new RangeError(
        `the action ${graph.actions[goal]} is step ${goals.cost(goal)}, and maxLength is ${maxLength}`,
      );

  const paths: Int32List[] = [];
  let steps = 0;
  const take = (path: Int32List, transitions: Int32Array | readonly number[]) => {
    for (const t of transitions) {
      goals.take(path.length === 0 ? -1 : path.at(path.length - 1), t);
      path.push(t);
    }
    steps += transitions.length;
  };
  const pursue = (wanted: Set<number>, limit: number) => {
    for (const goal of goals.nearest(wanted)) {
      while (wanted.has(goal)) {
        const path = paths.at(-1);
        const room = Math.min(path ? maxLength - path.length : 0, limit - steps, goals.cost(goal));
        const further = path && goals.seek(path.at(path.length - 1), wanted, room);
        if (further) take(path, further);
        else if (goals.cost(goal) > Math.min(maxLength, limit - steps)) break;
        else {
          const fresh = new Int32List(maxLength);
          paths.push(fresh);
          take(fresh, goals.path(goal));
        }
      }
    }
  };
  pursue(goals.actions, Number.POSITIVE_INFINITY);
  const seen = goals.pairs.size + goals.pairsTaken;
  pursue(goals.pairs, maxSteps);

  const made = paths.map((path) => path.view().slice());
  return {
    paths: made,
    ...walk(graph, made),
    transitions: graph.transitionCount,
    actions: graph.actions.length - goals.actions.size,
    pairs: { taken: goals.pairsTaken, seen },
  };
}

// A search beyond this many states costs more time than the steps it saves are worth.
const SEARCH_STATES = 5000;

/**
 * What the paths still have to show.  Goal `a` is the action `a`, and goal `(a + 1) * actions + b` the action
 * `b` directly after `a`.
 */
class Goals {
  readonly actions: Set<number>;
  readonly pairs = new Set<number>();
  pairsTaken = 0;
  readonly #graph: Graph;
  readonly #tree: PathTree;
  readonly #lastStep: Int32Array; // by goal: its transition where it is nearest to an initial state; -1 is none
  readonly #stepBefore: Int32Array; // by goal: for a pair, the transition before that
  readonly #reached: Int32Array; // by state: the search that reached it
  readonly #via: Int32Array; // by state: the transition by which that search did
  #search = 0;

  constructor(graph: Graph, tree: PathTree) {
    this.#graph = graph;
    this.#tree = tree;
    this.#reached = new Int32Array(graph.stateCount);
    this.#via = new Int32Array(graph.stateCount);
    const count = graph.actions.length;
    this.#lastStep = new Int32Array((count + 1) * count).fill(-1);
    this.#stepBefore = this.#lastStep.slice();
    for (let t = 0; t < graph.transitionCount; t++) {
      this.#offer(graph.labels[t]!, t, -1);
      for (const next of this.#choices(graph.targets[t]!)) this.#offer(this.#pair(t, next), next, t);
    }
    this.actions = new Set(graph.actions.keys());
    for (let goal = count; goal < this.#lastStep.length; goal++)
      if (this.#lastStep[goal] !== -1) this.pairs.add(goal);
  }

  /** The steps from an initial state until the goal is taken, along the shortest path to its beginning. */
  cost(goal: number): number {
    const before = this.#stepBefore[goal]!;
    const first = before === -1 ? this.#lastStep[goal]! : before;
    return this.#tree.depth[this.#tree.from[first]!]! + (before === -1 ? 1 : 2);
  }

  /** The path that {@link cost} counts. */
  path(goal: number): number[] {
    const steps = [this.#stepBefore[goal]!, this.#lastStep[goal]!].filter((t) => t !== -1);
    return [...shortestPathTo(this.#graph, this.#tree.from[steps[0]!]!, this.#tree), ...steps];
  }

  /** The goals by their cost, those of one cost by their number. */
  nearest(goals: ReadonlySet<number>): number[] {
    return [...goals].sort((a, b) => this.cost(a) - this.cost(b) || a - b);
  }

  /** Notes that a path takes `t` after `before`; -1 is no step before. */
  take(before: number, t: number): void {
    this.actions.delete(this.#graph.labels[t]!);
    if (before !== -1 && this.pairs.delete(this.#pair(before, t))) this.pairsTaken++;
  }

  /** The fewest steps, at most `room`, that take something wanted after `last`; undefined if none is near. */
  seek(last: number, wanted: ReadonlySet<number>, room: number): number[] | undefined {
    const { graph, search } = { graph: this.#graph, search: ++this.#search };
    const origin = graph.targets[last]!;
    const queue = [origin];
    const depths = [0];
    this.#reached[origin] = search;
    this.#via[origin] = last;
    for (let next = 0; next < queue.length && next < SEARCH_STATES && depths[next]! < room; next++) {
      const state = queue[next]!;
      for (let t = graph.offsets[state]!; t < graph.offsets[state + 1]!; t++) {
        const back = () => this.#trail(origin, state);
        if (wanted.has(graph.labels[t]!) || wanted.has(this.#pair(this.#via[state]!, t)))
          return [...back(), t];
        const to = graph.targets[t]!;
        if (depths[next]! + 1 < room)
          for (const after of this.#choices(to))
            if (wanted.has(this.#pair(t, after))) return [...back(), t, after];
        if (this.#reached[to] === search) continue;
        this.#reached[to] = search;
        this.#via[to] = t;
        queue.push(to);
        depths.push(depths[next]! + 1);
      }
    }
    return undefined;
  }

  /** The steps by which the last search came from `origin` to `state`. */
  #trail(origin: number, state: number): number[] {
    const steps: number[] = [];
    for (let at = state; at !== origin; at = this.#tree.from[steps.at(-1)!]!) steps.push(this.#via[at]!);
    return steps.reverse();
  }

  #offer(goal: number, lastStep: number, stepBefore: number): void {
    const known = this.#lastStep[goal] !== -1;
    const cost = known ? this.cost(goal) : Number.POSITIVE_INFINITY;
    const first = stepBefore === -1 ? lastStep : stepBefore;
    if (this.#tree.depth[this.#tree.from[first]!]! + (stepBefore === -1 ? 1 : 2) >= cost) return;
    this.#lastStep[goal] = lastStep;
    this.#stepBefore[goal] = stepBefore;
  }

  #pair(first: number, second: number): number {
    return (this.#graph.labels[first]! + 1) * this.#graph.actions.length + this.#graph.labels[second]!;
  }

  /** One transition of `state` for each action it has. */
  *#choices(state: number): Generator<number, void, void> {
    const { labels, offsets } = this.#graph;
    for (let t = offsets[state]!; t < offsets[state + 1]!; t++)
      if (t === offsets[state] || labels[t] !== labels[t - 1]) yield t;
  }
}
