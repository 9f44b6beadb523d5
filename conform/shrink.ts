/** A shorter case that fails as a given one does. */
import { type Case, onlyRing, type Step, stepsOf } from './case.js';
import type { CaseVerdict } from './run-case.js';

/** A case that fails, and how. */
export interface Shrunk {
  readonly case: Case;
  readonly verdict: Extract<CaseVerdict, { kind: 'failed' }>;
}

/** How many runs it may take; what is shortest by then is good enough. */
const MOST_RUNS = 300;

const textOf = (steps: readonly Step[]): string => steps.map(({ text }) => text).join(' ');

/**
 * Leaves steps out, many at a time and then one by one, as long as what is left fails with the same property. Where the
 * case is only told apart from what the state graph says, nothing can be left out.
 */
export async function shrink(failed: Shrunk, run: (given: Case) => Promise<CaseVerdict>): Promise<Shrunk> {
  const { property, step } = failed.verdict.failure;
  const all = stepsOf(failed.case.steps, onlyRing(failed.case));
  let runs = 0;
  let best = failed;

  const attempt = async (steps: readonly Step[]): Promise<boolean> => {
    if (runs++ >= MOST_RUNS) return false;
    const { see: _, ...rest } = failed.case;
    const given: Case = { ...rest, steps: textOf(steps) };
    const verdict = await run(given);
    if (verdict.kind !== 'failed' || verdict.failure.property !== property) return false;
    // What the runner does after the last step is in no step: whoever repeats it would not see it.
    if (verdict.failure.step > steps.length && step <= all.length) return false;
    best = { case: given, verdict };
    return true;
  };

  // What comes after the step that failed has no part in it.
  let steps: readonly Step[] = all.slice(0, Math.max(0, step));
  if (!(await attempt(steps))) return failed;
  for (let chunk = Math.max(1, steps.length >> 1); chunk >= 1; chunk >>= 1)
    for (let at = 0; at < steps.length;) {
      const without = [...steps.slice(0, at), ...steps.slice(at + chunk)];
      if (await attempt(without)) steps = without;
      else at += chunk;
    }
  return best;
}
