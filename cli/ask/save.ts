/** `netfront ask --save NAME`: a question and its answer become a model. */
import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { configText } from '../../tlc/config.js';
import { type Manifest, manifestPath, modelFiles } from '../../tlc/models.js';
import { ToolError } from '../../tlc/index.js';
import { UsageError } from '../errors.js';
import { note, shown } from '../output.js';
import { mustBeWritable, writeResult } from '../output-file.js';
import { nameOf } from '../run.js';
import type { Question } from './question.js';
import type { Answered } from './show.js';

/** Everything that would stop it at the end stops it now. Throws {@link UsageError} and {@link ToolError}. */
export async function mustBeNew(root: string, { models }: Manifest, name: string): Promise<void> {
  if (!/^[a-z][a-z0-9_]*$/.test(name))
    throw new UsageError(`A model cannot be called ${name}: its name has small letters, digits and _.`);
  const { config } = modelFiles(root, { name, module: '' });
  const isThere = await access(config).then(
    () => true,
    () => false,
  );
  if (isThere || models.some((model) => model.name === name))
    throw new UsageError(`There is a model ${name} already: choose another name.`);
  await mustBeWritable(config);
  await mustBeWritable(manifestPath(root));
}

/** Writes the .cfg and, behind the last model of the module, the manifest's entry with the figures found. */
export async function save(root: string, name: string, { question, answer }: Answered): Promise<void> {
  if (answer.kind === 'stopped')
    throw new ToolError(`${name} was not saved: a model needs a verdict, so ask without --for.`);
  const file = manifestPath(root);
  // Read again: TLC may have run for minutes, in which the file may have been edited.
  const manifest = JSON.parse(await readFile(file, 'utf8')) as Manifest;
  const expected = nameOf(answer);
  const { distinctStates, generatedStates, depth } = answer.stats;
  const about = aboutOf(question);
  const { module } = question;
  const entry = { name, module, about, expected, distinctStates, generatedStates, depth };
  const last = manifest.models.findLastIndex((model) => model.module === module);
  const { config } = modelFiles(root, entry);
  const says = expected === 'holds' ? 'Holds.' : `Expected: ${expected} is violated.`;
  await writeResult(config, configText(question.config, `${says}  ${about}`));
  const models = manifest.models.toSpliced(last + 1, 0, entry);
  await writeResult(file, `${JSON.stringify({ ...manifest, models }, null, 2)}\n`);
  note(
    `Wrote ${shown(config)} and its entry in ${path.basename(file)}. Say there what it shows (about, and the first ` +
      'line of the .cfg, which have to agree), and run make docs.',
  );
}

const aboutOf = ({ like, differences }: Question): string =>
  differences.length === 0
    ? `As ${like}, for other properties.`
    : `As ${like}, with ${differences.join(', ')}.`;
