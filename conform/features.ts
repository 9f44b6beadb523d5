/** What a driver says that its front can do, and what a case needs: the words of `features` in the answer to `hello`. */

/** Words that stand for several. */
const BOTH_RINGS: Readonly<Record<string, readonly string[]>> = {
  chains: ['tx-chains', 'rx-chains'],
  gso: ['tx-csum', 'rx-csum', 'tx-gso', 'rx-gso'],
};

/** Does a case with these needs have packets of several slots, extras, or blank checksums? */
export const needsPackets = (needs: readonly string[]): boolean =>
  needs.some((need) => /-(?:chains|csum|gso)$/.test(need));

/** The features that a driver claims, each by its own word. */
export const claimsOf = (features: readonly string[]): ReadonlySet<string> =>
  new Set(features.flatMap((feature) => BOTH_RINGS[feature] ?? [feature]));
