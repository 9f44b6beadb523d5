import path from 'node:path';
import { appendFile, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { findTools } from '../../cli/run.js';
import type * as SharedRuns from '../../cli/traces/shared-runs.js';
import {
  type CorpusFile,
  counterexampleFile,
  modelFiles,
  readConstants,
  readManifest,
} from '../../corpus/index.js';
import { netfront, ours, type Project } from '../fixtures/cli/netfront.js';
import { type SpiedJava, spiedJava } from '../fixtures/cli/java.js';

// One with a graph, and one with a counterexample that is in the corpus.
const names = ['ring_1_trace', 'tx_1_4_1_ids'];

let project: Project;
let java: SpiedJava;
let original: string;

beforeAll(async () => {
  project = await ours();
  java = await spiedJava(project.root);
  await project.edit('spec/models/manifest.json', (text) => {
    const { models, ...rest } = JSON.parse(text) as { models: { name: string }[] };
    return JSON.stringify({ ...rest, models: models.filter(({ name }) => names.includes(name)) });
  });
  original = await readFile(project.at('spec/RingFront.tla'), 'utf8');
  expect(await run('check', '--report', 'build/report.json')).toEqual(names);
});
afterAll(() => project.remove());
beforeEach(() => writeFile(project.at('spec/RingFront.tla'), original));

/** Runs the command. @returns the models that TLC was run on meanwhile */
async function run(...args: string[]): Promise<readonly string[]> {
  const { status } = await netfront(['--root', project.root, ...args], { cwd: project.root, env: java.env });
  // The cases for ports need more graphs than there are here, and traces make says so when it has run TLC.
  expect(status).toBe(args[0] === 'check' ? 0 : 2);
  return (await java.runs()).map((line) => /-config \S*?(\w+)\.cfg/.exec(line)![1]!).toSorted();
}

/** What traces are made from: the text of the graph, and the counterexample as a trace. No Java runs if there is none. */
async function madeFrom(javaPath?: string): Promise<readonly [graph: string, counterexample: CorpusFile]> {
  // As it was built: a run that was kept by another version of us is not taken.
  const built = path.resolve('dist/cli/traces/shared-runs.js');
  const { outcomeForTraces } = (await import(built)) as typeof SharedRuns;
  const { signal } = new AbortController();
  const { java, jar } = await findTools(signal);
  const options = { java: { ...java, path: javaPath ?? java.path }, jar, root: project.root, signal };
  const { models } = await readManifest(project.root);
  const [traced, violated] = names.map((name) => models.find((model) => model.name === name)!);
  await outcomeForTraces(traced!, options);
  const constants = await readConstants(modelFiles(project.root, violated!).config);
  const file = counterexampleFile(violated!, constants, await outcomeForTraces(violated!, options));
  return [await readFile(project.at('build/traces/ring_1.dot'), 'utf8'), file!];
}

test('traces are made of the runs of a check, and these are what runs of their own would be', async () => {
  expect(await run('traces', 'make')).toEqual([]);
  const shared = await madeFrom('no-java');
  expect(shared[0]).toMatch(/^strict digraph/);
  expect(shared[1][0]).toBe('invalid/tx/1-4-1-ids.ndjson');
  await rm(project.at('build'), { recursive: true });
  expect(await run('traces', 'make')).toEqual(names);
  expect(await madeFrom()).toEqual(shared);
  await run('check', '--report', 'build/report.json');
});

test('a run of modules that have changed by one octet since is not taken', async () => {
  await appendFile(project.at('spec/RingFront.tla'), '\n');
  expect(await run('traces', 'make')).toEqual(names);
  await writeFile(project.at('spec/RingFront.tla'), original);
});

test.each([
  ['cut short', (file: string) => truncate(file, 100_000)],
  ['another one', (file: string) => appendFile(file, '\n')],
  ['gone', (file: string) => rm(file)],
])('a graph that is %s is not taken', async (_, damage) => {
  await damage(project.at('build/traces/ring_1.dot'));
  expect(await run('traces', 'make')).toEqual(['ring_1_trace']);
});

test('a record that is cut short is not taken', async () => {
  await truncate(project.at('build/runs/tx_1_4_1_ids.json'), 200);
  expect(await run('traces', 'make')).toEqual(['tx_1_4_1_ids']);
});

test('a check without a report keeps nothing, nor does one of several workers', async () => {
  await rm(project.at('build/runs'), { recursive: true });
  await run('check');
  await run('check', '--workers', '2', '--report', 'build/report.json');
  expect(await readdir(project.at('build'))).not.toContain('runs');
});
