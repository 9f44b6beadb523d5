/**
 * What a jar can do, found out by asking it.
 *
 * The version that a build prints says little: the same number stands on builds with different features.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import pLimit from 'p-limit';
import { z } from 'zod';
import { guarded, OWN_GROUP } from './child.js';
import { Code, Exit } from './codes.js';
import { ToolError } from './errors.js';
import type { JarResult } from './jar.js';
import type { Java } from './java.js';
import { recall, remember } from './kept.js';
import { MessageParser } from './messages.js';
import { type Answer, type Feature, features, type Question, questions } from './questions.js';

/** What a jar can do. */
export interface Capabilities {
  /** What TLC calls itself; for people. */
  readonly banner: string;
  readonly features: Readonly<Record<Feature, boolean>>;
}

/** What we cannot do without. */
export const neededFeatures: readonly Feature[] = [
  'toolMode',
  'exitStatus',
  'dumpDotActionLabels',
  'coverage',
  'lasso',
];

/** What a caller may change. */
export interface ProbeOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly needed?: readonly Feature[];
}

const stored = z.object({
  banner: z.string(),
  features: z.object(Object.fromEntries(features.map((name) => [name, z.boolean()]))),
}) as unknown as z.ZodType<Capabilities>;

/**
 * Asks a jar what it can do, which takes a few seconds, or remembers the answer.
 *
 * Answers are kept by the checksum of the jar.  Throws {@link ToolError}, which names the feature, if the
 * jar lacks one that is needed.
 */
export async function probe(
  java: Pick<Java, 'path'>,
  jar: Pick<JarResult, 'path' | 'sha256'>,
  { env = process.env, needed = neededFeatures }: ProbeOptions = {},
): Promise<Capabilities> {
  const memory = `capabilities/${jar.sha256}`;
  // Answers of an older version of us are not to every question, and are passed over.
  const known = await recall(memory, stored, env);
  const capabilities = known ?? (await ask(java.path, jar.path));
  const missing = needed.filter((name) => !capabilities.features[name]);
  if (missing.length > 0) {
    throw new ToolError(
      `The jar ${jar.path} (${capabilities.banner || 'which prints no version'}) cannot do what is needed ` +
        `(${missing.join(', ')}): unset TLA2TOOLS_JAR to have one that can be fetched, or name another.`,
    );
  }
  // What was refused is not kept: the fault may have been Java's, and may be gone the next time.
  if (known === undefined) await remember(memory, capabilities, env);
  return capabilities;
}

async function ask(java: string, jar: string): Promise<Capabilities> {
  const folder = await mkdtemp(join(tmpdir(), 'netfront-probe-'));
  try {
    // Two at a time: a JVM keeps about one processor busy while it starts.
    const limit = pLimit(2);
    const asked = questions.map((question, i) =>
      limit(() => answer(question, join(folder, String(i)), java, jar)),
    );
    const answers = await Promise.all(asked);
    const banner = answers
      .flatMap(({ messages }) => messages)
      .find(({ code, text }) => code === Code.version && text !== '')?.text;
    const can = questions.flatMap((question, i) => question.decide(answers[i]!));
    return {
      banner: banner ?? '',
      features: Object.fromEntries(features.map((name) => [name, can.includes(name)])) as Record<
        Feature,
        boolean
      >,
    };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function answer(question: Question, folder: string, java: string, jar: string): Promise<Answer> {
  await mkdir(folder);
  await writeFile(join(folder, 'Probe.tla'), question.spec);
  await writeFile(join(folder, 'Probe.cfg'), question.config);
  const child = execa(
    java,
    [
      // Most of such a short run is compilation; the first tier is enough.
      ...['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-XX:-UsePerfData'],
      ...[`-Djava.io.tmpdir=${folder}`, '-Duser.language=en'],
      ...['-cp', jar, 'tlc2.TLC', '-tool', '-fp', '0', '-metadir', join(folder, 'meta')],
      ...(question.options ?? []),
      'Probe.tla',
    ],
    { ...OWN_GROUP, cwd: folder, stdin: 'ignore', timeout: 60_000, maxBuffer: 1_000_000 },
  );
  guarded(child);
  const { exitCode, stdout } = await child;
  const parser = new MessageParser();
  const output = [...parser.push(stdout ?? ''), ...parser.finish()];
  return {
    exitCode,
    messages: output.flatMap((item) => (item.kind === 'message' ? [item] : [])),
    lines: output.flatMap((item) => (item.kind === 'line' ? [item.text] : [])),
    dot: exitCode === Exit.holds ? await readFile(join(folder, 'graph.dot'), 'utf8').catch(() => '') : '',
  };
}
