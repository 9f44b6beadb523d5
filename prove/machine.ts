/** What a transcription consists of. */
import type { Algebra, Names, Terms, Values } from './terms.js';

/** Where something is said: the algebra, the machine's constants and its state. */
export interface At<T extends Terms, C extends Names, V extends Names> {
  readonly a: Algebra<T>;
  readonly c: Values<T, C>;
  readonly s: Values<T, V>;
}

/** One step of an action. */
export interface Step<T extends Terms, V extends Names> {
  /** All of these have to hold. */
  readonly when: readonly T['bool'][];
  /** What changes; what is not named stays as it is. */
  readonly then: () => Partial<Values<T, V>>;
}

/** An action of a module: from a state to what it asks for and changes. */
export type Action<C extends Names, V extends Names> = <T extends Terms>(at: At<T, C, V>) => Step<T, V>;

/** Something that is said of a state, for every value of `k` where it speaks of one. */
export type StatePredicate<C extends Names, V extends Names> = <T extends Terms>(
  at: At<T, C, V>,
  k: T['index'],
) => T['bool'];

/** Something that is said of a step of one action: of the state before, and the state after, and for every `k`. */
export type StepPredicate<C extends Names, V extends Names> = <T extends Terms>(
  before: At<T, C, V>,
  after: At<T, C, V>,
  k: T['index'],
) => T['bool'];

/** A numbered property of the specification, as it is to be proved. */
export interface Property<C extends Names, V extends Names> {
  /** Its number and its name in the modules. */
  readonly number: string;
  readonly name: string;
  /** What is proved, as one says it in a table. */
  readonly says: string;
  /** It holds in every state. */
  readonly always?: StatePredicate<C, V>;
  /** It holds of every step of these actions. */
  readonly steps?: Readonly<Record<string, StepPredicate<C, V>>>;
  /** It is claimed only where this holds of the constants. */
  readonly where?: StatePredicate<C, V>;
}

/** A machine whose properties are proved for all values of its constants. */
export interface Machine<C extends Names, V extends Names> {
  readonly name: string;
  readonly constants: C;
  readonly variables: V;
  /** The words that variables and slots may have. */
  readonly words: readonly string[];
  /**
   * Indices that a solver is given as a distance from another index. It is a change of variables and assumes nothing:
   * any index is at some distance. Without it z3 does not decide in 20 s that FrontConsumeResponse keeps the order.
   */
  readonly distances: Partial<Record<keyof V & string, keyof V & string>>;
  /** How large the ring is, which is to be small in a counterexample. */
  readonly sizeOf: <T extends Terms>(c: Values<T, C>) => T['index'];
  /**
   * The index at which the ring begins. An invariant that holds for N values of `k` from here holds for every `k`.
   */
  readonly baseOf: <T extends Terms>(s: Values<T, V>) => T['index'];
  /** Truth values that a counterexample should have if it can; FALSE where nothing is said. */
  readonly usual: Readonly<Record<string, boolean>>;
  /** What is assumed of the constants: the ASSUME of the modules. */
  readonly assume: <T extends Terms>(a: Algebra<T>, c: Values<T, C>) => T['bool'];
  /** The constants that are faults. All are FALSE where properties are proved. */
  readonly faultConstants: readonly (keyof C & string)[];
  /** Each fault with a property that it breaks. */
  readonly faults: readonly Fault<C>[];
  /** Actions that are a fault themselves: without one they are never enabled. */
  readonly faultyActions: readonly string[];
  readonly init: StatePredicate<C, V>;
  readonly actions: Readonly<Record<string, Action<C, V>>>;
  /** What is kept by every action, in parts, by name. Together they imply the properties. */
  readonly invariant: Readonly<Record<string, StatePredicate<C, V>>>;
  readonly properties: readonly Property<C, V>[];
  /** Situations that the invariant must allow, by what they are: without them it might hold of nothing. */
  readonly possible: Readonly<Record<string, StatePredicate<C, V>>>;
}

/** A fault, by the constant that puts it in, and the property that it breaks. */
export interface Fault<C extends Names> {
  readonly constant: keyof C & string;
  /** As the modules call it. */
  readonly name: string;
  readonly breaks: string;
}

/** The state after a step. */
export const after = <T extends Terms, V extends Names>(
  state: Values<T, V>,
  step: Step<T, V>,
): Values<T, V> => ({ ...state, ...step.then() });
