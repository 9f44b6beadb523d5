/** The counterexamples that a page shows, in the words of `netfront explain`. TLC does not run for them. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { corpusTraces, readTraces } from '../../corpus/index.js';
import type { Run } from '../../page/data.js';
import { readConstants } from '../../replay/constants.js';
import { statesOf, type Trace } from '../../replay/format.js';
import { type Model, modelFiles } from '../../tlc/models.js';
import type { ModelRow } from '../report-file.js';
import { explanationOf } from '../explain/page.js';
import { asRun } from '../explain/picture.js';
import type { Counterexample } from '../explain/steps.js';
import { keptOfReport } from '../traces/shared-runs.js';

/** The committed counterexamples, by the model that they are of. */
export async function committedCounterexamples(folder: string): Promise<ReadonlyMap<string, Trace>> {
  const files = await corpusTraces(folder);
  const found = new Map<string, Trace>();
  for (const file of files.filter((each) => each.includes(`${path.sep}invalid${path.sep}`)))
    for await (const trace of readTraces(file)) found.set(trace.header.model, trace);
  return found;
}

/** A committed counterexample as TLC found it. Only those that end are committed: none of them loops. */
export const asFound = (trace: Trace, { expected, ...stats }: Model): Counterexample => ({
  ...{ kind: 'violated', property: expected, candidates: [expected], propertyKind: 'invariant' },
  stats: { ...stats, queue: 0, seconds: 0 },
  trace: statesOf(trace).map((state, i) => ({
    index: i + 1,
    action: i === 0 ? null : trace.steps[i - 1]!.action,
    state,
  })),
});

/** Where a counterexample is taken from: a row of the report, and the committed ones. */
type From = readonly [row: ModelRow | undefined, committed: ReadonlyMap<string, Trace>];

/**
 * The counterexample of a model: that of the run in the report, if it was kept, or else the committed one. Undefined where
 * there is neither, or the model holds.
 */
export async function foundOf(
  root: string,
  model: Model,
  ...[row, committed]: From
): Promise<Counterexample | undefined> {
  if (model.expected === 'holds') return undefined;
  const kept = row && (await keptOfReport(root, model, row));
  const trace = committed.get(model.name);
  return kept?.kind === 'violated' ? kept : trace && asFound(trace, model);
}

/** A counterexample in words. */
export async function explained(root: string, model: Model, found: Counterexample): Promise<Run> {
  const constants = await readConstants(modelFiles(root, model).config);
  return asRun(await explanationOf(root, model, found, constants), constants);
}

/** Both of these: the counterexample of a model in words, if there is one. */
export async function runOf(root: string, model: Model, ...from: From): Promise<Run | undefined> {
  const found = await foundOf(root, model, ...from);
  return found && explained(root, model, found);
}

/** The text of a file below the root; undefined where there is none. */
export const textIfThere = (root: string, file: string): Promise<string | undefined> =>
  readFile(path.join(root, file), 'utf8').catch(() => undefined);
