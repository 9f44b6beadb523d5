/**
 * netfront action: what action.yml runs. Its inputs come as INPUT_… in the environment, and so it can be tried on any
 * machine with those and GitHub's variables set.
 */
import path from 'node:path';
import type { Command } from 'commander';
import { print } from './output.js';
import type { Finding } from './ci/finding.js';
import { annotations, appendTo, type GithubEnv } from './ci/github.js';
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
    .action(async () => {
      try {
        await act(program, process.env);
      } catch (error) {
        const { status, sentence } = endingOf(error);
        if (status === 2 && sentence !== undefined) print(annotations([unusable(sentence)]));
        throw error;
      }
    });
}

async function act(program: Command, env: Inputs): Promise<void> {
  const [driver, models, options] = [env.INPUT_DRIVER, env.INPUT_CHECK, env.INPUT_OPTIONS].map(words);
  if ((driver!.length === 0) === (models!.length === 0))
    throw new UsageError(
      `The action wants either driver, the command that starts a driver, or check, models or .cfg files: ${driver!.length === 0 ? 'neither' : 'both'} were given.`,
    );
  const command = driver!.length > 0 ? 'conform' : 'check';
  const folder = env.INPUT_REPORTS || REPORTS;
  const files = { junit: path.join(folder, `${command}.xml`), sarif: path.join(folder, `${command}.sarif`) };
  if (env.GITHUB_OUTPUT) await appendTo(env.GITHUB_OUTPUT, `junit=${files.junit}\nsarif=${files.sarif}\n`);
  const told = ['--github', '--junit', files.junit, '--sarif', files.sarif];
  await program.parseAsync(
    command === 'conform'
      ? ['conform', ...options!, ...told, '--', ...driver!]
      : ['check', ...options!, ...told, '--', ...models!],
    { from: 'user' },
  );
}

const words = (text = ''): readonly string[] => text.split(/\s+/).filter((word) => word !== '');

const unusable = (message: string): Finding => ({
  ...{ level: 'error', title: 'netfront', message, places: [] },
  rule: { id: 'action', name: 'action', says: 'The inputs can be used.' },
});
