/** What a run of a model depends on, octet for octet, as one checksum. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { flagsOf } from './command-line.js';
import type { JarResult } from './jar.js';
import type { Java } from './java.js';
import { type Candidate, readConfig, requestOf } from './models.js';
import { withoutComments } from './modules.js';

/** What runs a model, and how. */
export interface Runner {
  readonly java: Pick<Java, 'path' | 'version'>;
  readonly jar: Pick<JarResult, 'path' | 'sha256'>;
  readonly workers?: number;
}

/**
 * SHA-256 of all that decides what is said of a model: its modules and configuration, the jar, the release of Java, the
 * flags, and our own code that reads what TLC prints, and says what that comes to. Of the manifest it has what is expected.
 * Where a checkout stands makes no difference.
 */
export async function fingerprintOf(root: string, model: Candidate, runner: Runner): Promise<string> {
  const { java, jar, ...how } = runner;
  const request = { ...requestOf(root, model), java, jar, ...how };
  const { name, module, expected, distinctStates, generatedStates, depth } = model;
  const parts = [
    { name, module, expected, distinctStates, generatedStates, depth },
    { jar: jar.sha256, java: java.version, flags: flagsOf(request) },
    // Java takes flags from these too.
    [process.env.JAVA_TOOL_OPTIONS, process.env.JDK_JAVA_OPTIONS, process.env._JAVA_OPTIONS],
    // The octets; and where they cannot be read, the sentence that says so.
    digest(await readFile(request.config).catch(() => readConfig(request.config))),
    await modulesOf(root, module),
    await (readers ??= Promise.all(READERS.map((folder) => codeIn(fileURLToPath(folder))))),
  ];
  return digest(JSON.stringify(parts));
}

/** Our own files as they were when this process began: they do not change under it. */
let readers: Promise<unknown> | undefined;

/** This folder, and that of the command: beside each other, and beside the bundle of both. */
const READERS = [new URL('../tlc/', import.meta.url), new URL('../cli/', import.meta.url)];

/** The files of code in a folder, as they are run, each with its checksum. */
async function codeIn(folder: string): Promise<readonly (readonly [string, string])[]> {
  const names = (await readdir(folder)).filter((name) => /(?<!\.d)\.[jt]s$/.test(name)).toSorted();
  return Promise.all(
    names.map(async (name) => [name, digest(await readFile(path.join(folder, name)))] as const),
  );
}

const digest = (octets: Uint8Array | string): string => createHash('sha256').update(octets).digest('hex');

/**
 * The modules that a module may lead to, each with its checksum. A word outside comments that is the name of a file counts,
 * wherever it stands: rather one module too many than one that EXTENDS names on a second line and nobody sees.
 */
async function modulesOf(root: string, module: string): Promise<readonly (readonly [string, string])[]> {
  const files = await moduleFiles(root);
  const found: [string, string][] = [];
  const wanted = [module];
  for (const name of wanted) {
    for (const file of files.get(name) ?? []) {
      const octets = await readFile(path.join(root, file));
      found.push([file, digest(octets)]);
      const words = new Set(withoutComments(octets.toString('utf8')).match(/\w+/g) ?? []);
      for (const word of words) if (files.has(word) && !wanted.includes(word)) wanted.push(word);
    }
  }
  return found.toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** Name to files: a module of the second folder is hidden by one of the same name in the first. */
async function moduleFiles(root: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const files = new Map<string, string[]>();
  for (const folder of ['spec/models', 'spec'])
    for (const file of await readdir(path.join(root, folder)).catch(() => [])) {
      if (!file.endsWith('.tla')) continue;
      const name = file.slice(0, -'.tla'.length);
      files.set(name, [...(files.get(name) ?? []), `${folder}/${file}`]);
    }
  return files;
}
