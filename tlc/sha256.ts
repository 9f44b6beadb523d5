/** Checksums of files. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { isSystemError, messageOf, ToolError } from './errors.js';

/**
 * SHA-256 of a file in lower case hexadecimal, or undefined if there is no such file.
 * Throws {@link ToolError} if the file cannot be read.
 */
export async function sha256(path: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
    return hash.digest('hex');
  } catch (error) {
    if (isSystemError(error, 'ENOENT') || isSystemError(error, 'ENOTDIR')) return undefined;
    throw new ToolError(`${path} cannot be read (${messageOf(error)}): mend its permissions or remove it.`);
  }
}
