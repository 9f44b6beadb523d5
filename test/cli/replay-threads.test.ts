/** netfront replay on graphs: in as many threads as are asked for, and the same comes out. */
import { copyFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dumpGraph, graphModels, type Manifest, readManifest } from '../../corpus/index.js';
import { findingsOf, leftOutOf } from '../../cli/replay/left-out.js';
import { conformanceTable } from '../../cli/report-tables.js';
import { findJar, findJava } from '../../tlc/index.js';
import { oneSentence, ours, type Project, start } from '../fixtures/cli/netfront.js';

let project: Project;

/** A project with the smallest graph that there is, twice. */
beforeAll(async () => {
  project = await ours();
  const again = { name: 'ring_1_again', graphOf: 'ring_again' };
  await project.edit('spec/models/manifest.json', (text) => {
    const manifest = JSON.parse(text) as Manifest;
    const one = manifest.models.find(({ graphOf }) => graphOf === 'ring_1')!;
    return JSON.stringify({ ...manifest, models: [one, { ...one, ...again }] });
  });
  await copyFile(project.at('spec/models/ring_1_trace.cfg'), project.at('spec/models/ring_1_again.cfg'));
  const [one] = graphModels(await readManifest(project.root));
  const [java, jar] = await Promise.all([findJava(), findJar()]);
  await dumpGraph(project.root, one!, project.at('build/traces'), { java, jar });
  await copyFile(project.at('build/traces/ring_1.dot'), project.at('build/traces/ring_again.dot'));
  await cp('traces/valid/ring', project.at('traces/valid/ring'), { recursive: true });
});
afterAll(() => project.remove());

/** Lines without the column of seconds. */
const untimed = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => /^\[|^ring_/.test(line))
    .map((line) => line.replace(/ +[\d.,]+ +ok$/, '  ok'));

test('prints the same, in the order of the manifest, whatever the number of threads', async () => {
  const [one, two] = [
    await project.run('replay', '--jobs', '1'),
    await project.run('replay', '--jobs', '2', '--report', project.at('report.json')),
  ];
  expect([one.status, two.status]).toEqual([0, 0]);
  expect(untimed(two.stdout)).toEqual(untimed(one.stdout));
  expect(untimed(two.stderr)).toEqual(untimed(one.stderr));
  const { conformance } = JSON.parse(await readFile(project.at('report.json'), 'utf8')) as {
    conformance: { model: string; transitions: number; refusals: number; agreed: number }[];
  };
  expect(conformance.map(({ model }) => model)).toEqual(['ring_1', 'ring_again']);
  for (const { agreed, transitions, refusals } of conformance) {
    expect(transitions).toBeGreaterThan(20_000);
    // All that the two ends do. The rest are events that nobody sent.
    expect(agreed).toBeGreaterThan(refusals + transitions / 2);
  }
});

test.each([
  ['the graph is cut short', 'build/traces/ring_1.dot', 'There is no graph of ring_1 to replay'],
  ['the configuration is a folder', 'spec/models/ring_1_trace.cfg', 'EISDIR'],
])('one thread that fails ends the others, with a sentence: %s', async (what, name, words) => {
  const file = project.at(name);
  const text = await readFile(file, 'utf8');
  await rm(file);
  await (what.endsWith('folder') ? mkdir(file) : writeFile(file, text.slice(0, 20_000)));
  const { status, stderr } = await project.run('replay', '--jobs', '2');
  await rm(file, { recursive: true });
  await writeFile(file, text);
  expect(status).toBe(2);
  const last = stderr.split('\n').at(-1)!;
  expect(last).toContain(words);
  expect(last).toMatch(oneSentence);
});

test('Ctrl-C ends all threads', async () => {
  const child = start(['--root', project.root, 'replay', '--jobs', '2'], { cwd: project.root });
  await sleep(2500);
  const sent = performance.now();
  child.kill('SIGINT');
  const { exitCode, stderr } = await child;
  expect(exitCode).toBe(130);
  expect(performance.now() - sent).toBeLessThan(2000);
  expect(stderr).toContain('netfront: Interrupted: nothing was written.');
});

test.each([
  ['transitions', { done: 4, due: 5 }, 1],
  ['what xstate was asked for too often', { done: 7, due: 5 }, 2],
  ['steps of the peer', { done: 3, due: 5, orMore: true }, 2],
  ['nothing, with more steps of the peer', { done: 7, due: 5, orMore: true }, 0],
])('tells what is left out, and the row says so: %s', (_, counted, leftOut) => {
  const parts = [{ who: 'replay', what: 'took % of them', ...counted }];
  expect(leftOutOf(parts)).toBe(leftOut);
  const said = `NOT ok  the graph of m, against impl\n  replay    took ${counted.done} of 5 of them\n`;
  expect(findingsOf('m', 'impl', parts)).toEqual(leftOut > 0 ? [said] : []);
  const row = { model: 'm', target: 'impl', transitions: 5, steps: 5, refusals: 1, divergences: 0 };
  const table = conformanceTable([{ ...row, ...(leftOut > 0 && { leftOut }), seconds: 1 }]);
  expect(table.trimEnd().split('\n').at(-1)).toMatch(leftOut > 0 ? /NO/ : /ok/);
});
