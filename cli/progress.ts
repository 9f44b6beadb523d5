/** Many models, a few at a time, with what there is to see meanwhile. */
import { Listr, ListrLogger, ProcessOutput } from 'listr2';
import pLimit from 'p-limit';
import type { Progress } from '../tlc/index.js';
import { counted, figure, isWatched, note } from './output.js';

/** What has a name to be shown by. */
interface Named {
  readonly name: string;
}

/** Runs one model, says how far it is, and answers the line that says what came of it. */
export type Work<Model extends Named> = (
  model: Model,
  onProgress: (progress: Progress) => void,
) => Promise<string>;

/**
 * Does the work for each model, at most `jobs` at a time. The first that fails stops the others: `stop` is
 * called, they are waited for, and then its error is thrown.
 */
export async function forEachModel<Model extends Named>(
  models: readonly Model[],
  jobs: number,
  work: Work<Model>,
  stop: () => void,
): Promise<void> {
  const failures: unknown[] = [];
  const guarded: Work<Model> = async (model, onProgress) => {
    // Those that have not begun when one fails never do.
    if (failures.length > 0) return '';
    try {
      return await work(model, onProgress);
    } catch (error) {
      failures.push(error);
      stop();
      return '';
    }
  };
  await (isWatched() ? onTerminal : inLines)(models, jobs, guarded);
  if (failures.length > 0) throw failures[0];
}

/** A line for each model that runs or has run, redrawn; it is gone at the end, when the table says it all. */
async function onTerminal<Model extends Named>(
  models: readonly Model[],
  jobs: number,
  work: Work<Model>,
): Promise<void> {
  let begun = 0;
  const tasks = models.map((model) => ({
    task: async (_: unknown, task: { title: string }): Promise<void> => {
      // A task without a title is not drawn, so those that wait do not push the others off the screen.
      const name = `[${++begun}/${models.length}] ${model.name}`;
      task.title = name;
      const line = await work(model, (progress) => {
        task.title = `${name}  ${describe(progress)}`;
      });
      task.title = line;
    },
  }));
  await new Listr(tasks, {
    concurrent: jobs,
    // Its own listener would exit and leave our JVMs behind.
    registerSignalListeners: false,
    rendererOptions: {
      clearOutput: true,
      formatOutput: 'truncate',
      logger: new ListrLogger({
        useIcons: true,
        toStderr: [],
        processOutput: new ProcessOutput(process.stderr, process.stderr, { leaveEmptyLine: false }),
      }),
    },
  }).run();
}

// TLC reports once a minute, not to the second, and once soon after it has begun, which is too early for a log.
const LINE_EVERY_MS = 50_000;

/** A line for each model that ends, for a log, and about one a minute for each that runs. */
async function inLines<Model extends Named>(
  models: readonly Model[],
  jobs: number,
  work: Work<Model>,
): Promise<void> {
  const limit = pLimit(jobs);
  const at = places(models.length);
  await Promise.all(
    models.map((model) =>
      limit(async () => {
        let last = performance.now();
        const line = await work(model, (progress) => {
          const now = performance.now();
          if (now - last < LINE_EVERY_MS) return;
          last = now;
          note(`${model.name}  ${describe(progress)}`);
        });
        if (line !== '') note(`${at()}${line}`);
      }),
    ),
  );
}

const describe = ({ distinctStates, queue, statesPerMinute }: Progress): string =>
  [
    counted(distinctStates, 'state'),
    ...(statesPerMinute === undefined ? [] : [`${figure(statesPerMinute)} generated a minute`]),
    `${figure(queue)} in the queue`,
  ].join(', ');

/** Numbers the lines that say what is done of several things: `[3/12] `; nothing where there is one thing only. */
export function places(total: number): () => string {
  let done = 0;
  return () => (total === 1 ? '' : `[${++done}/${total}] `);
}

const METER_MS = 200;

/** How much of something is done, on one line of a terminal that is gone when all is; nothing elsewhere. */
export function meter(label: string): (done: number, total: number) => void {
  if (!isWatched()) return () => {};
  let last = 0;
  return (done, total) => {
    const now = performance.now();
    if (done < total && now - last < METER_MS) return;
    last = now;
    process.stderr.write(
      `\r\u001b[K${done < total ? `${label}  ${Math.floor((done / total) * 100)} %` : ''}`,
    );
  };
}
