/** Small answers that are kept between runs in the cache folder, to save the time that it takes to find them again. */
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { z } from 'zod';
import { cacheFolder } from './jar.js';

/**
 * What was kept under a name; undefined if there is nothing, or nothing that the schema allows. An older version of us may
 * have written it.
 */
export async function recall<T>(
  name: string,
  schema: z.ZodType<T>,
  env: NodeJS.ProcessEnv = process.env,
): Promise<T | undefined> {
  try {
    return schema.parse(JSON.parse(await readFile(fileOf(name, env), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Keeps a value under a name, whole or not at all. Where the folder cannot be written nothing is kept. */
export async function remember(
  name: string,
  value: unknown,
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  try {
    const file = fileOf(name, env);
    await mkdir(dirname(file), { recursive: true });
    await writeFileAtomic(file, `${JSON.stringify(value, undefined, 2)}\n`);
  } catch {
    // To remember only saves time, and nothing else needs a folder that can be written.
  }
}

const fileOf = (name: string, env: NodeJS.ProcessEnv): string => join(cacheFolder(env), `${name}.json`);
