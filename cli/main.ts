#!/usr/bin/env node
/** Where the netfront command begins and ends. The only file that ends the process. */
import { isMainThread } from 'node:worker_threads';
import { end, run } from './netfront.js';
import { watchOutput } from './output.js';
import { computes, inThread } from './thread.js';

watchOutput();
process.on('uncaughtException', (error) => process.exit(end(error)));
const args = process.argv.slice(2);
// What waits for nothing that can come has no answer, and must not end as if it had one.
process.on('beforeExit', () => process.exit(end(new Error('the command waits for what cannot come'))));

/**
 * Not at the top of the file. All files are one there once they are bundled, a function of eighty thousand lines, and where that
 * waits the scheduler of a replay, which looks at the stack thousands of times, takes twice as long to find the line.
 */
async function main(): Promise<never> {
  const status = await run(args, isMainThread && computes(args) ? inThread : undefined);
  // Not before all is written; and then at once, whatever of others' is still open.
  return process.exit(status);
}

void main();
