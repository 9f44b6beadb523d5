/** Graphs replayed in threads, a few at a time. */
import { Worker } from 'node:worker_threads';
import pLimit from 'p-limit';
import type { Model } from '../../corpus/index.js';
import { ToolError } from '../../tlc/index.js';
import { threadFile } from '../context.js';
import { threadLimits } from '../thread-limits.js';
import type { GraphReplay } from './graph.js';
import type { Answer, Task } from './graph-thread.js';

/** What the results of graphs are asked for. */
export interface Replays {
  /** For each model, in the order given: its results, when they are there. */
  readonly results: readonly Promise<readonly GraphReplay[]>[];
  /** Ends all threads, whatever they are at. */
  stop(): Promise<void>;
}

/**
 * Replays the graphs of models, at most `jobs` at a time, the largest first. A thread takes one after the other, so that it
 * compiles what it runs once.
 * @param onProgress called now and then with the share of all that is done, from 0 to 1
 */
export function replayGraphs(
  root: string,
  models: readonly Model[],
  jobs: number,
  onProgress: (share: number) => void,
): Replays {
  const limit = pLimit(jobs);
  const threads = new Set<Worker>();
  const idle: Worker[] = [];
  const begin = (): Worker => {
    const thread = new Worker(threadFile('replay-graph.js'), {
      resourceLimits: threadLimits(),
    });
    threads.add(thread);
    return thread;
  };
  const shares = new Map<Model, number>();
  const run = async (model: Model): Promise<readonly GraphReplay[]> => {
    const thread = idle.pop() ?? begin();
    const results = await resultsOf(thread, { root, model }, (share) => {
      shares.set(model, share);
      onProgress([...shares.values()].reduce((sum, each) => sum + each, 0) / models.length);
    });
    idle.push(thread);
    return results;
  };
  const largestFirst = models.toSorted((one, other) => other.distinctStates - one.distinctStates);
  const found = new Map(largestFirst.map((model) => [model, limit(run, model)]));
  // Who asks for them does so one by one: one that fails meanwhile is no rejection that nobody handles.
  for (const results of found.values()) results.catch(() => {});
  return {
    results: models.map((model) => found.get(model)!),
    async stop() {
      limit.clearQueue();
      await Promise.all([...threads].map((thread) => thread.terminate()));
    },
  };
}

/** Has a thread replay a graph. Throws what it throws, and where it ends without an answer. */
const resultsOf = (
  thread: Worker,
  task: Task,
  onProgress: (share: number) => void,
): Promise<readonly GraphReplay[]> =>
  new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      thread.off('message', onMessage).off('error', onError).off('exit', onExit);
      act();
    };
    const onMessage = (answer: Answer): void => {
      if ('share' in answer) return onProgress(answer.share);
      onProgress(1);
      settle(() => ('results' in answer ? resolve(answer.results) : reject(new ToolError(answer.mendable))));
    };
    const onError = (error: Error): void => settle(() => reject(error));
    const onExit = (): void =>
      settle(() => reject(new Error(`the thread that replays ${task.model.name} ended without an answer`)));
    thread.on('message', onMessage).on('error', onError).on('exit', onExit);
    thread.postMessage(task);
  });
