/** The models that TLC has looked at before, with all that they depend on as it is now. */
import { z } from 'zod';
import type { JarResult, Java } from '../tlc/index.js';
import { fingerprintOf } from '../tlc/fingerprint.js';
import { recall, remember } from '../tlc/kept.js';
import type { Candidate } from '../tlc/models.js';
import type { Checked } from './judge.js';

const count = z.int().nonnegative();

/** A run that came out as expected, and the checksum of all that it depends on. */
const GoodRun = z.strictObject({
  fingerprint: z.string(),
  date: z.iso.date(),
  model: z.string(),
  verdict: z.string(),
  ...{ distinctStates: count, generatedStates: count, depth: count },
});

/** Where to look, and with what a model is run. */
export interface Where {
  readonly root: string;
  readonly java: Java;
  readonly jar: JarResult;
  readonly workers: number;
}

/**
 * Runs a model, and keeps on record that it came out as expected, with the checksum of all that it depends on. Nothing is
 * kept of a run that throws, or during which a file was changed. Of each model the last such run is kept.
 * @param skip do not run it if such a run is on record; what is answered then says since when, and is not ok
 */
export async function unlessUnchanged(
  model: Candidate,
  { root, ...runner }: Where,
  skip: boolean,
  run: () => Promise<Checked>,
): Promise<Checked> {
  const before = await fingerprintOf(root, model, runner);
  const last = skip ? await recall(nameOf(model), GoodRun) : undefined;
  if (last?.fingerprint === before) return notRun(model, last);
  const checked = await run();
  if (checked.row.ok && (await fingerprintOf(root, model, runner)) === before) {
    const { verdict, distinctStates, generatedStates, depth } = checked.row;
    const date = new Date().toISOString().slice(0, 10);
    const good = {
      fingerprint: before,
      date,
      model: model.name,
      verdict,
      distinctStates,
      generatedStates,
      depth,
    };
    await remember(nameOf(model), good satisfies z.infer<typeof GoodRun>);
  }
  return checked;
}

const nameOf = ({ name }: Candidate): string => `checked/${name}`;

const notRun = (
  { name, expected }: Candidate,
  { date, verdict, distinctStates, generatedStates, depth }: z.infer<typeof GoodRun>,
): Checked => ({
  row: {
    ...{ name, expected, verdict, ok: false, unchangedSince: date },
    ...{ distinctStates, generatedStates, depth, seconds: 0 },
  },
  findings: [],
});
