/** Which tests name a thing. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * Reads the tests of a folder once.
 * @returns of some names, the test files in which one of them stands as a word; none where there is no such folder
 */
export async function testsNaming(folder: string): Promise<(names: readonly string[]) => readonly string[]> {
  const all = await readdir(folder, { recursive: true }).catch(() => []);
  const files = await Promise.all(
    all
      .filter((file) => file.endsWith('.test.ts'))
      .toSorted()
      .map(async (file) => [
        `test/${file.replaceAll(path.sep, '/')}`,
        await readFile(path.join(folder, file), 'utf8'),
      ]),
  );
  return (names) => {
    const word = new RegExp(`(?<![\\w/-])(?:${names.join('|')})(?![\\w/-])`);
    return files.filter(([, text]) => word.test(text!)).map(([file]) => file!);
  };
}
