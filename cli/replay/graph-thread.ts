/** A thread that replays graphs, one after the other, as it is told: `threads.ts` starts it, from a bundle of its own. */
import { parentPort } from 'node:worker_threads';
import type { Model } from '../../corpus/index.js';
import { ToolError } from '../../tlc/index.js';
import { type GraphReplay, replayGraph } from './graph.js';

/** What a thread is told. */
export interface Task {
  readonly root: string;
  readonly model: Model;
}

/** What it answers: how far it is, and at last the results, or what the user has to mend. What else it throws ends it. */
export type Answer =
  { readonly share: number } | { readonly results: readonly GraphReplay[] } | { readonly mendable: string };

const answer = (message: Answer): void => parentPort!.postMessage(message);

const PAUSE_MS = 200;

parentPort!.on('message', ({ root, model }: Task) => {
  let last = 0;
  const onProgress = (share: number): void => {
    const now = performance.now();
    if (now - last < PAUSE_MS) return;
    last = now;
    answer({ share });
  };
  replayGraph(root, model, onProgress).then(
    (results) => answer({ results }),
    (error: unknown) => {
      if (error instanceof ToolError) answer({ mendable: error.message });
      // Thrown outside the promise, it ends the thread with an event for who started it.
      else
        setImmediate(() => {
          throw error;
        });
    },
  );
});
