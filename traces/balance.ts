/**
 * How often to take each transition of a state graph, so that paths can take all of them in the fewest steps.
 *
 * Paths can take each transition once if every state is entered as often as it is left.  A state that is left
 * more often needs more arrivals.  A path that would otherwise have to stop, in a state that is entered more
 * often, can go on and arrive there; or one more can start, in an initial state.  Whatever lies between is
 * taken once more, and that is what we want least of: a flow of least cost, from what there is to what is
 * needed, where every transition can carry any amount and each unit on it costs a step.
 *
 * We find it by successive shortest paths, a bundle at a time.  An arrival that was sent over a transition may
 * be sent elsewhere later, which takes the transition once less; so a search may also go backwards there, and
 * gain a step.  As long as only shortest ways in that sense are used the cost stays the least possible.
 */
import type { Graph } from './graph.js';

/** How often to take what there is, so that every state is entered as often as it is left. */
export interface Balance {
  /** For each transition, how often it is taken; at least once. */
  readonly times: Int32Array;
  /** For each state, how many paths start there: at least one in an initial state, none in others. */
  readonly starts: Int32Array;
  /** For each state, how many paths end there. */
  readonly ends: Int32Array;
}

// More than any graph needs in one state.
const ANY_NUMBER = 2 ** 30;

/**
 * The least sum of `times` with which paths take every transition, if they may be of any length.
 *
 * `from` has the state before each transition.  Every state must have a path to it.
 */
export function balance(graph: Graph, from: Int32Array): Balance {
  const times = new Int32Array(graph.transitionCount).fill(1);
  // Arrivals less departures: what is positive can be spent elsewhere, what is negative is needed.
  const spare = new Int32Array(graph.stateCount);
  for (let t = 0; t < graph.transitionCount; t++) {
    spare[graph.targets[t]!]!++;
    spare[from[t]!]!--;
  }
  for (const state of graph.initial) spare[state]! += ANY_NUMBER;

  const ways = waysOf(graph, from, times);
  let needed = spare.reduce((sum, count) => sum + Math.max(0, -count), 0);
  while (needed > 0) {
    const cost = search(ways, spare);
    // Once is not enough: a state that was closed for one may be what another needs.
    for (let sent = 1; sent > 0; needed -= sent) sent = send(ways, spare, cost);
  }

  const starts = new Int32Array(graph.stateCount);
  for (const state of graph.initial) {
    // One start even if none is needed: the tour must get into each part of the graph.
    starts[state] = Math.max(1, ANY_NUMBER - spare[state]!);
    spare[state]! += starts[state]! - ANY_NUMBER;
  }
  return { times, starts, ends: spare };
}

/**
 * The ways out of each state for an arrival.  Way `w` is to take transition `w` once more; way `~w` is to take
 * it once less, backwards, and is open where it is taken more than once.
 */
interface Ways {
  readonly times: Int32Array;
  /** State `s` has the ways `offsets[s]` up to but not including `offsets[s + 1]` of these. */
  readonly offsets: Int32Array;
  readonly ways: Int32Array;
  /** For each of these, the state it leads to. */
  readonly ends: Int32Array;
}

function waysOf(graph: Graph, from: Int32Array, times: Int32Array): Ways {
  const offsets = new Int32Array(graph.stateCount + 1);
  for (let t = 0; t < graph.transitionCount; t++) {
    offsets[from[t]! + 1]!++;
    offsets[graph.targets[t]! + 1]!++;
  }
  for (let s = 0; s < graph.stateCount; s++) offsets[s + 1]! += offsets[s]!;
  const filled = offsets.slice();
  const ways = new Int32Array(2 * graph.transitionCount);
  const ends = new Int32Array(2 * graph.transitionCount);
  const add = (state: number, way: number, end: number) => {
    ends[filled[state]!] = end;
    ways[filled[state]!++] = way;
  };
  for (let t = 0; t < graph.transitionCount; t++) add(from[t]!, t, graph.targets[t]!);
  for (let t = 0; t < graph.transitionCount; t++) add(graph.targets[t]!, ~t, from[t]!);
  return { times, offsets, ways, ends };
}

/** For each state, the steps that one more arrival there costs, from the cheapest state that has some to spare. */
function search({ times, offsets, ways, ends }: Ways, spare: Int32Array): Int32Array {
  const cost = new Int32Array(spare.length).fill(ANY_NUMBER);
  const isWaiting = new Uint8Array(spare.length);
  // In a circle; no state waits in it twice.
  const queue = new Int32Array(spare.length);
  let waiting = 0;
  for (let s = 0; s < spare.length; s++)
    if (spare[s]! > 0) {
      cost[s] = 0;
      isWaiting[s] = 1;
      queue[waiting++] = s;
    }
  // A way back gains a step, so a state can become cheaper after its turn, and then has another.
  let head = 0;
  while (waiting > 0) {
    const state = queue[head]!;
    if (++head === queue.length) head = 0;
    waiting--;
    isWaiting[state] = 0;
    const here = cost[state]!;
    for (let i = offsets[state]!; i < offsets[state + 1]!; i++) {
      const end = ends[i]!;
      if (here - 1 >= cost[end]!) continue;
      const way = ways[i]!;
      if (way < 0 ? times[~way] === 1 : here + 1 >= cost[end]!) continue;
      cost[end] = way < 0 ? here - 1 : here + 1;
      if (isWaiting[end] === 1) continue;
      isWaiting[end] = 1;
      queue[(head + waiting++) % queue.length] = end;
    }
  }
  return cost;
}

/** Sends what it can by ways that cost no more than they must, changes `times` and `spare`, and returns how much. */
function send({ times, offsets, ways, ends }: Ways, spare: Int32Array, cost: Int32Array): number {
  const next = offsets.slice();
  // On the trail, or found to lead nowhere.
  const isClosed = new Uint8Array(spare.length);
  const trail: number[] = [];

  /** Whether the way `i` out of `state`, gone against its direction, leads to where an arrival should come from. */
  const isOpen = (state: number, i: number) => {
    const end = ends[i]!;
    if (isClosed[end] === 1) return false;
    const way = ways[i]!;
    return way < 0 ? cost[end]! + 1 === cost[state]! : cost[end]! - 1 === cost[state]! && times[way]! > 1;
  };

  /** Fills the trail with states, from one that needs arrivals to one that has them.  Says whether there is one. */
  const find = (needy: number): boolean => {
    trail.push(needy);
    while (trail.length > 0) {
      const state = trail.at(-1)!;
      if (spare[state]! > 0) return true;
      isClosed[state] = 1;
      while (next[state]! < offsets[state + 1]! && !isOpen(state, next[state]!)) next[state]!++;
      if (next[state]! < offsets[state + 1]!) trail.push(ends[next[state]!]!);
      else trail.pop();
    }
    return false;
  };

  let sent = 0;
  for (let needy = 0; needy < spare.length; needy++)
    while (spare[needy]! < 0 && find(needy)) {
      const source = trail.pop()!;
      let amount = Math.min(spare[source]!, -spare[needy]!);
      for (const state of trail) {
        const way = ways[next[state]!]!;
        if (way >= 0) amount = Math.min(amount, times[way]! - 1);
      }
      for (const state of trail) {
        const way = ways[next[state]!]!;
        if (way < 0) times[~way]! += amount;
        else times[way]! -= amount;
        isClosed[state] = 0;
      }
      trail.length = 0;
      spare[source]! -= amount;
      spare[needy]! += amount;
      sent += amount;
    }
  return sent;
}
