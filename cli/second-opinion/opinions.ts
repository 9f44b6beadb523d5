/** spec/models/second-opinion.json: what tla-checker said of each model when it was last asked. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { isSystemError, ToolError } from '../../tlc/errors.js';
import { type Manifest, type Model, modelFiles, readConfig } from '../../tlc/models.js';
import { bare, moduleReader, type ReadModules } from '../../tlc/modules.js';
import { figure, shown } from '../output.js';
import { writeResult } from '../output-file.js';
import { VERSION } from './tla-checker.js';

const count = z.int().nonnegative();

const Subject = z
  .strictObject({
    expected: z.string(),
    states: count,
    depth: count,
    text: z.string().describe('A checksum of its configuration and its modules, without their comments.'),
  })
  .describe('The model as it was when it was asked about. An opinion on another is an old one.');

const why = z.string().describe('A sentence.');

/** What the second checker said of one model. */
export const SecondOpinion = z.discriminatedUnion('opinion', [
  z.strictObject({
    opinion: z.literal('agrees'),
    of: Subject,
    compared: z
      .enum(['transitions', 'counterexample'])
      .describe(
        'transitions: verdict, depth, and all states and transitions, as sets of (state, action, successor). ' +
          'counterexample: the violated property, and how many states the shortest run to it has.',
      ),
    transitions: count.optional().describe('How many transitions were compared.'),
    renamed: z
      .record(z.string(), z.string())
      .optional()
      .describe(
        'Names that it gives to steps of an action, and the action: an operator that the action calls.',
      ),
    unnamed: z
      .array(z.string())
      .optional()
      .describe(
        'The actions of steps to which it gives no name. At each of them no other action can be meant.',
      ),
  }),
  z.strictObject({ opinion: z.literal('differs'), of: Subject, in: why }),
  z.strictObject({ opinion: z.literal('unread'), of: Subject, why }),
  z.strictObject({ opinion: z.literal('not asked'), of: Subject, why }),
]);

/** The schema of the file. */
export const SecondOpinions = z.strictObject({
  version: z.string().describe('The version of tla-checker.'),
  models: z.record(z.string(), SecondOpinion).describe('By name, in the order of the manifest.'),
});

/** What the second checker said of one model. */
export type SecondOpinion = z.infer<typeof SecondOpinion>;

/** What it said of all that it was asked about. */
export type SecondOpinions = z.infer<typeof SecondOpinions>;

/** Where the file is, below the root of the project. */
export const opinionsFile = (root: string): string =>
  path.join(root, 'spec', 'models', 'second-opinion.json');

/** Reads the file; nothing was asked yet where there is none. Throws {@link ToolError} if it is not as the schema says. */
export async function readOpinions(root: string): Promise<SecondOpinions> {
  const file = opinionsFile(root);
  try {
    return SecondOpinions.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return { version: VERSION, models: {} };
    const what = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new ToolError(
      `${shown(file)} cannot be used (${what}): restore it, or remove it and run netfront second-opinion --write`,
    );
  }
}

/** Writes the file, with the models in the order of the manifest; what is of no model is left out. */
export async function writeOpinions(
  root: string,
  opinions: ReadonlyMap<string, SecondOpinion>,
  { models }: Pick<Manifest, 'models'>,
): Promise<void> {
  const rows = models.flatMap(({ name }) => {
    const opinion = opinions.get(name);
    return opinion === undefined ? [] : [[name, opinion] as const];
  });
  const text = JSON.stringify({ version: VERSION, models: Object.fromEntries(rows) }, undefined, 2);
  await writeResult(opinionsFile(root), `${text}\n`);
}

/** The model as it is now: what an opinion is of. */
export async function subjectOf(
  root: string,
  model: Model,
  modulesOf: ReadModules = moduleReader(root),
): Promise<SecondOpinion['of']> {
  const { expected, distinctStates: states, depth } = model;
  const modules = await modulesOf(model.module, 'all');
  const texts = [await readConfig(modelFiles(root, model).config), ...modules.map((module) => module.text)];
  const hash = createHash('sha256').update(JSON.stringify(texts.map(bare)));
  return { expected, states, depth, text: hash.digest('hex').slice(0, 12) };
}

/** What is on record of these models as they are now, by the version of the checker that we use. */
export async function opinionsOn(
  root: string,
  { version, models: rows }: SecondOpinions,
  models: readonly Model[],
): Promise<ReadonlyMap<string, SecondOpinion>> {
  const current = new Map<string, SecondOpinion>();
  if (version !== VERSION) return current;
  const modulesOf = moduleReader(root);
  for (const model of models) {
    const opinion = Object.hasOwn(rows, model.name) ? rows[model.name] : undefined;
    if (opinion === undefined || (await whatChanged(root, opinion, model, modulesOf)) !== undefined) continue;
    current.set(model.name, opinion);
  }
  return current;
}

async function whatChanged(
  root: string,
  { of }: SecondOpinion,
  model: Model,
  modulesOf: ReadModules,
): Promise<string | undefined> {
  const now = await subjectOf(root, model, modulesOf);
  if (of.expected !== now.expected) return `it was expected to be ${of.expected}`;
  if (of.states !== now.states) return `it had ${figure(of.states)} states`;
  if (of.depth !== now.depth) return `it had a depth of ${figure(of.depth)}`;
  return of.text === now.text ? undefined : 'its configuration or a module of it has another text';
}

/** What of the file is not of the models as they are now: the first such thing, a clause. Undefined if all of it is. */
export async function staleIn(
  root: string,
  opinions: SecondOpinions,
  models: readonly Model[],
): Promise<string | undefined> {
  if (opinions.version !== VERSION)
    return `it is of tla-checker ${opinions.version}, and ${VERSION} is in use`;
  const modulesOf = moduleReader(root);
  for (const model of models) {
    const opinion = Object.hasOwn(opinions.models, model.name) ? opinions.models[model.name] : undefined;
    if (opinion === undefined) return `${model.name} has no row`;
    const changed = await whatChanged(root, opinion, model, modulesOf);
    if (changed !== undefined) return `${model.name} has changed: ${changed}`;
    if (opinion.opinion === 'differs') return `of ${model.name} it differs from TLC: ${opinion.in}`;
  }
  const gone = Object.keys(opinions.models).find((name) => !models.some((model) => model.name === name));
  return gone === undefined ? undefined : `there is no model ${gone}`;
}
