/** A jar fetched, checked and only then put where it will be used. */
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { execa } from 'execa';
import { match } from 'ts-pattern';
import { guarded, OWN_GROUP } from './child.js';
import { messageOf, ToolError } from './errors.js';
import type { Pin } from './pins.js';
import { sha256 } from './sha256.js';

/** What is fetched, and where it goes. */
export interface Download {
  readonly pin: Pin;
  /** The file to end up with; its folder is made. */
  readonly path: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
}

/** Whether there is a good file at the path now; `why` not is a phrase without a full stop. */
export type DownloadResult =
  { readonly kind: 'downloaded' } | { readonly kind: 'unavailable'; readonly why: string };

/**
 * Fetches a jar.  Nothing appears at `path` before the whole file has been checked, and other processes may
 * do the same at the same time.
 *
 * Throws {@link ToolError} for what another source would not mend: a wrong checksum, a folder that cannot be
 * written, an abort.
 */
export async function download({ pin, path, env, signal }: Download): Promise<DownloadResult> {
  const folder = await temporaryFolder(dirname(path));
  try {
    const file = join(folder, basename(path));
    const why = await match(pin.how)
      .with({ kind: 'maven' }, ({ artifact }) => maven(artifact, folder, env, signal))
      .with({ kind: 'url' }, ({ url }) => web(url, file, signal))
      .exhaustive();
    if (signal?.aborted) throw new ToolError('The download was interrupted: run the command again.');
    if (why !== undefined) return { kind: 'unavailable', why };
    const sum = await sha256(file);
    if (sum === undefined) return { kind: 'unavailable', why: `nothing came of ${source(pin)}` };
    if (sum !== pin.sha256) {
      throw new ToolError(
        `The download of ${pin.name} ${pin.version} has SHA-256 ${sum} in place of ${pin.sha256}: ` +
          `try again, and if that does not help find out who changes it on the way from ${source(pin)}.`,
      );
    }
    await rename(file, path);
    return { kind: 'downloaded' };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const source = ({ how }: Pin): string => (how.kind === 'maven' ? `Maven (${how.artifact})` : how.url);

// Below the folder of the jar, so that the rename at the end stays on one disk and is atomic.
async function temporaryFolder(parent: string): Promise<string> {
  try {
    await mkdir(parent, { recursive: true });
    return await mkdtemp(join(parent, '.download-'));
  } catch (error) {
    throw new ToolError(
      `The folder ${parent} cannot be written (${messageOf(error)}): ` +
        `mend its permissions, or set NETFRONT_CACHE to another folder.`,
    );
  }
}

/** Why not, or undefined if Maven says that the artifact is in the folder now. */
async function maven(
  artifact: string,
  folder: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const child = execa(
    'mvn',
    ['-q', '-B', 'dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`],
    {
      ...OWN_GROUP,
      cwd: folder,
      env,
      extendEnv: false,
      all: true,
      stdin: 'ignore',
      timeout: 300_000,
    },
  );
  guarded(child, signal);
  const result = await child;
  if (!result.failed) return undefined;
  if (result.code === 'ENOENT') return 'mvn is not on PATH';
  if (result.timedOut) return 'mvn took longer than five minutes';
  const said = /\[ERROR\] (.*)/.exec(result.all ?? '')?.[1] ?? result.shortMessage;
  return `mvn failed: ${said}`;
}

/** Why not, or undefined if the whole answer is in the file now. */
async function web(url: string, file: string, signal: AbortSignal | undefined): Promise<string | undefined> {
  const timeout = AbortSignal.timeout(300_000);
  try {
    const answer = await fetch(url, { signal: signal ? AbortSignal.any([signal, timeout]) : timeout });
    if (!answer.ok || answer.body === null) return `${url} answered ${answer.status}`;
    await pipeline(Readable.fromWeb(answer.body as ReadableStream), createWriteStream(file));
    return undefined;
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    return `${url}: ${messageOf(cause)}`;
  }
}
