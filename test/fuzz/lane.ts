/** A folder with a project in it, and a process that runs the command there. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { ANSWERS, MANIFEST, textOf } from './bases.js';
import type { Input } from './inputs.js';
import { applied } from './mutation.js';

/** What a run came to. */
export interface Ran {
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** The stack of what no handler of the command's took. */
  readonly uncaught?: string;
}

const host = path.resolve('test/fuzz/host.mjs');
const program = path.resolve('dist/bin/main.js');

/** Longer than any run takes, on a machine that has other work as well. */
const HANG_MS = 60_000;

/** What a result is before the command may write it. */
const OLD = '{"version":1,"models":[],"graphs":[],"conformance":[]}';

/** The files that are there unless an input has its own. */
const ORIGINALS: ReadonlySet<string> = new Set([MANIFEST, ANSWERS]);

/** Where inputs are run, one at a time. */
export class Lane {
  #child: ChildProcess | undefined;
  /** What the last input had. */
  #last: Input['file'];

  private constructor(readonly folder: string) {}

  /** A new one. It is to be ended. */
  static async make(): Promise<Lane> {
    const folder = await mkdtemp(path.join(tmpdir(), 'netfront-fuzz-'));
    await cp('test/fixtures/cli/project/spec', path.join(folder, 'spec'), { recursive: true });
    await mkdir(path.join(folder, 'traces/port'), { recursive: true });
    await cp('traces/valid/ring', path.join(folder, 'traces/valid/ring'), { recursive: true });
    await mkdir(path.join(folder, 'nothing'));
    await writeFile(path.join(folder, ANSWERS), textOf('answers'));
    return new Lane(folder);
  }

  /** Runs the command on one input, to its end or to a minute. */
  async run({ file, args, isProcess, hasJava }: Input): Promise<Ran> {
    await this.#prepare(file);
    const env = {
      NETFRONT_CACHE: process.env.NETFRONT_CACHE!,
      ...(hasJava
        ? { PATH: process.env.PATH!, JAVA_HOME: process.env.JAVA_HOME ?? '' }
        : { PATH: this.#at('nothing'), JAVA_HOME: '' }),
    };
    // With its whole path a driver that is left over can be told from others'.
    const all = ['--root', this.folder, ...args.map((arg) => (arg === ANSWERS ? this.#at(ANSWERS) : arg))];
    return isProcess ? this.#inProcess(all, env) : this.#inHost(all, env);
  }

  /** What a run has left that it should not have: files that are half written, processes. */
  async leftOvers(): Promise<readonly string[]> {
    const names = await readdir(this.folder, { recursive: true });
    const unfinished = names.filter((name) => /unfinished|probe/.test(name));
    const damaged: string[] = [];
    for (const name of await readdir(this.#at('out'))) {
      const text = await readFile(this.#at('out', name), 'utf8').catch(() => OLD);
      // JSON, TAP, a log, or XML, all of which have an end.
      if (name.endsWith('.json') && !/[\n>}]$/.test(text)) damaged.push(`${name}: ${text.slice(0, 100)}`);
    }
    const { stdout } = await execa('ps', ['-eo', 'pid,args']);
    const processes = stdout
      .split('\n')
      .filter((line) => line.includes(this.folder) && !line.includes('main.js'));
    return [...unfinished, ...damaged, ...processes];
  }

  /** Removes the folder. */
  async end(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await rm(this.folder, { recursive: true, force: true });
  }

  #at(...parts: string[]): string {
    return path.join(this.folder, ...parts);
  }

  /** The folder is as at first, but for this file. */
  async #prepare(file: Input['file']): Promise<void> {
    await rm(this.#at('out'), { recursive: true, force: true });
    await mkdir(this.#at('out'));
    await writeFile(this.#at('out', 'old.json'), OLD);
    if (this.#last !== undefined) {
      const { name, base } = this.#last;
      await (ORIGINALS.has(name) ? writeFile(this.#at(name), textOf(base)) : rm(this.#at(name)));
    }
    this.#last = file;
    if (file !== undefined) await writeFile(this.#at(file.name), applied(textOf(file.base), file.mutations));
  }

  async #inProcess(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ran> {
    const { exitCode, signal, stdout, stderr } = await execa(process.execPath, [program, ...args], {
      ...{ cwd: this.folder, env, extendEnv: false, reject: false, stdin: 'ignore', timeout: HANG_MS },
    });
    return { status: exitCode, stdout, stderr, ...(signal && { uncaught: `ended by ${signal}` }) };
  }

  async #inHost(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ran> {
    const child = (this.#child ??= await this.#started());
    const watchdog = setTimeout(() => child.kill('SIGKILL'), HANG_MS);
    child.send({ args, env });
    const ended = new AbortController();
    const { signal } = ended;
    try {
      return await Promise.race([
        once(child, 'message', { signal }).then(([ran]) => ran as Ran),
        once(child, 'exit', { signal }).then(([code, by]): Ran => {
          this.#child = undefined;
          return { status: undefined, stdout: '', stderr: '', uncaught: `the process ended: ${code ?? by}` };
        }),
      ]);
    } finally {
      ended.abort();
      clearTimeout(watchdog);
    }
  }

  async #started(): Promise<ChildProcess> {
    const child = fork(host, { cwd: this.folder, execArgv: ['--max-old-space-size=1024'] });
    await once(child, 'message');
    return child;
  }
}
