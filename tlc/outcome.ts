/** What can come of a run of TLC. */
import type { State } from './value.js';

/** A place in a file, both numbers counted from 1. */
export interface Location {
  /** The file as the caller named it or would: below the folder of the specification or of a library. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One state of a behaviour, and the action that led to it. */
export interface Step {
  /** 1 for the initial state, as TLC counts. */
  readonly index: number;
  /** The operator that describes the step; null for the initial state. */
  readonly action: string | null;
  /** Where that operator's body is. */
  readonly location?: Location;
  /** A variable that has no value yet, after an error, has the string `null`, which is how TLC prints it. */
  readonly state: State;
}

/** The size of what has been explored. */
export interface Counts {
  /** Successors computed, with repetitions. */
  readonly generatedStates: number;
  readonly distinctStates: number;
  /** States found whose successors are still to be computed. */
  readonly queue: number;
  /** States on the longest of the shortest paths so far; with several workers, approximately. */
  readonly depth: number;
}

/** Counts at the end of a run. */
export interface Stats extends Counts {
  /** From the start of Java to its end. */
  readonly seconds: number;
}

/** Counts in the middle of a run. */
export interface Progress extends Counts {
  /** States generated, over the time since the last report. */
  readonly statesPerMinute?: number;
}

/** How often an action was taken.  One that was never taken is a model that says less than it seems to. */
export interface ActionCoverage {
  /** The operator; `initial` tells the initial predicate from the actions. */
  readonly action: string;
  readonly initial: boolean;
  readonly location: Location;
  /** States that this action was the first to reach. */
  readonly distinctStates: number;
  readonly generatedStates: number;
}

/** How often an expression was evaluated, summed over the ways on which TLC comes to it. */
export interface PlaceCoverage extends Location {
  /** Where the expression ends: its last character, both numbers counted from 1. */
  readonly end: Pick<Location, 'line' | 'column'>;
  /**
   * TLC tells of an assignment and of a branch of IF also where this is 0. Of any other expression that was never
   * evaluated it says nothing.
   */
  readonly count: number;
  /** Each assignment in it was made as often: TLC then tells of the whole alone. */
  readonly isWhole: boolean;
}

/** What a run has counted. It is that of the states looked at until then, where a property was violated. */
export interface Coverage {
  readonly actions: readonly ActionCoverage[];
  readonly places: readonly PlaceCoverage[];
}

/** A verdict, or why there is none.  Only `holds`, `violated`, `deadlock` and `assumptionFailed` are verdicts. */
export type Outcome =
  | {
      /** Every reachable state was looked at and nothing was found wrong. */
      readonly kind: 'holds';
      readonly stats: Stats;
      /** Present if it was asked for. */
      readonly coverage?: Coverage;
    }
  | Violation
  | {
      readonly kind: 'deadlock';
      readonly trace: readonly Step[];
      readonly stats: Stats;
      readonly coverage?: Coverage;
    }
  | ({ readonly kind: 'assumptionFailed'; readonly message: string } & Partial<Location>)
  | ({
      /** The specification or the configuration is not right.  Some faults have no place in a file. */
      readonly kind: 'specError';
      readonly message: string;
    } & Partial<Location>)
  | ({
      /** TLC could not compute something; the trace, which may be empty, leads to where. */
      readonly kind: 'evaluationError';
      readonly message: string;
      readonly trace: readonly Step[];
    } & Partial<Location>)
  | { readonly kind: 'outOfMemory'; readonly message: string }
  | { readonly kind: 'interrupted' }
  | {
      /** The time was up, and nothing was found until then. There are states that were not looked at. */
      readonly kind: 'stopped';
      readonly stats: Stats;
    }
  | {
      /** Anything else, such as a crash of Java; the exit status is missing if a signal ended it. */
      readonly kind: 'failed';
      readonly exitCode?: number;
      readonly message: string;
    };

/** A property is false, and this is the behaviour that shows it. */
export interface Violation {
  readonly kind: 'violated';
  /**
   * The name of the property.  Many builds do not say which temporal property is violated; then it is the
   * only one the request listed, or else `unknown among A, B`, which is no name and equals none.
   */
  readonly property: string;
  /** Which properties it can be: one, unless TLC did not say. */
  readonly candidates: readonly string[];
  readonly propertyKind: 'invariant' | 'action' | 'temporal';
  readonly trace: readonly Step[];
  /** The behaviour goes on from its last state to the step of this `index`, round and round. */
  readonly loopsTo?: number;
  /** The action that closes the loop. */
  readonly loopAction?: string;
  /** The behaviour stays in its last state for ever. */
  readonly stutters?: boolean;
  readonly stats: Stats;
  readonly coverage?: Coverage;
}
