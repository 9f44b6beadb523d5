/**
 * The end of the programs that we run. Each is in a process group of its own, and the whole group ends with it, with an
 * abort, or with this process, even where this process is killed and can do nothing more.
 */
import { spawn } from 'node:child_process';
import type { EventEmitter } from 'node:events';
import type { Readable } from 'node:stream';

/** The options of execa for a program that is {@link guarded}. */
export const OWN_GROUP = { detached: true, cleanup: false, reject: false } as const;

/** What has to be known of a program that runs. */
export interface Child extends EventEmitter {
  readonly pid?: number | undefined;
  readonly stdout?: Readable | null;
  readonly stderr?: Readable | null;
}

// What the program wrote last is still on its way when it ends.
const LAST_WORDS_MS = 100;

/**
 * Guards a program that was started with {@link OWN_GROUP}. Its group is killed when the program ends, when the signal
 * is aborted, and when this process ends. Its output ends with it, also where a process that has left the group still
 * holds the other end of the pipes.
 * @returns kills the group at once
 */
export function guarded(child: Child, signal?: AbortSignal): () => void {
  const { pid } = child;
  // It was not started, and whoever started it is told so.
  if (pid === undefined) return () => {};
  const kill = (): void => killGroup(pid);
  const guardian = guardianOf(pid);
  signal?.addEventListener('abort', kill);
  if (signal?.aborted) kill();
  child.once('exit', () => {
    signal?.removeEventListener('abort', kill);
    kill();
    guardian.kill('SIGKILL');
    setTimeout(() => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    }, LAST_WORDS_MS);
  });
  return kill;
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left in it.
  }
}

/** A shell that reads until we are gone, and then kills the group. No handler of ours would run after a SIGKILL. */
function guardianOf(pid: number) {
  const guardian = spawn('/bin/sh', ['-c', `read -r _; kill -KILL -${pid}`], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without a shell nothing is guarded against SIGKILL; all else is as ever.
  guardian.on('error', () => {});
  guardian.stdin.on('error', () => {});
  guardian.unref();
  (guardian.stdin as unknown as { unref(): void }).unref();
  return guardian;
}
