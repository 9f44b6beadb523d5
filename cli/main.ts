#!/usr/bin/env node
/** The netfront command. The only file that ends the process, and with its siblings the only one that prints. */
import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { addCheck } from './check.js';
import { addConform } from './conform.js';
import { addDocs } from './docs.js';
import { endingOf } from './errors.js';
import { addExplain } from './explain.js';
import { note } from './output.js';
import { addReplay } from './replay.js';
import { addReport } from './report.js';
import { addSecondOpinion } from './second-opinion.js';
import { addTraces } from './traces.js';
import { addValidate } from './validate.js';

const packageJson = new URL('../../package.json', import.meta.url);

function netfront(): Command {
  const { version } = JSON.parse(readFileSync(packageJson, 'utf8')) as { version: string };
  const program = new Command('netfront')
    .description(
      "Xen's netfront as a model-checked specification, a reference implementation, and the traces between them.",
    )
    .version(version)
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

A model is a set of constants in spec/models/*.cfg; spec/models/manifest.json says what is expected of each.
TLC needs Java 11 or later. TLA2TOOLS_JAR names a tla2tools.jar to use; without it one is fetched and verified.

Exit status: 0 as expected, 1 a finding, 2 wrong usage or a missing tool.`,
    );
  addCheck(program);
  addExplain(program);
  addTraces(program);
  addReplay(program);
  addValidate(program);
  addConform(program);
  addReport(program);
  addDocs(program);
  addSecondOpinion(program);
  return program;
}

// A reader that has seen enough, such as head, is no reason to fail.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  await netfront().parseAsync();
} catch (error) {
  const { status, sentence } = endingOf(error);
  if (sentence !== undefined) note(`netfront: ${sentence}`);
  process.exitCode = status;
}
