/** TLC in one JVM for many runs; see Batch.java. */
import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { Interrupted } from '../../../cli/errors.js';
import { guarded } from '../../../tlc/child.js';
import { classify } from '../../../tlc/classify.js';
import { Code } from '../../../tlc/codes.js';
import { type Message, MessageParser } from '../../../tlc/messages.js';
import type { Model } from '../../../tlc/models.js';
import type { Outcome } from '../../../tlc/outcome.js';
import { sources } from '../../../tlc/sources.js';
import type { Checked, Tools } from './families.js';

/** What came of a run. */
export type Result =
  | Outcome
  /** It was ended: there were more distinct states than the model has on record. */
  | { readonly kind: 'more' }
  /** It was ended: it took too long. */
  | { readonly kind: 'endless' };

/** After so many milliseconds a run counts as one that does not end. A machine with nothing else to do needs a tenth of it. */
const timeoutOf = ({ generatedStates }: Pick<Model, 'generatedStates'>): number => 120_000 + generatedStates;

/** TLC for the models of one module. One run at a time. */
export class Batch {
  private started: Started | undefined;

  private constructor(
    private readonly root: string,
    private readonly tools: Tools,
    private readonly folder: string,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /** Makes a folder for it. The JVM is begun with the first run. */
  static async open(root: string, tools: Tools, signal?: AbortSignal): Promise<Batch> {
    const folder = await mkdtemp(path.join(tmpdir(), 'netfront-mutants-'));
    await mkdir(path.join(folder, 'spec'));
    return new Batch(root, tools, folder, signal);
  }

  /** Runs a model as it is, or with another text of one module. */
  async run({ model, spec, config, temporal, isLive }: Checked, changed?: Changed): Promise<Result> {
    const started = (this.started ??= this.start());
    const file = changed && path.join(this.folder, 'spec', `${changed.module}.tla`);
    if (file !== undefined) await writeFile(file, changed!.text);
    const metadir = path.join(this.folder, `run-${started.runs++}`);
    const args = [
      ...['-tool', '-fp', '0', '-workers', '1', '-lncheck', 'final', '-checkpoint', '0', '-metadir', metadir],
      ...['-config', path.relative(path.dirname(spec), config), spec],
    ];
    const ending = isLive ? 'halt' : 'stop';
    // To begin another JVM costs more than to look at two thousand states.
    const limit = model.distinctStates + (ending === 'halt' ? 2000 : 0);
    const asked = performance.now();
    started.child.stdin.write(`${[limit, ending, ...args].join('\t')}\n`);
    const timeout = timeoutOf(model);
    const timer = setTimeout(() => started.child.kill('SIGKILL'), timeout);
    const { status, lines } = await readRun(started.lines);
    clearTimeout(timer);
    if (file !== undefined) await rm(file);
    await rm(metadir, { recursive: true, force: true });
    if (this.signal?.aborted) throw new Interrupted();
    if (status === undefined) {
      this.started = undefined;
      if (performance.now() - asked >= timeout) return { kind: 'endless' };
      // TLC ends the whole JVM where it does not expect an error.
      const { exitCode } = await ended(started.child);
      return outcomeOf(lines, exitCode ?? undefined, { config, temporal });
    }
    if (status !== 'more') return outcomeOf(lines, Number(status), { config, temporal });
    if (ending === 'halt') await this.stop();
    return { kind: 'more' };
  }

  /** Ends the JVM; the next run has another. */
  async stop(): Promise<void> {
    const child = this.started?.child;
    this.started = undefined;
    if (child === undefined) return;
    child.kill('SIGKILL');
    await ended(child);
  }

  /** Ends the JVM and leaves nothing behind. */
  async close(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  private start(): Started {
    const child = spawn(
      this.tools.java.path,
      [
        // Most runs are over before compiling well would pay.
        ...['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-XX:-UsePerfData', '-Xmx1g', '-Xss4m'],
        ...['-Duser.language=en', '-Duser.country=US', '-Dfile.encoding=UTF-8'],
        `-Djava.io.tmpdir=${this.folder}`,
        // A changed module is found before that of the specification.
        `-DTLA-Library=${[path.join(this.folder, 'spec'), path.join(this.root, 'spec')].join(path.delimiter)}`,
        ...['-cp', this.tools.jar.path, this.tools.batch],
      ],
      { stdio: ['pipe', 'pipe', 'ignore'], cwd: this.folder, detached: true },
    );
    guarded(child, this.signal);
    // What is asked of a JVM that has ended is not answered, and that is noticed.
    child.stdin.on('error', () => {});
    return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator](), runs: 0 };
  }
}

const ended = async <C extends ChildProcess>(child: C): Promise<C> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child;
};

interface Started {
  readonly child: ChildProcessByStdio<Writable, Readable, null>;
  readonly lines: AsyncIterator<string>;
  runs: number;
}

/** A module with another text. */
export interface Changed {
  readonly module: string;
  readonly text: string;
}

/** The lines of a run, and its status; undefined if the JVM ended before. */
async function readRun(
  lines: AsyncIterator<string>,
): Promise<{ readonly status?: string; readonly lines: readonly string[] }> {
  const read: string[] = [];
  for (;;) {
    const { done, value } = await lines.next();
    if (done) return { lines: read };
    if (value.startsWith('=END ')) return { status: value.slice('=END '.length), lines: read };
    read.push(value);
  }
}

/** The outcome in what TLC has printed. */
function outcomeOf(
  lines: readonly string[],
  exitCode: number | undefined,
  { config, temporal }: Pick<Checked, 'config' | 'temporal'>,
): Outcome {
  const parser = new MessageParser();
  const outputs = [...parser.push(`${lines.join('\n')}\n`), ...parser.finish()];
  const parsed = outputs.findIndex((each) => each.kind === 'message' && each.code === Code.parserDone);
  const parserOutput = outputs
    .slice(0, parsed === -1 ? outputs.length : parsed)
    .flatMap((each) => (each.kind === 'line' ? [each.text] : []))
    .join('\n');
  return classify({
    ...(exitCode !== undefined && { exitCode }),
    ...{ seconds: 0, parserOutput, config, temporalProperties: temporal },
    messages: outputs.filter((each): each is Message => each.kind === 'message'),
    tail: lines.slice(-20).join('\n'),
    sources: sources(parserOutput, []),
  });
}
