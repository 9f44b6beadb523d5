import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  clock,
  netfront,
  oneSentence,
  ours,
  type Project,
  type Ran,
  start,
} from '../fixtures/cli/netfront.js';

/** The results of an earlier run, which a failure must not touch. */
const earlier = ['build/report.json', 'build/check.json', 'build/check.xml', 'spec/models/manifest.json'];
const outputs = ['--report', 'build/report.json', '--json', 'build/check.json', '--junit', 'build/check.xml'];
const empty = '{"version": 1, "models": [], "graphs": [], "conformance": []}';

let project: Project;
let before: readonly string[];

const contents = () => Promise.all(earlier.map((file) => readFile(project.at(file), 'utf8')));

beforeAll(async () => {
  project = await clock();
  await mkdir(project.at('build'));
  await writeFile(project.at('build/report.json'), empty);
  await writeFile(project.at('build/check.json'), 'earlier');
  await writeFile(project.at('build/check.xml'), 'earlier');
  before = await contents();
});
afterAll(() => project.remove());
afterEach(async () => {
  expect(await contents()).toEqual(before);
  expect((await readdir(project.at('build'))).toSorted()).toEqual(['check.json', 'check.xml', 'report.json']);
});

const failed = (ran: Ran, ...words: readonly (string | RegExp)[]): void => {
  expect({ status: ran.status, stdout: ran.stdout }).toEqual({ status: 2, stdout: '' });
  const [last] = ran.stderr.split('\n').slice(-1);
  expect(last).toMatch(oneSentence);
  expect(ran.stderr).not.toMatch(/^ +at |mistake of netfront/m);
  for (const word of words) expect(last).toMatch(word);
};

const check = (env: NodeJS.ProcessEnv, ...args: string[]): Promise<Ran> =>
  netfront(['--root', project.root, 'check', ...args, ...outputs], { cwd: project.root, env });

describe('each of these exits 2 with one sentence and leaves earlier results as they were', () => {
  test('an unknown model, for which the nearest one is named', async () => {
    failed(await check({}, 'tick_tow'), 'no model tick_tow', 'did you mean tick_two');
    failed(await project.run('explain', 'tick_tow'), 'did you mean tick_two');
  });

  test('TLA2TOOLS_JAR names a file that does not exist', async () => {
    failed(await check({ TLA2TOOLS_JAR: '/no/such.jar' }, 'tick'), 'TLA2TOOLS_JAR', '/no/such.jar');
  });

  test('TLA2TOOLS_JAR names a file that is no jar', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'netfront-cli-'));
    const jar = path.join(folder, 'torn.jar');
    await writeFile(jar, 'PK\u0003\u0004 and then the line went dead');
    failed(await check({ TLA2TOOLS_JAR: jar }, 'tick'), 'TLA2TOOLS_JAR', 'torn.jar');
    await rm(folder, { recursive: true });
  });

  test('there is no Java', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'netfront-cli-'));
    failed(await check({ PATH: folder, JAVA_HOME: '' }, 'tick'), 'Java 11 or later', 'install');
    await rm(folder, { recursive: true });
  });

  test('a syntax error, with its place', async () => {
    failed(await check({}, 'torn'), 'torn has no verdict', /spec\/models\/Torn\.tla:4:\d+: /);
  });

  test('a value that TLC cannot compute, though a verdict was expected', async () => {
    failed(await check({}, 'tick_nonsense'), 'tick_nonsense has no verdict', /Tick\.tla:\d+:\d+: /);
  });

  test('a false assumption', async () => {
    failed(await check({}, 'tick_none'), 'tick_none has no verdict', /Tick\.tla:\d+:\d+: /);
  });

  test('one model of several without a verdict', async () => {
    failed(await check({}, 'tick', 'torn', 'tick_two'), 'torn has no verdict');
  });

  test('a result that cannot be written, before anything is run', async () => {
    for (const option of ['--report', '--json', '--junit']) {
      const ran = await project.run('check', 'tick', option, 'build/report.json/below/it.json');
      failed(ran, 'build/report.json/below/it.json cannot be written');
      expect(ran.stderr).not.toContain('holds');
    }
  });

  test('a report that is none, if only a part of it would be replaced', async () => {
    const ran = await project.run('check', 'tick', '--report', 'build/check.json');
    failed(ran, 'build/check.json is not a report of ours');
    expect(ran.stderr).not.toContain('holds');
  });

  test('a manifest that is none', async () => {
    const other = await clock();
    await writeFile(other.at('spec/models/manifest.json'), '{}');
    failed(await other.run('check'), 'manifest.json cannot be used');
    await other.remove();
  });

  test('a missing configuration', async () => {
    const other = await clock();
    await rm(other.at('spec/models/tick.cfg'));
    failed(await other.run('check', 'tick'), 'tick.cfg');
    failed(await other.run('explain', 'tick'), 'tick.cfg');
    await rm(other.at('spec/models/tick_two.cfg'));
    failed(await other.run('traces', 'make'), 'tick_two.cfg', 'restore it');
    await other.remove();
  });

  test('a trace file that is cut short', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'netfront-cli-'));
    const file = path.join(folder, 'cut.ndjson');
    await writeFile(file, '{"format":"netfront-trace","version":1,"na');
    failed(await project.run('replay', file), 'cut.ndjson:1: ', 'netfront traces make');
    await rm(folder, { recursive: true });
  });

  test('a replay before there are any traces', async () => {
    failed(await project.run('replay', '--report', 'build/report.json'), 'netfront traces make');
  });
});

test('Ctrl-C ends the JVM, exits 130 and writes nothing', async () => {
  const other = await ours();
  const jvms = async () =>
    (await execa('ps', ['-eo', 'args'])).stdout
      .split('\n')
      .filter((line) => line.includes(`${other.root}/spec`));
  const child = start(['--root', other.root, 'check', 'tx_1_4_2', '--report', 'build/report.json'], {
    cwd: other.root,
  });
  for (let i = 0; i < 200 && (await jvms()).length === 0; i++) await sleep(100);
  expect(await jvms()).not.toEqual([]);
  child.kill('SIGINT');
  const { exitCode, stdout, stderr } = await child;
  expect({ exitCode, stdout, stderr }).toEqual({
    exitCode: 130,
    stdout: '',
    stderr: 'netfront: Interrupted: nothing was written.',
  });
  expect(await jvms()).toEqual([]);
  expect(await readdir(other.at('build'))).toEqual([]);
  await other.remove();
});
