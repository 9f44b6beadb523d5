/** Where the specification defines a property. */
import { modulesFrom } from '../tlc/modules.js';
import type { Place } from './ci/finding.js';

/** The line of its definition, in the module or one that it leads to; undefined if there is none. */
export async function propertyPlace(
  root: string,
  module: string,
  property: string,
): Promise<Place | undefined> {
  const definition = new RegExp(`^${property}\\b.*==`);
  for (const { file, text } of await modulesFrom(root, module, 'all')) {
    const line = text.split('\n').findIndex((each) => definition.test(each)) + 1;
    if (line > 0) return { file, line };
  }
  return undefined;
}
