/** What is said of the states and steps of a module: for explain, which tells counterexamples, and for traces. */
import type { State, Value } from '../../tlc/index.js';
import type { Constants } from '../constants.js';

/** Whose step it is. */
export type Actor = 'app' | 'front' | 'back' | 'tools' | 'Xen';

/** Arrows of a sequence diagram by action, as Mermaid writes them. */
export type Arrows = Readonly<Record<string, string>>;

/** How a behaviour goes on for ever. */
export interface Course {
  /** All states, up to where it repeats itself. */
  readonly states: readonly State[];
  /** The last of them, which it repeats; one, if nothing happens any more. */
  readonly loop: readonly State[];
  /** The actions that lead to the states of the loop. */
  readonly actions: readonly (string | null)[];
  readonly constants: Constants;
}

/** What went wrong in the last state of a counterexample; undefined if the state does not show it. */
export type Sentence = (state: State, constants: Constants, before: State) => string | undefined;

/** What never comes, in a behaviour that goes on for ever; undefined if its states do not show it. */
export type NeverSentence = (course: Course) => string | undefined;

/** Who has a buffer: one owner where all is well. */
export interface Owned {
  readonly noun: 'block' | 'page';
  readonly number: number;
  readonly owners: readonly string[];
}

/** The words of a module. */
export interface Words {
  /** Whose an action is, by how its name begins. The first that fits counts. */
  readonly actors: Readonly<Record<string, Actor>>;
  /** The arrows of actions that load what the peer stored, or that go past the ring. */
  readonly arrows: Arrows;
  /** What the last column has, where that is no ring. */
  readonly column?: { readonly title: string; readonly legend: string };
  /** What the drawing of a ring means, a line for each ring. */
  readonly legend: readonly string[];
  /** An argument of an action. */
  argument(value: Value): string;
  /** What changed, one line for each thing. */
  changes(before: State, after: State, action?: string | null): readonly string[];
  /** The slots in one line; empty if the state has no ring. */
  slots(state: State): string;
  /** The slots and the indices, in several lines. */
  drawing(state: State, constants: Constants): string;
  /** The blocks or pages of a state, in order, and who has each; none where the module has none. */
  owned(state: State): readonly Owned[];
  /** What went wrong, where this property is violated; undefined if there are no words for it. */
  closing(property: string, ...last: Parameters<Sentence>): string | undefined;
  /** What never comes, where this temporal property is violated; undefined if there are no words for it. */
  never(property: string, course: Course): string | undefined;
}
