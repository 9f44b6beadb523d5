/** The second model checker: tla-checker, written in Rust by others, which reads the same modules and configurations. */
import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { guarded, OWN_GROUP } from '../../tlc/child.js';
import { ToolError } from '../../tlc/index.js';
import { type Model, modelFiles } from '../../tlc/models.js';
import { ended, Interrupted, oneLine } from '../errors.js';
import { note } from '../output.js';

/** The version that our modules are known to be read by. */
export const VERSION = '0.24.11';

/** Builds the checker below `build/`, where it stays. Throws {@link ToolError} if there is no cargo, or it fails. */
export async function findChecker(root: string, signal: AbortSignal): Promise<string> {
  const folder = path.join(root, 'build', `tla-checker-${VERSION}`);
  const file = path.join(folder, 'bin', 'tla');
  if ((await execa(file, ['--version'], { reject: false })).exitCode === 0) return file;
  note(`building tla-checker ${VERSION}`);
  const args = ['install', 'tla-checker', '--version', `=${VERSION}`, '--locked', '--root', folder];
  const cargo = execa('cargo', args, { ...OWN_GROUP, stdin: 'ignore' });
  guarded(cargo, signal);
  const built = await cargo;
  if (signal.aborted) throw new Interrupted();
  if (built.code === 'ENOENT')
    throw new ToolError(
      'cargo was not found, and the second model checker is built with it: install Rust (1.95 is known to do), or leave the second opinion out.',
    );
  if (built.exitCode !== 0)
    throw new ToolError(
      `tla-checker ${VERSION} could not be built (${oneLine(built.stderr.split('\n').slice(-3).join('\n'))}): mend what cargo names, and run it again.`,
    );
  return file;
}

const Answer = z.object({
  status: z.string(),
  invariant_name: z.string().optional(),
  property: z.string().nullish(),
  error: z.string().optional(),
  trace: z.array(z.unknown()).optional(),
  stats: z
    .object({ states_explored: z.int(), transitions: z.int(), max_depth: z.int(), elapsed_secs: z.number() })
    .optional(),
});

/** What the second checker found. */
export interface Opinion {
  /** `holds`, or the violated property. */
  readonly verdict: string;
  /** Whether every state was looked at: also where what is violated is a matter of liveness. */
  readonly whole: boolean;
  readonly states: number;
  /** A state, an action and a successor each. */
  readonly transitions: number;
  readonly depth: number;
  /** States of the shortest counterexample; 0 if there is none, or it is a lasso. */
  readonly length: number;
  readonly seconds: number;
}

// More than any model of ours has: it stops at a million states, and at a hundred steps, if it is not told.
const OPTIONS = ['--max-states', '100000000', '--max-depth', '1000000', '--check-liveness', '--json'];

/** So much processor time it has for one model. */
export const TIME_LIMIT_S = 300;

/** Why it says nothing of a model: a sentence. */
export interface Unread {
  readonly unread: string;
}

/**
 * Asks it for a model, and has it write the graph of the states that it has looked at to a file. Throws {@link Interrupted}.
 */
export async function opinionOf(
  checker: string,
  root: string,
  model: Model,
  graph: string,
  signal: AbortSignal,
): Promise<Opinion | Unread> {
  const { spec, config, libraries } = modelFiles(root, model);
  const folder = await mkdtemp(path.join(tmpdir(), 'netfront-tla-'));
  try {
    // It looks for modules beside the first, and nowhere else.
    for (const from of [path.dirname(spec), ...libraries])
      for (const name of await readdir(from))
        if (name.endsWith('.tla')) await copyFile(path.join(from, name), path.join(folder, name));
    const args = [path.basename(spec), '--config', path.resolve(config), ...OPTIONS];
    const child = execa(
      '/bin/sh',
      // Processor time, so that it makes no difference what else runs.
      [
        '-c',
        `ulimit -t ${TIME_LIMIT_S} && exec "$0" "$@"`,
        checker,
        ...args,
        '--export-dot',
        graph,
        '--dot-mode',
        'full',
      ],
      { ...OWN_GROUP, cwd: folder },
    );
    guarded(child, signal);
    const run = await child;
    if (signal.aborted) throw new Interrupted();
    if (run.signal !== undefined)
      return { unread: `It was ended by ${run.signal}; it has ${TIME_LIMIT_S} s of processor time.` };
    const ignored = IGNORED.exec(run.stderr)?.[1];
    if (ignored !== undefined)
      return { unread: `It ignores ${ignored}, and looks at another model than TLC.` };
    return read(run.stdout);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What it says of a directive of the configuration that it does not know. */
const IGNORED = /(\w+) '[^']*' is not yet supported, ignoring/;

const VERDICTS: Readonly<Record<string, string>> = { ok: 'holds', deadlock: 'deadlock' };

/** Its answer is the last line that it prints. */
function read(output: string): Opinion | Unread {
  const unreadable = (why: string): Unread => ({ unread: ended(why) });
  const last = output.trimEnd().split('\n').at(-1) ?? '';
  let answer: z.infer<typeof Answer>;
  try {
    answer = Answer.parse(JSON.parse(last));
  } catch {
    return unreadable(last === '' ? 'it printed nothing' : last);
  }
  const verdict = VERDICTS[answer.status] ?? answer.invariant_name ?? answer.property;
  if (typeof verdict !== 'string' || answer.stats === undefined)
    return unreadable(oneLine(answer.error ?? answer.status));
  return {
    verdict,
    whole: ['ok', 'liveness_violation'].includes(answer.status),
    states: answer.stats.states_explored,
    transitions: answer.stats.transitions,
    depth: answer.stats.max_depth,
    length: answer.trace?.length ?? 0,
    seconds: answer.stats.elapsed_secs,
  };
}
