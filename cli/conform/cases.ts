/** Which cases are run: of the corpus, one that is given, or some at random. */
import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { type Case, Sizes } from '../../conform/case.js';
import { type CommittedCase, committedCases } from '../../conform/corpus.js';
import type { HelloAnswer } from '../../conform/protocol.js';
import { randomCases } from '../../conform/random.js';
import { atRealSizes, type RealSizes } from '../../conform/real-sizes.js';
import type { Player } from '../../conform/run-case.js';
import { writtenSteps } from '../../conform/step-texts.js';
import { readVersions, sinceOf, versionName } from '../../conform/versions.js';
import { oneLine, UsageError } from '../errors.js';
import { nearest } from '../../tlc/nearest.js';
import { counted, figure, note } from '../output.js';
import { corpusFolder } from '../traces/files.js';

/** The options that say which. */
export interface WhichCases {
  readonly case?: readonly string[];
  readonly start?: string;
  readonly steps?: string;
  readonly nrEnts?: number;
  readonly first?: number;
  readonly random?: number;
  readonly seed?: number;
  readonly adaptive?: boolean;
}

/** The cases that were chosen, and as they are to be run. */
export interface Cases {
  readonly chosen: readonly Case[];
  readonly cases: readonly Case[];
  /** Chooses the steps of those that have none yet. */
  readonly playerOf?: (given: Case) => Player | undefined;
  /** What to say of them at the end, given how many steps there were. */
  readonly remark?: (steps: string) => string;
  /** The version of the corpus that they are of; absent where they are of none. */
  readonly corpus?: CorpusVersion;
}

/** A version of the corpus, and since when its cases are there. */
export interface CorpusVersion {
  /** As {@link versionName} has it: `3`. */
  readonly name: string;
  readonly since: ReadonlyMap<string, number>;
}

/** Are there sizes for a driver that has no others? */
export const isResized = ({ nrEnts, first }: WhichCases): boolean =>
  nrEnts !== undefined || first !== undefined;

const realSizesOf = ({ nrEnts, first }: WhichCases): RealSizes => ({
  ...(nrEnts !== undefined && { nr_ents: nrEnts }),
  ...(first !== undefined && { first }),
});

/**
 * The cases that the options say.
 * @param helloOf asks the driver what it claims, where the cases depend on it
 * @throws UsageError where options do not go together
 */
export async function casesOf(
  root: string,
  options: WhichCases,
  helloOf: () => Promise<HelloAnswer>,
): Promise<Cases> {
  const { case: names, start, steps, random } = options;
  if (random !== undefined) return playedCases(random, options, helloOf);
  if (options.seed !== undefined) throw new UsageError('--seed is of --random.');
  if (start !== undefined || steps !== undefined) {
    if (isResized(options))
      throw new UsageError('--nr-ents and --first are of the corpus: --start has the sizes of its case.');
    const given = [givenCase(start, steps)];
    return { chosen: given, cases: given };
  }
  const committed = await committedCases(corpusFolder(root));
  const chosen = named(
    committed.map((each) => each.case),
    names,
  );
  const corpus = await versionOf(root, committed);
  if (!isResized(options)) return { chosen, cases: chosen, corpus };
  const { cases, alike, impossible } = atRealSizes(chosen, realSizesOf(options));
  note(
    `${figure(cases.length)} of ${counted(chosen.length, 'case')} at these sizes: ` +
      `${figure(alike)} would be like another, ${figure(impossible)} cannot be asked there.`,
  );
  return { chosen, cases, corpus };
}

async function versionOf(root: string, committed: readonly CommittedCase[]): Promise<CorpusVersion> {
  const versions = await readVersions(corpusFolder(root));
  const lines = new Map(committed.map((each) => [each.case.name, each.text]));
  return { name: versionName(versions, lines), since: sinceOf(versions) };
}

/** Cases at random, of all that the driver claims. Throws {@link UsageError}. */
async function playedCases(
  steps: number,
  options: WhichCases,
  helloOf: () => Promise<HelloAnswer>,
): Promise<Cases> {
  if (options.case !== undefined || options.start !== undefined || options.steps !== undefined)
    throw new UsageError('--random makes cases of its own: leave out --case, --start and --steps.');
  const { seed = randomInt(2 ** 32) } = options;
  const all = randomCases((await helloOf()).features, { steps, seed, sizes: realSizesOf(options) });
  const players = new Map(all.map(({ given, player }) => [given, player]));
  const cases = all.map(({ given }) => given);
  return {
    ...{ chosen: cases, cases, playerOf: (given) => players.get(given)?.() },
    remark: (done) => `${done}; the same again: --random ${steps} --seed ${seed}`,
  };
}

/** The cases of these names, or in these folders. Throws {@link UsageError}. */
function named(all: readonly Case[], names: readonly string[] | undefined): readonly Case[] {
  if (names === undefined) return all;
  const found = all.filter(({ name }) => names.some((each) => isNamed(each, name)));
  const unknown = names.find((each) => !all.some(({ name }) => isNamed(each, name)));
  if (unknown !== undefined)
    throw new UsageError(
      `There is no case ${unknown}: did you mean ${nearest(
        unknown,
        all.map(({ name }) => name),
      )}? traces/port/manifest.json lists them.`,
    );
  return found;
}

/** Is it the case of this name, or in the folder of this name? */
const isNamed = (given: string, name: string): boolean =>
  name === given || name.startsWith(`${given.replace(/\/$/, '')}/`);

const givenCase = (start: string | undefined, steps: string | undefined): Case => {
  if (start === undefined || steps === undefined)
    throw new UsageError('--start and --steps need each other.');
  let sizes: Case['start'];
  try {
    sizes = Sizes.parse(JSON.parse(start));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new UsageError(`--start ${start} are no sizes (${oneLine(why)}).`);
  }
  // Wrong words are found before a driver is started.
  writtenSteps({ start: sizes, steps });
  return { name: 'given/case', needs: [], start: sizes, steps };
};
