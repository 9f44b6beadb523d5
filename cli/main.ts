#!/usr/bin/env node
/** Where the netfront command begins and ends. The only file that ends the process. */
import { end, run } from './netfront.js';
import { watchOutput } from './output.js';

watchOutput();
process.on('uncaughtException', (error) => process.exit(end(error)));
// Not before all is written; and then at once, whatever of others' is still open.
process.exit(await run(process.argv.slice(2)));
