/** netfront traces: make, list and show traces, and count what is in them. */
import type { Command } from 'commander';
import { addList } from './traces/list.js';
import { addMake } from './traces/make.js';
import { addShow } from './traces/show.js';
import { addStats } from './traces/stats.js';

/** Adds the command and its own. */
export function addTraces(program: Command): void {
  const traces = program
    .command('traces')
    .summary('make, list and show traces')
    .description(
      'Traces of the specification: made from TLC’s state graphs, for an implementation to follow.',
    )
    .helpCommand(false);
  addMake(traces);
  addList(traces);
  addShow(traces);
  addStats(traces);
}
