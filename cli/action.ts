/**
 * netfront action: what action.yml runs. Its inputs come as INPUT_… in the environment, and so it can be tried on any
 * machine with those and GitHub's variables set.
 */
import { access, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { print } from './output.js';
import type { Finding } from './ci/finding.js';
import { annotations, appendTo, type GithubEnv } from './ci/github.js';
import { rootOf } from './context.js';
import { endingOf, UsageError } from './errors.js';

/** The inputs of action.yml, as its step hands them on. Those that were not given are empty. */
type Inputs = Readonly<
  Partial<
    Record<'INPUT_DRIVER' | 'INPUT_CHECK' | 'INPUT_OPTIONS' | 'INPUT_REPORTS' | keyof GithubEnv, string>
  >
>;

/** Where the reports are, below the folder of the job, unless `reports` names another folder. */
const REPORTS = 'netfront-reports';

/** Adds the command. */
export function addAction(program: Command): void {
  program
    .command('action')
    .summary('what the GitHub action runs: conform or check, told to GitHub')
    .description(
      'Reads the inputs of action.yml from the environment: INPUT_DRIVER, the command that starts a driver, or INPUT_CHECK, ' +
        'models or paths of .cfg files; INPUT_OPTIONS, further options of netfront conform or netfront check; INPUT_REPORTS, the folder for ' +
        `JUnit XML and SARIF (${REPORTS}). Words are separated by spaces.`,
    )
    .addHelpText('after', '\nExit status: that of netfront conform or netfront check.')
    .action(async (_options: unknown, command: Command) => {
      try {
        await act(program, rootOf(command), process.env);
      } catch (error) {
        const { status, sentence } = endingOf(error);
        if (status === 2 && sentence !== undefined) print(annotations([unusable(sentence)]));
        throw error;
      }
    });
}

async function act(program: Command, root: string, env: Inputs): Promise<void> {
  const [driver, models, options] = [env.INPUT_DRIVER, env.INPUT_CHECK, env.INPUT_OPTIONS].map(words);
  if ((driver!.length === 0) === (models!.length === 0))
    throw new UsageError(
      `The action wants either driver, the command that starts a driver, or check, models or .cfg files: ${driver!.length === 0 ? 'neither' : 'both'} were given.`,
    );
  const command = driver!.length > 0 ? 'conform' : 'check';
  const folder = env.INPUT_REPORTS || REPORTS;
  const files = { junit: path.join(folder, `${command}.xml`), sarif: path.join(folder, `${command}.sarif`) };
  // Those of an earlier step would be taken for those of this one, where this one comes to none.
  for (const file of Object.values(files)) await rm(file, { force: true });
  const told = ['--github', '--junit', files.junit, '--sarif', files.sarif];
  const args = [...options!, ...told, '--', ...(command === 'conform' ? driver! : models!)];
  try {
    // The program forgets its own options as it reads these.
    await program.parseAsync(['--root', root, command, ...args], { from: 'user' });
  } finally {
    if (env.GITHUB_OUTPUT) await nameOutputs(env.GITHUB_OUTPUT, files);
  }
}

/** Tells GitHub of the files that are there: a step that reads one fails for a name without a file. */
async function nameOutputs(output: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, file] of Object.entries(files))
    if (await isThere(file)) await appendTo(output, `${name}=${file}\n`);
}

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

const words = (text = ''): readonly string[] => text.split(/\s+/).filter((word) => word !== '');

const unusable = (message: string): Finding => ({
  ...{ level: 'error', title: 'netfront', message, places: [] },
  rule: { id: 'action', name: 'action', says: 'The inputs can be used.' },
});
