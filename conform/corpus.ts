/** The corpus for ports: files of cases in traces/port, one case a line, and a manifest that says what each is for. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { ToolError } from '../tlc/index.js';
import type { CorpusFile } from '../replay/format.js';
import { Case } from './case.js';
import { coverCases, coverGraphs } from './cover-cases.js';
import { deviceCover, type DeviceWalk } from './connection/cover.js';
import { grouped } from './grouped.js';
import type { MacroGraph } from './contracted.js';
import { portGraphFile } from './port-graph.js';
import { type ExplainedCase, writtenCases } from './cases/index.js';

/** The folder below traces/ that holds nothing but this corpus. */
export const PORT_FOLDER = 'port';

/** What a case belongs to: its name up to the last stroke. */
export const areaOf = ({ name }: Case): string => name.slice(0, name.lastIndexOf('/'));

const lineOf = (given: Case): string => `${JSON.stringify(Case.parse(given))}\n`;
const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** The files of these cases, an area each, the schema of a line, and the manifest. */
export const portCorpusOf = (cases: readonly ExplainedCase[]): readonly CorpusFile[] => {
  const areas = grouped(cases, areaOf);
  const files = [...areas].map(([area, all]) => ({ file: `${area.replaceAll('/', '-')}.ndjson`, all }));
  // Where all cases of a file are there for one reason, it is said once.
  const listed = files.map(({ file, all }) => {
    const [{ why, wrong }] = all as readonly [ExplainedCase, ...ExplainedCase[]];
    return all.every((each) => each.why === why)
      ? { file, cases: all.length, why, wrong }
      : { file, cases: all.map((each) => ({ name: each.name, why: each.why, wrong: each.wrong })) };
  });
  return [
    ...files.map(({ file, all }): CorpusFile => [
      `${PORT_FOLDER}/${file}`,
      all
        .map(({ name, needs, start, steps, cannot, see }) =>
          lineOf({ name, needs, start, steps, ...(cannot && { cannot }), ...(see && { see }) }),
        )
        .join(''),
    ]),
    [`${PORT_FOLDER}/case.schema.json`, json(z.toJSONSchema(Case))],
    [`${PORT_FOLDER}/manifest.json`, json({ version: 1, files: listed })],
  ];
};

/** The whole corpus for ports, from the contracted graphs by the names of their models, and the walks of devices. */
export const portCorpus = (
  graphs: ReadonlyMap<string, MacroGraph>,
  walks: readonly DeviceWalk[],
): readonly CorpusFile[] => [
  ...portCorpusOf([...writtenCases, ...coverCases(graphs), ...deviceCover(walks)]),
  ...coverGraphs(graphs).map(portGraphFile),
];

/** A case of the committed corpus, and the line of the file in which it stands, the first being 1. */
export interface CommittedCase {
  readonly case: Case;
  readonly file: string;
  readonly line: number;
  /** The line itself. */
  readonly text: string;
}

/**
 * The cases in the committed corpus with their places, by file, then in their order.
 * @throws ToolError if there are none, or a line is none
 */
export async function committedCases(folder: string): Promise<readonly CommittedCase[]> {
  const home = path.join(folder, PORT_FOLDER);
  const files = (await readdir(home).catch(() => [])).filter((file) => file.endsWith('.ndjson')).toSorted();
  const cases: CommittedCase[] = [];
  for (const name of files) {
    const file = path.join(home, name);
    const lines = (await readFile(file, 'utf8')).split('\n').slice(0, -1);
    lines.forEach((text, i) => cases.push({ case: parsed(file, i + 1, text), file, line: i + 1, text }));
  }
  if (cases.length === 0)
    throw new ToolError(`there are no cases in ${home}: make them (netfront traces make)`);
  return cases;
}

/** The cases in the committed corpus, in the order of {@link committedCases}, and with its errors. */
export const readPortCorpus = async (folder: string): Promise<readonly Case[]> =>
  (await committedCases(folder)).map((each) => each.case);

const parsed = (file: string, line: number, text: string): Case => {
  try {
    return Case.parse(JSON.parse(text));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new ToolError(`${file}:${line}: this is no case (${why}): restore the file (netfront traces make)`);
  }
};
