/** The small graphs, made by TLC once and kept below build/: a mutant must not wait for a model checker. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { type SmallGraph, smallGraph } from '../fixtures/small-graphs/graphs.js';

/** Where they are kept, from the project's folder or from the copy of it that mutants are tried in. */
export const KEPT = 'build/mutation/graphs';

const fileOf = (name: string): string => path.join(KEPT, `${name}.bin`);

/** Makes a graph with its cover and keeps it. */
export const keepGraph = async (name: string): Promise<SmallGraph> => {
  const graph = await smallGraph(name);
  await mkdir(KEPT, { recursive: true });
  await writeFile(fileOf(name), serialize(graph));
  return graph;
};

/** Reads a graph that {@link keepGraph} kept. */
export const keptGraph = async (name: string): Promise<SmallGraph> =>
  deserialize(await readFile(fileOf(name))) as SmallGraph;
