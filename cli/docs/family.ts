/** The family of the modules as a graph in the language of Mermaid, which GitHub draws in the scheme of its reader. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { type Module, modulesFrom, namesIn } from '../../tlc/modules.js';

/** The modules of spec/ itself, by name. */
export async function readFamily(root: string): Promise<readonly Module[]> {
  const files = (await readdir(path.join(root, 'spec'))).filter((file) => file.endsWith('.tla')).toSorted();
  const found = await Promise.all(
    files.map((file) => modulesFrom(root, path.basename(file, '.tla'), 'extends')),
  );
  return found.map(([module]) => module!);
}

/** An arrow from each module to what it extends, and a dotted one to what it instantiates. TLA+'s own modules are left out. */
export function familyGraph(modules: readonly Module[]): string {
  const isOurs = (name: string): boolean => modules.some((each) => each.name === name);
  const edges = modules.flatMap(({ name, text }) => {
    const extended = namesIn(text, 'extends').filter(isOurs);
    const instances = namesIn(text, 'all').filter((each) => isOurs(each) && !extended.includes(each));
    return [
      ...extended.map((each) => `  ${name} --> ${each}`),
      ...[...new Set(instances)].map((each) => `  ${name} -.-> ${each}`),
    ];
  });
  return ['```mermaid', 'flowchart LR', ...modules.map(({ name }) => `  ${name}`), ...edges, '```'].join(
    '\n',
  );
}
