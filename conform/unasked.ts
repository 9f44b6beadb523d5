/** What a driver claims and was never asked: it cannot start any case that needs it. */
import type { Case } from './case.js';
import type { Conformed } from './conform.js';
import { claimsOf } from './features.js';

/**
 * The features that the driver claims and that none of the cases that were run needs, though cases for them were chosen. A
 * case of sizes that no ring has asks for nothing but the refusal.
 * @param chosen the cases before those were left out that cannot be asked at the sizes of the driver
 */
export function unaskedFeatures({ hello, results }: Conformed, chosen: readonly Case[]): readonly string[] {
  const claims = claimsOf(hello.features);
  const isClaimed = ({ needs, cannot }: Case): boolean =>
    cannot !== true && needs.every((feature) => claims.has(feature));
  const run = results.filter(({ verdict }) => verdict.kind !== 'left out').map((result) => result.case);
  const [due, asked] = [chosen, run].map(
    (cases) => new Set(cases.filter(isClaimed).flatMap(({ needs }) => needs)),
  ) as [Set<string>, Set<string>];
  return [...claims].filter((feature) => due.has(feature) && !asked.has(feature));
}
