/** What came of each mutant, in a file that is committed: a later run tries only what has changed since. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';

/** What came of a mutant. */
export type Outcome =
  /** A model said something else than is on record, and how. */
  | { readonly kind: 'told'; readonly by: string; readonly how: string }
  /** No model did. */
  | { readonly kind: 'survived' }
  /** Its text is no specification. */
  | { readonly kind: 'unparsed' };

/** A mutant and what came of it. */
export interface Tried {
  /** Which mutant, in words that an edit elsewhere does not change. */
  readonly name: string;
  /** A checksum of all that the outcome was taken to depend on. */
  readonly of: string;
  readonly outcome: Outcome;
}

const Line = z.union([
  z.tuple([z.string(), z.string(), z.literal('told'), z.string(), z.string()]),
  z.tuple([z.string(), z.string(), z.enum(['survived', 'unparsed'])]),
]);

/** Reads the outcomes: one line of JSON for each mutant. None where there is no file. */
export async function readKept(file: string): Promise<ReadonlyMap<string, Tried>> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const lines = text.split('\n').filter((line) => line !== '');
  return new Map(
    lines.map((line) => {
      const [name, of, kind, by, how] = Line.parse(JSON.parse(line));
      const outcome: Outcome = kind === 'told' ? { kind, by: by!, how: how! } : { kind };
      return [name, { name, of, outcome }];
    }),
  );
}

/** Writes the outcomes, in the order of the names. */
export async function writeKept(file: string, tried: readonly Tried[]): Promise<void> {
  const lines = tried
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, of, outcome }) =>
      JSON.stringify([name, of, outcome.kind, ...(outcome.kind === 'told' ? [outcome.by, outcome.how] : [])]),
    );
  await writeFileAtomic(file, `${lines.join('\n')}\n`);
}

/** The checksum of some texts, short. */
export const digest = (...texts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, 12);
