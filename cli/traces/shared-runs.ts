/**
 * Runs of TLC that serve two commands: make check looks at a model, and makes traces of the same run.
 *
 * What came of a run is kept in build/runs, with the checksum of all that it depends on. It is taken only if that checksum
 * is the one of now; a graph, only if its file is the one that was kept too.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { dumpFile, dumpGraph } from '../../corpus/index.js';
import { fingerprintOf } from '../../tlc/fingerprint.js';
import type { Outcome } from '../../tlc/index.js';
import type { Candidate, Model } from '../../tlc/models.js';
import { sha256 } from '../../tlc/sha256.js';
import { writeResult } from '../output-file.js';
import type { ModelRow } from '../report-file.js';
import { nameOf, outcomeOf, type RunOptions, type Verdict } from '../run.js';
import { graphFolder } from './files.js';

const Kept = z.strictObject({
  version: z.literal(1),
  fingerprint: z.string(),
  graph: z.string().optional().describe('SHA-256 of the file with the state graph, where the model has one.'),
  outcome: z.looseObject({ kind: z.enum(['holds', 'violated']) }),
});

/** Are traces made of this model? Its graph, or its counterexample. */
export const hasTraces = (model: Candidate): model is Model =>
  model.distinctStates !== undefined && (model.graphOf !== undefined || model.expected !== 'holds');

/** Runs a model with one worker, and keeps what came of it. Where a file is changed meanwhile, nothing is kept. */
export async function runAndKeep(model: Model, options: RunOptions): Promise<Outcome> {
  const before = await fingerprintOf(options.root, model, { java: options.java, jar: options.jar });
  const outcome = await runForTraces(model, options);
  const isWhole = outcome.kind === 'holds' && outcome.stats.distinctStates === model.distinctStates;
  if (model.graphOf === undefined ? outcome.kind !== 'violated' : !isWhole) return outcome;
  const graph = model.graphOf === undefined ? undefined : await sha256(graphOf(options.root, model));
  if ((await fingerprintOf(options.root, model, { java: options.java, jar: options.jar })) !== before)
    return outcome;
  const kept = {
    version: 1,
    fingerprint: before,
    ...(graph !== undefined && { graph }),
    outcome: withoutCounts(outcome),
  };
  await writeResult(keptFile(options.root, model), `${JSON.stringify(kept)}\n`);
  return outcome;
}

/** What was counted is in the report, summed over all models. */
const withoutCounts = (outcome: Outcome): Outcome => {
  const alone = { ...outcome };
  if ('coverage' in alone) delete alone.coverage;
  return alone;
};

/** What TLC says of a model, and its graph in build/traces: of the run that was kept, or of one now. */
export const outcomeForTraces = async (model: Model, options: RunOptions): Promise<Outcome> =>
  (await keptOutcome(model, options)) ?? (await runForTraces(model, options));

const runForTraces = (model: Model, options: RunOptions): Promise<Outcome> =>
  model.graphOf === undefined
    ? outcomeOf(model, options)
    : dumpGraph(options.root, model, graphFolder(options.root), options, ({ dumpDot }) =>
        outcomeOf(model, { ...options, dumpDot }),
      );

async function keptOutcome(model: Model, { root, java, jar }: RunOptions): Promise<Outcome | undefined> {
  const kept = await readFile(keptFile(root, model), 'utf8').then(parsed, () => undefined);
  if (kept === undefined || kept.fingerprint !== (await fingerprintOf(root, model, { java, jar })))
    return undefined;
  if (model.graphOf !== undefined) {
    const graph = await sha256(graphOf(root, model));
    if (graph === undefined || graph !== kept.graph) return undefined;
  }
  // We wrote it, of these very modules, as runModel answered it.
  return kept.outcome as unknown as Outcome;
}

/**
 * The run that a row of a report tells of, as far as verdict and figures say; undefined where none was kept, or only one
 * that came to something else. It is to be shown, and no verdict rests on it: so it may be of an older version of us.
 */
export async function keptOfReport(root: string, model: Model, row: ModelRow): Promise<Verdict | undefined> {
  const kept = await readFile(keptFile(root, model), 'utf8').then(parsed, () => undefined);
  if (kept === undefined) return undefined;
  const verdict = kept.outcome as unknown as Verdict;
  const { stats } = verdict;
  const isOfRow =
    nameOf(verdict) === row.verdict &&
    stats.distinctStates === row.distinctStates &&
    stats.generatedStates === row.generatedStates;
  return isOfRow ? verdict : undefined;
}

/** The file of the graph that was dumped in such a run; undefined where it is gone, or is another by now. */
export async function graphOfReport(root: string, model: Model, row: ModelRow): Promise<string | undefined> {
  if ((await keptOfReport(root, model, row)) === undefined) return undefined;
  const { graph } = parsed(await readFile(keptFile(root, model), 'utf8')) ?? {};
  const file = graphOf(root, model);
  return graph !== undefined && (await sha256(file)) === graph ? file : undefined;
}

/** One that is cut short, or of another version of us, is none. */
function parsed(text: string): z.infer<typeof Kept> | undefined {
  try {
    return Kept.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

const keptFile = (root: string, { name }: Model): string => path.join(root, 'build', 'runs', `${name}.json`);

const graphOf = (root: string, model: Model): string => dumpFile(graphFolder(root), model);
