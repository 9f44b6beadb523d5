/** What it costs to read a dump and to cover it, in time, in steps and in memory. */
import { fork } from 'node:child_process';
import path from 'node:path';
import { coverTransitions, dumpGraph, type Model, readGraph } from '../corpus/index.js';
import { type BenchContext, median, modelNamed, rounded, secondsOf } from './context.js';
import { type Figure, figure } from './figure.js';

const TRACED = ['tx_1_4_2', 'tx_freelist', 'tx_counter_skip'] as const;
/** A model whose graph has more than 10^6 transitions. */
const LARGE = 'tx_1_4_2_fine';

const traced = (context: BenchContext): readonly Model[] =>
  TRACED.map((name) => modelNamed(context, `${name}_trace`));

const dumpOf = ({ folder }: BenchContext, { graphOf, name }: Model): string =>
  path.join(folder, `${graphOf ?? name}.dot`);

/** Reading, merging and covering a dump, over the time TLC took to write it. */
export async function benchReading(context: BenchContext): Promise<readonly Figure[]> {
  const ratios: number[] = [];
  const details: Record<string, number> = {};
  for (const model of traced(context)) {
    const writing = await secondsOf(() => dumpGraph(context.root, model, context.folder, context.tools));
    const reading = await secondsOf(async () =>
      coverTransitions(await readGraph(dumpOf(context, model), { distinctStates: model.distinctStates })),
    );
    ratios.push(reading / writing);
    details[`${model.name} writing`] = rounded(writing);
    details[`${model.name} reading`] = rounded(reading);
  }
  return [
    figure({
      name: 'reading',
      what: 'reading, merging and covering a dump ÷ the time TLC took to write it',
      value: rounded(median(ratios)),
      goal: { atMost: 0.5 },
      details,
    }),
  ];
}

/** Steps of the cover over transitions of the graph. */
export async function benchCover(context: BenchContext): Promise<readonly Figure[]> {
  return Promise.all(
    traced(context).map(async (model) => {
      const graph = await readGraph(dumpOf(context, model), { distinctStates: model.distinctStates });
      const { steps, transitions, paths } = coverTransitions(graph);
      return figure({
        name: `cover of ${model.graphOf}`,
        what: 'steps ÷ transitions',
        value: rounded(steps / transitions),
        goal: { atMost: 1.4 },
        details: { steps, transitions, paths: paths.length },
      });
    }),
  );
}

/** Peak memory of a process that reads and covers a graph of more than 10^6 transitions. */
export async function benchMemory(context: BenchContext): Promise<readonly Figure[]> {
  const model = modelNamed(context, LARGE);
  await dumpGraph(context.root, model, context.folder, context.tools);
  const found = await inProcess(dumpOf(context, model), model.distinctStates);
  if (found.transitions < 1_000_000)
    throw new Error(
      `the graph of ${LARGE} has ${found.transitions} transitions, too few to say anything of memory`,
    );
  return [
    figure({
      name: 'memory',
      what: `GiB at most, to read and cover the graph of ${LARGE}`,
      value: rounded(found.maxRssKiB / 2 ** 20),
      goal: { atMost: 2 },
      details: { transitions: found.transitions, states: found.states, steps: found.steps },
    }),
  ];
}

/** What the process of graph-memory.ts says when it is done. */
export interface MemoryReport {
  readonly transitions: number;
  readonly states: number;
  readonly steps: number;
  readonly maxRssKiB: number;
}

const inProcess = (file: string, distinctStates: number): Promise<MemoryReport> =>
  new Promise((resolve, reject) => {
    const child = fork(path.join(import.meta.dirname, 'graph-memory.js'), [file, String(distinctStates)]);
    child.once('message', (message) => resolve(message as MemoryReport));
    child.once('exit', (status) => reject(new Error(`graph-memory ended with ${status} and said nothing`)));
  });
