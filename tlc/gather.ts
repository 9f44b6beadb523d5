/** The files of a model in one folder of ours: for a server whose workers ask for them, or to change one of them. */
import { copyFile, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { RunRequest } from './command-line.js';

/** The name of the configuration in that folder. */
export const CONFIG = 'Model.cfg';

/** Copies the modules and the configuration. Of modules with one name, the specification's own folder comes first. */
export async function gather(
  { spec, config, libraries = [] }: Pick<RunRequest, 'spec' | 'config' | 'libraries'>,
  folder: string,
): Promise<string> {
  for (const from of [dirname(spec), ...libraries].toReversed())
    for (const name of await readdir(from))
      if (name.endsWith('.tla')) await copyFile(join(from, name), join(folder, name));
  await copyFile(config, join(folder, CONFIG));
  return join(folder, basename(spec));
}
