/**
 * The versions of the corpus for ports: since when each case is there, and when one was changed.
 *
 * The cases are made anew each time, so traces/port/versions.json is the one file that is carried on: it has the names that
 * each version brought, and a checksum of each case's line. What differs from the last version that has a date makes
 * the next one. It is published by giving it a date and a sentence, and making the corpus again.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { ToolError } from '../tlc/index.js';
import type { CorpusFile } from '../replay/format.js';
import { PORT_FOLDER } from './corpus.js';
import { grouped } from './grouped.js';

const FILE = 'versions.json';

/** Names by area, so that the file is no larger than it has to be: `tx/cover` has `1 2 3`. */
const Names = z.record(z.string(), z.string());

const Version = z
  .strictObject({
    version: z.int().positive(),
    date: z.iso.date().nullable().describe('When it was published; null until it is.'),
    says: z.string().describe('What is new, in a sentence or two.'),
    added: Names,
    changed: Names,
    removed: Names,
  })
  .refine(({ date, says }) => date === null || /^\S.*\.$/.test(says), {
    path: ['says'],
    error: 'a version that has a date says in a sentence what is new in it',
  });

const Versions = z.strictObject({
  format: z.literal(1),
  versions: z.array(Version),
  published: z.strictObject({
    version: z.int().nonnegative().describe('The last version that has a date; 0 where none has.'),
    checksums: Names.describe('Of the line of each case in it: NAME:CHECKSUM.'),
  }),
});

/** What versions.json has. */
export type Versions = z.infer<typeof Versions>;
/** One version of the corpus. */
export type Version = z.infer<typeof Version>;

/** The line of each case, without its end, by the name of the case. */
export type CaseLines = ReadonlyMap<string, string>;

const checksumOf = (line: string): string => createHash('sha256').update(line).digest('hex').slice(0, 8);

const split = (name: string): readonly [area: string, last: string] => {
  const at = name.lastIndexOf('/');
  return [name.slice(0, at), name.slice(at + 1)];
};

/** Names with something behind each, packed by area. */
const packed = (
  names: readonly string[],
  behind: (name: string) => string = () => '',
): z.infer<typeof Names> =>
  Object.fromEntries(
    [...grouped(names, (name) => split(name)[0])].map(([area, all]) => [
      area,
      all.map((name) => split(name)[1] + behind(name)).join(' '),
    ]),
  );

/** The names that {@link packed} was given, each with what is behind it. */
export const unpacked = (names: z.infer<typeof Names>): readonly string[] =>
  Object.entries(names).flatMap(([area, all]) => all.split(' ').map((last) => `${area}/${last}`));

/** The checksums of the last version that was published, by the names of its cases. */
const checksumsIn = ({ published }: Versions): ReadonlyMap<string, string> =>
  new Map(unpacked(published.checksums).map((each) => each.split(':') as [string, string]));

/** Before there was any. */
export const noVersions: Versions = {
  ...{ format: 1, versions: [] },
  published: { version: 0, checksums: {} },
};

/** The versions with one more where the cases are not those of the last that was published. */
export function versionsWith(before: Versions, cases: CaseLines): Versions {
  const { version } = before.published;
  const old = checksumsIn(before);
  const now = new Map([...cases].map(([name, line]) => [name, checksumOf(line)]));
  const added = [...now.keys()].filter((name) => !old.has(name));
  const changed = [...now.keys()].filter((name) => old.has(name) && old.get(name) !== now.get(name));
  const removed = [...old.keys()].filter((name) => !now.has(name));
  const published = before.versions.filter((each) => each.version <= version);
  if (added.length + changed.length + removed.length === 0) return { ...before, versions: published };
  const { date = null, says = '' } = before.versions.find((each) => each.version === version + 1) ?? {};
  const next: Version = {
    ...{ version: version + 1, date, says },
    ...{ added: packed(added), changed: packed(changed), removed: packed(removed) },
  };
  return {
    ...{ format: 1, versions: [...published, next] },
    published:
      date === null
        ? before.published
        : {
            version: version + 1,
            checksums: packed([...now.keys()], (name) => `:${now.get(name)}`),
          },
  };
}

/** Since which version each case is there. One that was removed and came back is there since it came back. */
export function sinceOf({ versions }: Versions): ReadonlyMap<string, number> {
  const since = new Map<string, number>();
  for (const { version, added, removed } of versions) {
    for (const name of unpacked(removed)) since.delete(name);
    for (const name of unpacked(added)) since.set(name, version);
  }
  return since;
}

/** What the corpus in a folder calls itself: `3`; `4, unpublished`; or `3, changed` if it is none that is listed. */
export function versionName(versions: Versions, cases: CaseLines): string {
  const last = versions.versions.at(-1);
  if (last === undefined || JSON.stringify(versionsWith(versions, cases)) !== JSON.stringify(versions))
    return `${last?.version ?? 0}, changed`;
  return last.date === null ? `${last.version}, unpublished` : String(last.version);
}

/** Reads what the corpus in a folder says of its versions. Throws {@link ToolError} if it cannot be used. */
export async function readVersions(folder: string): Promise<Versions> {
  const file = path.join(folder, PORT_FOLDER, FILE);
  try {
    return Versions.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new ToolError(
      `${file} cannot be used (${why}): mend or restore it, since nothing else has the versions`,
    );
  }
}

/** The file, carried on: what is in the folder, with the cases among these files. Throws {@link ToolError}. */
export async function versionsFile(folder: string, files: readonly CorpusFile[]): Promise<CorpusFile> {
  const lines = files
    .filter(
      ([file]) => file.startsWith(`${PORT_FOLDER}/`) && file.endsWith('.ndjson') && !file.includes('graphs/'),
    )
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, text]) => text.split('\n').slice(0, -1));
  const cases = new Map(lines.map((line) => [(JSON.parse(line) as { name: string }).name, line]));
  return [`${PORT_FOLDER}/${FILE}`, versionsText(versionsWith(await readVersions(folder), cases))];
}

/** The text of the file. */
export const versionsText = (versions: Versions): string => `${JSON.stringify(versions, null, 1)}\n`;
