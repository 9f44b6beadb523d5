/** Which failures are shown, in what order, and what they have in common. */
import type { CaseResult } from './conform.js';
import type { FaultKind } from './port.js';
import { needsPackets } from './features.js';
import { grouped } from './grouped.js';
import { hasErrors } from './plain.js';
import { failureIn } from './verdict.js';
import type { Grade } from './violation.js';

/** A failure as it is shown. */
export interface ShownFailure extends CaseResult {
  /** The name of the case that was asked for. The one that is shown may be that without its errors. */
  readonly asked: string;
}

/**
 * The failures, those first that tell most. One that is there without the errors of its case too is shown so. Where the
 * case fails otherwise without them, there are two.
 */
export const failuresOf = (results: readonly CaseResult[]): readonly ShownFailure[] =>
  results
    .filter(({ verdict }) => verdict.kind === 'failed')
    .flatMap((result) => {
      const { plain, ...others } = result;
      const asked = result.case.name;
      if (plain?.verdict.kind !== 'failed') return [{ ...result, asked }];
      const without = { ...others, ...plain, asked };
      return whatFails(without) === whatFails(result) ? [without] : [{ ...result, asked }, without];
    })
    .toSorted((a, b) => rank(a) - rank(b));

/** What is wasteful and fails nothing, those cases first that tell most. */
export const wastesOf = (results: readonly CaseResult[]): readonly ShownFailure[] =>
  results
    .filter(({ verdict }) => verdict.kind === 'wasteful')
    .map((result) => ({ ...result, asked: result.case.name }))
    .toSorted((a, b) => rank(a) - rank(b));

/** What is wrong in all of these cases, and would be mended for all of them at once. */
export interface Cause {
  readonly what: string;
  /** Undefined where it is the driver that failed, and not the port in it. */
  readonly grade: Grade | undefined;
  /** Those first that tell most. There is one at least. */
  readonly failures: readonly ShownFailure[];
}

/** All that is wrong by what would mend it: failures before what is only wasteful, and the most cases first. */
export const causesOf = (results: readonly CaseResult[]): readonly Cause[] =>
  [failuresOf(results), wastesOf(results)].flatMap((found) =>
    [...grouped(found, (each) => `${causeOf(each)} ${failureIn(each.verdict)?.grade}`).values()]
      .map((failures) => {
        const [first] = failures as [ShownFailure, ...ShownFailure[]];
        return { what: causeOf(first), grade: failureIn(first.verdict)?.grade, failures };
      })
      .toSorted((a, b) => b.failures.length - a.failures.length),
  );

/** What to draw, the first of each cause: violations, those first that tell most, then faults of the driver, then waste. */
export const drawnOf = (results: readonly CaseResult[]): readonly ShownFailure[] => {
  const firsts = new Set(causesOf(results).map(({ failures: [first] }) => first!.case.name));
  const failures = failuresOf(results).toSorted((a, b) => Number(isFault(a)) - Number(isFault(b)));
  return [...failures, ...wastesOf(results)].filter(({ case: { name } }) => firsts.delete(name));
};

const FAULTS: Readonly<Record<FaultKind, string>> = {
  ended: 'the driver ended',
  silent: 'no answer',
  garbage: 'no line of JSON',
  unasked: 'an answer that nobody asked for',
  'wrong answer': 'a wrong answer',
  'cannot start': 'the driver cannot be started',
};

const isFault = ({ verdict }: CaseResult): boolean => failureIn(verdict)?.fault !== undefined;

/** The property that is violated, or what the driver did wrong. */
const whatFails = (failed: Pick<CaseResult, 'verdict'>): string => {
  const { fault, property = '' } = failureIn(failed.verdict)!; // something is wrong
  return fault === undefined ? property : FAULTS[fault];
};

/** A case that was not run without its errors, or that fails otherwise then, does not say that they are the cause. */
const causeOf = (failed: CaseResult): string =>
  failed.plain?.verdict.kind === 'passed' ? `${whatFails(failed)}, only with errors` : whatFails(failed);

/**
 * A case that was written for one reason says more than a path through a graph, one with a backend that keeps to the
 * protocol more than one with another, one slot more than several, and one without errors more than one with them.
 */
const rank = ({ case: given }: CaseResult): number => {
  const { name, needs, see } = given;
  const last = hasErrors(given) ? 1 : 0;
  if (see !== undefined) return 6 + last;
  if (name.includes('/hostile/')) return 4 + last;
  return (needsPackets(needs) ? 2 : 0) + last;
};
