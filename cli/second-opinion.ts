/** netfront second-opinion: another model checker, written by others, must find what TLC finds. */
import type { Command } from 'commander';
import { ToolError } from '../tlc/index.js';
import { type Manifest, type Model, readManifest } from '../tlc/models.js';
import { rootOf } from './context.js';
import { interruptible } from './interrupt.js';
import { chosen } from './models.js';
import { countTo } from './numbers.js';
import { counted, duration, figure, note, print, shown, table } from './output.js';
import { mustBeWritable } from './output-file.js';
import { findTools } from './run.js';
import { type Asked, asked, type Asking } from './second-opinion/ask.js';
import {
  opinionsOn,
  opinionsFile,
  readOpinions,
  type SecondOpinion,
  subjectOf,
  writeOpinions,
} from './second-opinion/opinions.js';
import { findChecker, VERSION } from './second-opinion/tla-checker.js';

/** A larger model is not asked about, unless it is named: of RxPackets tla-checker needs ten minutes for one of these. */
const MOST_STATES = 20_000;

/** Adds the command. */
export function addSecondOpinion(program: Command): void {
  program
    .command('second-opinion')
    .summary('have another model checker look at the same models')
    .description(
      `Builds tla-checker ${VERSION} with cargo, asks it about the models named, or about all that ` +
        'are not too large, and compares what it says with what TLC finds: of a model that it sees whole, all states and transitions as ' +
        'sets; of a violated one, the property and the length of the shortest run to it.',
    )
    .argument('[MODEL...]', 'models of spec/models/manifest.json')
    .option('--changed', 'only those that were not asked about, or have changed since')
    .option(
      '--most-states <N>',
      'how large a model may be that is not named',
      countTo(999_999_999),
      MOST_STATES,
    )
    .option('--write', 'put on record what it says: spec/models/second-opinion.json')
    .addHelpText(
      'after',
      '\nExit status: 0 if both agree, but for what is on record; 1 if they do not; 2 if there is no verdict, and that is not on record.',
    )
    .action(async (names: string[], options: Options, command: Command) => {
      process.exitCode = await interruptible((signal) =>
        secondOpinion(rootOf(command), names, options, signal),
      );
    });
}

/** By model. */
type OnRecord = ReadonlyMap<string, SecondOpinion>;

interface Options {
  readonly changed?: true;
  readonly write?: true;
  readonly mostStates: number;
}

async function secondOpinion(
  root: string,
  names: readonly string[],
  options: Options,
  signal: AbortSignal,
): Promise<0 | 1> {
  const manifest = await readManifest(root);
  const before = await readOpinions(root);
  const record = await opinionsOn(root, before, manifest.models);
  const models = chosen(manifest, names, true).filter(({ name }) => {
    const known = record.get(name);
    return options.changed === undefined || !['agrees', 'unread'].includes(known?.opinion ?? '');
  });
  const most = names.length === 0 ? options.mostStates : Infinity;
  const isAny = models.some(({ distinctStates }) => distinctStates <= most);
  if (!isAny && options.changed === undefined)
    throw new ToolError(`No model has as few as ${counted(most, 'state')}: take a larger --most-states.`);
  if (options.write) await mustBeWritable(opinionsFile(root));
  // Built only where somebody is asked.
  const asking = isAny ? await askingIn(root, signal) : undefined;
  if (asking === undefined)
    note('No model is new or has changed, but for those that are too large: nothing is asked.');
  const all = new Map<string, Asked>();
  for (const model of models) {
    const result =
      asking === undefined || model.distinctStates > most
        ? await notAsked(root, model, record, options.mostStates)
        : await asked(model, asking);
    all.set(model.name, result);
    const time = result.second === undefined ? '' : `, ${duration(result.second.seconds)} s`;
    note(`${model.name} ... ${result.opinion.opinion}${time}`);
  }
  print(tableOf(all));
  const findings = [...all].flatMap(([name, { opinion }]) => findingIn(name, opinion));
  if (findings.length > 0) print(`\n${findings.join('\n')}`);
  if (options.write) await put(root, manifest, record, all);
  const lost = [...all.keys()].filter(
    (name) => before.models[name]?.opinion === 'agrees' && all.get(name)!.opinion.opinion === 'not asked',
  );
  if (lost.length > 0)
    note(
      `Opinions of another text are lost, since these are too large to be asked again: ${lost.join(', ')}.`,
    );
  return lost.length > 0 ? 1 : status(models, record, all, options);
}

async function askingIn(root: string, signal: AbortSignal): Promise<Asking> {
  const checker = await findChecker(root, signal);
  return { root, checker, tools: await findTools(signal), signal };
}

/** An opinion on record is kept: somebody asked for it, by the model's name or with another bound. */
async function notAsked(root: string, model: Model, record: OnRecord, most: number): Promise<Asked> {
  const known = record.get(model.name);
  if (known !== undefined && known.opinion !== 'not asked') return { opinion: known };
  const why = `It has ${figure(model.distinctStates)} states, and the bound was ${figure(most)}.`;
  return { opinion: { opinion: 'not asked', of: await subjectOf(root, model), why } };
}

const tableOf = (all: ReadonlyMap<string, Asked>): string =>
  table(
    [
      { title: 'model' },
      { title: 'tla-checker' },
      { title: 'states', align: 'right' },
      { title: 'transitions', align: 'right' },
      { title: 'as TLC' },
    ],
    [...all].map(([name, { opinion, second }]) => {
      if (second === undefined) return [name, NO_VERDICT[opinion.opinion] ?? 'on record', '-', '-', '-'];
      const { verdict, length, whole, states } = second;
      return [
        ...[name, length > 0 ? `${verdict}, step ${length}` : verdict, whole ? figure(states) : '-'],
        opinion.opinion === 'agrees' && opinion.transitions !== undefined ? figure(opinion.transitions) : '-',
        opinion.opinion === 'agrees' ? 'yes' : 'NO',
      ];
    }),
  );

const NO_VERDICT: Readonly<Record<string, string>> = { unread: 'no verdict', 'not asked': 'not asked' };

function findingIn(name: string, opinion: SecondOpinion): readonly string[] {
  if (opinion.opinion === 'agrees') return [];
  return [`${name}: ${opinion.opinion === 'differs' ? opinion.in : opinion.why}`];
}

/** What was on record of other models stays there, but for what is of another text. */
async function put(
  root: string,
  manifest: Manifest,
  record: OnRecord,
  all: ReadonlyMap<string, Asked>,
): Promise<void> {
  const found = [...all].map(([name, { opinion }]) => [name, opinion] as const);
  await writeOpinions(root, new Map([...record, ...found]), manifest);
  print(`\nwritten to ${shown(opinionsFile(root))}`);
}

/** Throws {@link ToolError} if there is a model without a verdict, and it had one, or nothing was on record of it. */
function status(
  models: readonly Model[],
  record: OnRecord,
  all: ReadonlyMap<string, Asked>,
  { write }: Options,
): 0 | 1 {
  if ([...all.values()].some(({ opinion }) => opinion.opinion === 'differs')) return 1;
  const unread = models.filter(
    (model) =>
      all.get(model.name)?.opinion.opinion === 'unread' && record.get(model.name)?.opinion !== 'unread',
  );
  if (write || unread.length === 0) return 0;
  throw new ToolError(
    `tla-checker has no verdict on ${unread.length === 1 ? unread[0]!.name : `${unread.length} of ${counted(models.length, 'model')}`}, and that is not on record: the lines below the table say why; netfront second-opinion --write puts it on record.`,
  );
}
