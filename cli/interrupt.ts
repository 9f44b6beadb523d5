/** Ctrl-C and its relatives: the work is told, and has the time to end what it has started. */
import { constants } from 'node:os';
import { Interrupted } from './errors.js';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

// npx and others pass a Ctrl-C on to us that the terminal sent us already: that is one, and not two.
const ECHO_MS = 500;
// How long the work has to remove its temporary folders. All that it has started is killed at once.
const CLEANING_MS = 700;

/**
 * Runs the work with a signal that is aborted by the first interrupt. The second one ends everything at once.
 * Throws {@link Interrupted} within a second of the first one, whatever the work makes of it.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let first = 0;
  let stop: (reason: Interrupted) => void;
  const stopped = new Promise<never>((_, reject) => (stop = reject));
  const interrupt = (signal: NodeJS.Signals): void => {
    if (controller.signal.aborted) {
      if (performance.now() - first > ECHO_MS) process.exit(128 + constants.signals[signal]);
      return;
    }
    first = performance.now();
    const reason = new Interrupted(signal);
    setTimeout(() => stop(reason), CLEANING_MS).unref();
    controller.abort(reason);
  };
  for (const signal of signals) process.on(signal, interrupt);
  try {
    return await Promise.race([work(controller.signal), stopped]);
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
    controller.signal.throwIfAborted();
  }
}
