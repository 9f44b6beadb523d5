/**
 * npm run bench: the figures the project holds itself to, each a ratio of two things measured in one run, written
 * to build/bench.json. It never fails because a figure is bad; it says which goals are missed.
 */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { findJar, findJava } from '../tlc/index.js';
import { readManifest } from '../corpus/index.js';
import type { Figure } from './figure.js';
import { benchCover, benchMemory, benchReading } from './graph.js';
import { benchLoopback } from './loopback.js';
import { benchPeer } from './peer.js';
import { benchReplay } from './replay.js';
import { benchRing } from './ring.js';
import { benchWrapper } from './wrapper.js';

const root = path.resolve(import.meta.dirname, '..', '..');
const build = path.join(root, 'build');
const tools = { java: await findJava(), jar: await findJar() };
const { models } = await readManifest(root);
const context = { root, tools, models, folder: path.join(build, 'bench') };
await mkdir(context.folder, { recursive: true });

const figures: Figure[] = [];
const benches = [
  ...[benchWrapper, benchReading, benchCover, benchReplay],
  ...[benchLoopback, benchPeer, benchRing, benchMemory],
];
for (const bench of benches) {
  for (const found of await bench(context)) {
    figures.push(found);
    const goal = 'atMost' in found.goal ? `at most ${found.goal.atMost}` : `at least ${found.goal.atLeast}`;
    console.log(
      `${found.met ? 'met   ' : 'MISSED'} ${found.name}: ${found.value} (${found.what}; goal: ${goal})`,
    );
  }
}
const file = path.join(build, 'bench.json');
await writeFileAtomic(file, `${JSON.stringify({ version: 1, figures }, null, 2)}\n`);
console.log(`written to ${path.relative(process.cwd(), file)}`);
