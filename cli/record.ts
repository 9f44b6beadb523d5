/** Writing what TLC found into spec/models/manifest.json. */
import { readFile } from 'node:fs/promises';
import { ToolError } from '../tlc/index.js';
import { manifestPath } from '../tlc/models.js';
import type { ModelRow } from './report-file.js';
import { writeResult } from './output-file.js';

/** Puts the states of a huge model into the manifest. Throws {@link ToolError} if it is not there any more. */
export async function recordHuge(root: string, name: string, distinctStates: number): Promise<void> {
  const file = manifestPath(root);
  const manifest = JSON.parse(await readFile(file, 'utf8')) as { huge?: Record<string, unknown>[] };
  const model = manifest.huge?.find((each) => each.name === name);
  if (model === undefined)
    throw new ToolError(`${file} was changed while ${name} ran: run the command again.`);
  model.distinctStates = distinctStates;
  await writeResult(file, `${JSON.stringify(manifest, null, 2)}\n`);
}

/**
 * Puts the figures of these rows into the manifest, whole or not at all. Everything else in it stays as it is,
 * the order of models and of fields included. Who calls this has seen that the verdicts are the expected ones.
 */
export async function record(root: string, rows: readonly ModelRow[]): Promise<void> {
  const file = manifestPath(root);
  // Read again: TLC may have run for minutes, in which the file may have been edited.
  const manifest = JSON.parse(await readFile(file, 'utf8')) as { models: Record<string, unknown>[] };
  for (const row of rows) {
    const model = manifest.models.find(({ name }) => name === row.name);
    if (model === undefined || model.expected !== row.expected)
      throw new ToolError(`${file} was changed while ${row.name} ran: run the command again.`);
    model.distinctStates = row.distinctStates;
    model.generatedStates = row.generatedStates;
    model.depth = row.depth;
  }
  await writeResult(file, `${JSON.stringify(manifest, null, 2)}\n`);
}
