/**
 * The contracted graphs as they are committed beside the cases that were made from them. So a port can be walked through
 * them where there is no TLC.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { CorpusFile } from '../replay/format.js';
import { ToolError } from '../tlc/index.js';
import { type Case, Observation, Sizes } from './case.js';
import type { MacroGraph, MacroStep } from './contracted.js';

const State = z.int().nonnegative();

const PortGraphFile = z.strictObject({
  name: z.string().min(1).describe('The area of the cases that were made from it.'),
  models: z.array(z.string()).min(1),
  start: Sizes,
  see: Observation.describe('What the frontend does before its first rest.'),
  steps: z
    .array(z.tuple([State, z.string(), State, Observation.nullable()]))
    .min(1)
    .describe(
      'From a state to the next by a word, and what is observed; null where it is not woken. 0 is the first state.',
    ),
});

/** A contracted graph, and the sizes for which a port is asked about it. */
export interface PortGraph {
  readonly name: string;
  readonly models: readonly string[];
  readonly start: Case['start'];
  readonly see: Observation;
  readonly steps: readonly MacroStep[];
}

/** The folder of the graphs, below that of the cases. */
const FOLDER = 'graphs';

/** A graph of which cases were made, as one of these. */
export const portGraphOf = (
  name: string,
  models: readonly string[],
  start: Case['start'],
  { start: see, steps }: MacroGraph,
): PortGraph => ({ name, models, start, see, steps });

/** The file of a graph, a line a step. */
export const portGraphFile = ({ steps, ...rest }: PortGraph): CorpusFile => {
  const lines = steps.map(({ from, word, to, observed }) =>
    JSON.stringify([from, word, to, observed ?? null]),
  );
  const head = JSON.stringify(rest).slice(0, -1);
  return [
    `port/${FOLDER}/${rest.name.replaceAll('/', '-')}.json`,
    `${head},"steps":[\n${lines.join(',\n')}\n]}\n`,
  ];
};

/** The committed graphs, by their names. Throws {@link ToolError} if there are none, or a file is none. */
export async function readPortGraphs(corpus: string): Promise<readonly PortGraph[]> {
  const home = path.join(corpus, 'port', FOLDER);
  const files = (await readdir(home).catch(() => [])).filter((file) => file.endsWith('.json')).toSorted();
  if (files.length === 0)
    throw new ToolError(`there are no graphs in ${home}: make them (netfront traces make)`);
  return Promise.all(
    files.map(async (file) => {
      const text = await readFile(path.join(home, file), 'utf8');
      try {
        const { steps, ...rest } = PortGraphFile.parse(JSON.parse(text));
        return { ...rest, steps: steps.map(stepOf) };
      } catch (error) {
        const why = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
        throw new ToolError(
          `${path.join(home, file)}: this is no graph (${why}): restore the file (netfront traces make)`,
        );
      }
    }),
  );
}

const stepOf = ([from, word, to, observed]: z.infer<typeof PortGraphFile>['steps'][number]): MacroStep => ({
  ...{ from, word, to },
  observed: observed ?? undefined,
});
