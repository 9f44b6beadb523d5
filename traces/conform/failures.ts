/** Which failure is shown first. */
import type { CaseResult } from './conform.js';

/**
 * The failures, those first that tell most: of a case that was written for one reason, then of a backend that breaks the
 * protocol, then of a path through a graph.
 */
export const failuresOf = (results: readonly CaseResult[]): readonly CaseResult[] => {
  const rank = ({ case: { see, name } }: CaseResult): number =>
    see !== undefined ? 2 : name.includes('/hostile/') ? 1 : 0;
  return results.filter(({ verdict }) => verdict.kind === 'failed').toSorted((a, b) => rank(a) - rank(b));
};
