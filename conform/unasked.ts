/** What a driver claims and was never asked: it cannot start any case that needs it. */
import type { Conformed } from './conform.js';

/**
 * The features that the driver claims and that none of the cases that were run needs, though there were cases for them. A
 * case of sizes that no ring has asks for nothing but the refusal.
 */
export function unaskedFeatures({ hello, results }: Conformed): readonly string[] {
  const claims = new Set(hello.features);
  const claimed = results.filter(
    ({ case: { needs, cannot } }) => cannot !== true && needs.every((feature) => claims.has(feature)),
  );
  return [...claims].filter((feature) => {
    const all = claimed.filter(({ case: { needs } }) => needs.includes(feature));
    return all.length > 0 && all.every(({ verdict }) => verdict.kind === 'left out');
  });
}
