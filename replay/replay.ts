/**
 * Exact replay: a trace drives the implementation step by step. After each step the octets of rings and buffers, the
 * grants, the events and the abstract state must be what the specification says. The first difference ends the replay.
 *
 * The trace is the scheduler. The frontend's actions go to the same drivers and machines that an application uses. The
 * backend's are done to memory as the trace has them, or by a backend that does its steps itself.
 */
import type { Args } from '../graph/args.js';
import type { Key } from './projection.js';

/** How the implementation differs from the specification. Steps are counted from 1 in their path. */
export type Divergence = {
  readonly step: number;
  readonly action: string;
  readonly args: Args;
} & (
  | {
      /** The specification takes this step, and the implementation will not. */
      readonly kind: 'refused';
    }
  | {
      /** The specification does not allow this step after `step`, and the implementation takes it. */
      readonly kind: 'accepted';
    }
  | ({
      /** After the step something is not what it must be. */
      readonly kind: 'diverged';
    } & Difference)
);

/** Something that is not what it must be. */
export interface Difference {
  /** The variable, or the place in memory. */
  readonly what: string;
  readonly expected: Key;
  readonly actual: Key;
}

/** One of the frontend's steps that may or may not be allowed in a state. */
export interface FrontStep {
  readonly action: string;
  readonly args: Args;
}

/** The steps of actions that have no arguments. */
export const plainSteps = (actions: readonly string[]): readonly FrontStep[] =>
  actions.map((action) => ({ action, args: {} }));

/** Replays paths through a table of states. One implementation is made for each path. */
export interface Replay {
  /** Starts a new path in an initial state: a new implementation, compared with it at once. */
  start(row: number): Divergence | null;
  /**
   * One step, from one row to another.
   * @returns how the implementation diverged, or null. After a divergence only {@link start} makes sense.
   */
  step(number: number, action: string, args: Args, from: number, to: number): Divergence | null;
  /** The frontend's steps that are conceivable in a row, with arguments that application and host could give. */
  candidates(row: number): readonly FrontStep[];
  /**
   * Tries a step that the specification does not allow now. It must be refused, and change nothing.
   * @param number the step of the path after which it is tried
   */
  refuses(number: number, step: FrontStep, row: number): Divergence | null;
}
