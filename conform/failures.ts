/** Which failures are shown, in what order, and what they have in common. */
import type { CaseResult } from './conform.js';
import type { FaultKind } from './driver.js';
import { needsPackets } from './features.js';
import { grouped } from './grouped.js';
import { hasErrors } from './plain.js';

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

/** The failures by what would mend them, those of the most cases first; of each group those first that tell most. */
export const causesOf = (results: readonly CaseResult[]): ReadonlyMap<string, readonly ShownFailure[]> =>
  new Map([...grouped(failuresOf(results), causeOf)].toSorted(([, a], [, b]) => b.length - a.length));

/** The failures to draw: the violation that tells most, and the first of each way in which the driver itself failed. */
export const drawnOf = (results: readonly CaseResult[]): readonly ShownFailure[] => {
  const failures = failuresOf(results);
  const violation = failures.find((each) => faultOf(each) === undefined);
  const faults = grouped(
    failures.filter((each) => faultOf(each) !== undefined),
    whatFails,
  );
  return [...(violation === undefined ? [] : [violation]), ...[...faults.values()].map(([first]) => first!)];
};

const FAULTS: Readonly<Record<FaultKind, string>> = {
  ended: 'the driver ended',
  silent: 'no answer',
  garbage: 'no line of JSON',
  unasked: 'an answer that nobody asked for',
  'wrong answer': 'a wrong answer',
  'cannot start': 'the driver cannot be started',
};

const faultOf = ({ verdict }: Pick<CaseResult, 'verdict'>): FaultKind | undefined =>
  verdict.kind === 'failed' ? verdict.failure.fault : undefined;

/** The property that is violated, or what the driver did wrong. */
const whatFails = (failed: Pick<CaseResult, 'verdict'>): string => {
  const { verdict } = failed;
  const fault = faultOf(failed);
  return fault !== undefined ? FAULTS[fault] : verdict.kind === 'failed' ? verdict.failure.property! : '';
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
