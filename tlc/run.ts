/** One run of TLC, from two files to an outcome. */
import { access, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { execa } from 'execa';
import { guarded, OWN_GROUP } from './child.js';
import { classify } from './classify.js';
import { Code } from './codes.js';
import { commandLine, type RunRequest } from './command-line.js';
import { isOfCoverage } from './coverage.js';
import { messageOf, ToolError } from './errors.js';
import { type Message, MessageParser, type Output } from './messages.js';
import type { Outcome } from './outcome.js';
import { type Folder, sources } from './sources.js';
import { progress } from './stats.js';

const TAIL_LENGTH = 4000;

/**
 * Checks a model.  Leaves nothing behind but the graph it was asked for: TLC works in a temporary folder
 * that is removed, and its JVM is gone, whatever the outcome, an abort and a callback that throws included.
 *
 * Throws {@link ToolError} if a file is missing, the temporary folder cannot be made or Java cannot be
 * started; everything that TLC says is in the outcome.
 */
export async function runModel(request: RunRequest): Promise<Outcome> {
  await mustExist('specification', request.spec);
  await mustExist('configuration', request.config);
  if (request.signal?.aborted) return { kind: 'interrupted' };
  const folder = await temporaryFolder();
  try {
    return await runIn(folder, request);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    if (request.dumpDot) await rm(livenessDump(request.dumpDot), { force: true });
  }
}

async function runIn(folder: string, request: RunRequest): Promise<Outcome> {
  const folders = await searched(request);
  const started = performance.now();
  const child = execa(request.java.path, await commandLine(request, folder, folders), {
    ...OWN_GROUP,
    cwd: folder,
    stdin: 'ignore',
    buffer: false,
  });
  const kill = guarded(child, request.signal);
  if (child.pid !== undefined) request.onStart?.(child.pid);
  const record = new Record(request);
  child.stderr.on('data', (chunk) => record.complain(String(chunk)));
  try {
    for await (const chunk of child.stdout) record.take(chunk as Uint8Array);
  } catch (error) {
    // Either a callback threw, which is the caller's affair, or the stream broke off because of an abort.
    kill();
    await child;
    if (!request.signal?.aborted) throw error;
  }
  const result = await child;
  if (request.signal?.aborted) return { kind: 'interrupted' };
  if (result.exitCode === undefined && result.signal === undefined) {
    throw new ToolError(`Java could not be started (${result.shortMessage}): check ${request.java.path}.`);
  }
  const { messages, parserOutput, tail } = record.finish();
  return classify({
    ...(result.exitCode !== undefined && { exitCode: result.exitCode }),
    ...(result.signal !== undefined && { signal: result.signal }),
    seconds: (performance.now() - started) / 1000,
    messages,
    parserOutput,
    tail,
    sources: sources(parserOutput, folders),
    config: request.config,
    temporalProperties: request.temporalProperties ?? [],
  });
}

/** The folders with the user's modules in them, that of the specification first. */
const searched = ({ spec, libraries = [] }: RunRequest): Promise<readonly Folder[]> =>
  Promise.all(
    [dirname(spec), ...libraries].map(async (given) => {
      await mustExist('folder of modules', given);
      return { given, real: await realpath(resolve(given)) };
    }),
  );

// TLC writes a second graph beside the first when there are temporal properties; nobody asked for it.
const livenessDump = (dump: string): string => resolve(dump).replace(/\.dot$/, '_liveness.dot');

async function mustExist(what: string, path: string): Promise<void> {
  try {
    await access(path);
  } catch (error) {
    throw new ToolError(`The ${what} ${path} cannot be read (${messageOf(error)}): check the name.`);
  }
}

async function temporaryFolder(): Promise<string> {
  try {
    return await realpath(await mkdtemp(join(tmpdir(), 'netfront-tlc-')));
  } catch (error) {
    throw new ToolError(
      `No temporary folder could be made (${messageOf(error)}): set TMPDIR to a folder that can be written.`,
    );
  }
}

/** The output of a run as it comes, and what we keep of it. */
class Record {
  private readonly parser = new MessageParser();
  private messages: Message[] = [];
  private parserOutput = '';
  private parserDone = false;
  private tail = '';

  constructor(private readonly request: RunRequest) {}

  take(chunk: Uint8Array): void {
    for (const output of this.parser.push(chunk)) this.keep(output);
  }

  complain(text: string): void {
    this.tail = (this.tail + text).slice(-TAIL_LENGTH);
  }

  finish() {
    for (const output of this.parser.finish()) this.keep(output);
    return { messages: this.messages, parserOutput: this.parserOutput, tail: this.tail };
  }

  private keep(output: Output): void {
    if (output.kind === 'line') {
      if (this.parserDone) this.request.onPrint?.(output.text);
      else this.parserOutput += `${output.text}\n`;
      this.complain(`${output.text}\n`);
      return;
    }
    if (output.code === Code.parserDone) this.parserDone = true;
    if (this.request.onProgress && output.code !== Code.stats) {
      const now = progress(output);
      if (now !== undefined) this.request.onProgress(now);
    }
    // TLC counts every minute, and each time from the beginning.
    if (output.code === Code.coverageStart)
      this.messages = this.messages.filter((each) => !isOfCoverage(each));
    // There may be millions of these, and nobody reads them.
    if (output.code !== Code.initialProgress) this.messages.push(output);
  }
}
