/** What a property means, in the words of the specification: the comment that stands above it. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
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
): Promise<Meaning | undefined> {
  const texts = (await modulesFrom(root, module)).join('\n');
  const comments = [...texts.matchAll(/^\(\* ([A-Z]\d+)([.,])\s+([\s\S]*?)\s*\*\)\n((?:\S.*\n| .*\n)*)/gm)];
  const above = comments.find(([, , , , code]) =>
    code!.match(/^\w+(?=(?:\(.*\))? ==)/gm)?.includes(property),
  );
  if (above === undefined) return undefined;
  // `P8, here.' stands above the use of a property that another module states.
  const stated = above[2] === ',' ? comments.find(([, n, dot]) => n === above[1] && dot === '.') : above;
  return stated && { number: stated[1]!, text: oneLine(stated[3]!).replace(/\s+/g, ' ') };
}

/** The texts of a module and of all that it extends or instantiates, as far as they are the project's. */
async function modulesFrom(root: string, module: string): Promise<string[]> {
  const texts: string[] = [];
  const wanted = [module];
  for (const name of wanted) {
    const text = await textOf(root, name);
    if (text === undefined) continue;
    texts.push(text);
    const named = [...text.matchAll(/^\s*EXTENDS\s+(.*)$|\bINSTANCE\s+(\w+)/gm)];
    for (const next of named.flatMap(([, extended, instance]) => (extended ?? instance!).split(/\s*,\s*/)))
      if (!wanted.includes(next.trim())) wanted.push(next.trim());
  }
  return texts;
}

async function textOf(root: string, module: string): Promise<string | undefined> {
  for (const folder of ['spec/models', 'spec'])
    try {
      return await readFile(path.join(root, folder, `${module}.tla`), 'utf8');
    } catch {
      // A module of TLA+ itself, or in the other folder.
    }
  return undefined;
}
