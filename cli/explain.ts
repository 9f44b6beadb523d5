/** netfront explain: a model's counterexample, step by step. */
import { type Command, Option } from 'commander';
import { readConstants } from '../replay/constants.js';
import { type Model, modelFiles, readManifest } from '../tlc/models.js';
import { readersOfModel } from '../replay/modules/index.js';
import { rootOf } from './context.js';
import { closing } from './explain/closing.js';
import { diagram } from './explain/diagram.js';
import { never } from './explain/never.js';
import { legend, stepsTable } from './explain/steps.js';
import { type Counterexample, endless, story, type Told } from './explain/story.js';
import type { Behaviour } from './explain/values.js';
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
    if (options.json)
      print(JSON.stringify({ version: 1, model: name, verdict: property, steps: [] }, null, 2));
    else print(`${name} holds: there is no counterexample to explain.`);
  } else {
    const behaviour = { trace: verdict.trace, constants };
    const meaning = verdict.kind === 'violated' ? await meaningOf(root, model.module, property) : undefined;
    const sentence = sentenceOf(verdict, behaviour, meaning);
    const told = story(behaviour, readersOfModel(model.module));
    const title = `${name}: ${phrase(property)}`;
    if (options.mermaid) print(diagram(title, told, verdict, sentence));
    else if (options.json) print(json(model, verdict, told, sentence));
    else print(page(model, title, told, verdict, sentence, meaning));
  }
  if (property === model.expected) return 0;
  note(
    `${name} was expected to be otherwise: expected ${phrase(model.expected)}, found that ${phrase(property)}.`,
  );
  return 1;
}

/** The step at which the behaviour goes round; the last one, if nothing happens any more. */
const loopOf = (found: Counterexample): number | undefined => {
  if (found.kind === 'deadlock') return undefined;
  return found.loopsTo ?? (found.stutters ? found.trace.at(-1)?.index : undefined);
};

/** What went wrong, in one sentence. */
function sentenceOf(found: Counterexample, behaviour: Behaviour, meaning: Meaning | undefined): string {
  const last = `Step ${found.trace.length}:`;
  if (found.kind === 'deadlock') return `${last} deadlock: no action is possible in this state.`;
  const onward = endless(found);
  return onward === undefined
    ? closing(found.property, behaviour, meaning)
    : `${last} ${onward}: ${never(found.property, behaviour, found.loopsTo)}`;
}

function page(
  model: Model,
  title: string,
  told: readonly Told[],
  found: Counterexample,
  sentence: string,
  meaning: Meaning | undefined,
): string {
  const key = legend(told);
  return [
    colours.bold(title),
    model.about,
    ...(meaning === undefined ? [] : [wrapped(`${meaning.number}: ${meaning.text}`)]),
    '',
    ...(key === undefined ? [] : [key, '']),
    stepsTable(told, loopOf(found)),
    '',
    colours.bold(colours.red(wrapped(sentence))),
  ].join('\n');
}

const json = (model: Model, found: Counterexample, told: readonly Told[], sentence: string): string =>
  JSON.stringify(
    {
      version: 1,
      model: model.name,
      verdict: nameOf(found),
      sentence,
      ...(found.kind === 'violated' && found.loopsTo !== undefined && { loopsTo: found.loopsTo }),
      steps: told,
    },
    null,
    2,
  );
