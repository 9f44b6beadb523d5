/** Two runs side by side: a counterexample, and a model that holds, as far as that model takes the same steps. */
import type { State } from '../tlc/index.js';
import type { Refusal } from './tla/refusal.js';

/** The model beside a counterexample. */
export interface Twin {
  readonly model: string;
  /** Whether the report has a run of it; otherwise it holds as the manifest has it, which make check-all compares. */
  readonly isInReport: boolean;
  /** The constants in which the two differ, as their .cfg files write them. */
  readonly constants: readonly { readonly name: string; readonly fault: string; readonly twin: string }[];
  readonly parting: Parting;
}

/** Where the two part: at a step, from 2. Up to the step before they are in one state. */
export type Parting = { readonly step: number } & (
  | /** The twin allows the action, and it leads to another state: these variables are otherwise. */
    { readonly kind: 'elsewhere'; readonly otherwise: State }
    /** In the twin a guard of the action is false. */
  | { readonly kind: 'refused'; readonly why: Refusal }
  /** The twin has no such action, or not with these arguments. */
  | { readonly kind: 'absent' }
);

/** A twin, or the reason why there is none to be shown. */
export type TwinOrNone = Twin | { readonly none: string };
