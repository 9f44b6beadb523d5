/** netfront explain: a model's counterexample, step by step. */
import { type Command, Option } from 'commander';
import { readConstants } from '../replay/constants.js';
import { type Model, modelFiles, readManifest } from '../tlc/models.js';
import { rootOf } from './context.js';
import { diagram } from './explain/diagram.js';
import { loopOf, sentenceOf } from './explain/sentence.js';
import { legend, stepsTable } from './explain/table.js';
import { type Explained, explainedSteps } from './explain/steps.js';
import { subjectOf } from './explain/words.js';
import { interruptible } from './interrupt.js';
import { phrase } from './judge.js';
import { type Meaning, meaningOf } from './meaning.js';
import { chosen } from './models.js';
import { colours, note, print, wrapped } from './output.js';
import { findTools, nameOf, verdictOf } from './run.js';

interface Options {
  readonly mermaid?: boolean;
  readonly json?: boolean;
}

/** Adds the command. */
export function addExplain(program: Command): void {
  program
    .command('explain')
    .summary("print a model's counterexample, with the ring drawn")
    .description(
      'Runs TLC on the model and prints the shortest behaviour that violates its property: whose step it is, ' +
        'what it changes, the ring after it, and at the end what went wrong.',
    )
    .argument('<MODEL>', 'a model of spec/models/manifest.json')
    .addOption(new Option('--mermaid', 'a sequence diagram in place of the table').conflicts('json'))
    .addOption(new Option('--json', 'the steps and their states as JSON in place of the table'))
    .addHelpText(
      'after',
      '\nExit status: 0 if the verdict is the expected one, 1 if not, 2 if there is none.',
    )
    .action(async (name: string, options: Options, command: Command) => {
      process.exitCode = await interruptible((signal) => explain(rootOf(command), name, options, signal));
    });
}

async function explain(root: string, name: string, options: Options, signal: AbortSignal): Promise<0 | 1> {
  const model = chosen(await readManifest(root), [name])[0]!;
  const constants = await readConstants(modelFiles(root, model).config);
  const verdict = await verdictOf(model, { ...(await findTools(signal)), root, signal });
  const property = nameOf(verdict);
  if (verdict.kind === 'holds') {
    if (options.json) print(json({ model: name, verdict: property, steps: [] }));
    else print(`${name} holds: there is no counterexample to explain.`);
  } else {
    const meaning = verdict.kind === 'violated' ? await meaningOf(root, model.module, property) : undefined;
    const subject = subjectOf(model.module);
    const { words } = subject;
    const sentence = sentenceOf(verdict, constants, words, meaning);
    const steps = explainedSteps(verdict.trace, constants, subject);
    // Absent in JSON where it is undefined.
    const loopsTo = verdict.kind === 'violated' ? verdict.loopsTo : undefined;
    const explained = { title: `${name}: ${phrase(property)}`, found: verdict, steps, sentence, words };
    if (options.mermaid) print(diagram(explained));
    else if (options.json) print(json({ model: name, verdict: property, sentence, loopsTo, steps }));
    else print(page(model, explained, meaning));
  }
  if (property === model.expected) return 0;
  note(
    `${name} was expected to be otherwise: expected ${phrase(model.expected)}, found that ${phrase(property)}.`,
  );
  return 1;
}

function page(
  { about }: Model,
  { title, found, steps, sentence, words }: Explained,
  meaning: Meaning | undefined,
): string {
  const key = legend(steps, words);
  return [
    colours.bold(title),
    about,
    ...(meaning === undefined ? [] : [wrapped(`${meaning.number}: ${meaning.text}`)]),
    '',
    ...(key === undefined ? [] : [key, '']),
    stepsTable(steps, loopOf(found)),
    '',
    colours.bold(colours.red(wrapped(sentence))),
  ].join('\n');
}

const json = (fields: object): string => JSON.stringify({ version: 1, ...fields }, null, 2);
