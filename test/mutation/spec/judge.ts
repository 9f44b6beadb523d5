/** Whether a run of a model says something else than what is on record. */
import { match, P } from 'ts-pattern';
import { nameOf, type Verdict } from '../../../cli/run.js';
import type { Model } from '../../../tlc/models.js';
import type { Result } from './batch.js';

/** What a run came to. */
export type Judged =
  /** As it is on record. */
  | { readonly kind: 'same' }
  /** Otherwise, and how. */
  | { readonly kind: 'told'; readonly how: string }
  /** The text is no specification. */
  | { readonly kind: 'unparsed'; readonly why: string };

/** TLC refuses a temporal property that is true of everything. */
const TAUTOLOGY = /tautology/i;

/** Compares a run with the record of its model. */
export const judged = ({ expected, ...record }: Model, result: Result): Judged =>
  match(result)
    .with({ kind: P.union('holds', 'violated', 'deadlock') }, (verdict): Judged => {
      // A run that finds more is ended sooner or later: whatever it has found by then, that is what it came to.
      if (verdict.stats.distinctStates > record.distinctStates) return told('more states');
      if (nameOf(verdict) !== expected) return told(`${shortNameOf(verdict)} in place of ${expected}`);
      const differs = FIGURES.find((name) => verdict.stats[name] !== record[name]);
      return differs === undefined ? { kind: 'same' } : told('other figures');
    })
    .with({ kind: 'more' }, () => told('more states'))
    .with({ kind: 'endless' }, () => told('it does not end'))
    .with({ kind: 'specError' }, ({ message }): Judged => ({ kind: 'unparsed', why: message }))
    .with({ kind: P.union('evaluationError', 'assumptionFailed', 'outOfMemory', 'failed') }, ({ message }) =>
      // It is as if the property were left out.
      TAUTOLOGY.test(message) && expected === 'holds' ? ({ kind: 'same' } as const) : told('an error'),
    )
    .with({ kind: P.union('interrupted', 'stopped') }, () => told('an error'))
    .exhaustive();

// TLC does not say which temporal property is violated, if there are several.
const shortNameOf = (verdict: Verdict): string =>
  verdict.kind === 'violated' && verdict.candidates.length > 1 ? 'a temporal property' : nameOf(verdict);

const FIGURES = ['distinctStates', 'generatedStates', 'depth'] as const;

const told = (how: string): Judged => ({ kind: 'told', how });
