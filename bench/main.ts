/**
 * npm run bench: the figures the project holds itself to, each a ratio of two things measured in one run, written
 * to build/bench.json. It never fails because a figure is bad; it says which goals are missed.
 *
 * With names behind it, only these parts are run, and nothing is written: `npm run bench -- ring loopback`.
 */
import { mkdir } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { findJar, findJava } from '../tlc/index.js';
import { readManifest } from '../corpus/index.js';
import type { BenchContext } from './context.js';
import type { Figure } from './figure.js';
import { benchCover, benchMemory, benchReading } from './graph.js';
import { benchLoopback } from './loopback.js';
import { benchPeer } from './peer.js';
import { benchQueues } from './queues.js';
import { benchReplay } from './replay.js';
import { benchRing } from './ring.js';
import { benchWrapper } from './wrapper.js';

/** A part, by its name: what is done in it, and what does it. */
const parts: Readonly<
  Record<string, readonly [says: string, bench: (context: BenchContext) => Promise<readonly Figure[]>]>
> = {
  wrapper: ['one model by TLC, in turn with our wrapper and without', benchWrapper],
  reading: ['TLC writes three graphs, which are read and covered', benchReading],
  cover: ['these graphs are covered again', benchCover],
  replay: ['one graph is replayed, beside an actor with two states', benchReplay],
  loopback: ['two netfronts exchange frames', benchLoopback],
  queues: ['a device sends over one queue and over four', benchQueues],
  peer: ['packets are sent to a backend in C', benchPeer],
  ring: ['both ends of a ring on two processors, beside a program in C', benchRing],
  memory: ['a graph of more than a million transitions is read and covered', benchMemory],
};

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !Object.hasOwn(parts, name));
if (unknown !== undefined) {
  console.error(`bench has no part ${unknown}: it has ${Object.keys(parts).join(', ')}.`);
  process.exit(2);
}
const names = asked.length === 0 ? Object.keys(parts) : asked;

const root = path.resolve(import.meta.dirname, '..', '..');
const build = path.join(root, 'build');
const tools = { java: await findJava(), jar: await findJar() };
const { models } = await readManifest(root);
const context = { root, tools, models, folder: path.join(build, 'bench') };
await mkdir(context.folder, { recursive: true });

const begun = performance.now();
const elapsed = (): string => `${((performance.now() - begun) / 1000).toFixed(0)} s`;
const figures: Figure[] = [];
for (const [i, name] of names.entries()) {
  const [says, bench] = parts[name]!;
  console.log(`[${i + 1}/${names.length}] ${name}, after ${elapsed()}: ${says}`);
  for (const found of await bench(context)) {
    figures.push(found);
    const goal = 'atMost' in found.goal ? `at most ${found.goal.atMost}` : `at least ${found.goal.atLeast}`;
    console.log(
      `${found.met ? 'met   ' : 'MISSED'} ${found.name}: ${found.value} (${found.what}; goal: ${goal})`,
    );
  }
}
console.log(`all done after ${elapsed()}`);
if (asked.length === 0) {
  const file = path.join(build, 'bench.json');
  const machine = { processors: availableParallelism(), kind: cpus()[0]?.model.trim() ?? process.arch };
  const date = new Date().toISOString().slice(0, 10);
  const seconds = Math.round((performance.now() - begun) / 1000);
  await writeFileAtomic(
    file,
    `${JSON.stringify({ version: 1, date, machine, node: process.version, seconds, figures }, null, 2)}\n`,
  );
  console.log(
    `written to ${path.relative(process.cwd(), file)}; to publish it: netfront docs --bench ${path.relative(root, file)}`,
  );
}
