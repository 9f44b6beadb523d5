/** Paths through a contracted graph, each short enough to be followed by hand, that together take what is wanted of it. */
import { coverTransitions } from '../graph/cover.js';
import type { Graph } from '../graph/graph.js';
import type { Observation } from './case.js';
import type { MacroGraph, MacroStep } from './contracted.js';

/** Steps from state 0 on. */
export type Path = readonly MacroStep[];

/** What is to be taken of a graph. */
export interface Wanted {
  readonly step: (step: MacroStep) => boolean;
  /** A step, and the one before it; undefined where it is the first. */
  readonly pair: (before: MacroStep | undefined, step: MacroStep) => boolean;
}

/** The most steps of a path. */
const LONGEST = 40;

/** What is observed on a path, each time the frontend is woken. */
export const observationsOf = ({ start }: MacroGraph, path: Path): Observation[] => [
  start,
  ...path.map(({ observed }) => observed).filter((observed) => observed !== undefined),
];

/** Paths that together take every two steps that can follow each other. */
export function pairPaths(steps: readonly MacroStep[]): readonly Path[] {
  // In this graph a state is a step just taken, and a transition the step after it; state 0 is the beginning.
  const after = (state: number): readonly number[] =>
    [...steps.keys()].filter((i) => steps[i]!.from === (state === 0 ? 0 : steps[state - 1]!.to));
  const reached = new Set([0]);
  for (const state of reached) for (const i of after(state)) reached.add(i + 1);
  const states = [...reached].toSorted((a, b) => a - b);
  const number = new Map(states.map((state, i) => [state, i]));
  const targets = states.map((state) => after(state).map((i) => number.get(i + 1)!));
  const offsets = new Int32Array(states.length + 1);
  targets.forEach((each, i) => (offsets[i + 1] = offsets[i]! + each.length));
  const flat = Int32Array.from(targets.flat());
  const pairs: Graph = {
    ...{ variables: [], values: [], cells: new Int32Array(0), actions: ['step'] },
    ...{ stateCount: states.length, initial: [0], offsets, targets: flat },
    ...{ labels: new Int32Array(flat.length), transitionCount: flat.length },
  };
  const { paths } = coverTransitions(pairs, { maxLength: LONGEST });
  return paths.map((path) => [...path].map((t) => steps[states[flat[t]!]! - 1]!));
}

/**
 * What has been taken of a graph in which not everything is taken by the same drivers: paths are made of some steps
 * first, and then, of more steps, those that take what is still missing.
 */
export class Coverage {
  readonly #from = new Map<number, number[]>();
  /** Steps that are wanted, and were not taken. */
  readonly #due = new Set<number>();
  /** By the step before, or the beginning, and the step. */
  readonly #pairs = new Set<number>();
  /** Of the steps before, the one that is none. */
  readonly #begin: number;

  constructor(
    readonly steps: readonly MacroStep[],
    readonly wanted: Wanted,
  ) {
    this.#begin = steps.length;
    for (const [i, step] of steps.entries()) {
      this.#from.set(step.from, [...(this.#from.get(step.from) ?? []), i]);
      if (wanted.step(step)) this.#due.add(i);
    }
  }

  /** Paths of these steps alone that take what is wanted of them and was not taken yet. */
  paths(isAllowed: (step: MacroStep) => boolean): readonly Path[] {
    const allowed = this.steps.map(isAllowed);
    const paths: Path[] = [];
    let path: number[] = [];
    for (;;) {
      const way = this.#wayToNext(path.at(-1) ?? this.#begin, LONGEST - path.length, allowed);
      if (way === undefined) {
        if (path.length === 0) return paths;
        paths.push(path.map((i) => this.steps[i]!));
        path = [];
        continue;
      }
      for (const i of way) {
        this.#pairs.add(this.#pair(path.at(-1) ?? this.#begin, i));
        this.#due.delete(i);
        path.push(i);
      }
    }
  }

  /** What is wanted and was not taken: none once paths were made of all steps, if none needs a path that is too long. */
  get missing(): number {
    const befores = [...this.steps.keys(), this.#begin];
    const pairs = befores.flatMap((before) => this.#after(before).filter((i) => this.#isDue(before, i)));
    return this.#due.size + pairs.length;
  }

  /** The shortest way on whose last step is wanted; undefined if it would be too long, or there is none. */
  #wayToNext(from: number, longest: number, allowed: readonly boolean[]): readonly number[] | undefined {
    const cameFrom = new Map<number, number>();
    const wayTo = (last: number): number[] => {
      const way: number[] = [];
      for (let i: number | undefined = last; i !== undefined && i !== from; i = cameFrom.get(i)) way.push(i);
      return way.toReversed();
    };
    let edge = [from];
    for (let length = 1; length <= longest && edge.length > 0; length++) {
      const next: number[] = [];
      for (const before of edge)
        for (const i of this.#after(before)) {
          if (!allowed[i]) continue;
          if (this.#due.has(i) || this.#isDue(before, i)) return [...wayTo(before), i];
          if (i === from || cameFrom.has(i)) continue;
          cameFrom.set(i, before);
          next.push(i);
        }
      edge = next;
    }
    return undefined;
  }

  #after(before: number): readonly number[] {
    return this.#from.get(before === this.#begin ? 0 : this.steps[before]!.to) ?? [];
  }

  #isDue(before: number, i: number): boolean {
    return !this.#pairs.has(this.#pair(before, i)) && this.wanted.pair(this.steps[before], this.steps[i]!);
  }

  #pair(before: number, i: number): number {
    return before * this.steps.length + i;
  }
}
