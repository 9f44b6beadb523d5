/** Ctrl-C and its relatives: the work is told, and has the time to end its JVMs. */
import { constants } from 'node:os';
import { Interrupted } from './errors.js';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

// npx and others pass a Ctrl-C on to us that the terminal sent us already: that is one, and not two.
const ECHO_MS = 500;

/**
 * Runs the work with a signal that is aborted by the first interrupt. The second one ends everything at once.
 * Throws {@link Interrupted} if there was one, whatever the work made of it.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let first = 0;
  const interrupt = (signal: NodeJS.Signals): void => {
    if (!controller.signal.aborted) first = performance.now();
    else if (performance.now() - first > ECHO_MS) process.exit(128 + constants.signals[signal]);
    controller.abort(new Interrupted(signal));
  };
  for (const signal of signals) process.on(signal, interrupt);
  try {
    return await work(controller.signal);
  } catch (error) {
    controller.signal.throwIfAborted();
    throw error;
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
  }
}
