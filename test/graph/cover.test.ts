import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coverTransitions, reducedCover, shortestPaths, shortestPathTo, walk } from '../../graph/cover.js';
import { type Graph, readGraph, sources } from '../../graph/graph.js';

const read = (name: string, distinctStates: number): Promise<Graph> =>
  readGraph(fileURLToPath(new URL(`../fixtures/graph/${name}`, import.meta.url)), { distinctStates });

type Edge = readonly [from: number, action: number, to: number];

/** A graph of one variable, the number of the state, with these transitions. */
function graphOf(stateCount: number, initial: readonly number[], edges: readonly Edge[]): Graph {
  const unique = new Map(edges.map((edge) => [edge.join(), edge]));
  const sorted = [...unique.values()].sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
  const count = Math.max(0, ...edges.map(([, action]) => action + 1));
  return {
    variables: ['x'],
    values: [Array.from({ length: stateCount }, (_, x) => x)],
    stateCount,
    cells: Int32Array.from({ length: stateCount }, (_, x) => x),
    initial,
    actions: Array.from({ length: count }, (_, i) => `Action${i}`),
    offsets: Int32Array.from(
      { length: stateCount + 1 },
      (_, s) => sorted.filter(([from]) => from < s).length,
    ),
    targets: Int32Array.from(sorted, ([, , to]) => to),
    labels: Int32Array.from(sorted, ([, action]) => action),
    transitionCount: sorted.length,
  };
}

const ring = (length: number): Edge[] => Array.from({ length }, (_, s) => [s, 0, (s + 1) % length]);

/** Graphs in which every state has a path to it, from one or several initial states. */
const graphs: fc.Arbitrary<Graph> = fc
  .record({ stateCount: fc.integer({ min: 1, max: 25 }), initials: fc.integer({ min: 1, max: 3 }) })
  .chain(({ stateCount, initials }) => {
    const state = fc.nat(stateCount - 1);
    const action = fc.nat(3);
    const first = Math.min(initials, stateCount);
    // Each further state is entered from one before it.
    const tree = fc.tuple(
      ...Array.from({ length: stateCount - first }, (_, i) =>
        fc.tuple(fc.nat(first + i - 1), action, fc.constant(first + i)),
      ),
    );
    const extra = fc.array(fc.tuple(state, action, state), { minLength: 1, maxLength: 80 });
    return fc
      .tuple(tree, extra)
      .map(([a, b]) => withUsedActions(stateCount, [...Array(first).keys()], [...a, ...b]));
  });

/** Actions are numbered so that each has a transition, as in a graph that was read. */
function withUsedActions(stateCount: number, initial: readonly number[], edges: readonly Edge[]): Graph {
  const used = [...new Set(edges.map(([, action]) => action))];
  return graphOf(
    stateCount,
    initial,
    edges.map(([from, action, to]) => [from, used.indexOf(action), to]),
  );
}

/** The transitions a set of paths takes, found in another way than `walk` does. */
function taken(graph: Graph, paths: readonly Int32Array[]): Set<number> {
  const from = sources(graph);
  for (const path of paths) {
    expect(graph.initial).toContain(from[path[0]!]);
    for (let i = 1; i < path.length; i++) expect(from[path[i]!]).toBe(graph.targets[path[i - 1]!]);
  }
  return new Set(paths.flatMap((path) => [...path]));
}

/**
 * Whether other paths take what these take, and every transition at least once, in fewer steps.  They do exactly
 * if the steps of these can be changed round a cycle at a gain: a transition taken once more costs a step, one
 * taken once less where it is taken twice gains one, and a path can stop and start at no cost.
 */
function isImprovable(graph: Graph, paths: readonly Int32Array[]): boolean {
  const from = sources(graph);
  const times = new Int32Array(graph.transitionCount);
  for (const t of paths.flatMap((path) => [...path])) times[t]!++;
  const between = graph.stateCount; // between two paths
  const changes: [from: number, to: number, cost: number][] = [];
  times.forEach((count, t) => {
    changes.push([from[t]!, graph.targets[t]!, 1]);
    if (count > 1) changes.push([graph.targets[t]!, from[t]!, -1]);
  });
  for (let s = 0; s < graph.stateCount; s++) changes.push([s, between, 0]);
  for (const s of graph.initial) changes.push([between, s, 0]);
  for (const path of paths)
    changes.push([between, graph.targets[path.at(-1)!]!, 0], [from[path[0]!]!, between, 0]);
  // Bellman and Ford: without such a cycle nothing becomes cheaper after as many rounds as there are places.
  const cost = new Int32Array(graph.stateCount + 1);
  const round = () =>
    changes.filter(([a, b, step]) => {
      const isCheaper = cost[a]! + step < cost[b]!;
      if (isCheaper) cost[b] = cost[a]! + step;
      return isCheaper;
    }).length;
  return Array.from({ length: graph.stateCount + 1 }, round).at(-1)! > 0;
}

describe('a cover', () => {
  it('takes every transition of every graph, by paths from an initial state', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const cover = coverTransitions(graph);
        expect(taken(graph, cover.paths).size).toBe(graph.transitionCount);
        expect(cover.covered).toBe(graph.transitionCount);
        expect(cover.transitions).toBe(graph.transitionCount);
        expect(cover.steps).toBe(cover.paths.reduce((sum, path) => sum + path.length, 0));
      }),
      { numRuns: 1000 },
    );
  });

  it('is the same for the same graph', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const copy = structuredClone(graph);
        expect(coverTransitions(copy)).toEqual(coverTransitions(graph));
        expect(reducedCover(copy)).toEqual(reducedCover(graph));
      }),
    );
  });

  it('has no path longer than it may be', () => {
    fc.assert(
      fc.property(graphs, fc.integer({ min: 0, max: 6 }), (graph, more) => {
        const maxLength = Math.max(...shortestPaths(graph).depth) + 1 + more;
        const cover = coverTransitions(graph, { maxLength });
        expect(Math.max(...cover.paths.map((path) => path.length))).toBeLessThanOrEqual(maxLength);
        expect(taken(graph, cover.paths).size).toBe(graph.transitionCount);
      }),
      { numRuns: 500 },
    );
  });

  it('has paths of a thousand steps at most if nothing else is asked for', () => {
    const graph = graphOf(300, [0], [...ring(300), ...ring(300).map(([s, , to]): Edge => [to, 1, s])]);
    const both = [0, 1, 2, 3, 4, 5, 6].flatMap((a) => ring(300).map(([s, , to]): Edge => [s, a, to]));
    expect(coverTransitions(graph).paths).toHaveLength(1);
    const lengths = coverTransitions(graphOf(300, [0], both)).paths.map((path) => path.length);
    expect(Math.max(...lengths)).toBe(1000);
    expect(coverTransitions(graphOf(300, [0], both), { maxLength: 3000 }).paths).toHaveLength(1);
  });

  it('takes each transition once where every state is entered as often as it is left', () => {
    fc.assert(
      fc.property(
        fc.array(fc.shuffledSubarray([...Array(12).keys()], { minLength: 2 }), { minLength: 1 }),
        (walks) => {
          // Closed walks through state 0, each with an action of its own.
          const edges = walks.flatMap((states, action) => {
            const closed = [0, ...states.filter((s) => s !== 0), 0];
            return closed.slice(1).map((to, i): Edge => [closed[i]!, action, to]);
          });
          const visited = [...new Set(edges.map(([from]) => from))].sort((a, b) => a - b);
          const place = (s: number) => visited.indexOf(s);
          const graph = graphOf(
            visited.length,
            [0],
            edges.map(([from, action, to]) => [place(from), action, place(to)]),
          );
          expect(coverTransitions(graph).steps).toBe(graph.transitionCount);
          expect(coverTransitions(graph).paths).toHaveLength(1);
        },
      ),
    );
  });

  it('has the fewest steps that paths of any length can have', () => {
    const isBest = (graph: Graph) => {
      expect(isImprovable(graph, coverTransitions(graph, { maxLength: 1e6 }).paths)).toBe(false);
    };
    fc.assert(fc.property(graphs, isBest), { numRuns: 500 });
    // Far from the initial state, where what is near can be of more use to another.
    const length = 40;
    const state = fc.integer({ min: 0, max: length - 1 });
    const hops = fc.array(fc.tuple(state, fc.constantFrom(-3, -2, -1, 0, 1, 2), fc.nat(2)), {
      maxLength: 40,
    });
    const deep = hops.map((all) =>
      withUsedActions(
        length,
        [0],
        [
          ...ring(length).slice(0, -1),
          ...all.map(([s, by, action]): Edge => [s, action, Math.min(length - 1, Math.max(0, s + by))]),
        ],
      ),
    );
    fc.assert(fc.property(deep, isBest), { numRuns: 500 });
    const fork = graphOf(
      3,
      [0],
      [
        [0, 0, 1],
        [1, 0, 2],
        [2, 0, 0],
        [1, 1, 2],
      ],
    );
    // What we rely on here can tell: the second of these paths could do without its last step.
    expect(isImprovable(fork, [Int32Array.of(0, 1, 3, 0, 2)])).toBe(false);
    expect(isImprovable(fork, [Int32Array.of(0, 1, 3, 0, 2, 3)])).toBe(true);
  });

  it('repeats a transition only where a state lacks arrivals, and comes from the nearest state that has too many', () => {
    // 0 -> 1 -> 2 twice over, then 2 -> 3 once: nothing has to be repeated but the way to a second departure.
    const fork = graphOf(
      4,
      [0],
      [
        [0, 0, 1],
        [1, 0, 2],
        [1, 1, 3],
      ],
    );
    expect(coverTransitions(fork).steps).toBe(4);
    // 3 is entered twice and left never; 4 is left twice and entered once, a step away from 3.
    const lend = graphOf(
      6,
      [0],
      [
        [0, 0, 1],
        [1, 0, 2],
        [2, 0, 3],
        [2, 1, 3],
        [3, 0, 4],
        [4, 0, 5],
        [4, 1, 5],
      ],
    );
    expect(coverTransitions(lend).steps).toBe(10);
  });

  it('starts in each initial state that no other leads to', () => {
    const apart = graphOf(
      4,
      [0, 2],
      [
        [0, 0, 1],
        [1, 0, 0],
        [2, 0, 3],
        [3, 0, 2],
      ],
    );
    expect(coverTransitions(apart).paths.map((path) => [...path])).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });

  it('needs fewer than one and a half steps a transition on a graph from TLC', async () => {
    const graph = await read('Shapes.dot', 40);
    const cover = coverTransitions(graph);
    expect(cover.covered).toBe(graph.transitionCount);
    expect(cover.steps / graph.transitionCount).toBeLessThan(1.5);
  });

  it('is refused for a graph with a state that nothing leads to', () => {
    const graph = graphOf(
      3,
      [0],
      [
        [0, 0, 1],
        [2, 0, 1],
      ],
    );
    expect(() => coverTransitions(graph)).toThrow('no path leads from an initial state to state 2');
    expect(() => reducedCover(graph)).toThrow('no path leads from an initial state to state 2');
    expect(() => reducedCover(graphOf(2, [0], [[0, 0, 0]]))).toThrow('state 1');
  });

  it('is refused if a transition is further away than a path may be long', () => {
    const graph = graphOf(5, [0], ring(5));
    expect(coverTransitions(graph, { maxLength: 5 }).paths).toHaveLength(1);
    expect(() => coverTransitions(graph, { maxLength: 4 })).toThrow(RangeError);
  });
});

describe('a walk', () => {
  const graph = graphOf(3, [0], ring(3));

  it('counts steps, and each transition once', () => {
    expect(walk(graph, [Int32Array.of(0, 1, 2, 0), Int32Array.of(0)])).toEqual({ steps: 5, covered: 3 });
  });

  it('refuses a path that begins elsewhere, jumps, or takes what is not there', () => {
    expect(() => walk(graph, [Int32Array.of(1)])).toThrow('path 0, step 0: transition 1 begins in state 1');
    expect(() => walk(graph, [Int32Array.of(0), Int32Array.of(0, 2)])).toThrow(
      'path 1, step 1: transition 2',
    );
    expect(() => walk(graph, [Int32Array.of(0, 3)])).toThrow('there is no transition 3');
  });
});

describe('a shortest path', () => {
  it('leads to its state and is as long as the state is deep', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const { depth } = shortestPaths(graph);
        const from = sources(graph);
        // No transition leads more than one step deeper, so no path can be shorter.
        for (let t = 0; t < graph.transitionCount; t++)
          expect(depth[graph.targets[t]!]).toBeLessThanOrEqual(depth[from[t]!]! + 1);
        for (let s = 0; s < graph.stateCount; s++) {
          const path = shortestPathTo(graph, s);
          expect(path).toHaveLength(depth[s]!);
          if (path.length === 0) expect(graph.initial).toContain(s);
          else {
            taken(graph, [path]);
            expect(graph.targets[path.at(-1)!]).toBe(s);
          }
        }
      }),
    );
  });

  it('is refused for a state that has none, or is none', () => {
    const graph = graphOf(2, [0], [[0, 0, 0]]);
    expect(() => shortestPathTo(graph, 1)).toThrow(
      new RangeError('no path leads from an initial state to state 1'),
    );
    expect(() => shortestPathTo(graph, 2)).toThrow(
      new RangeError('no path leads from an initial state to state 2'),
    );
  });
});

/** The pairs of actions that follow each other in the paths, or anywhere in the graph. */
function pairs(graph: Graph, paths?: readonly Int32Array[]): Set<string> {
  const from = sources(graph);
  const all = new Set<string>();
  const add = (a: number, b: number) => all.add(`${graph.labels[a]} ${graph.labels[b]}`);
  for (const path of paths ?? []) for (let i = 1; i < path.length; i++) add(path[i - 1]!, path[i]!);
  if (paths === undefined)
    for (let a = 0; a < graph.transitionCount; a++)
      for (let b = 0; b < graph.transitionCount; b++) if (graph.targets[a] === from[b]) add(a, b);
  return all;
}

describe('a reduced cover', () => {
  const actions = (graph: Graph, paths: readonly Int32Array[]) =>
    new Set([...taken(graph, paths)].map((t) => graph.labels[t]));

  it('takes every action and every pair of actions where it may be as long as it likes', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const cover = reducedCover(graph);
        expect(actions(graph, cover.paths).size).toBe(graph.actions.length);
        expect(cover.actions).toBe(graph.actions.length);
        expect(pairs(graph, cover.paths)).toEqual(pairs(graph));
        expect(cover.pairs).toEqual({ taken: pairs(graph).size, seen: pairs(graph).size });
        expect(cover.covered).toBe(taken(graph, cover.paths).size);
      }),
      { numRuns: 500 },
    );
  });

  it('stays within its bounds, and takes every action even so', () => {
    fc.assert(
      fc.property(graphs, fc.nat(40), fc.nat(10), (graph, maxSteps, more) => {
        const maxLength = Math.max(...shortestPaths(graph).depth) + 1 + more;
        const deepest = Math.max(...shortestPaths(graph).depth) + 1;
        const cover = reducedCover(graph, { maxSteps, maxLength });
        expect(actions(graph, cover.paths).size).toBe(graph.actions.length);
        expect(Math.max(...cover.paths.map((path) => path.length))).toBeLessThanOrEqual(maxLength);
        expect(cover.steps).toBeLessThanOrEqual(Math.max(maxSteps, deepest * graph.actions.length));
        expect(cover.pairs).toEqual({ taken: pairs(graph, cover.paths).size, seen: pairs(graph).size });
      }),
      { numRuns: 500 },
    );
  });

  it('is small on a graph from TLC', async () => {
    const graph = await read('Shapes.dot', 40);
    const cover = reducedCover(graph);
    expect(cover.pairs.taken).toBe(cover.pairs.seen);
    expect(cover.steps).toBeLessThan(3 * cover.pairs.seen);
    const needed = reducedCover(graph, { maxSteps: 0 });
    expect(needed.actions).toBe(5);
    for (let maxSteps = needed.steps; maxSteps < cover.steps; maxSteps++)
      expect(reducedCover(graph, { maxSteps }).steps).toBeLessThanOrEqual(maxSteps);
  });

  it('is refused if an action is further away than a path may be long', () => {
    const graph = graphOf(
      4,
      [0],
      [
        [0, 0, 1],
        [1, 0, 2],
        [2, 1, 3],
      ],
    );
    expect(reducedCover(graph, { maxLength: 3 }).actions).toBe(2);
    expect(() => reducedCover(graph, { maxLength: 2 })).toThrow(
      'the action Action1 is step 3, and maxLength is 2',
    );
  });
});
