#!/usr/bin/env node
/** Where the netfront command begins and ends. The only file that ends the process. */
import { isMainThread } from 'node:worker_threads';
import { end, run } from './netfront.js';
import { watchOutput } from './output.js';
import { computes, inThread } from './thread.js';

watchOutput();
process.on('uncaughtException', (error) => process.exit(end(error)));
const args = process.argv.slice(2);
// Not before all is written; and then at once, whatever of others' is still open.
process.exit(await run(args, isMainThread && computes(args) ? inThread : undefined));
