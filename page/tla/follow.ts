/** How far a model follows the run of another one, and why no further. */
import { type Args, argsOf, type Readers } from '../../graph/args.js';
import type { State, Value } from '../../tlc/index.js';
import type { Parting } from '../twin.js';
import { answerTo, type Asked } from './refused.js';
import { BeyondUs } from './syntax.js';
import { equal } from './values.js';

/** A step of a run, and the state after it. The first has no action. */
export interface Followed {
  readonly action: string | null;
  readonly state: State;
}

/** Where they part, or why that cannot be said. */
export type Followers = Parting | { readonly none: string };

/**
 * Takes each step of a run in a model, until one is no step of it.
 * @param asked the model that follows; its modules are the run's
 * @param readers of the module, for the arguments of an action
 */
export function partingOf(asked: Asked, run: readonly Followed[], readers: Readers): Followers {
  const initial = answerTo({ ...asked, constraints: [] }, run[0]!.state, 'Init', {});
  if (initial.kind === 'beyond us') return { none: notUnderstood(initial.what, 'Init') };
  if (initial.kind === 'refused') return { none: 'it begins in another state' };
  for (const [i, { action, state }] of run.entries()) {
    if (i === 0 || action === null) continue;
    const before = run[i - 1]!.state;
    const taken = answerTo(asked, before, 'Next', {}, given(state));
    if (taken.kind === 'allowed') continue;
    if (taken.kind === 'beyond us') return { none: notUnderstood(taken.what, action) };
    return reason(asked, { before, action, state, args: argsOf(readers, action, before, state) }, i + 1);
  }
  return { none: 'it takes each step of this run too' };
}

/** Why a step is none of the model. */
function reason(
  asked: Asked,
  {
    before,
    action,
    state,
    args,
  }: Followed & { readonly before: State; readonly action: string; readonly args: Args },
  step: number,
): Followers {
  const next = new Map<string, () => Value>();
  const answer = answerTo(asked, before, action, args, next);
  if (answer.kind === 'refused') return { kind: 'refused', step, why: answer.why };
  if (answer.kind === 'beyond us') return { none: notUnderstood(answer.what, action) };
  try {
    const otherwise = [...next]
      .map(([name, value]) => [name, value()] as const)
      .filter(([name, value]) => !equal(value, state[name]!));
    if (otherwise.length === 0) return { kind: 'absent', step };
    return { kind: 'elsewhere', step, otherwise: Object.fromEntries(otherwise) };
  } catch (error) {
    if (error instanceof BeyondUs) return { none: notUnderstood(error.message, action) };
    throw error;
  }
}

const given = (state: State): Map<string, () => Value> =>
  new Map(Object.entries(state).map(([name, value]) => [name, () => value]));

const notUnderstood = (what: string, where: string): string =>
  `this page does not understand ${what}, in ${where}`;
