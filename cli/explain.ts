/** netfront explain: a model's counterexample, step by step. */
import { type Command, Option } from 'commander';
import { readConstants } from '../replay/constants.js';
import { type Candidate, type Manifest, modelFiles, readManifest } from '../tlc/models.js';
import { candidates, warnOfHuge } from './candidates.js';
import { rootOf } from './context.js';
import { cornersOf } from './explain/corners.js';
import { diagram } from './explain/diagram.js';
import { explanationOf, page } from './explain/page.js';
import { writePicture } from './explain/picture.js';
import { UsageError } from './errors.js';
import { interruptible } from './interrupt.js';
import { phrase } from './judge.js';
import { figure, note, print, shown, table, wrapped } from './output.js';
import { mustBeWritable } from './output-file.js';
import { findTools, nameOf, type Verdict, verdictOf } from './run.js';

interface Options {
  readonly mermaid?: boolean;
  readonly json?: boolean;
  readonly svg?: string;
  readonly steps?: readonly number[];
}

/** Adds the command. */
export function addExplain(program: Command): void {
  program
    .command('explain')
    .summary("print a model's counterexample, with the ring drawn")
    .description(
      'Runs TLC on the model and prints the shortest behaviour that violates its property: whose step it is, ' +
        'what it changes, the ring after it, and at the end what went wrong. For a model that holds it names the ' +
        'models that show the shortest runs into the corners of its module.',
    )
    .argument('<MODEL>', 'a model of spec/models/manifest.json, or the path of a .cfg')
    .addOption(new Option('--mermaid', 'a sequence diagram in place of the table').conflicts('json'))
    .addOption(new Option('--json', 'the steps and their states as JSON in place of the table'))
    .addOption(
      new Option(
        '--svg <FILE>',
        'write the drawing of --steps to this file, and print its sentence',
      ).conflicts(['json', 'mermaid']),
    )
    .addOption(
      new Option(
        '--steps <STEPS>',
        'which steps --svg draws, such as 5,10,14,16 (default: the last)',
      ).argParser(stepsIn),
    )
    .addHelpText(
      'after',
      '\nExit status: 0 if the verdict is the expected one, 1 if not, 2 if there is none.',
    )
    .action(async (name: string, options: Options, command: Command) => {
      process.exitCode = await interruptible((signal) => explain(rootOf(command), name, options, signal));
    });
}

/** `5,10,14`. Throws {@link UsageError} unless these are numbers from 1. */
function stepsIn(text: string): readonly number[] {
  const steps = text.split(',').map(Number);
  if (steps.some((step) => !Number.isInteger(step) || step < 1))
    throw new UsageError(
      `--steps ${text}: steps are numbers from 1, with commas between them, such as 5,10,14`,
    );
  return steps;
}

async function explain(root: string, name: string, options: Options, signal: AbortSignal): Promise<0 | 1> {
  if (options.svg !== undefined) await mustBeWritable(options.svg);
  else if (options.steps !== undefined)
    throw new UsageError('--steps says what --svg draws: give --svg FILE too.');
  const manifest = await readManifest(root);
  const models = await candidates(root, manifest, [name]);
  const model = models[0]!;
  const constants = await readConstants(modelFiles(root, model).config);
  warnOfHuge(manifest, models);
  const verdict = await verdictOf(model, { ...(await findTools(signal)), root, signal });
  const property = nameOf(verdict);
  if (verdict.kind === 'holds') {
    print(await ofOneThatHolds(root, manifest, model, verdict, options));
    if (options.svg !== undefined)
      throw new UsageError(`There is no step to draw: ${shown(options.svg)} was not written.`);
  } else {
    const explanation = await explanationOf(root, model, verdict, constants);
    if (options.svg !== undefined)
      await writePicture(options.svg, model, explanation, constants, options.steps);
    const { sentence, steps } = explanation;
    // Absent in JSON where it is undefined.
    const loopsTo = verdict.kind === 'violated' ? verdict.loopsTo : undefined;
    if (options.svg !== undefined) print(sentence);
    else if (options.mermaid) print(diagram(explanation));
    else if (options.json) print(json({ model: model.name, verdict: property, sentence, loopsTo, steps }));
    else print(page(model.about, explanation));
  }
  if (property === model.expected) return 0;
  note(
    `${model.name} was expected to be otherwise: expected ${phrase(model.expected)}, found that ${phrase(property)}.`,
  );
  return 1;
}

/** There is no counterexample; but there are runs into the corners of the same module. */
async function ofOneThatHolds(
  root: string,
  { models }: Manifest,
  { name, module }: Candidate,
  { stats }: Verdict,
  options: Options,
): Promise<string> {
  const corners = await cornersOf(root, module, models);
  if (options.json) return json({ model: name, verdict: 'holds', steps: [], corners });
  return [
    wrapped(
      `${name} holds: there is no counterexample to explain. All ${figure(stats.distinctStates)} reachable states were looked at.`,
    ),
    ...(corners.length === 0
      ? []
      : [
          '',
          `The shortest runs into the corners of ${module}:`,
          table(
            [{ title: 'to see it' }, { title: 'what is reached' }],
            corners.map(({ model, says }) => [`netfront explain ${model}`, says]),
          ),
        ]),
  ].join('\n');
}

const json = (fields: object): string => JSON.stringify({ version: 1, ...fields }, null, 2);
