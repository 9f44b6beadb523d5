/**
 * Builds dist/ once before the tests, since those of the command run it as users do, and says which seed of the property
 * tests was asked for. Gives them a cache folder of their own, and an empty one for the graphs that they share.
 */
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { findJar } from '../tlc/index.js';

/** Called by vitest. @returns what to do after the last test */
export async function setup(): Promise<() => Promise<void>> {
  const { PROPERTY_SEED } = process.env;
  if (PROPERTY_SEED !== undefined) console.log(`property tests: PROPERTY_SEED=${PROPERTY_SEED}`);
  await execa('npm', ['run', '--silent', 'build'], { stdio: ['ignore', 'inherit', 'inherit'] });
  return ownCache();
}

/**
 * With the jar in it, and nothing else. In the user's folder a run of a test would be on record as one of the user's, and
 * the time that a test took as that of the user's last check.
 */
async function ownCache(): Promise<() => Promise<void>> {
  const { path: jar, origin } = await findJar();
  const folder = await mkdtemp(join(tmpdir(), 'netfront-cache-'));
  const home = dirname(jar);
  if (origin !== 'environment') await cp(home, join(folder, basename(home)), { recursive: true });
  process.env.NETFRONT_CACHE = folder;
  process.env.SMALL_GRAPHS = join(folder, 'small-graphs');
  await mkdir(process.env.SMALL_GRAPHS);
  return () => rm(folder, { recursive: true, force: true });
}
