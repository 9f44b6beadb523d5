/** Lines of JSON from a file, packed or not, with their numbers, and the error for one that cannot be used. */
import { open } from 'node:fs/promises';
import { gunzip } from 'node:zlib';
import { promisify } from 'node:util';
import type { z } from 'zod';

/** A log that cannot be used. The message is one sentence: file, line, what, and what to do. */
export class LogError extends Error {
  override readonly name = 'LogError';

  constructor(
    readonly file: string,
    readonly line: number,
    what: string,
  ) {
    super(`${file}:${line}: ${what}: traces/LOG.md says what a log is`);
  }
}

/** A line of a file. */
export interface Line {
  readonly number: number;
  readonly json: Readonly<Record<string, unknown>>;
}

/**
 * The lines of a file; one that begins as gzip does is unpacked, whatever its name.
 * @throws LogError if the file cannot be read or unpacked, has no lines, or a line is not a JSON object
 */
export async function readLines(file: string): Promise<readonly Line[]> {
  const texts = (await textOf(file)).split('\n');
  // The last line ends in a newline.
  if (texts.at(-1) === '') texts.pop();
  if (texts.length === 0) throw new LogError(file, 1, 'the file is empty');
  return texts.map((text, i) => ({ number: i + 1, json: objectOf(file, i + 1, text) }));
}

async function textOf(file: string): Promise<string> {
  let octets: Buffer;
  try {
    const handle = await open(file);
    try {
      octets = await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new LogError(file, 1, `the file cannot be read (${(error as Error).message})`);
  }
  if (octets[0] !== 0x1f || octets[1] !== 0x8b) return octets.toString('utf8');
  try {
    return (await promisify(gunzip)(octets)).toString('utf8');
  } catch (error) {
    throw new LogError(file, 1, `the file cannot be unpacked (${(error as Error).message})`);
  }
}

function objectOf(file: string, line: number, text: string): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new LogError(file, line, 'this line is not JSON');
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new LogError(file, line, 'this line is not a JSON object');
  return json as Record<string, unknown>;
}

/** The value, checked by the schema. @throws LogError if it does not fit */
export const parsed = <T>(
  schema: z.ZodType<T>,
  json: unknown,
  file: string,
  line: number,
  what = 'this line',
): T => {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new LogError(
    file,
    line,
    `${issue?.path.join('.') || what}: ${issue?.message ?? 'not of the format'}`,
  );
};
