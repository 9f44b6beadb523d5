/** netfront traces show: a trace as a table. */
import type { Command } from 'commander';
import type { Step } from '../../tlc/index.js';
import { itfOf, readTraces, statesOf, type Trace, tracedModule } from '../../corpus/index.js';
import { checkedStates } from '../../replay/file-check.js';
import { rootOf } from '../context.js';
import { UsageError } from '../errors.js';
import { legend, stepsTable } from '../explain/table.js';
import { explainedSteps } from '../explain/steps.js';
import { countTo, MOST_LINES } from '../numbers.js';
import { colours, counted, print, wrapped } from '../output.js';
import { fileOf } from './files.js';

/** Adds the command. */
export function addShow(traces: Command): void {
  traces
    .command('show')
    .summary('print a trace as a table, with the ring drawn')
    .description('Prints a trace step by step: whose step it is, what it changes, and the ring after it.')
    .argument('<TRACE>', 'a name from netfront traces list, or a file')
    .option('--path <N>', 'which one, if there are several in the file', countTo(MOST_LINES), 1)
    .option('--itf', 'print it in the Informal Trace Format instead')
    .action(async (given: string, { path, itf }: { path: number; itf?: boolean }, command: Command) => {
      const trace = await nth(await fileOf(rootOf(command), given), path);
      print(itf ? JSON.stringify(itfOf(trace), null, 1) : page(trace));
    });
}

async function nth(file: string, number: number): Promise<Trace> {
  let seen = 0;
  for await (const trace of readTraces(file))
    if (++seen === number) {
      checkedStates(trace, tracedModule(trace.header.module));
      return trace;
    }
  throw new UsageError(`${file} has ${counted(seen, 'path')}: give --path a number up to ${seen}.`);
}

function page(trace: Trace): string {
  const { header, steps } = trace;
  const behaviour: readonly Step[] = statesOf(trace).map((state, i) => ({
    // Steps are counted as in the file, where the initial state is before step 1.
    index: i,
    action: i === 0 ? null : `${steps[i - 1]!.refused ? '!' : ''}${steps[i - 1]!.action}`,
    state,
  }));
  const module = tracedModule(header.module);
  const explained = explainedSteps(behaviour, header.constants, module);
  return [
    colours.bold(header.name),
    wrapped(header.comment),
    `${header.kind} of ${header.model}; ${header.flags.join(', ')}`,
    '',
    legend(explained, module.words),
    '',
    stepsTable(explained),
  ].join('\n');
}
