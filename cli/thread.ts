/** Work that computes for seconds without a pause. No handler of a signal would run meanwhile, so it has a thread of its own. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { interruptible } from './interrupt.js';
import { threadLimits } from './thread-limits.js';

/** Is this such a command? Its name is the first argument that is no option, nor the value of `--root`. */
export const computes = (args: readonly string[]): boolean =>
  args.find((arg, i) => !arg.startsWith('-') && args[i - 1] !== '--root') === 'replay';

/**
 * Runs the command with these arguments in a thread, which an interrupt ends wherever it is.
 * @returns the exit status. Throws Interrupted within a second of a signal
 */
export const inThread = (args: readonly string[]): Promise<number> =>
  interruptible(async (signal) => {
    const thread = new Worker(new URL('./main.js', import.meta.url), {
      argv: [...args],
      ...{ stdout: true, stderr: true },
      resourceLimits: threadLimits(),
    });
    signal.addEventListener('abort', () => void thread.terminate());
    // Not a pipe: it would stop where a reader goes away, and the thread would wait for it.
    thread.stdout.on('data', (chunk: Buffer) => process.stdout.write(chunk));
    thread.stderr.on('data', (chunk: Buffer) => process.stderr.write(chunk));
    const [[status]] = await Promise.all([
      once(thread, 'exit') as Promise<[number]>,
      once(thread.stdout, 'end'),
      once(thread.stderr, 'end'),
    ]);
    return status;
  });
