/** The committed corpus: traces/valid, traces/invalid, the schemas, and the manifest that explains them. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { ToolError } from '../tlc/index.js';
import { PORT_FOLDER } from '../conform/corpus.js';
import { TraceHeader, TraceStep } from '../replay/format.js';
import { LogEvent, LogHeader } from '../logs/event.js';
import type { CorpusFile } from '../replay/format.js';
import { flagMeanings } from './scenarios.js';

/** The folders below traces/ that hold nothing but generated files. */
const FOLDERS = ['valid', 'invalid', 'schema'] as const;
const MANIFEST = 'manifest.json';

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** The corpus in full: the traces, the schemas of their lines, and the manifest that lists and explains them. */
export const wholeCorpus = (traces: readonly CorpusFile[]): readonly CorpusFile[] => {
  const sorted = traces.toSorted(([a], [b]) => (a < b ? -1 : 1));
  const listed = sorted.map(([file, text]) => {
    const headers = text
      .split('\n')
      .filter((line) => line.startsWith('{"format"'))
      .map((line) => TraceHeader.parse(JSON.parse(line)));
    const [first] = headers;
    return {
      file,
      kind: first?.kind,
      model: first?.model,
      flags: first?.flags,
      comment:
        headers.length === 1
          ? first?.comment
          : `${headers.length} paths that take every action of the model.`,
      traces: headers.length,
      steps: headers.reduce((sum, { steps }) => sum + steps, 0),
    };
  });
  return [
    ...sorted,
    ['schema/trace-header.schema.json', json(z.toJSONSchema(TraceHeader))],
    ['schema/trace-step.schema.json', json(z.toJSONSchema(TraceStep))],
    ['schema/log-header.schema.json', json(z.toJSONSchema(LogHeader))],
    ['schema/log-event.schema.json', json(z.toJSONSchema(LogEvent))],
    [MANIFEST, json({ version: 1, flags: flagMeanings, files: listed })],
  ];
};

/** How the corpus in a folder differs from what was made: a sentence a file, none if it is the same. */
export async function corpusDifferences(
  folder: string,
  files: readonly CorpusFile[],
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [file, text] of files) {
    const there = await readFile(path.join(folder, file), 'utf8').catch(() => undefined);
    if (there === undefined) found.push(`${file} is missing`);
    else if (there !== text) found.push(`${file} is not what the specification gives now`);
  }
  const made = new Set(files.map(([file]) => file));
  for (const file of [...(await corpusOf(folder)), ...(await filesIn(folder, [PORT_FOLDER]))])
    if (!made.has(file)) found.push(`${file} is not made any more: remove it`);
  return found;
}

/** The files in the folders of traces below `folder`, by their paths, sorted. */
export const corpusOf = (folder: string): Promise<readonly string[]> => filesIn(folder, FOLDERS);

async function filesIn(folder: string, folders: readonly string[]): Promise<readonly string[]> {
  const files = await Promise.all(
    folders.map(async (name) => {
      const entries = await readdir(path.join(folder, name), { recursive: true, withFileTypes: true }).catch(
        () => [],
      );
      return entries
        .filter((entry) => entry.isFile())
        .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
    }),
  );
  return files.flat().toSorted();
}

/** The trace files of the committed corpus, as paths. Throws {@link ToolError} if there are none. */
export async function corpusTraces(folder: string): Promise<readonly string[]> {
  const files = (await corpusOf(folder)).filter((file) => file.endsWith('.ndjson'));
  if (files.length === 0)
    throw new ToolError(`there are no traces in ${folder}: make them (netfront traces make)`);
  return files.map((file) => path.join(folder, file));
}
