/** The models that a command line names. */
import type { Manifest, Model } from '../tlc/models.js';
import { UsageError } from './errors.js';

/**
 * The named models, in the order of the manifest. If none is named, all but those that are for check-all, or these
 * too with `all`. Throws {@link UsageError}.
 */
export function chosen(manifest: Manifest, names: readonly string[], all = false): readonly Model[] {
  if (names.length === 0) return manifest.models.filter(({ when }) => all || when === undefined);
  const known = new Set(manifest.models.map(({ name }) => name));
  const unknown = names.find((name) => !known.has(name));
  if (unknown !== undefined) throw new UsageError(`${unknownModel(unknown, [...known])}.`);
  return manifest.models.filter(({ name }) => names.includes(name));
}

const unknownModel = (name: string, known: readonly string[]): string =>
  `There is no model ${name}: did you mean ${nearest(name, known)}? spec/models/manifest.json lists them all`;

/** The name that takes the fewest letters to mend. */
export const nearest = (name: string, known: readonly string[]): string | undefined =>
  known
    .map((candidate) => ({ candidate, distance: distance(name, candidate) }))
    .toSorted((a, b) => a.distance - b.distance)[0]?.candidate;

/** Levenshtein's: how many letters have to be changed, added or removed. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(changed, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
