/** netfront plan: what make check is about to do. */
import type { Command } from 'commander';
import { readManifest } from '../tlc/models.js';
import { outlook } from './check-parts.js';
import { rootOf } from './context.js';
import { print } from './output.js';

/** Adds the command. */
export function addPlan(program: Command): void {
  program
    .command('plan')
    .summary('say what make check is to do, and how long it took the last time')
    .description(
      'Prints how many models, graphs, proofs and replays there are, and how long they took the last time on this machine. ' +
        'The times are kept in the cache folder, beside the jar.',
    )
    .action(async (_: unknown, command: Command) =>
      print(await outlook(await readManifest(rootOf(command)))),
    );
}
