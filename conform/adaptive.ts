/**
 * A port is walked through a contracted graph. The next step is chosen by where the port is now, until each step of the graph
 * was taken that it can be brought to.
 */
import type { Case, Observation } from './case.js';
import { type CaseResult, conform, type ConformOptions } from './conform.js';
import type { MacroStep } from './contracted.js';
import { claimsOf } from './features.js';
import type { FrontWatch } from './front-watch.js';
import type { PortGraph } from './port-graph.js';
import type { Player } from './run-case.js';
import { needsOf } from './steps.js';

/** Steps of a case. One that fails is then short enough to be followed by hand. */
const CASE_STEPS = 40;
/** Cases that are begun together. What they took decides about the next ones. */
const BATCH = 16;
/** How often a step is tried at which the port does not do what the graph has, at another time or in another way. */
const MOST_TRIES = 3;

/** What came of a walk through one graph. */
export interface Walked {
  readonly graph: PortGraph;
  /** The steps for which the driver has the features. */
  readonly asked: number;
  readonly taken: number;
  /** The steps that were asked and not taken. */
  readonly missed: readonly MacroStep[];
  readonly results: readonly CaseResult[];
}

/** Can a driver with these features be asked about this graph at all? */
export const isAsked = ({ start }: PortGraph, features: readonly string[]): boolean =>
  needsOf(start, '').every((feature) => claimsOf(features).has(feature));

/** Walks a port through a graph, case after case, until nothing more can be taken, or `signal` stops it. */
export async function walk(
  graph: PortGraph,
  features: readonly string[],
  options: ConformOptions,
): Promise<Walked> {
  const way = new Walk(graph, features);
  const results: CaseResult[] = [];
  let before = -1;
  while (way.canGoOn && way.progress > before) {
    before = way.progress;
    const cases = Array.from({ length: BATCH }, (_, i) => way.newCase(results.length + i + 1));
    const done = await conform(cases, { ...options, playerOf: (given) => way.player(given) });
    results.push(
      ...done.results.filter(({ case: { steps }, verdict }) => steps !== '' || verdict.kind !== 'passed'),
    );
    // What cannot be started is not asked again.
    if (done.results.every(({ verdict }) => verdict.kind === 'left out')) break;
  }
  return { graph, asked: way.asked, taken: way.taken.size, missed: way.missed, results };
}

class Walk {
  readonly taken = new Set<number>();
  readonly #allowed: readonly boolean[];
  readonly #needs: readonly string[];
  readonly #from = new Map<number, number[]>();
  readonly #tries = new Map<number, number>();

  constructor(
    readonly graph: PortGraph,
    features: readonly string[],
  ) {
    const claims = claimsOf(features);
    this.#allowed = graph.steps.map(({ word }) =>
      needsOf(graph.start, word).every((feature) => claims.has(feature)),
    );
    this.#needs = needsOf(graph.start, '');
    for (const [i, { from }] of graph.steps.entries())
      this.#from.set(from, [...(this.#from.get(from) ?? []), i]);
  }

  get asked(): number {
    return this.#allowed.filter((is) => is).length;
  }

  get missed(): readonly MacroStep[] {
    return this.graph.steps.filter((_, i) => this.#allowed[i]! && !this.taken.has(i));
  }

  /** Is there a step that was not taken, on a way that can be tried? */
  get canGoOn(): boolean {
    return this.#next(0) !== undefined;
  }

  /** Grows with each step that is taken, and with each try. */
  get progress(): number {
    return this.taken.size + [...this.#tries.values()].reduce((sum, tries) => sum + tries, 0);
  }

  newCase(n: number): Case {
    const { name, start, see } = this.graph;
    // What the graph says of the steps is added as they are chosen.
    return {
      name: `${name.replace('cover', 'adaptive')}/${n}`,
      needs: [...this.#needs],
      start,
      steps: '',
      see: [see],
    };
  }

  player({ see }: Case): Player {
    let state = 0;
    let last: number | undefined;
    let left = CASE_STEPS;
    return (front) => {
      if (!this.#isAt(front, last)) return undefined;
      if (last !== undefined) {
        this.taken.add(last);
        this.#tries.delete(last);
        state = this.graph.steps[last]!.to;
      }
      last = left-- > 0 ? this.#next(state) : undefined;
      if (last === undefined) return undefined;
      const { word, observed } = this.graph.steps[last]!;
      if (!this.taken.has(last)) this.#tries.set(last, (this.#tries.get(last) ?? 0) + 1);
      if (observed !== undefined) (see as Observation[]).push(observed);
      return word;
    };
  }

  /** Did the port do what the graph has of this step, when the graph has it? Otherwise it is in another state than that. */
  #isAt(front: FrontWatch, last: number | undefined): boolean {
    const isPause = last !== undefined && this.graph.steps[last]!.word === 'event:pause';
    return front.isInStep && !(isPause && !front.isPaused);
  }

  /** The first step of the shortest way to a step that was not taken; undefined if there is none. */
  #next(state: number): number | undefined {
    const visited = new Set([state]);
    let edge = this.#open(state).map((i) => ({ first: i, last: i }));
    while (edge.length > 0) {
      const due = edge.find(({ last }) => !this.taken.has(last));
      if (due !== undefined) return due.first;
      const further: typeof edge = [];
      for (const { first, last } of edge) {
        const { to } = this.graph.steps[last]!;
        if (visited.has(to)) continue;
        visited.add(to);
        for (const i of this.#open(to)) further.push({ first, last: i });
      }
      edge = further;
    }
    return undefined;
  }

  /** The steps from a state that are allowed, and at which the port has not left the graph too often. */
  #open(state: number): readonly number[] {
    return (this.#from.get(state) ?? []).filter(
      (i) => this.#allowed[i]! && (this.#tries.get(i) ?? 0) < MOST_TRIES,
    );
  }
}
