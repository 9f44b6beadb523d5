/** The runs into the corners of a module: models that are made to be violated, by the shortest run that gets there. */
import type { Model } from '../../tlc/models.js';
import { meaningOf } from '../meaning.js';

/** A corner that a module is shown to reach. */
export interface Corner {
  readonly model: string;
  /** What is reached, in the words of the specification; the property's name where it has no comment. */
  readonly says: string;
}

/** The corners of a module, in the order of the manifest. */
export const cornersOf = (
  root: string,
  module: string,
  models: readonly Model[],
): Promise<readonly Corner[]> =>
  Promise.all(
    models
      .filter((model) => model.module === module && model.expected.startsWith('Never'))
      .map(async ({ name, expected }) => ({
        model: name,
        says: (await meaningOf(root, module, expected))?.text ?? expected,
      })),
  );
