/** Lines of JSON from a file, packed or not, with their numbers, and the error for one that cannot be used. */
import type { z } from 'zod';
import { jsonLines, LineError } from '../replay/json-lines.js';

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

/** The most lines of a log: ten million events and a header. RecordedRing's indices would come round with many more. */
export const MOST_LINES = 10_000_001;

/**
 * The lines of a file, or of what was kept of it; one that is packed with gzip is unpacked.
 * @throws LogError if the file cannot be read or unpacked, has no lines or too many, or a line is not a JSON object
 */
export async function* readLines(file: string, kept = file): AsyncGenerator<Line> {
  try {
    for await (const { number, json } of jsonLines(kept)) {
      if (typeof json !== 'object' || json === null || Array.isArray(json))
        throw new LogError(file, number, 'this line is not a JSON object');
      if (number > MOST_LINES)
        throw new LogError(file, number, `the log has more than ${MOST_LINES.toLocaleString('en')} lines`);
      yield { number, json: json as Record<string, unknown> };
    }
  } catch (error) {
    throw error instanceof LineError ? new LogError(file, error.line, error.message) : error;
  }
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
