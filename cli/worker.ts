/** netfront worker HOST: this machine works for a distributed check on another. */
import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { match } from 'ts-pattern';
import { PORT } from '../tlc/distributed/java.js';
import { runWorker } from '../tlc/distributed/worker.js';
import { ToolError } from '../tlc/index.js';
import { ipAddress, portNumber } from './distributed.js';
import { ended, Interrupted } from './errors.js';
import { interruptible } from './interrupt.js';
import { countTo, MOST_AT_A_TIME } from './numbers.js';
import { counted, note } from './output.js';
import { findTools } from './run.js';

interface Options {
  readonly port: number;
  readonly threads: number;
  readonly listen?: string;
}

/** Adds the command. */
export function addWorker(program: Command): void {
  program
    .command('worker')
    .summary('work for a distributed check on another machine')
    .description(
      'Computes the steps that `netfront check MODEL --distributed` on HOST gives it, until that has finished. It needs ' +
        'no specification, which HOST sends, and the same jar of TLC as HOST.',
    )
    .argument('<HOST>', 'the machine of the server, by name or address')
    .option('--port <N>', 'where the server listens', portNumber, PORT)
    .option('--threads <N>', 'processors to use', countTo(MOST_AT_A_TIME), availableParallelism())
    .option(
      '--listen <ADDRESS>',
      'the address of this machine at which the server reaches it, at a port that the system chooses; the one that ' +
        'reaches HOST, if left out',
      ipAddress,
    )
    .addHelpText('after', '\nExit status: 0 if the server has finished, 2 if it is lost or was never there.')
    .action(async (host: string, options: Options) => {
      process.exitCode = await interruptible((signal) => work(host, options, signal));
    });
}

async function work(host: string, { port, threads, listen }: Options, signal: AbortSignal): Promise<0> {
  const tools = await findTools(signal);
  const end = await runWorker({
    ...{ ...tools, host, port, threads, signal },
    ...(listen !== undefined && { address: listen }),
    onStart: () => note(`Working for ${host} with ${counted(threads, 'thread')}.`),
  });
  return match(end)
    .returnType<0>()
    .with({ kind: 'finished' }, () => {
      note(`The server at ${host} has finished.`);
      return 0;
    })
    .with({ kind: 'interrupted' }, () => {
      throw new Interrupted();
    })
    .with({ kind: 'serverLost' }, () => {
      throw new ToolError(`The server at ${host} has ended without a word to us: see there what it says.`);
    })
    .with({ kind: 'failed' }, ({ message }) => {
      throw new ToolError(
        `The worker has ended: ${ended(message)} Start it again: the server does not wait for it.`,
      );
    })
    .exhaustive();
}
