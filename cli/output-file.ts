/**
 * Files that are written for the user: reports, results, logs, the corpus. A file is replaced as a whole or left as it was;
 * what is no regular file (a FIFO, a device, /dev/stdout) is written through.
 */
import { randomUUID } from 'node:crypto';
import { constants, open as openFile } from 'node:fs';
import {
  access,
  lstat,
  mkdir,
  open,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { Socket } from 'node:net';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { isSystemError, messageOf, ToolError } from '../tlc/errors.js';
import { shown } from './output.js';

/**
 * Makes sure that a file can be written, before the minutes that it takes to have something to write. Its folder is made.
 * Throws {@link ToolError} if it cannot; what is there is left as it is.
 */
export async function mustBeWritable(file: string): Promise<void> {
  try {
    const target = await targetOf(file);
    if (target.kind === 'opened') return;
    if (target.kind === 'through') return await access(file, constants.W_OK);
    await makeFolder(path.dirname(file));
    if (target.isThere) await access(file, constants.W_OK);
    // Root is refused nothing before it tries, and not every file system has room for files.
    const probe = `${file}.${process.pid}.probe`;
    await writeFile(probe, '', { flag: 'wx' });
    await rm(probe);
  } catch (error) {
    throw cannotWrite(file, error);
  }
}

/** Writes a whole file or leaves what is there; its folder is made. Throws {@link ToolError} if it cannot be written. */
export async function writeResult(file: string, text: string): Promise<void> {
  try {
    const target = await targetOf(file);
    if (target.kind === 'opened') return await written(target.stream, text);
    if (target.kind === 'through') return await (target.isFifo ? intoFifo : writeFile)(file, text);
    await makeFolder(path.dirname(file));
    await replace(file, text);
  } catch (error) {
    throw cannotWrite(file, error);
  }
}

/**
 * Writes beside the file, and moves what was written to its place once it is whole. Not write-file-atomic, which takes a
 * part of the text for all of it where the disk is full.
 */
async function replace(file: string, text: string): Promise<void> {
  const target = await realpath(file).catch(() => path.resolve(file));
  const before = await stat(target).catch(() => undefined);
  const unfinished = `${target}.${randomUUID()}.unfinished`;
  try {
    const handle = await open(unfinished, 'wx');
    try {
      if (before !== undefined) {
        await handle.chmod(before.mode);
        // Only root may give a file to another.
        await handle.chown(before.uid, before.gid).catch(() => {});
      }
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(unfinished, target);
  } finally {
    await rm(unfinished, { force: true });
  }
}

// Node's own recursive mkdir never ends where a folder cannot be made in one that is there, as in /proc.
async function makeFolder(folder: string): Promise<void> {
  const missing: string[] = [];
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const there = await stat(at).catch((error: unknown) => {
      if (isSystemError(error, 'ENOENT') && at !== path.dirname(at)) return undefined;
      throw error;
    });
    if (there === undefined) missing.unshift(at);
    else if (there.isDirectory()) break;
    else throw new Error(`${at} is no folder`);
  }
  for (const each of missing)
    await mkdir(each).catch((error: unknown) => {
      // Somebody else has made it meanwhile.
      if (!isSystemError(error, 'EEXIST')) throw error;
    });
}

type Target =
  | { readonly kind: 'replaced'; readonly isThere: boolean }
  | { readonly kind: 'through'; readonly isFifo: boolean }
  /** A stream of our own by its name. What it is redirected to must neither be replaced nor be opened a second time. */
  | { readonly kind: 'opened'; readonly stream: NodeJS.WriteStream };

async function targetOf(file: string): Promise<Target> {
  const stream = await ownStream(file);
  if (stream !== undefined) return { kind: 'opened', stream };
  const there = await stat(file).catch(() => undefined);
  if (there?.isDirectory()) throw new Error('it is a folder');
  if (there === undefined || there.isFile()) return { kind: 'replaced', isThere: there !== undefined };
  return { kind: 'through', isFifo: there.isFIFO() };
}

/** Our stdout or stderr, if that is what the file is a name of: /dev/stdout, /proc/self/fd/1, or a link to one. */
async function ownStream(file: string): Promise<NodeJS.WriteStream | undefined> {
  let at = path.resolve(file);
  for (let links = 0; links < 40; links++) {
    // The link itself is kept, and only the folder that it is in is resolved: /proc/self is one too.
    const folder = await realpath(path.dirname(at)).catch(() => path.dirname(at));
    at = path.join(folder, path.basename(at));
    if (folder === `/proc/${process.pid}/fd` || folder === '/dev/fd')
      return { 1: process.stdout, 2: process.stderr }[path.basename(at)];
    const there = await lstat(at).catch(() => undefined);
    if (!there?.isSymbolicLink()) return undefined;
    at = path.resolve(folder, await readlink(at));
  }
  return undefined;
}

const written = (stream: NodeJS.WritableStream, text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    stream.write(text, (error) => (error ? reject(error) : resolve()));
  });

const READER_MS = 5000;

/** A FIFO has to have a reader. To open it without one would wait for ever, in a way that no signal ends. */
async function intoFifo(file: string, text: string): Promise<void> {
  const { O_WRONLY, O_NONBLOCK } = constants;
  for (const begun = performance.now(); ; await sleep(20))
    try {
      const fd = await promisify(openFile)(file, O_WRONLY | O_NONBLOCK);
      return await finished(new Socket({ fd, readable: false, writable: true }).end(text));
    } catch (error) {
      if (!isSystemError(error, 'ENXIO')) throw error;
      if (performance.now() - begun > READER_MS) throw new Error('nobody reads from it');
    }
}

const cannotWrite = (file: string, error: unknown): ToolError => {
  const advice = isSystemError(error, 'ENOSPC') ? 'make room there' : 'make its folder writable';
  return new ToolError(
    `${shown(file)} cannot be written (${messageOf(error)}): ${advice}, or name another file.`,
  );
};
