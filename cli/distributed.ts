/** netfront check MODEL --distributed: a model on the processors of several machines. */
import { isIPv4 } from 'node:net';
import { type Command, InvalidArgumentError } from 'commander';
import { parseConfig } from '../tlc/config.js';
import { LOOPBACK, PORT } from '../tlc/distributed/java.js';
import { beyondDistributed } from '../tlc/distributed/limits.js';
import { runDistributed, type WorkerEvent } from '../tlc/distributed/server.js';
import type { Progress } from '../tlc/index.js';
import { type Candidate, modelFiles, readConfig, readManifest } from '../tlc/models.js';
import { definitionsIn, modulesFrom } from '../tlc/modules.js';
import { candidates } from './candidates.js';
import { UsageError } from './errors.js';
import { phrase } from './judge.js';
import { meaningOf } from './meaning.js';
import { countTo, MOST_AT_A_TIME } from './numbers.js';
import { counted, duration, figure, note, print, shown, wrapped } from './output.js';
import { recordHuge } from './record.js';
import { findTools, nameOf, type Verdict, verdictIn } from './run.js';

/** The options that make a check a distributed one. */
export interface DistributedOptions {
  readonly distributed?: boolean;
  /** Of a huge model. */
  readonly record?: boolean;
  readonly localWorkers?: number;
  readonly listen?: string;
  readonly port?: number;
}

/**
 * Takes an IPv4 address of one interface. Others are told it, so it cannot be 0.0.0.0; and TLC puts it into a URL in which
 * no IPv6 address is read.
 */
export const ipAddress = (text: string): string => {
  if (!isIPv4(text) || text === '0.0.0.0')
    throw new InvalidArgumentError(
      'It must be the IPv4 address at which other machines reach this one, such as 192.0.2.7.',
    );
  return text;
};

/** The highest port that leaves the next one for what workers then talk to. */
const LAST_PORT = 65_534;
export const portNumber = countTo(LAST_PORT);

// What makes no sense of one model, or needs figures that are not the same each time.
const elsewhere = [
  ...(['all', 'changed', 'workers', 'jobs'] as const),
  ...(['json', 'junit', 'sarif', 'github', 'report'] as const),
] as const;

/** Adds the options to `check`. */
export const addDistributedOptions = (command: Command): Command =>
  command
    .option(
      '--distributed',
      'check one model with workers on other machines, by TLC’s distributed mode: invariants and deadlock only',
    )
    .option('--local-workers <N>', 'with --distributed: start so many workers here', countTo(MOST_AT_A_TIME))
    .option(
      '--listen <ADDRESS>',
      `with --distributed: the address of this machine at which workers reach it (${LOOPBACK} if left out, which no ` +
        'other machine reaches); whoever reaches it can run programs here, so let it be one of a network that you trust',
      ipAddress,
    )
    .option(
      '--port <N>',
      `with --distributed: listen at this port and the next one (${PORT} and ${PORT + 1} if left out)`,
      portNumber,
    );

/** Throws {@link UsageError} if there are options that only go together with others, or not with others. */
export function mustGoTogether(command: Command): void {
  const given = (name: string): boolean => command.getOptionValueSource(name) === 'cli';
  const shownAs = (name: string): string =>
    `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const distributed = given('distributed');
  const wrong = distributed ? elsewhere.find(given) : ['localWorkers', 'listen', 'port'].find(given);
  if (wrong === undefined) return;
  throw new UsageError(
    distributed
      ? `--distributed checks one model, and says its verdict and distinct states: leave ${shownAs(wrong)} out.`
      : `${shownAs(wrong)} goes with --distributed: add that, or leave it out.`,
  );
}

/** Runs one model. @returns the exit status of the command */
export async function checkDistributed(
  root: string,
  names: readonly string[],
  options: DistributedOptions,
  signal: AbortSignal,
): Promise<0 | 1> {
  const manifest = await readManifest(root);
  if (names.length !== 1) throw new UsageError('--distributed checks one model at a time: name one.');
  const [model] = (await candidates(root, manifest, names)) as readonly [Candidate];
  const { listen: address = LOOPBACK, port = PORT, localWorkers = 0 } = options;
  if (options.record && !manifest.huge.some(({ name }) => name === model.name))
    throw new UsageError('--distributed records the states of a huge model only: leave --record out.');
  const files = modelFiles(root, model);
  const next = await nextStepOf(root, model, files.config);
  const tools = await findTools(signal);
  const outcome = await runDistributed({
    ...{ ...tools, ...files, address, port, localWorkers, next, signal },
    onWorker: (event) => note(wordsOf(event, address, port, localWorkers)),
    onProgress: (progress) => note(soFar(progress)),
  });
  const verdict = verdictIn(model, outcome);
  if (options.record && nameOf(verdict) === model.expected) {
    await recordHuge(root, model.name, verdict.stats.distinctStates);
    return conclude(root, { ...model, distinctStates: verdict.stats.distinctStates }, verdict);
  }
  return conclude(root, model, verdict);
}

/** The operator of the next step. Throws {@link UsageError} where the mode cannot check all of the model. */
async function nextStepOf(root: string, model: Candidate, file: string): Promise<string> {
  const config = parseConfig(await readConfig(file), shown(file));
  const beyond = beyondDistributed(config);
  if (beyond !== undefined) throw new UsageError(`${model.name}: ${beyond} Leave --distributed out.`);
  const definitions = new Map(
    (await modulesFrom(root, model.module, 'extends')).flatMap((module) => [...definitionsIn(module)]),
  );
  const named = (keyword: string): string | undefined =>
    config.rest.find(([each]) => each === keyword)?.[1][0];
  const stepIn = (name: string): string | undefined => {
    const body = definitions.get(name) ?? '';
    const inner = /\w*Spec\b/.exec(body)?.[0];
    return (
      /\[\]\[(\w+)\]_/.exec(body)?.[1] ?? (inner === undefined || inner === name ? undefined : stepIn(inner))
    );
  };
  const next = named('NEXT') ?? stepIn(named('SPECIFICATION') ?? '');
  if (next !== undefined) return next;
  throw new UsageError(
    `${model.name}: its specification has no [][Next]_vars with a name in it, which --distributed needs to say what is ` +
      'violated. Leave --distributed out.',
  );
}

const wordsOf = (event: WorkerEvent, address: string, port: number, localWorkers: number): string => {
  if (event.kind === 'started') return `A worker was started here (process ${event.pid}).`;
  if (event.kind === 'failed') return `A worker here ended: ${event.message}`;
  if (event.kind === 'joined') return `A worker has joined: ${counted(event.threads, 'thread')} at work.`;
  if (event.kind === 'left')
    return (
      `A worker was lost, and what it had begun is given out again: ${counted(event.threads, 'thread')} at work.` +
      (event.threads === 0 ? ' The run goes on when another joins.' : '')
    );
  const at = port === PORT ? '' : ` --port ${port}`;
  const here = `The server is ready. To work for it: netfront worker ${address}${at}`;
  const whence = address === LOOPBACK ? ' (only on this machine: --listen ADDRESS is for others)' : '';
  return `${here}${localWorkers > 0 && address === LOOPBACK ? '' : whence}`;
};

const soFar = ({ distinctStates, queue, statesPerMinute }: Progress): string =>
  [
    counted(distinctStates, 'state'),
    ...(statesPerMinute ? [`${figure(statesPerMinute)} generated a minute`] : []),
    `${figure(queue)} in the queue`,
  ].join(', ');

/** Prints what came of it. Only what does not depend on the order of states is held against the manifest. */
async function conclude(root: string, model: Candidate, verdict: Verdict): Promise<0 | 1> {
  const found = nameOf(verdict);
  const { distinctStates, seconds } = verdict.stats;
  const took = `${counted(distinctStates, 'state')}, ${duration(seconds)} s`;
  if (found !== model.expected) {
    print(`${model.name}: expected ${phrase(model.expected)}, found that ${phrase(found)} (${took}).`);
    return 1;
  }
  if (verdict.kind !== 'holds') {
    const meaning = verdict.kind === 'violated' ? await meaningOf(root, model.module, found) : undefined;
    print(
      wrapped(
        `${model.name}: ${phrase(found)}, as expected (${took}).` +
          `${meaning === undefined ? '' : `\n${meaning.number}: ${meaning.text}`}\n` +
          `The distributed mode keeps only the last step. To see how it comes to that: netfront explain ${model.name}`,
      ),
    );
    return 0;
  }
  const differs = model.distinctStates !== undefined && model.distinctStates !== distinctStates;
  print(
    differs
      ? `${model.name}: distinct states: expected ${figure(model.distinctStates!)}, found ${figure(distinctStates)}.`
      : `${model.name} holds, as expected: all ${figure(distinctStates)} reachable states were looked at (${duration(seconds)} s).`,
  );
  return differs ? 1 : 0;
}
