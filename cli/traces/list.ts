/** netfront traces list: what is in the corpus. */
import type { Command } from 'commander';
import { corpusTraces, readTraces } from '../../corpus/index.js';
import { rootOf } from '../context.js';
import { figure, print, table } from '../output.js';
import { corpusFolder, nameOfFile } from './files.js';

/** Adds the command. */
export function addList(traces: Command): void {
  traces
    .command('list')
    .summary('list the corpus')
    .description('Lists the traces of the corpus, with the flags that say why each exists.')
    .action(async (_: unknown, command: Command) => {
      const root = rootOf(command);
      const rows: string[][] = [];
      for (const file of await corpusTraces(corpusFolder(root))) rows.push(await rowOf(root, file));
      const number = { align: 'right' } as const;
      print(
        table(
          [
            ...['trace', 'kind', 'model'].map((title) => ({ title })),
            ...['paths', 'steps'].map((title) => ({ title, ...number })),
            { title: 'flags' },
          ],
          rows,
        ),
      );
    });
}

async function rowOf(root: string, file: string): Promise<string[]> {
  let paths = 0;
  let steps = 0;
  let said: readonly string[] = [];
  const flags = new Set<string>();
  for await (const { header } of readTraces(file)) {
    paths++;
    steps += header.steps;
    said = [header.kind, header.model];
    for (const flag of header.flags) flags.add(flag);
  }
  return [nameOfFile(root, file), ...said, figure(paths), figure(steps), [...flags].join(' ')];
}
