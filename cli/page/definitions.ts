/** The text of actions, as the modules have it. */
import path from 'node:path';
import type { Definition } from '../../page/data.js';
import { modulesFrom } from '../../tlc/modules.js';

// The comment that ends in the line above, the name with its arguments, and all lines that are indented.
const DEFINITION =
  /^((?:\(\*(?:(?!\*\))[\s\S])*\*\)\n)?)(\w+)(?:\([^)\n]*\))? +==.*\n(?:(?:[ \t]+.*)?\n(?=[ \t]+\S)|[ \t]+.*\n)*/gm;

/** The definitions of these names in a module, or in one that it leads to, each with the comment above it. */
export async function definitionsOf(
  root: string,
  module: string,
  names: ReadonlySet<string>,
): Promise<Readonly<Record<string, Definition>>> {
  const found: Record<string, Definition> = {};
  for (const { file, text } of await modulesFrom(root, module, 'all'))
    for (const { 0: all, 2: name, index } of text.matchAll(DEFINITION))
      if (names.has(name!) && !(name! in found))
        found[name!] = {
          file: path.relative(root, file).replaceAll(path.sep, '/'),
          line: text.slice(0, index).split('\n').length,
          text: all.trimEnd(),
        };
  return found;
}
