/**
 * spec/models/manifest.json: which models there are, what each is, and what TLC should say of it.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { ToolError } from './index.js';

const Model = z.strictObject({
  name: z.string().describe('Also the name of its .cfg file.'),
  module: z.string().describe('The module that TLC is given, in spec/models.'),
  about: z.string().describe('What it is, in one sentence.'),
  expected: z.string().describe('"holds", or the name of the property that is violated.'),
  distinctStates: z.int().nonnegative(),
  generatedStates: z.int().nonnegative(),
  depth: z.int().nonnegative(),
  when: z
    .literal('check-all')
    .optional()
    .describe('Left out where no model is named, unless all are asked for (make check-all).'),
  graphOf: z
    .string()
    .optional()
    .describe('The model whose state graph this one is, at the size that traces are made from.'),
});

const Huge = z.strictObject({
  name: Model.shape.name,
  module: Model.shape.module,
  about: Model.shape.about,
  expected: Model.shape.expected,
  distinctStates: Model.shape.distinctStates
    .optional()
    .describe('Left out until a distributed run has recorded it.'),
});

/** The schema of the manifest. */
export const Manifest = z.strictObject({
  version: z.literal(1),
  models: z.array(Model).min(1),
  huge: z
    .array(Huge)
    .default([])
    .describe('Models that no single run finishes in ten minutes: netfront check NAME --distributed.'),
});

/** One model. Its figures are what TLC found when it was last recorded; a different one is a finding. */
export type Model = z.infer<typeof Model>;

/** A model for a distributed run. Only its verdict and its distinct states are the same each time. */
export type Huge = z.infer<typeof Huge>;

/** All models, in the order in which they are shown. */
export type Manifest = z.infer<typeof Manifest>;

/** Where the manifest is, below the root of the project. */
export const manifestPath = (root: string): string => path.join(root, 'spec', 'models', 'manifest.json');

/** Reads and checks the manifest. Throws {@link ToolError} if it is missing or not as the schema says. */
export async function readManifest(root: string): Promise<Manifest> {
  const file = manifestPath(root);
  try {
    return Manifest.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new ToolError(`${file} cannot be used (${why}): restore it, or mend what is named`);
  }
}

/** What can be run: a model of the manifest; or a .cfg that is not in it, and of which no figures are on record. */
export type Candidate = Pick<Model, 'name' | 'module' | 'about' | 'expected'> &
  Partial<Omit<Model, 'distinctStates'>> & {
    readonly distinctStates?: number | undefined;
    /** The .cfg, if it is not NAME.cfg in spec/models. */
    readonly config?: string;
  };

/** The files of a model: what `runModel` is given. */
export const modelFiles = (
  root: string,
  model: Pick<Candidate, 'name' | 'module' | 'config'>,
): { spec: string; config: string; libraries: string[] } => ({
  spec: path.join(root, 'spec', 'models', `${model.module}.tla`),
  config: model.config ?? path.join(root, 'spec', 'models', `${model.name}.cfg`),
  libraries: [path.join(root, 'spec')],
});

/**
 * A run that generates fewer states is brief (see `RunRequest`). In processor time a model that generates 5,000 takes half
 * as much then, one of 300,000 two thirds, one of 430,000 as much, and one of 480,000 a quarter more.
 */
const BRIEF_BELOW = 400_000;

/** What `runModel` is given to run a model, but for the tools. Of a model without figures it is not known to be brief. */
export const requestOf = (
  root: string,
  model: Pick<Candidate, 'name' | 'module' | 'config' | 'generatedStates'>,
): ReturnType<typeof modelFiles> & { brief: boolean } => ({
  ...modelFiles(root, model),
  brief: model.generatedStates !== undefined && model.generatedStates < BRIEF_BELOW,
});

/** The text of a .cfg file. Throws {@link ToolError} if it cannot be read. */
export async function readConfig(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new ToolError(`the configuration ${file} cannot be read (${(error as Error).message}): restore it`);
  }
}
