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

  // An initial state always has some to spare, and a path leads from there to every state: each search finds more.
  const ways = waysOf(graph, from, times);
  let needed = spare.reduce((sum, count) => sum + Math.max(0, -count), 0);
  while (needed > 0) {
    const cost = costs(ways, spare);
    // In rounds, as Dinitz does: without them a trail may wander, and what it leaves behind blocks the others.
    for (let sent = 1; sent > 0; needed -= sent) sent = send(ways, spare, cost, hops(ways, spare, cost));
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
function costs({ times, offsets, ways, ends }: Ways, spare: Int32Array): Int32Array {
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

/** Whether the way between two states is open, and part of a cheapest one. */
const isCheapest = ({ times }: Ways, cost: Int32Array, state: number, way: number, end: number): boolean =>
  way < 0 ? cost[end] === cost[state]! - 1 && times[~way]! > 1 : cost[end] === cost[state]! + 1;

/** For each state, how many ways a cheapest arrival there takes, at least; -1 if there is none left. */
function hops(network: Ways, spare: Int32Array, cost: Int32Array): Int32Array {
  const { offsets, ways, ends } = network;
  const count = new Int32Array(spare.length).fill(-1);
  const queue = new Int32Array(spare.length);
  let filled = 0;
  for (let s = 0; s < spare.length; s++)
    if (spare[s]! > 0) {
      count[s] = 0;
      queue[filled++] = s;
    }
  for (let head = 0; head < filled; head++) {
    const state = queue[head]!;
    for (let i = offsets[state]!; i < offsets[state + 1]!; i++) {
      const end = ends[i]!;
      if (count[end] !== -1 || !isCheapest(network, cost, state, ways[i]!, end)) continue;
      count[end] = count[state]! + 1;
      queue[filled++] = end;
    }
  }
  return count;
}

/**
 * Sends what it can by the cheapest ways that are shortest by `hop`, changes `times` and `spare`, and returns how
 * much.  It looks from where arrivals are needed back to where they are: most such trails lead somewhere.
 */
function send(network: Ways, spare: Int32Array, cost: Int32Array, hop: Int32Array): number {
  const { times, offsets, ways, ends } = network;
  // For each state, where in its ways we are; those before lead nowhere.  The way back is `~way`.
  const next = offsets.slice();
  const trail: number[] = [];
  const wayInto = (state: number) => ~ways[next[state]!]!;

  const isOpen = (state: number): boolean => {
    const end = ends[next[state]!]!;
    return hop[end] === hop[state]! - 1 && isCheapest(network, cost, end, wayInto(state), state);
  };

  /** Fills the trail with states, from one that needs arrivals to one that has them.  Says whether there is one. */
  const find = (needy: number): boolean => {
    trail.push(needy);
    while (trail.length > 0) {
      const state = trail.at(-1)!;
      if (spare[state]! > 0) return true;
      while (next[state]! < offsets[state + 1]! && !isOpen(state)) next[state]!++;
      if (next[state]! < offsets[state + 1]!) trail.push(ends[next[state]!]!);
      else {
        trail.pop();
        if (trail.length > 0) next[trail.at(-1)!]!++;
      }
    }
    return false;
  };

  let sent = 0;
  for (let needy = 0; needy < spare.length; needy++)
    while (spare[needy]! < 0 && hop[needy]! >= 0 && find(needy)) {
      const source = trail.pop()!;
      const taken = trail.map(wayInto);
      trail.length = 0;
      const amount = taken.reduce(
        (least, way) => (way < 0 ? Math.min(least, times[~way]! - 1) : least),
        Math.min(spare[source]!, -spare[needy]!),
      );
      for (const way of taken)
        if (way < 0) times[~way]! -= amount;
        else times[way]! += amount;
      spare[source]! -= amount;
      spare[needy]! += amount;
      sent += amount;
    }
  return sent;
}
