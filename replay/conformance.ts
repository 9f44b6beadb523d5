/**
 * Exact conformance: every transition of a graph is replayed, and in every state the frontend's steps that the
 * specification does not allow are tried.
 */
import type { GraphArgs } from '../graph/args.js';
import type { Cover } from '../graph/cover.js';
import type { Agreement } from './agreement.js';
import type { StepToWrite } from './format.js';
import { type Graph, sources } from '../graph/graph.js';
import { shortestPathTo } from '../graph/paths.js';
import type { Divergence, FrontStep, Replay } from './replay.js';

/** The result of a replay of a whole graph. */
export interface Conformance {
  /** Distinct transitions of the graph that were taken. */
  readonly transitions: number;
  readonly steps: number;
  /** Steps that were tried and had to be refused: in each state of the graph, once. */
  readonly refusals: number;
  /** Paths on which the implementation diverged. Each path ends at its first divergence. */
  readonly divergences: number;
  /**
   * Of the transitions and refusals those for which another runner of the machines was asked and did the same; absent where
   * none is asked.
   */
  readonly agreed?: number;
  readonly seconds: number;
  /** The first divergence, with the path to it. */
  readonly first?: Found;
}

/** A divergence, and where. */
export interface Found {
  readonly divergence: Divergence;
  /** The number of the path in the cover, from 1. */
  readonly path: number;
  /** The transitions of the path up to there. */
  readonly transitions: readonly number[];
  /** The steps that lead there, the diverging one last. */
  readonly steps: readonly StepToWrite[];
}

/** How to replay a graph. */
export interface ConformanceOptions {
  /** Whether refusals are tried. They are unless this is false. */
  readonly refusals?: boolean;
  /** Stop at this many divergences; at all of them if absent. */
  readonly stopAt?: number;
  /**
   * What the replay's runner agrees with another in: that one is asked for each transition and each refusal once. A cover
   * takes most transitions several times. The replay compares the implementation's state with the graph's each time, so what
   * is asked again would be asked of the same state, but for the round of an index, the octets of frames and the sender's
   * tokens.
   */
  readonly agreement?: Agreement;
  /** Called after each path. */
  readonly onProgress?: (steps: number, total: number) => void;
}

/**
 * Replays a cover of a graph. The cover's paths are taken as they are: whether they cover is counted.
 * @param replay of the graph's states
 */
export function conformance(
  graph: Graph,
  args: GraphArgs,
  cover: Cover,
  replay: Replay,
  options: ConformanceOptions = {},
): Conformance {
  const begun = performance.now();
  const from = sources(graph);
  const taken = new Uint8Array(graph.transitionCount);
  const probed = new Uint8Array(graph.stateCount);
  let transitions = 0;
  let steps = 0;
  let refusals = 0;
  let divergences = 0;
  const { agreement } = options;
  let agreed = 0;
  let first: Found | undefined;

  const stepOf = (t: number): FrontStep => ({
    action: graph.actions[graph.labels[t]!]!,
    args: args.values[args.ofTransition[t]!]!,
  });
  /** Does something for the first time, with the other runner asked too, and counts it. */
  const asked = <T>(act: () => T): T => {
    if (agreement === undefined) return act();
    const { result, isAgreed } = agreement.during(act);
    if (isAgreed) agreed++;
    return result;
  };
  const probe = (state: number, number: number): Divergence | null => {
    if (options.refusals === false || probed[state] === 1) return null;
    probed[state] = 1;
    const allowed = new Set<string>();
    for (let t = graph.offsets[state]!; t < graph.offsets[state + 1]!; t++) allowed.add(keyOf(stepOf(t)));
    for (const candidate of replay.candidates(state)) {
      if (allowed.has(keyOf(candidate))) continue;
      refusals++;
      const divergence = asked(() => replay.refuses(number, candidate, state));
      if (divergence !== null) return divergence;
    }
    return null;
  };

  const walk = (path: Int32Array): Divergence | null => {
    const initial = from[path[0]!]!;
    const start = replay.start(initial) ?? probe(initial, 0);
    if (start !== null) return start;
    for (let i = 0; i < path.length; i++) {
      const t = path[i]!;
      const { action, args: stepArgs } = stepOf(t);
      const to = graph.targets[t]!;
      steps++;
      const step = () => replay.step(i + 1, action, stepArgs, from[t]!, to);
      const divergence = (taken[t] === 0 ? asked(step) : step()) ?? probe(to, i + 1);
      if (divergence !== null) return divergence;
      if (taken[t] === 0) {
        taken[t] = 1;
        transitions++;
      }
    }
    return null;
  };

  /** The same divergence at the end of a shortest path, if it shows there too: most of a long path does not matter. */
  const shortest = (found: Found): Found => {
    const { divergence, transitions: path } = found;
    const last = path.at(-1);
    if (last === undefined) return found;
    const wasRefusal = divergence.kind === 'accepted';
    const short = wasRefusal
      ? [...shortestPathTo(graph, graph.targets[last]!)]
      : [...shortestPathTo(graph, from[last]!), last];
    let again = replay.start(short[0] === undefined ? graph.initial[0]! : from[short[0]]!);
    for (const [i, t] of short.entries()) {
      if (again !== null) break;
      const { action, args: stepArgs } = stepOf(t);
      again = replay.step(i + 1, action, stepArgs, from[t]!, graph.targets[t]!);
    }
    if (again === null && wasRefusal)
      again = replay.refuses(short.length, divergence as FrontStep & Divergence, graph.targets[last]!);
    const isSame = again?.kind === divergence.kind && again.action === divergence.action;
    // It may have shown before the end of that path.
    return isSame && again !== null ? foundOn(again, found.path, short.slice(0, again.step), stepOf) : found;
  };

  for (const [number, path] of cover.paths.entries()) {
    const divergence = walk(path);
    if (divergence !== null) {
      divergences++;
      first ??= foundOn(divergence, number + 1, [...path.subarray(0, divergence.step)], stepOf);
      if (divergences === options.stopAt) break;
    }
    options.onProgress?.(steps, cover.steps);
  }
  first &&= shortest(first);
  const seconds = (performance.now() - begun) / 1000;
  return {
    ...{ transitions, steps, refusals, divergences, seconds },
    ...(agreement === undefined ? {} : { agreed }),
    ...(first === undefined ? {} : { first }),
  };
}

const foundOn = (
  divergence: Divergence,
  path: number,
  transitions: readonly number[],
  stepOf: (t: number) => FrontStep,
): Found => {
  const { kind, action, args } = divergence;
  const steps: readonly StepToWrite[] = transitions.map(stepOf);
  return {
    divergence,
    path,
    transitions,
    steps: kind === 'accepted' ? [...steps, { action, args, refused: true }] : steps,
  };
};

const keyOf = ({ action, args }: FrontStep): string => [action, ...Object.values(args)].join(' ');
