/** What a run of netfront conform says to the programs around it: annotations, the summary of a job, SARIF. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { CaseResult } from '../../conform/conform.js';
import { markdownTables } from '../conform/table.js';
import { print } from '../output.js';
import { writeResult } from '../output-file.js';
import { conformFindings } from './conform-findings.js';
import type { Place } from './finding.js';
import { addToSummary, annotations, below, fenced, workspaceOf } from './github.js';
import { sarif } from './sarif.js';

/** What a run came to. */
export interface ConformRun {
  /** What starts the driver. */
  readonly command: readonly string[];
  readonly results: readonly CaseResult[];
  /** Why it is no success though no case fails, if it is none. */
  readonly shortcoming: string | undefined;
  /** Its last line. */
  readonly last: string;
  /** The first failure, as it is printed; absent if nothing is wrong. */
  readonly drawn?: string | undefined;
  /** The version of the corpus that the cases are of; absent if they are of none. */
  readonly corpus?: string | undefined;
}

/** Who is to be told. */
export interface Others {
  readonly github?: boolean;
  readonly sarif?: string;
}

/** Tells them. Throws ToolError where a file cannot be written. */
export async function tellOthers(
  root: string,
  run: ConformRun,
  { github, sarif: file }: Others,
): Promise<void> {
  if (github !== true && file === undefined) return;
  const { rules, all, causes } = await conformFindings(root, run.results, run.shortcoming);
  if (file !== undefined) {
    const driver = await driverPlace(root, run.command);
    const placed =
      driver === undefined ? all : all.map((each) => ({ ...each, places: [driver, ...each.places] }));
    await writeResult(file, sarif(rules, placed, root));
  }
  if (github !== true) return;
  if (causes.length > 0) print(annotations(causes));
  await addToSummary(markdownOf(run));
}

/**
 * The file of a driver that is in a repository of its own. Who reads SARIF there shows nothing of a finding that is placed
 * in our folder alone. Undefined where the repository is ours, or none of its files is named in the command.
 */
async function driverPlace(root: string, command: readonly string[]): Promise<Place | undefined> {
  const workspace = workspaceOf(process.env);
  if (path.resolve(workspace) === path.resolve(root)) return undefined;
  for (const word of command) {
    const file = path.resolve(word);
    const isFile = await stat(file).then(
      (entry) => entry.isFile(),
      () => false,
    );
    if (isFile && below(workspace, file) !== undefined) return { file, line: 1 };
  }
  return undefined;
}

/** The tables, the first failure drawn, and the last line. */
const markdownOf = ({ results, last, drawn, corpus }: ConformRun): string =>
  [
    '## netfront conform',
    fenced(last),
    ...(corpus === undefined ? [] : [`Corpus version ${corpus}.`]),
    ...(results.length === 0 ? [] : [markdownTables(results)]),
    ...(drawn === undefined ? [] : ['What is wrong first:', fenced(drawn)]),
    '',
  ].join('\n\n');
