/** Two runners of a machine, held against each other: each step is done by both, and has to be the same. */
import { isDeepStrictEqual } from 'node:util';
import type { AnyStateMachine } from 'xstate';
import type { Effect, Place, Runnable, Runner } from '../impl/runner.js';

/** How far two runners agree. */
export interface Agreement {
  /** Steps that both did alike, refused ones included. */
  agreed: number;
  disagreements: number;
  /** The first disagreement, in words. */
  first: string | undefined;
}

/** Before the first step. */
export const noAgreement = (): Agreement => ({ agreed: 0, disagreements: 0, first: undefined });

/** What a runner says of one step. */
interface Outcome {
  readonly next: Place | undefined;
  readonly effects: readonly Effect[];
}

/**
 * A runner that does each step by `one` and by `other`, both from the same context, and goes on as `other` does.
 * @param agreement counted in, and told of the first difference
 */
export const agreeing =
  (one: Runner, other: Runner, agreement: Agreement): Runner =>
  <Machine extends AnyStateMachine>(machine: Machine): Runnable<Machine> => {
    const runs = [one(machine), other(machine)] as const;
    const note = (difference: string | undefined): void => {
      if (difference === undefined) return;
      agreement.disagreements++;
      agreement.first ??= difference;
    };
    /** Of each place that was given out, the places of both. */
    const places = new WeakMap<object, readonly [Place<Machine>, Place<Machine>]>();
    const place = (mine: Place<Machine>, its: Place<Machine>): Place<Machine> => {
      // Both go on from one context, so that what did not change is one object and soon compared.
      const shared = { ...mine, context: its.context };
      places.set(its, [shared, its]);
      return its;
    };
    return {
      start(input) {
        const begins = [runs[0].start(input), runs[1].start(input)] as const;
        note(differenceOf('the start', { next: begins[0], effects: [] }, { next: begins[1], effects: [] }));
        return place(...begins);
      },
      step(from, event, effects) {
        const [mine, its] = places.get(from)!;
        const outcomes = [outcomeOf(runs[0], mine, event), outcomeOf(runs[1], its, event)] as const;
        const difference = differenceOf(event.type, ...outcomes);
        if (difference === undefined) agreement.agreed++;
        note(difference);
        const [{ next: myNext }, { next, effects: found }] = outcomes;
        if (next === undefined) return undefined;
        effects.push(...found);
        return place((myNext ?? mine) as Place<Machine>, next as Place<Machine>);
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

const differenceOf = (event: string, one: Outcome, other: Outcome): string | undefined => {
  const parts: readonly (readonly [what: string, of: (outcome: Outcome) => unknown])[] = [
    ['whether it is taken', ({ next }) => next !== undefined],
    ['the next states', ({ next }) => next?.value],
    ['the context', ({ next }) => next?.context],
    ['the effects', ({ effects }) => effects.map(({ type, params }) => [type, params])],
  ];
  const differing = parts.find(([, of]) => !isDeepStrictEqual(of(one), of(other)));
  return differing && `${event}: ${differing[0]}`;
};
