/** What a property means, in the words of the specification: the comment that stands above it. */
import { moduleReader, type ReadModules } from '../tlc/modules.js';
import { oneLine } from './errors.js';

/** A property as the specification numbers and words it. */
export interface Meaning {
  /** P2, R1. */
  readonly number: string;
  readonly text: string;
}

/**
 * The comment `P2.  ...` above the definition of the property, in the module or one that it extends; undefined if
 * there is none.
 */
export async function meaningOf(
  root: string,
  module: string,
  property: string,
  modulesOf: ReadModules = moduleReader(root),
): Promise<Meaning | undefined> {
  const texts = (await modulesOf(module, 'all')).map(({ text }) => text).join('\n');
  const comments = [...texts.matchAll(/^\(\* ([A-Z]\d+)([.,])\s+([\s\S]*?)\s*\*\)\n((?:\S.*\n| .*\n)*)/gm)];
  const above = comments.find(([, , , , code]) =>
    code!.match(/^\w+(?=(?:\(.*\))? +==)/gm)?.includes(property),
  );
  if (above === undefined) return undefined;
  // `P8, here.' stands above the use of a property that another module states.
  const stated = above[2] === ',' ? comments.find(([, n, dot]) => n === above[1] && dot === '.') : above;
  return stated && { number: stated[1]!, text: oneLine(stated[3]!).replace(/\s+/g, ' ') };
}
