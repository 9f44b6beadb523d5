/** Where traces are. */
import { access } from 'node:fs/promises';
import path from 'node:path';
import { corpusTraces } from '../../corpus/index.js';
import { UsageError } from '../errors.js';
import { nearest } from '../../tlc/nearest.js';

/** The committed corpus. */
export const corpusFolder = (root: string): string => path.join(root, 'traces');

/** State graphs and full covers, which are made again each time. */
export const graphFolder = (root: string): string => path.join(root, 'build', 'traces');

/** The name of a corpus file: its path below the corpus without the ending. */
export const nameOfFile = (root: string, file: string): string =>
  path.relative(corpusFolder(root), file).replace(/\.ndjson$/, '');

/** The file of a trace, given by its path or by its name in the corpus. Throws {@link UsageError}. */
export async function fileOf(root: string, given: string): Promise<string> {
  for (const file of [given, path.join(corpusFolder(root), `${given.replace(/\.ndjson$/, '')}.ndjson`)])
    if (
      await access(file).then(
        () => true,
        () => false,
      )
    )
      return file;
  const names = (await corpusTraces(corpusFolder(root))).map((file) => nameOfFile(root, file));
  throw new UsageError(
    `There is no trace ${given}: did you mean ${nearest(given, names)}? See netfront traces list.`,
  );
}
