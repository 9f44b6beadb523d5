/** docs/bench.json: what the last published `npm run bench` found, for bench/README.md. */
import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { ToolError } from '../../tlc/index.js';
import { figure, shown } from '../output.js';
import { writeResult } from '../output-file.js';
import { markdownTable } from './markdown.js';

const Bench = z.strictObject({
  version: z.literal(1),
  date: z.iso.date(),
  machine: z.strictObject({ processors: z.int().positive(), kind: z.string() }),
  node: z.string(),
  seconds: z.int().nonnegative().describe('Of the whole run.'),
  figures: z
    .array(
      z.strictObject({
        name: z.string(),
        what: z.string(),
        value: z.number(),
        goal: z.union([z.strictObject({ atMost: z.number() }), z.strictObject({ atLeast: z.number() })]),
        met: z.boolean(),
        details: z.record(z.string(), z.union([z.number(), z.string()])),
      }),
    )
    .min(1),
});

/** What `npm run bench` writes. */
export type Bench = z.infer<typeof Bench>;

const published = (root: string): string => path.join(root, 'docs', 'bench.json');

/** The published figures; undefined if none are. Throws {@link ToolError} if they are not as the schema says. */
export async function readBench(root: string): Promise<Bench | undefined> {
  const file = published(root);
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  return isThere ? benchIn(file) : undefined;
}

/** Publishes the figures of a run. Throws {@link ToolError} if the file is none of a whole run. */
export const recordBench = async (file: string, root: string): Promise<void> =>
  writeResult(published(root), `${JSON.stringify(await benchIn(file), null, 2)}\n`);

async function benchIn(file: string): Promise<Bench> {
  try {
    return Bench.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new ToolError(`${shown(file)} cannot be used (${why}): run npm run bench to its end`);
  }
}

/** The figures as a table, under when and where they were measured. */
export function benchTable(bench: Bench | undefined): string {
  if (bench === undefined) return 'No run is published yet.';
  const { date, machine, node, seconds, figures } = bench;
  return [
    `Measured on ${date}, in ${figure(seconds)} s, with Node ${node.replace(/^v/, '')} on ${machine.processors} processors:`,
    `${machine.kind}.`,
    '',
    markdownTable(
      ['figure', 'what it is', 'found:', 'goal', 'met'],
      figures.map(({ name, what, value, goal, met }) => [
        ...[name, what, figure(value)],
        'atMost' in goal ? `at most ${figure(goal.atMost)}` : `at least ${figure(goal.atLeast)}`,
        met ? 'yes' : 'no',
      ]),
    ),
  ].join('\n');
}
