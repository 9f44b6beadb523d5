/** How the JVMs of a distributed run are started, and where they listen. */
import { access } from 'node:fs/promises';
import { createServer, connect, type Socket } from 'node:net';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { guarded, OWN_GROUP } from '../child.js';
import type { RunRequest } from '../command-line.js';
import { ToolError } from '../errors.js';

/** The port of TLC's own choice, where workers find a server. What they then talk to is at the next port. */
export const PORT = 10997;

/** The address that only this machine reaches. */
export const LOOPBACK = '127.0.0.1';

/** What to run, and where it is to listen. */
export interface Jvm extends Pick<RunRequest, 'java' | 'jar' | 'heapMb' | 'signal'> {
  /** The address that it listens on and is reached by. */
  readonly address: string;
  /** The port at which the server is found, on whichever machine it runs. */
  readonly port: number;
  /** The port of the objects of this JVM; the system chooses one if it is left out. */
  readonly objects?: number;
  /** The folder in which it works. Its caller removes it. */
  readonly folder: string;
  /** More properties of Java, by name. */
  readonly properties?: Readonly<Record<string, string | number>>;
}

/** Starts a class of TLC in a process group that ends with it, and with us. */
export async function startJvm(jvm: Jvm, name: string, args: readonly string[]) {
  const properties = {
    ...{
      'java.io.tmpdir': jvm.folder,
      'java.rmi.server.hostname': jvm.address,
      'netfront.address': jvm.address,
    },
    ...(jvm.objects !== undefined && { 'netfront.port': jvm.objects }),
    ...{ 'user.language': 'en', 'user.country': 'US', 'file.encoding': 'UTF-8', 'stdout.encoding': 'UTF-8' },
    'tlc2.tool.distributed.TLCServer.port': jvm.port,
    ...jvm.properties,
  };
  const child = execa(
    jvm.java.path,
    [
      ...['-XX:+UseParallelGC', '-XX:-UsePerfData'],
      // A worker that has no memory left must not go on: see tooLarge in outcome.ts.
      ...(name === 'TLCWorker' ? ['-XX:+ExitOnOutOfMemoryError'] : []),
      ...(jvm.heapMb === undefined ? [] : [`-Xmx${jvm.heapMb}m`]),
      ...Object.entries(properties).map(([key, value]) => `-D${key}=${value}`),
      ...['-cp', [await launcher(), resolve(jvm.jar.path)].join(delimiter)],
      ...['Listen', `tlc2.tool.distributed.${name}`, ...args],
    ],
    { ...OWN_GROUP, cwd: jvm.folder, stdin: 'ignore', buffer: false },
  );
  return { child, kill: guarded(child, jvm.signal) };
}

/** The folder of Listen.class: beside this file, or where this file or the bundle was built from. */
async function launcher(): Promise<string> {
  const here = dirname(fileURLToPath(import.meta.url));
  for (const folder of [here, join(here, '../../tlc/distributed'), join(here, '../../../tlc/distributed')])
    if (
      await access(join(folder, 'Listen.class')).then(
        () => true,
        () => false,
      )
    )
      return folder;
  throw new ToolError('tlc/distributed/Listen.class is missing: install netfront again.');
}

/** Throws {@link ToolError} if something else listens there, or if the address is none of this machine. */
export async function mustBeFree(address: string, port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((done, fail) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRINUSE'
          ? `The port ${port} is taken, perhaps by another distributed run: choose another with --port.`
          : `Nothing can listen at ${address}, port ${port} (${error.message}): --listen takes an IP address of this machine.`;
      fail(new ToolError(why));
    });
    server.listen(port, address, () => server.close(() => done()));
  });
}

const PATIENCE_MS = 5000;

/** Our own address on the way to a server, or undefined if nobody listens there. */
export function addressTowards(host: string, port: number): Promise<string | undefined> {
  return new Promise((done) => {
    const socket: Socket = connect({ host, port, timeout: PATIENCE_MS });
    const end = (address?: string): void => {
      socket.destroy();
      done(address);
    };
    socket.once('connect', () => end(socket.localAddress?.replace(/^::ffff:/, '')));
    socket.once('error', () => end());
    socket.once('timeout', () => end());
  });
}
