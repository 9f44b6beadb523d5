/** A state graph by its rows, and what may follow each: the steps by their texts. */
import type { Args, GraphArgs } from '../graph/args.js';
import type { Graph } from '../graph/graph.js';
import type { BackMove } from './scheduled.js';

/** A step of the graph with its target. */
export interface GraphStep extends BackMove {
  readonly transition: number;
}

/** The graph by state: what may follow. */
export class Successors {
  readonly #known = new Map<number, ReadonlyMap<string, GraphStep>>();
  /** The frontend's transitions that were taken. */
  readonly taken = new Set<number>();
  /** Runs that went on until nothing could happen any more. */
  ended = 0;

  constructor(
    readonly graph: Graph,
    readonly args: GraphArgs,
    readonly backActions: ReadonlySet<string>,
  ) {}

  of(row: number): ReadonlyMap<string, GraphStep> {
    const known = this.#known.get(row);
    if (known !== undefined) return known;
    const { graph, args } = this;
    const steps = new Map<string, GraphStep>();
    for (let t = graph.offsets[row]!; t < graph.offsets[row + 1]!; t++) {
      const action = graph.actions[graph.labels[t]!]!;
      const stepArgs = args.values[args.ofTransition[t]!]!;
      steps.set(stepText(action, stepArgs), {
        transition: t,
        action,
        args: stepArgs,
        from: row,
        to: graph.targets[t]!,
      });
    }
    this.#known.set(row, steps);
    return steps;
  }

  /** The rows after a step, of those that allow it. */
  after(rows: readonly number[], step: string): readonly number[] {
    return unique(
      rows.flatMap((row) => {
        const found = this.of(row).get(step);
        return found === undefined ? [] : [found.to];
      }),
    );
  }

  /** The backend's steps that are possible in one of these rows, by their texts. */
  back(rows: readonly number[]): ReadonlyMap<string, GraphStep> {
    const found = new Map<string, GraphStep>();
    for (const row of rows)
      for (const [text, step] of this.of(row)) if (this.backActions.has(step.action)) found.set(text, step);
    return found;
  }
}

/** Each row once, in order. */
export const unique = (rows: readonly number[]): readonly number[] =>
  rows.length < 2 ? rows : [...new Set(rows)].toSorted((a, b) => a - b);

/** A step in one line: `BackRespond(1, OKAY)`. */
export const stepText = (action: string, args: Args): string => {
  const values = Object.values(args).map((value) =>
    typeof value === 'object' ? JSON.stringify(value) : String(value),
  );
  return values.length === 0 ? action : `${action}(${values.join(', ')})`;
};
