/** A shorter case that fails as a given one does. */
import type { Case } from './case.js';
import { type CaseResult, type ConformOptions, startDriver } from './conform.js';
import { claimsOf } from './features.js';
import { runCase } from './run-case.js';
import type { CaseVerdict } from './verdict.js';
import { type WrittenStep, writtenSteps } from './step-texts.js';

/** A case that fails, and how. */
export interface Shrunk {
  readonly case: Case;
  readonly verdict: Extract<CaseVerdict, { kind: 'failed' | 'wasteful' }>;
}

/** The most runs that it may take. The shortest case by then is good enough. */
const MOST_RUNS = 300;

const textOf = (steps: readonly WrittenStep[]): string => steps.map(({ text }) => text).join(' ');

/**
 * Leaves steps out, many at a time and then one by one, and then repetitions, as long as what is left fails with the same
 * property. A case that fails only by what the state graph says stays as it is.
 */
export async function shrink(failed: Shrunk, run: (given: Case) => Promise<CaseVerdict>): Promise<Shrunk> {
  const { property, grade, step } = failed.verdict.failure;
  const all = writtenSteps(failed.case);
  let runs = 0;
  let best = failed;

  const attempt = async (steps: readonly WrittenStep[]): Promise<boolean> => {
    if (runs++ >= MOST_RUNS) return false;
    const { see: _, ...rest } = failed.case;
    const given: Case = { ...rest, steps: textOf(steps) };
    const verdict = await run(given);
    if (!('failure' in verdict)) return false;
    const { failure } = verdict;
    if (failure.property !== property || failure.grade !== grade) return false;
    // A failure behind the last step is in no step, and a reader who repeats the case would not see where it is.
    if (failure.step > steps.length && step <= all.length) return false;
    best = { case: given, verdict };
    return true;
  };

  // What comes after the step that failed has no part in it.
  let steps: readonly WrittenStep[] = all.slice(0, Math.max(0, step));
  if (!(await attempt(steps))) return failed;
  for (let chunk = Math.max(1, steps.length >> 1); chunk >= 1; chunk >>= 1)
    for (let at = 0; at < steps.length;) {
      const without = [...steps.slice(0, at), ...steps.slice(at + chunk)];
      if (await attempt(without)) steps = without;
      else at += chunk;
    }
  // What is done many times at once is done once, if that is enough.
  for (let at = 0; at < steps.length; at++) {
    const { text } = steps[at]!;
    const once = text.replace(/\*\d+$/, '');
    if (once === text) continue;
    const fewer = steps.with(at, { ...steps[at]!, text: once });
    if (await attempt(fewer)) steps = fewer;
  }
  return best;
}

/**
 * The shortest case that fails as this one does, and the last that its driver wrote to stderr. Each attempt has a driver of
 * its own. A case in which the driver itself failed stays as it is: each silence would be waited for again and again.
 */
export async function shortestOf(
  { case: given, verdict, stderr }: CaseResult,
  options: ConformOptions,
): Promise<Shrunk & { readonly stderr: string }> {
  if (!('failure' in verdict)) throw new Error(`${given.name} did not fail`); // the caller has looked
  const failed = { case: given, verdict };
  if (verdict.failure.property === undefined) return { ...failed, stderr };
  const shrunk = await shrink(failed, async (shorter) => {
    options.signal?.throwIfAborted();
    const { driver, hello } = await startDriver(options);
    try {
      return await runCase(driver, shorter, { claims: claimsOf(hello.features) });
    } finally {
      await driver.end();
    }
  });
  return { ...shrunk, stderr };
}
