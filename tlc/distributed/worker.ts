/** A worker: computes the steps that a server on this or another machine gives it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ToolError } from '../errors.js';
import { addressTowards, type Jvm, startJvm } from './java.js';

/** How a worker is started. */
export interface WorkerRequest extends Omit<Jvm, 'folder' | 'address' | 'objects' | 'properties'> {
  /** The machine of the server. */
  readonly host: string;
  /** Where the server reaches this worker; our own address on the way to the server, if left out. */
  readonly address?: string;
  readonly threads: number;
  /** Called with the process id of the JVM, once it has one. */
  readonly onStart?: (pid: number) => void;
}

/** How a worker ended. Only `finished` says that the server had no more for it. */
export type WorkerEnd =
  | { readonly kind: 'finished' }
  | { readonly kind: 'serverLost' }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'failed'; readonly message: string };

const WATCH_MS = 2000;
const TAIL_LENGTH = 4000;

/**
 * Works until the server has finished or is gone, and leaves nothing behind. Throws {@link ToolError} if no server is
 * there.
 */
export async function runWorker(request: WorkerRequest): Promise<WorkerEnd> {
  const { host, port, signal, threads } = request;
  const towards = await addressTowards(host, port);
  if (towards === undefined)
    throw new ToolError(
      `No server answers at ${host}, port ${port}: start one there by netfront check MODEL --distributed.`,
    );
  const folder = await mkdtemp(join(tmpdir(), 'netfront-worker-'));
  const properties = { 'tlc2.tool.distributed.TLCWorker.threadCount': threads };
  try {
    const jvm = { ...request, address: request.address ?? towards, folder, properties };
    const { child, kill } = await startJvm(jvm, 'TLCWorker', [host]);
    if (child.pid !== undefined) request.onStart?.(child.pid);
    let tail = '';
    const keep = (chunk: unknown): void => void (tail = (tail + String(chunk)).slice(-TAIL_LENGTH));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    let isLost = false;
    // TLC's own worker notices only after minutes that its server is gone.
    const watch = setInterval(() => {
      void addressTowards(host, port).then((address) => {
        if (address !== undefined || /work completed/.test(tail)) return;
        isLost = true;
        kill();
      });
    }, WATCH_MS);
    const { signal: by, exitCode } = await child;
    clearInterval(watch);
    if (signal?.aborted) return { kind: 'interrupted' };
    if (/work completed/.test(tail)) return { kind: 'finished' };
    if (isLost) return { kind: 'serverLost' };
    const said =
      /^(?:Error: Failed to start worker[^\n]*\n)([^\n]+)/m.exec(tail)?.[1] ?? tail.trim().split('\n').at(-1);
    return { kind: 'failed', message: by ?? (said || `Java ended with status ${exitCode}`) };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
