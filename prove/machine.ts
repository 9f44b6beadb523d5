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

/** What a statement may be for every value of: two indices and two numbers. */
export const quantified = { k: 'index', j: 'index', x: 'number', y: 'number' } as const;

/** One value of each. */
export type Any<T extends Terms> = Values<T, typeof quantified>;

/** Something that is said of a state, for all values that it speaks of. */
export type StatePredicate<C extends Names, V extends Names> = <T extends Terms>(
  at: At<T, C, V>,
  any: Any<T>,
) => T['bool'];

/** Something that is said of a step of one action: of the state before, and the state after. */
export type StepPredicate<C extends Names, V extends Names> = <T extends Terms>(
  before: At<T, C, V>,
  after: At<T, C, V>,
  any: Any<T>,
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
  /** For which sizes it is proved, as the pages say it. */
  readonly sizes: string;
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
   * An invariant holds for all values, so a proof may use it for any. These are the ones that are used of each part
   * beside those that an obligation speaks of.
   */
  readonly instances: <T extends Terms>(
    at: At<T, C, V>,
    any: Any<T>,
  ) => Readonly<Record<string, readonly Partial<Any<T>>[]>>;
  /**
   * Which parts of the invariant are used to show that a part is kept, or that a property follows, by its name; all,
   * where nothing is said. z3 is slow where it is told what it does not need. What is used to show that one action keeps a
   * part can be said by that: `TxFill keeps shape`.
   */
  readonly uses: Readonly<Record<string, readonly string[]>>;
  /**
   * Where it is given, proofs are over whole numbers that do not wrap, and know of indices and slots only this. Otherwise
   * they are over indices of 32 bits.
   */
  readonly facts?: Facts<C, V>;
  /** Where it is shown that something is possible: one place is enough, and z3 finds it sooner in a small one. */
  readonly possibleWhere: StatePredicate<C, V>;
  /** In a ring of n slots an invariant that holds for these values holds for all. */
  readonly everywhere: <T extends Terms>(at: At<T, C, V>, n: number) => readonly Partial<Any<T>>[];
  /** What else has to be small in a counterexample. */
  readonly isSmall: StatePredicate<C, V>;
  /** Whose values a counterexample makes small beyond that, by name; all, where nothing is said. It takes time. */
  readonly madeSmall?: readonly string[];
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
  /** The property, or the part of the invariant where only a later step breaks a property. */
  readonly breaks: string;
  /** The actions that it changes; without them all are looked at. */
  readonly actions?: readonly string[];
  /** Properties that a later step of a run breaks, each with the model that shows the run. No single step breaks one of these. */
  readonly later?: readonly { readonly breaks: string; readonly model: string }[];
}

/** What a fault breaks, as a property. A part of the invariant has no number. */
export function broken<C extends Names, V extends Names>(
  { name, properties, invariant }: Machine<C, V>,
  { breaks }: Fault<C>,
): Property<C, V> {
  const property = properties.find((each) => each.name === breaks);
  if (property !== undefined) return property;
  const always = invariant[breaks];
  if (always === undefined) throw new Error(`${name} has no property ${breaks}`);
  return { number: '-', name: breaks, says: `The part ${breaks} of the invariant`, always };
}

/** What a proof over whole numbers is told. */
export interface Facts<C extends Names, V extends Names> {
  /** As a sentence. */
  readonly says: string;
  /** It is proved of all `k` and `j` of 32 bits. */
  readonly holds: StatePredicate<C, V>;
  /** The parts and properties for which it is used. */
  readonly usedFor: readonly string[];
  /** The pairs of `k` and `j` for which it is used. */
  readonly used: <T extends Terms>(
    at: At<T, C, V>,
    any: Any<T>,
  ) => readonly (readonly [T['index'], T['index']])[];
}

/** Values for some of what is quantified, and for the rest those that are given. */
export const filled = <T extends Terms>(some: readonly Partial<Any<T>>[], rest: Any<T>): readonly Any<T>[] =>
  some.map((part) => ({ ...rest, ...part }));

/** The state after a step. */
export const after = <T extends Terms, V extends Names>(
  state: Values<T, V>,
  step: Step<T, V>,
): Values<T, V> => ({ ...state, ...step.then() });
