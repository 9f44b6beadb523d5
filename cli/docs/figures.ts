/**
 * docs/figures.json: what the last good make check found of graphs, replays and counterexamples, for the pages. The models'
 * figures are in their manifest and are not repeated here.
 */
import { readFile, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { ToolError } from '../../tlc/index.js';
import { type Model, readManifest } from '../../tlc/models.js';
import { counted, figure, shown } from '../output.js';
import { writeResult } from '../output-file.js';
import { findingsOf } from '../report.js';
import { OWN_TARGET, PEER_TARGET, readReport } from '../report-file.js';

const count = z.int().nonnegative();

const Figures = z.strictObject({
  version: z.literal(1),
  date: z.iso.date().describe('When the replays were timed.'),
  processors: count.describe('Of the machine on which they were.'),
  replaySeconds: z.number().nonnegative().describe('Of all replays together.'),
  graphs: z.array(
    z.strictObject({
      model: z.string().describe('As graphOf in the manifest of the models.'),
      states: count,
      transitions: count,
      paths: count,
      steps: count.describe('Of all paths together.'),
      refusals: count.describe('Steps tried that the specification does not allow.'),
      peer: z.boolean().describe("Replayed a second time, with a backend over Xen's headers."),
    }),
  ),
  counterexamples: z
    .record(z.string(), count)
    .describe(
      'How many states it has, by model, where that is not the depth: a run that shows what never happens in the end.',
    ),
});

/** What the pages say of graphs, replays and counterexamples. */
export type Figures = z.infer<typeof Figures>;

/** Where the figures are, below the root of the project. */
export const figuresFile = (root: string): string => path.join(root, 'docs', 'figures.json');

/** Reads the figures. Throws {@link ToolError} if they are missing or not as the schema says. */
export async function readFigures(root: string): Promise<Figures> {
  const file = figuresFile(root);
  try {
    return Figures.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new ToolError(`${shown(file)} cannot be used (${why}): run netfront docs --from build/report.json`);
  }
}

/**
 * Writes the figures of a report. Counterexamples of models that are not in it stay as they are, such as those of make
 * check-all. Throws {@link ToolError} unless the report is good.
 */
export async function recordFigures(file: string, root: string): Promise<void> {
  const { ran, ...figures } = await figuresOf(file);
  const { models } = await readManifest(root);
  const before = await readFigures(root).then(
    ({ counterexamples }) => counterexamples,
    () => ({}),
  );
  const kept = Object.entries(before).filter(
    ([name]) => !ran.has(name) && models.some((model) => model.name === name),
  );
  const counterexamples = Object.fromEntries(
    [...kept, ...Object.entries(figures.counterexamples)].toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
  await writeResult(
    figuresFile(root),
    `${JSON.stringify({ ...figures, counterexamples } satisfies Figures, null, 2)}\n`,
  );
}

/**
 * Where the figures are not those of a report, the first such place; undefined if there is none. The
 * date, the processors and the seconds are not held against it: they differ from run to run.
 * Throws {@link ToolError} unless the report is good.
 */
export async function differenceFrom(
  file: string,
  { graphs, counterexamples }: Figures,
): Promise<string | undefined> {
  const { graphs: found, counterexamples: runs, ran } = await figuresOf(file);
  for (const name of new Set([...Object.keys(runs), ...Object.keys(counterexamples)]))
    if (ran.has(name) && runs[name] !== counterexamples[name])
      return `the counterexample of ${name} is ${stepsText(counterexamples[name])}, and ${stepsText(runs[name])} in the report`;
  const gone = graphs.find(({ model }) => !found.some((each) => each.model === model));
  if (gone !== undefined) return `${gone.model} is not in the report`;
  for (const now of found) {
    const said = graphs.find(({ model }) => model === now.model);
    if (said === undefined) return `${now.model} is missing`;
    const keys = Object.keys(now) as (keyof typeof now)[];
    const key = keys.find((each) => said[each] !== now[each]);
    if (key !== undefined) return `${key} of ${now.model} is ${said[key]}, and ${now[key]} in the report`;
  }
  return undefined;
}

const stepsText = (steps: number | undefined): string =>
  steps === undefined ? 'as long as its depth' : counted(steps, 'step');

/** What the figures of a report are, and the models that were run for it. */
async function figuresOf(file: string): Promise<Figures & { readonly ran: ReadonlySet<string> }> {
  const report = await readReport(file);
  const [finding] = findingsOf(report);
  if (finding !== undefined) throw new ToolError(`${shown(file)} is not good: ${finding}`);
  const of = (model: string, target: string) =>
    report.conformance.find((row) => row.model === model && row.target === target);
  return {
    version: 1,
    date: (await stat(file)).mtime.toISOString().slice(0, 10),
    processors: availableParallelism(),
    replaySeconds: Math.round(report.conformance.reduce((sum, { seconds }) => sum + seconds, 0)),
    graphs: report.graphs.map(({ model, states, transitions, paths, steps }) => ({
      ...{ model, states, transitions, paths, steps },
      refusals: of(model, OWN_TARGET)?.refusals ?? 0,
      peer: of(model, PEER_TARGET) !== undefined,
    })),
    counterexamples: Object.fromEntries(
      report.models.flatMap(({ name, steps, depth }) =>
        steps === undefined || steps === depth ? [] : [[name, steps] as const],
      ),
    ),
    ran: new Set(
      report.models.filter(({ unchangedSince }) => unchangedSince === undefined).map(({ name }) => name),
    ),
  };
}

/** Where the figures are not those of the models' manifest, the first such place; undefined if there is none. */
export function disagreements({ graphs }: Figures, models: readonly Model[]): string | undefined {
  const traced = models.filter(({ graphOf }) => graphOf !== undefined);
  const missing = traced.find(({ graphOf }) => !graphs.some(({ model }) => model === graphOf));
  if (missing !== undefined) return `nothing of the graph of ${missing.name}`;
  return graphs
    .map(({ model, states }) => {
      const made = traced.find(({ graphOf }) => graphOf === model);
      if (made === undefined) return `no model is the graph of ${model}`;
      return made.distinctStates === states
        ? undefined
        : `${figure(states)} states of ${made.name}, which has ${figure(made.distinctStates)}`;
    })
    .find((difference) => difference !== undefined);
}
