/**
 * build/report.json: what the last check found, of the models, of the graphs, of the proofs and of the implementations.
 *
 * A full check begins it anew; every other command puts its own rows into it, in the place of earlier ones of
 * the same model. So a section that is empty was never made since the models were checked.
 */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ToolError } from '../tlc/index.js';
import { writeResult } from './output-file.js';

const count = z.int().nonnegative();
const seconds = z.number().nonnegative();

const ModelRow = z.strictObject({
  name: z.string(),
  expected: z.string().describe('"holds", or the name of the property that is violated.'),
  verdict: z.string().describe('The same, as TLC found it.'),
  ok: z.boolean().describe('The verdict and the figures are those of the manifest.'),
  unchangedSince: z.iso
    .date()
    .optional()
    .describe(
      'It was not run, and is not ok: verdict and figures are those of an earlier run, of this day, of the same files.',
    ),
  distinctStates: count,
  generatedStates: count,
  depth: count,
  steps: count
    .optional()
    .describe(
      'States of the counterexample, the first included; absent where there is none, or it was not run.',
    ),
  seconds,
});

const GraphRow = z.strictObject({
  model: z.string(),
  states: count,
  transitions: count,
  covered: count.describe('Transitions that are in at least one trace.'),
  paths: count,
  steps: count.describe('Of all paths together.'),
  sha256: z.string().describe('Of the traces, so that two runs can be compared.'),
});

/** What traces are replayed against: our own implementation, with the octets of the trace as its backend. */
export const OWN_TARGET = 'impl';
/** Our own implementation, with the C peer as its backend: `peer/`. */
export const PEER_TARGET = "impl, Xen's headers";

const ConformanceRow = z.strictObject({
  model: z.string(),
  target: z
    .string()
    .describe(
      'What the traces were replayed against: the implementation, and who did the steps of its backend.',
    ),
  transitions: count,
  steps: count,
  refusals: count.describe('Actions tried that the specification does not allow.'),
  divergences: count,
  agreed: count
    .optional()
    .describe(
      "Transitions of the graph, and refusals, that xstate's own interpreter does as the machine's table does.",
    ),
  disagreements: count.optional().describe('Steps of a machine that the two do differently.'),
  leftOut: count
    .optional()
    .describe('Transitions, refusals and steps of the peer that were due and not done; absent if none.'),
  backSteps: count
    .optional()
    .describe("Steps that a backend over Xen's own headers did; absent where there was none."),
  seconds,
});

const ScheduleRow = z.strictObject({
  model: z.string(),
  schedules: count.describe('Ways through the scheduler that were run.'),
  points: count.describe('Different points at which the backend could have its turn.'),
  transitions: count.describe("Transitions of the graph that the frontend's steps were."),
  failures: count.describe('0, or 1 where a schedule went wrong.'),
  seconds,
});

const ProofRow = z.strictObject({
  name: z.string().describe('What something is proved of: a module, or ring.h.'),
  obligations: count,
  proved: count,
  open: z.array(z.string()).describe('The obligations that are not proved, with what the solver said.'),
  faults: count.describe('Faults of which a step, or a run, is to be found that breaks a property.'),
  shown: count.describe('Those of which one was found.'),
  seconds,
});

const TieRow = z.strictObject({
  model: z.string().describe('Whose graph a transcription was compared with.'),
  transitions: count.describe('Transitions of the graph that the transcription has too.'),
  all: count.describe('Transitions of the graph.'),
  refusals: count.describe('Actions that neither has.'),
  differences: count,
});

const CoverageSection = z.strictObject({
  models: count.describe('Runs in which TLC counted: those of the smaller models.'),
  modules: z
    .record(z.string(), z.string())
    .describe('SHA-256 of the text of each module in spec/ of which something was counted.'),
  actions: z.record(z.string(), count).describe('How often each action was taken: `NetfrontTx TxFill`.'),
  places: z
    .record(z.string().regex(/^\w+ \d+:\d+-\d+:\d+$/), count)
    .describe(
      'How often each expression was evaluated, by module, and by line and column of its first and last character.',
    ),
});

/** The schema of the report. */
export const Report = z.strictObject({
  version: z.literal(1),
  models: z.array(ModelRow),
  graphs: z.array(GraphRow),
  conformance: z.array(ConformanceRow),
  schedules: z.array(ScheduleRow).default([]),
  proofs: z.array(ProofRow).default([]),
  ties: z.array(TieRow).default([]),
  coverage: CoverageSection.optional().describe('Absent where nothing was counted.'),
});

/** The whole report. */
export type Report = z.infer<typeof Report>;
/** What TLC said of a model. */
export type ModelRow = z.infer<typeof ModelRow>;
/** The traces that were made of a model's graph. */
export type GraphRow = z.infer<typeof GraphRow>;
/** What a replay of a model's traces found. */
export type ConformanceRow = z.infer<typeof ConformanceRow>;

/** What came of running the scheduler on a model's graph. */
export type ScheduleRow = z.infer<typeof ScheduleRow>;

/** What was proved of a module, or of ring.h. */
export type ProofRow = z.infer<typeof ProofRow>;

/** How the transcription of a module compares with the graph of a model. */
export type TieRow = z.infer<typeof TieRow>;

/** How often the lines of the specification were reached, over all models that were counted. */
export type CoverageSection = z.infer<typeof CoverageSection>;

/** A section of rows by its name. */
export type Section = Exclude<keyof Report, 'version' | 'coverage'>;

const empty: Report = {
  ...{ version: 1, models: [], graphs: [], conformance: [] },
  ...{ schedules: [], proofs: [], ties: [] },
};

/** Reads a report. Throws {@link ToolError} if it is missing or not as the schema says. */
export async function readReport(file: string): Promise<Report> {
  const report = await readIfThere(file);
  if (report === undefined)
    throw new ToolError(
      `There is no ${file}: run make check, which writes it (where there is no Makefile: netfront check --report ${file}).`,
    );
  return report;
}

/** Begins a report anew with the verdicts of a full check, and what was counted in it. */
export const newReport = (
  file: string,
  models: readonly ModelRow[],
  coverage: CoverageSection,
): Promise<void> => write(file, { ...empty, models: [...models], coverage });

/**
 * Puts rows into one section of a report, in the place of those of the same model and target. A report that is
 * not there is begun; one that cannot be read is left alone. Throws {@link ToolError}.
 */
export async function updateReport<S extends Section>(
  file: string,
  section: S,
  rows: readonly Report[S][number][],
): Promise<void> {
  const report = (await readIfThere(file)) ?? empty;
  const replaced = new Set(rows.map(keyOf));
  const kept = report[section].filter((row) => !replaced.has(keyOf(row)));
  await write(file, { ...report, [section]: [...kept, ...rows] });
}

const keyOf = (row: Report[Section][number]): string =>
  'name' in row ? row.name : JSON.stringify([row.model, 'target' in row ? row.target : '']);

/**
 * Reads a report if there is one, so that whoever will update it knows beforehand that they can.
 * Throws {@link ToolError} if it is there and is no report.
 */
export async function readIfThere(file: string): Promise<Report | undefined> {
  try {
    return Report.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    const why = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new ToolError(`${file} is not a report of ours (${why}): run make check, which begins it anew.`);
  }
}

const write = (file: string, report: Report): Promise<void> =>
  writeResult(file, `${JSON.stringify(Report.parse(report), null, 2)}\n`);
