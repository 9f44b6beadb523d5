/** The models that a command line names. */
import type { Candidate, Manifest, Model } from '../tlc/models.js';
import { nearest } from '../tlc/nearest.js';
import { UsageError } from './errors.js';

/**
 * The named models, in the order of the manifest. If none is named, all but those that are for check-all, or these
 * too with `all`. Throws {@link UsageError}.
 */
export function chosen(
  { models }: Pick<Manifest, 'models'>,
  names: readonly string[],
  all = false,
): readonly Model[] {
  if (names.length === 0) return models.filter(({ when }) => all || when === undefined);
  const known = new Set(models.map(({ name }) => name));
  const unknown = names.find((name) => !known.has(name));
  if (unknown !== undefined) throw new UsageError(`${unknownModel(unknown, [...known])}.`);
  return models.filter(({ name }) => names.includes(name));
}

/**
 * The same with the largest first, so that it is not one of them that is left when all others are done. One without
 * figures may be the largest.
 */
export const largestFirst = <Sized extends Pick<Candidate, 'generatedStates'>>(
  models: readonly Sized[],
): readonly Sized[] => models.toSorted((a, b) => (sizeOf(a) === sizeOf(b) ? 0 : sizeOf(b) - sizeOf(a)));

const sizeOf = ({ generatedStates }: Pick<Candidate, 'generatedStates'>): number =>
  generatedStates ?? Infinity;

const unknownModel = (name: string, known: readonly string[]): string =>
  `There is no model ${name}: did you mean ${nearest(name, known)}? spec/models/manifest.json lists them all`;
