/** One run of TLC over several JVMs, on this and other machines. */
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { match } from 'ts-pattern';
import { Code } from '../codes.js';
import { parseConfig } from '../config.js';
import type { RunRequest } from '../command-line.js';
import { ToolError } from '../errors.js';
import { CONFIG, gather } from '../gather.js';
import { type Message, MessageParser } from '../messages.js';
import { readConfig } from '../models.js';
import type { Outcome, Stats } from '../outcome.js';
import { runModel } from '../run.js';
import { progress } from '../stats.js';
import { type Jvm, LOOPBACK, mustBeFree, startJvm } from './java.js';
import { lastStep } from './last-step.js';
import { beyondDistributed } from './limits.js';
import { said, ServerCode } from './outcome.js';
import { runWorker } from './worker.js';

/** What happens to the workers of a run. */
export type WorkerEvent =
  | { readonly kind: 'ready' }
  | { readonly kind: 'joined' | 'left'; readonly threads: number }
  | { readonly kind: 'started'; readonly pid: number }
  /** A worker that was started here has ended with this sentence, and not because there was no more to do. */
  | { readonly kind: 'failed'; readonly message: string };

/** What to run. */
export interface DistributedRequest
  extends
    Pick<RunRequest, 'spec' | 'config' | 'libraries' | 'onProgress'>,
    Omit<Jvm, 'folder' | 'objects' | 'properties'> {
  /** The operator of the next step: `Next` of `Init /\ [][Next]_vars`. */
  readonly next: string;
  /** How many workers to start here, each with one thread. */
  readonly localWorkers: number;
  readonly onWorker?: (event: WorkerEvent) => void;
}

const REPORT_MS = 10_000;
const TAIL_LENGTH = 4000;

/**
 * Checks a model as `runModel` does, with workers that may be anywhere. A behaviour that violates a property has only its
 * last step. Depth and generated states are approximate: workers count some states twice.
 *
 * Throws {@link ToolError} if the mode cannot check all that the configuration asks for, if the port is taken, and if all
 * workers are lost where no other machine can be one.
 */
export async function runDistributed(request: DistributedRequest): Promise<Outcome> {
  const { config, address, port, signal } = request;
  const parsed = parseConfig(await readConfig(config), config);
  const beyond = beyondDistributed(parsed);
  if (beyond !== undefined) throw new ToolError(`${beyond} Leave --distributed out.`);
  await mustBeFree(address, port);
  await mustBeFree(address, port + 1);
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'netfront-server-')));
  try {
    const spec = await gather(request, folder);
    const deadlock = !parsed.rest.some(
      ([keyword, [word]]) => keyword === 'CHECK_DEADLOCK' && word === 'FALSE',
    );
    const { messages, tail, seconds } = await serve(request, spec, folder, deadlock);
    if (signal?.aborted) return { kind: 'interrupted' };
    const checked = { ...request, spec, deadlock };
    const answer = said(messages, seconds, tail);
    return await match(answer)
      .returnType<Outcome | Promise<Outcome>>()
      .with({ kind: 'holds' }, ({ stats }) => ({ kind: 'holds', stats }))
      .with({ kind: 'failed' }, ({ message }) => ({ kind: 'failed', message }))
      .with({ kind: 'wrong' }, async ({ states, stats }) =>
        named(await lastStep(checked, parsed, request.next, states[0]!, folder), stats),
      )
      .with({ kind: 'early' }, ({ message }) => early(request, message))
      .exhaustive();
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** What was wrong in the last step, with the figures of the whole run. */
function named(outcome: Outcome, stats: Stats): Outcome {
  if (outcome.kind === 'violated' || outcome.kind === 'deadlock') return { ...outcome, stats };
  if (outcome.kind !== 'holds') return outcome;
  return { kind: 'failed', message: 'the server found a step wrong in which nothing is wrong' };
}

/** What stops TLC before its first step stops it on one machine as well, which has more to say about it. */
async function early({ java, jar, spec, config, libraries, signal }: DistributedRequest, message: string) {
  const outcome = await runModel({
    ...{ java, jar, spec, config, brief: true, stopAfter: 1 },
    ...(libraries && { libraries }),
    ...(signal && { signal }),
  });
  return outcome.kind === 'holds' || outcome.kind === 'stopped'
    ? ({ kind: 'failed', message } as const)
    : outcome;
}

/** Runs the server until it ends, and the workers that are to be here. */
async function serve(request: DistributedRequest, spec: string, folder: string, deadlock: boolean) {
  const { address, port, localWorkers, onWorker } = request;
  const started = performance.now();
  const { child, kill } = await startJvm(
    {
      ...{ ...request, folder, objects: port + 1 },
      properties: {
        'tlc2.tool.distributed.TLCServer.report': REPORT_MS,
        // TLC's own choice measures the network and gives out single states where that is fast: half as fast here.
        'tlc2.tool.distributed.selector.bsf.limitingselector': 'true',
      },
    },
    'TLCServer',
    [
      ...['-tool', '-fp', '0', '-checkpoint', '0', '-metadir', join(folder, 'meta')],
      // TLC's server does not read CHECK_DEADLOCK.
      ...(deadlock ? [] : ['-deadlock']),
      ...['-config', CONFIG, spec.slice(folder.length + 1)],
    ],
  );
  const messages: Message[] = [];
  const workers: Promise<unknown>[] = [];
  let tail = '';
  let threads = 0;
  let lost = 0;
  const complain = (text: string): void => void (tail = (tail + text).slice(-TAIL_LENGTH));
  const loseWorker = (): void => {
    // Nobody else can come where only this machine is listened to.
    if (++lost === localWorkers && address === LOOPBACK) kill();
  };
  const startWorkers = (): void => {
    for (let i = 0; i < localWorkers; i++)
      workers.push(
        runWorker({
          ...{ ...request, host: address, threads: 1 },
          onStart: (pid) => onWorker?.({ kind: 'started', pid }),
        }).then(
          (end) => {
            if (end.kind === 'failed') onWorker?.({ kind: 'failed', message: end.message });
            if (end.kind !== 'finished') loseWorker();
          },
          (error: unknown) => {
            onWorker?.({ kind: 'failed', message: (error as Error).message });
            loseWorker();
          },
        ),
      );
  };
  const take = (message: Message): void => {
    const { code } = message;
    if (code === ServerCode.ready) {
      onWorker?.({ kind: 'ready' });
      startWorkers();
    }
    if (code === ServerCode.joined) onWorker?.({ kind: 'joined', threads: ++threads });
    if (code === ServerCode.left) onWorker?.({ kind: 'left', threads: --threads });
    const now = code === Code.progress ? progress(message) : undefined;
    // The last report comes without a rate.
    if (now?.statesPerMinute) request.onProgress?.(now);
    messages.push(message);
  };
  const parser = new MessageParser();
  child.stderr.on('data', (chunk) => complain(String(chunk)));
  try {
    for await (const chunk of child.stdout)
      for (const output of parser.push(chunk as Uint8Array))
        if (output.kind === 'message') take(output);
        else complain(`${output.text}\n`);
  } catch (error) {
    if (!request.signal?.aborted && lost === 0) throw error;
  } finally {
    kill();
  }
  const { signal: by } = await child;
  await Promise.allSettled(workers);
  if (lost > 0 && lost === localWorkers && by !== undefined && !request.signal?.aborted)
    throw new ToolError('All workers on this machine are lost, so there is no verdict: run it again.');
  if (by !== undefined) complain(`the server was ended by ${by}`);
  return {
    messages,
    tail: tail.trim().split('\n').at(-1) ?? '',
    seconds: (performance.now() - started) / 1000,
  };
}
