/** Which failure is shown first. */
import type { CaseResult } from './conform.js';

/** The failures, those first that tell most. */
export const failuresOf = (results: readonly CaseResult[]): readonly CaseResult[] =>
  results.filter(({ verdict }) => verdict.kind === 'failed').toSorted((a, b) => rank(a) - rank(b));

/**
 * A case that was written for one reason says more than a path through a graph, one with a backend that keeps to the
 * protocol more than one with another, and one slot more than several.
 */
const rank = ({ case: { name, needs, see } }: CaseResult): number => {
  if (see !== undefined) return 3;
  if (name.includes('/hostile/')) return 2;
  return needs.some((need) => need === 'chains' || need === 'gso') ? 1 : 0;
};
