/** netfront traces stats: how often each action is taken. */
import type { Command } from 'commander';
import { corpusTraces, readTraces } from '../../corpus/index.js';
import { rootOf } from '../context.js';
import { counted, figure, print, table } from '../output.js';
import { corpusFolder, fileOf } from './files.js';

/** Adds the command. */
export function addStats(traces: Command): void {
  traces
    .command('stats')
    .summary('count traces, steps and actions')
    .description('Counts the traces of files, or of the corpus, and how often each action is in them.')
    .argument('[TRACE...]', 'names from netfront traces list, or files; all of the corpus if none is named')
    .action(async (given: string[], _: unknown, command: Command) => {
      const root = rootOf(command);
      const files =
        given.length === 0
          ? await corpusTraces(corpusFolder(root))
          : await Promise.all(given.map((name) => fileOf(root, name)));
      const actions = new Map<string, number>();
      let paths = 0;
      let steps = 0;
      for (const file of files) {
        for await (const trace of readTraces(file)) {
          paths++;
          steps += trace.steps.length;
          for (const { action } of trace.steps) actions.set(action, (actions.get(action) ?? 0) + 1);
        }
      }
      const sorted = [...actions].toSorted(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
      print(
        table(
          [{ title: 'action' }, { title: 'times', align: 'right' }],
          sorted.map(([action, times]) => [action, figure(times)]),
        ),
      );
      print(`\n${counted(files.length, 'file')}, ${counted(paths, 'trace')}, ${counted(steps, 'step')}`);
    });
}
