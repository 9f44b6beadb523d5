/** The netfront command: its options, and how a run of it ends. */
import { Command, CommanderError, Option } from 'commander';
import { addAction } from './action.js';
import { addAsk } from './ask.js';
import { addCheck } from './check.js';
import { addConform } from './conform.js';
import { packageVersion } from './context.js';
import { addDocs } from './docs.js';
import { endingOf } from './errors.js';
import { addExplain } from './explain.js';
import { addModels } from './models-list.js';
import { flushed, note } from './output.js';
import { addPage } from './page.js';
import { addPlan } from './plan.js';
import { addProve } from './prove.js';
import { addReplay } from './replay.js';
import { addReport } from './report.js';
import { addSecondOpinion } from './second-opinion.js';
import { addTraces } from './traces.js';
import { addValidate } from './validate.js';
import { addWorker } from './worker.js';

function netfront(): Command {
  const program = new Command('netfront')
    .description(
      "Xen's netfront as a model-checked specification, a reference implementation, and the traces between them.",
    )
    .version(packageVersion())
    .addOption(new Option('--root <DIR>', 'the project to work on').hideHelp())
    .helpCommand(false)
    .showSuggestionAfterError()
    .exitOverride()
    // The sentence is ours to print, with all others.
    .configureOutput({ outputError: () => {} })
    .addHelpText(
      'after',
      `
To begin with:
  netfront check tx_1_4_2      is the fixed driver safe? TLC looks at every state it can reach
  netfront check tx_1_4_1      the driver before the fix (MSA00), and the property it violates
  netfront explain tx_1_4_1    how it comes to that, step by step, with the ring drawn
  netfront ask NetfrontTx --like tx_1_4_2 --set IdScheme=counter
                               the same driver with another way to choose ids

A model is a set of constants in spec/models/*.cfg; spec/models/manifest.json says what is expected of each.
A model that is too large for one machine: netfront check MODEL --distributed, and netfront worker HOST on others.
TLC needs Java 11 or later. TLA2TOOLS_JAR names a tla2tools.jar to use; without it one is fetched and verified.

Exit status: 0 as expected, 1 a finding, 2 wrong usage or a missing tool.`,
    );
  addCheck(program);
  addWorker(program);
  addExplain(program);
  addAsk(program);
  addModels(program);
  addTraces(program);
  addReplay(program);
  addValidate(program);
  addConform(program);
  addProve(program);
  addPage(program);
  addPlan(program);
  addReport(program);
  addDocs(program);
  addSecondOpinion(program);
  addAction(program);
  return program;
}

/**
 * Runs the command once, with everything that it prints.
 * @param work what does it; here, if left out
 * @returns its exit status, which stands in errors.ts
 */
export async function run(args: readonly string[], work = inPlace): Promise<number> {
  try {
    const status = await work(args);
    await flushed();
    return status;
  } catch (error) {
    return end(error);
  }
}

async function inPlace(args: readonly string[]): Promise<number> {
  process.exitCode = 0;
  await netfront().parseAsync(args, { from: 'user' }).catch(unlessHelp);
  return Number(process.exitCode);
}

// Help and the version are thrown as errors too; Commander has printed them by then.
function unlessHelp(error: unknown): void {
  if (!(error instanceof CommanderError) || error.exitCode !== 0) throw error;
}

/** Says what has stopped a run. @returns its exit status */
export function end(error: unknown): number {
  const { status, sentence } = endingOf(error);
  if (sentence !== undefined) note(`netfront: ${sentence}`);
  return status;
}
