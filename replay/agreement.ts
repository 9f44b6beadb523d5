/**
 * Two runners of a machine, held against each other. What was done by one is done by the other too, from the same place,
 * and has to come out the same.
 */
import { isDeepStrictEqual } from 'node:util';
import type { AnyStateMachine } from 'xstate';
import type { Effect, Place, Runnable, Runner } from '../impl/runner.js';

/** How far a runner agrees with another one, which is asked where that is wanted. */
export class Agreement {
  /** Whether the other runner is asked now. */
  isAsked = true;
  /** Steps that both did alike, refused ones included. */
  agreed = 0;
  disagreements = 0;
  /** The first disagreement, in words. */
  first: string | undefined;

  /** Counts a step that the other runner was asked for. @param difference what differs; undefined if nothing does */
  count(difference: string | undefined): void {
    if (difference === undefined) this.agreed++;
    else this.note(difference);
  }

  /** Notes a difference, if it is one. */
  note(difference: string | undefined): void {
    if (difference === undefined) return;
    this.disagreements++;
    this.first ??= difference;
  }

  /**
   * Does something, with the other runner asked only now.
   * @returns what came of it, and whether at least one step was asked for and all of these came out alike
   */
  during<T>(act: () => T): { readonly result: T; readonly isAgreed: boolean } {
    const { agreed, disagreements } = this;
    this.isAsked = true;
    const result = act();
    this.isAsked = false;
    return { result, isAgreed: this.agreed > agreed && this.disagreements === disagreements };
  }
}

/** What a runner says of one step. */
interface Outcome {
  readonly next: Place | undefined;
  readonly effects: readonly Effect[];
}

/**
 * A runner that does each step by `one`. Where the agreement is to be asked for, `other` does it too, from the same place.
 * @param agreement says whether it is; counted in, and told of the first difference
 */
export const agreeing =
  (one: Runner, other: Runner, agreement: Agreement): Runner =>
  <Machine extends AnyStateMachine>(machine: Machine): Runnable<Machine> => {
    const [mine, its] = [one(machine), other(machine)];
    return {
      resume: (place) => mine.resume(place),
      start(input) {
        const begins = [mine.start(input), its.start(input)] as const;
        agreement.note(
          differenceOf('the start', { next: begins[0], effects: [] }, { next: begins[1], effects: [] }),
        );
        return begins[0];
      },
      step(from, event, effects) {
        if (!agreement.isAsked) return mine.step(from, event, effects);
        const outcome = outcomeOf(mine, from, event);
        // Both go on from one context, so that what did not change is one object and soon compared.
        agreement.count(differenceOf(event.type, outcome, outcomeOf(its, its.resume(from), event)));
        effects.push(...outcome.effects);
        return outcome.next as Place<Machine> | undefined;
      },
    };
  };

const outcomeOf = <Machine extends AnyStateMachine>(
  run: Runnable<Machine>,
  from: Place<Machine>,
  event: Parameters<Runnable<Machine>['step']>[1],
): Outcome => {
  const effects: Effect[] = [];
  return { next: run.step(from, event, effects), effects };
};

const parts: readonly (readonly [what: string, of: (outcome: Outcome) => unknown])[] = [
  ['whether it is taken', ({ next }) => next !== undefined],
  ['the next states', ({ next }) => next?.value],
  ['the context', ({ next }) => next?.context],
  ['the effects', ({ effects }) => effects.map(({ type, params }) => [type, params])],
];

const differenceOf = (event: string, one: Outcome, other: Outcome): string | undefined => {
  if (one.next === undefined && other.next === undefined && one.effects.length + other.effects.length === 0)
    return undefined;
  const differing = parts.find(([, of]) => !isDeepStrictEqual(of(one), of(other)));
  return differing && `${event}: ${differing[0]}`;
};
