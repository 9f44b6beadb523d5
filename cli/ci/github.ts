/**
 * What GitHub Actions reads of a step: workflow commands on stdout, and the file of the job's summary.
 *
 * The commands, and which characters are escaped in them, are in GitHub's «Workflow commands for GitHub Actions».
 */
import { randomUUID } from 'node:crypto';
import { appendFile } from 'node:fs/promises';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { messageOf, ToolError } from '../../tlc/errors.js';
import { note, print } from '../output.js';
import type { Finding, Place } from './finding.js';

/** What the option says of itself, in each command that has it. */
export const GITHUB_HELP =
  'print annotations for GitHub Actions, and add the result to the summary of the job (GITHUB_STEP_SUMMARY)';

const data = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

/** The environment that GitHub sets, as far as it is used. */
export type GithubEnv = Readonly<
  Partial<Record<'GITHUB_STEP_SUMMARY' | 'GITHUB_WORKSPACE' | 'GITHUB_OUTPUT', string>>
>;

/** What stands for the folder of the repository: the workspace of the job, or else where the command was typed. */
export const workspaceOf = ({ GITHUB_WORKSPACE }: GithubEnv): string => GITHUB_WORKSPACE || process.cwd();

/** A path below a folder, with strokes as in a URL; undefined if the file is not in there. */
export function below(folder: string, file: string): string | undefined {
  const relative = path.relative(folder, file);
  return relative.startsWith('..') || path.isAbsolute(relative)
    ? undefined
    : relative.replaceAll(path.sep, '/');
}

/**
 * The annotations, a line each, and one for each place of a finding. A file of the workspace has its path in there, and
 * any other one its whole path: the runner would take the rest for a file of the workspace.
 */
export const annotations = (findings: readonly Finding[], env: GithubEnv = process.env): string =>
  findings.flatMap((finding) => annotated(finding, workspaceOf(env))).join('\n');

function annotated({ level, title, message, places }: Finding, workspace: string): readonly string[] {
  const command = (place?: Place): string => {
    const at =
      place && `file=${property(below(workspace, place.file) ?? place.file)},line=${String(place.line)},`;
    return `::${level} ${at ?? ''}title=${property(title)}::${data(message)}`;
  };
  return places.length === 0 ? [command()] : places.map(command);
}

/**
 * Has the runner take no line for a command that the work prints, and take them again once the work has ended or thrown: a
 * driver's stderr, which is printed, can have any line.
 * @param github whether a runner reads what is printed; nothing is told to it if not
 */
export async function withoutCommands<T>(
  github: boolean | undefined,
  work: () => T | Promise<T>,
): Promise<T> {
  if (github !== true) return work();
  const token = randomUUID();
  print(`::stop-commands::${token}`);
  try {
    return await work();
  } finally {
    print(`::${token}::`);
  }
}

/**
 * Adds to the summary of the job. Where there is none, because the command was typed by hand, that is said on stderr.
 * Throws {@link ToolError} if the file cannot be written.
 */
export async function addToSummary(markdown: string, env: GithubEnv = process.env): Promise<void> {
  const { GITHUB_STEP_SUMMARY: file } = env;
  if (!file) return note('GITHUB_STEP_SUMMARY names no file, so no summary was written.');
  await appendTo(file, `${markdown}\n`);
}

/** Appends to a file that GitHub has made. Throws {@link ToolError} if it cannot be written. */
export async function appendTo(file: string, text: string): Promise<void> {
  try {
    await appendFile(file, text);
  } catch (error) {
    throw new ToolError(
      `${file} cannot be written (${messageOf(error)}): it is the file that GitHub's environment names.`,
    );
  }
}

/** Text as it is, without colours, in a block that no line of it ends. */
export function fenced(coloured: string): string {
  const text = stripVTControlCharacters(coloured);
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}
