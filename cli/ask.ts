/** netfront ask: a question of one's own, answered by TLC. */
import { availableParallelism } from 'node:os';
import { type Command, Option } from 'commander';
import { readManifest } from '../tlc/models.js';
import { type Answer, answerTo } from './ask/answer.js';
import { type Family, familyOf, plainName } from './ask/family.js';
import { listOf } from './ask/list.js';
import {
  firstLike,
  memberNamed,
  mustBeProperty,
  type Question,
  questionOf,
  withProperties,
} from './ask/question.js';
import { mustBeNew, save } from './ask/save.js';
import { type Answered, shownAlone, sorted, sweepTable, type Swept, verdictOf } from './ask/show.js';
import { typed, warningOf } from './ask/typed.js';
import { choicesIn, combinations } from './ask/values.js';
import { rootOf } from './context.js';
import { UsageError } from './errors.js';
import { interruptible } from './interrupt.js';
import { countTo, MOST_AT_A_TIME, span } from './numbers.js';
import { note, print } from './output.js';
import { forEachModel } from './progress.js';
import { findTools } from './run.js';

interface Options {
  readonly like?: string;
  readonly set?: readonly string[];
  readonly property?: readonly string[];
  readonly list?: true;
  readonly for?: number;
  readonly save?: string;
  readonly jobs: number;
}

/** Adds the command. */
export function addAsk(program: Command): void {
  program
    .command('ask')
    .summary('check a question of your own: a model with other constants')
    .description(
      'Takes a model, gives some of its constants other values, runs TLC, and explains what is violated. With ' +
        'several values for a constant each is a question, and the answers are a table.',
    )
    .argument('<MODULE>', 'a module that has models, such as NetfrontTx or Ring')
    .option('--like <MODEL>', 'the model to begin with; the first of the module that holds, if left out')
    .option(
      '--set <NAME=VALUE...>',
      'a constant and its value, as TLA+ spells it or as a word: IdScheme=counter; several with commas: N=1,2',
    )
    .option('--property <NAME...>', 'what to check; what the model checks, if left out')
    .addOption(
      new Option(
        '--list',
        'print the constants of the module, what they mean and may be, and who uses what',
      ).conflicts(['like', 'set', 'property', 'for', 'save']),
    )
    .option('--for <TIME>', 'stop each question after this time, such as 60s or 5m', span)
    .option('--save <NAME>', 'make a model of the question, with the figures found')
    .option('--jobs <N>', 'questions at a time', countTo(MOST_AT_A_TIME), Math.min(2, availableParallelism()))
    .addHelpText(
      'after',
      `
For example:
  netfront ask NetfrontTx --like tx_1_4_2 --set IdScheme=counter OutOfOrder=FALSE
  netfront ask Ring --set N=1,2 --property RingBound

Exit status: 0 if nothing was found violated, 1 if something was, 2 if there is no answer. With --for, 0 does not
mean that it holds: the verdict says so.`,
    )
    .action(async (module: string, options: Options, command: Command) => {
      process.exitCode = await interruptible((signal) => ask(rootOf(command), module, options, signal));
    });
}

async function ask(root: string, module: string, options: Options, signal: AbortSignal): Promise<0 | 1> {
  const manifest = await readManifest(root);
  const family = await familyOf(root, manifest, module);
  if (options.list) {
    print(listOf(family));
    return 0;
  }
  const like = options.like === undefined ? firstLike(family) : memberNamed(family, options.like);
  for (const name of options.property ?? []) await mustBeProperty(root, family, name);
  const checked = withProperties(family, like, options.property ?? []);
  const chosen = combinations(choicesIn(family, options.set ?? []));
  const questions = chosen.map((each) => questionOf(family, like, checked, each));
  if (options.save !== undefined) {
    if (questions.length > 1) throw new UsageError('--save takes one question, and this is a sweep.');
    await mustBeNew(root, manifest, options.save);
  }
  const warning = options.for === undefined ? warningOf(family, like, questions) : undefined;
  if (warning !== undefined) note(warning);
  const swept = await answers(root, questions, options, signal);
  return questions.length === 1
    ? one(root, swept[0]!, options.save)
    : many(family, swept, options.property ?? []);
}

async function answers(
  root: string,
  questions: readonly Question[],
  options: Options,
  signal: AbortSignal,
): Promise<readonly Swept[]> {
  const tools = await findTools(signal);
  const failed = new AbortController();
  const found = new Map<Question, Answer>();
  await forEachModel(
    questions,
    options.jobs,
    async (question, onProgress) => {
      const answer = await answerTo(question, {
        ...{ ...tools, root, onProgress, signal: AbortSignal.any([signal, failed.signal]) },
        ...(options.for !== undefined && { stopAfter: options.for }),
      });
      found.set(question, answer);
      return questions.length === 1 ? '' : `${question.differences.join(', ')} ... ${verdictOf({ answer })}`;
    },
    () => failed.abort(),
  );
  signal.throwIfAborted();
  return questions.map((question) => ({ question, answer: found.get(question)! }));
}

const isViolated = ({ answer }: Swept): boolean => answer.kind === 'violated' || answer.kind === 'deadlock';

async function one(root: string, { question, answer }: Swept, name: string | undefined): Promise<0 | 1> {
  if (answer.kind === 'noSuchModel') throw noSuchModel({ question, answer });
  const answered: Answered = { question, answer };
  print(await shownAlone(root, answered));
  if (name !== undefined) await save(root, name, answered);
  return isViolated(answered) ? 1 : 0;
}

function many(family: Family, swept: readonly Swept[], properties: readonly string[]): 0 | 1 {
  const [first] = sorted(swept);
  if (first!.answer.kind === 'noSuchModel') throw noSuchModel(first!);
  print(sweepTable(sorted(swept)));
  if (!isViolated(first!)) return 0;
  print(`\nTo see how, of the first: ${typed(plainName(family.module), first!.question, properties)}`);
  return 1;
}

function noSuchModel({ question, answer }: Swept): Error {
  if (answer.kind !== 'noSuchModel') throw new Error('Asked only of an answer of this kind.');
  const { assumption, conditions } = answer;
  return new UsageError(
    `${question.name} is no model: ${plainName(assumption.module)} assumes ${assumption.name}, which is false and says ` +
      `that ${conditions.join(', and ')}.`,
  );
}
