/** The Java that runs TLC. */
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { guarded, OWN_GROUP } from './child.js';
import { ToolError } from './errors.js';

/** The oldest Java that the jars we pin run on. */
export const oldestJava = 11;

/** A Java found to work. */
export interface Java {
  /** What to execute: a path, or `java` where the search path of the shell finds it. */
  readonly path: string;
  /** The feature release: 11, 17, 21. */
  readonly version: number;
}

/** Where to look; for tests and for callers with an environment of their own. */
export interface JavaOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Ends the search; what was not yet looked at counts as broken. */
  readonly signal?: AbortSignal;
}

/**
 * The Java of `JAVA_HOME`, else the first one on `PATH`; an old or a broken one is passed over.
 * Throws {@link ToolError}, which says what was found instead, if none is of release 11 or later.
 */
export async function findJava({ env = process.env, signal }: JavaOptions = {}): Promise<Java> {
  const refused: string[] = [];
  for (const path of candidates(env)) {
    const version = await versionOf(path, env, signal);
    if (version !== undefined && version >= oldestJava) return { path, version };
    refused.push(`${path} ${version === undefined ? 'does not run' : `is Java ${version}`}`);
  }
  const found = refused.length === 0 ? '' : ` (${refused.join(', ')})`;
  throw new ToolError(
    `TLC needs Java ${oldestJava} or later and none was found${found}: install a JDK, or point JAVA_HOME at one.`,
  );
}

/** The feature release in what `java -version` prints, or undefined if it is no such text. */
export function javaVersion(text: string): number | undefined {
  // Before Java 9 the releases were called 1.8, 1.7 and so on.
  const version = /version "(?:1\.)?(\d+)/.exec(text)?.[1];
  return version === undefined ? undefined : Number(version);
}

function candidates(env: NodeJS.ProcessEnv): readonly string[] {
  const program = process.platform === 'win32' ? 'java.exe' : 'java';
  const home = env.JAVA_HOME ? [join(env.JAVA_HOME, 'bin', program)] : [];
  const onPath = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return [...home, ...(onPath.length > 0 ? ['java'] : [])];
}

async function versionOf(
  path: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  const child = execa(path, ['-version'], {
    ...OWN_GROUP,
    env,
    extendEnv: false,
    all: true,
    timeout: 30_000,
  });
  guarded(child, signal);
  const { all, failed } = await child;
  return failed ? undefined : javaVersion(all ?? '');
}
