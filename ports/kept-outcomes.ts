/** What came of each mutant, written down as it comes, so that a run that was ended can go on where it was. */
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** The first case that fails, or null if none does. */
type Outcome = string | null;

/** The outcomes of one run, in a file. */
export interface KeptOutcomes {
  /** What came of a mutant; undefined if it was not tried. */
  of(mutant: string): Outcome | undefined;
  /** Writes down what came of a mutant. */
  add(mutant: string, outcome: Outcome): Promise<void>;
}

/**
 * Opens the outcomes in a file, which has a line of JSON for each.
 * @param key what all of them depend on. Outcomes of another key are thrown away
 */
export async function keptOutcomes(file: string, key: string): Promise<KeptOutcomes> {
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  const head = JSON.stringify(key);
  const known = new Map<string, Outcome>();
  if (lines[0] === head)
    // The last line is empty, or was not written to its end.
    for (const line of lines.slice(1, -1)) {
      const [mutant, outcome] = JSON.parse(line) as [string, Outcome];
      known.set(mutant, outcome);
    }
  const text = [head, ...[...known].map((each) => JSON.stringify(each)), ''].join('\n');
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
  return {
    of: (mutant) => known.get(mutant),
    async add(mutant, outcome) {
      known.set(mutant, outcome);
      await appendFile(file, `${JSON.stringify([mutant, outcome])}\n`);
    },
  };
}
