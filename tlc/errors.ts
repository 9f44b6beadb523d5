/** Whether something thrown is Node's report of a system call that failed with this code, such as `ENOENT`. */
export const isSystemError = (error: unknown, code?: string): error is NodeJS.ErrnoException =>
  error instanceof Error && 'code' in error && (code === undefined || error.code === code);

/** The sentence of anything thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Something the user has to mend before TLC can run: no Java, no jar, a wrong checksum, no network, a folder
 * that cannot be written, a specification that is not there.
 *
 * `message` is one sentence: what happened, and what to do next.
 */
export class ToolError extends Error {
  override readonly name = 'ToolError';
}
