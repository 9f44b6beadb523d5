/** Which models a filter lets through. */
import type { ModelEntry } from './data.js';
import type { Filter } from './place.js';

/** How the found verdict of a model is called in the filter. */
export const verdictOf = ({ found, expected, ok }: ModelEntry): string => {
  if (found === null) return 'not run';
  if (!ok) return 'not as expected';
  if (expected === 'holds') return 'holds';
  return expected.startsWith('Never') ? 'reached' : 'violated';
};

/** What is searched: the text, and its names once more in their words, so that `final` finds `NoFinalCheck`. */
const searchable = (text: string): string =>
  `${text} ${text.replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')}`.toLowerCase();

/**
 * The models that a filter lets through, in their order. Each of its words must begin a word of a model's row: `arm` is not
 * in `harm`.
 */
export function filtered(models: readonly ModelEntry[], filter: Filter): readonly ModelEntry[] {
  const words = filter.words
    .toLowerCase()
    .split(/\s+/)
    .map((word) => new RegExp(`(?<![a-z\\d])${word.replaceAll(/[^\w]/g, '\\$&')}`));
  const isEither = (wanted: string, values: readonly string[]): boolean =>
    wanted === '' || values.includes(wanted);
  return models.filter((model) => {
    const { name, module, about, expected, properties, faults, release } = model;
    const row = searchable([name, module, about, expected, release, ...faults].join(' '));
    return (
      words.every((word) => word.test(row)) &&
      isEither(filter.module, [module]) &&
      isEither(filter.property, properties) &&
      isEither(filter.release, [release]) &&
      isEither(filter.fault, faults) &&
      isEither(filter.verdict, [verdictOf(model)])
    );
  });
}

/** The values by which there is something to filter, in alphabetical order. */
export const choices = (
  models: readonly ModelEntry[],
  of: (model: ModelEntry) => readonly string[],
): readonly string[] => [...new Set(models.flatMap(of))].filter((value) => value !== '').toSorted();
