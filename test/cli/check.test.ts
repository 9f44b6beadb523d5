import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { meaningOf } from '../../cli/meaning.js';
import { readReport, updateReport } from '../../cli/report-file.js';
import { clock, ours, type Project } from '../fixtures/cli/netfront.js';

const manifest = 'spec/models/manifest.json';

describe('netfront check', () => {
  let project: Project;
  let original: string;

  beforeAll(async () => {
    project = await clock();
    original = await readFile(project.at(manifest), 'utf8');
    return project.remove;
  });
  beforeEach(() => writeFile(project.at(manifest), original));

  const json = async (file: string): Promise<unknown> => JSON.parse(await readFile(project.at(file), 'utf8'));

  test('exits 0 if a model holds as expected', async () => {
    const { status, stdout, stderr } = await project.run('check', 'tick');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^tick +holds +holds +4 +4 +[\d.]+ +ok$/m);
    expect(stdout).toContain('tick holds, as expected: all 4 reachable states were looked at.');
    // Progress is not part of the result.
    expect(stderr).toMatch(/^tick \.\.\. holds, 4 states, [\d.]+ s$/);
  });

  test('exits 0 if the expected property is violated, says what it means and what to type next', async () => {
    const { status, stdout } = await project.run('check', 'tick_two');
    expect(status).toBe(0);
    expect(stdout).toContain('tick_two: NeverTwo is violated at step 3, as expected.');
    expect(stdout).toContain('R1: The second hour comes.');
    expect(stdout).toContain('netfront explain tick_two');
  });

  test('knows which temporal property is violated, and a deadlock', async () => {
    const { status, stdout } = await project.run('check', 'tick_round', 'tick_sticks');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^tick_round +Stops +Stops /m);
    expect(stdout).toMatch(/^tick_sticks +deadlock +deadlock /m);
  });

  test('exits 1 if another verdict was expected', async () => {
    await project.edit(manifest, (text) => text.replace('"NeverTwo"', '"holds"'));
    const { status, stdout } = await project.run('check', 'tick_two');
    expect(status).toBe(1);
    expect(stdout).toContain('tick_two: expected it holds, found that NeverTwo is violated');
  });

  test.each(['distinctStates', 'generatedStates', 'depth'])(
    'exits 1 if %s is another, and says how to record it',
    async (figure) => {
      await project.edit(manifest, (text) => text.replace(new RegExp(`"${figure}": \\d+`), `"${figure}": 7`));
      const { status, stdout } = await project.run('check', 'tick');
      expect(status).toBe(1);
      expect(stdout).toMatch(
        /^tick: [a-z ]+: expected 7, found \d \(if this is meant: netfront check --record tick\)$/m,
      );
    },
  );

  test('records figures, and changes nothing else in the manifest', async () => {
    await project.edit(manifest, (text) => text.replaceAll(/"depth": \d+/g, '"depth": 9'));
    expect(await project.run('check', '--record', 'tick')).toMatchObject({ status: 0 });
    expect(await readFile(project.at(manifest), 'utf8')).toBe(
      original.replaceAll(/"depth": \d+/g, '"depth": 9').replace('"depth": 9', '"depth": 4'),
    );
  });

  test('records nothing if a verdict is not the expected one', async () => {
    await project.edit(manifest, (text) =>
      text.replace('"NeverTwo"', '"holds"').replaceAll(/"depth": \d+/g, '"depth": 9'),
    );
    const before = await readFile(project.at(manifest), 'utf8');
    expect(await project.run('check', '--record', 'tick', 'tick_two')).toMatchObject({ status: 1 });
    expect(await readFile(project.at(manifest), 'utf8')).toBe(before);
  });

  test('does not compare what several workers do not repeat, and says so', async () => {
    await project.edit(manifest, (text) => text.replaceAll(/"depth": \d+/g, '"depth": 9'));
    const { status, stderr } = await project.run('check', '--workers', '2', 'tick', 'tick_two');
    expect(status).toBe(0);
    expect(stderr).toContain('not compared');
  });

  test('writes JSON, JUnit XML and the report', async () => {
    await project.edit(manifest, (text) => text.replace('"depth": 3', '"depth": 8'));
    const files = ['--json', 'out/r.json', '--junit', 'out/r.xml', '--report', 'out/report.json'];
    expect(await project.run('check', 'tick', 'tick_two', ...files)).toMatchObject({ status: 1 });
    const models = [
      { name: 'tick', expected: 'holds', verdict: 'holds', ok: true, distinctStates: 4, depth: 4 },
      { name: 'tick_two', expected: 'NeverTwo', verdict: 'NeverTwo', ok: false, distinctStates: 3, depth: 3 },
    ];
    expect(await json('out/r.json')).toMatchObject({ version: 1, models });
    expect(await json('out/report.json')).toMatchObject({ version: 1, models, graphs: [], conformance: [] });
    const xml = await readFile(project.at('out/r.xml'), 'utf8');
    expect(xml).toMatch(/<testsuite [^>]*tests="2" failures="1" errors="0"/);
    expect(xml).toContain('depth: expected 8, found 3');
  });

  test('puts the models it ran into a report and leaves the rest of it', async () => {
    const file = project.at('kept.json');
    const row = { model: 'tick', states: 4, transitions: 4, covered: 4, paths: 1, steps: 4, sha256: 'x' };
    await updateReport(file, 'graphs', [row]);
    await project.run('check', 'tick', '--report', 'kept.json');
    await project.run('check', 'tick_two', '--report', 'kept.json');
    const report = await readReport(file);
    expect(report.models.map(({ name }) => name)).toEqual(['tick', 'tick_two']);
    expect(report.graphs).toEqual([row]);
  });

  test('begins the report anew if all models are run, whatever it was', async () => {
    await project.edit(manifest, (text) => {
      const all = JSON.parse(text) as { models: { name: string }[] };
      return JSON.stringify({ ...all, models: all.models.filter(({ name }) => /^tick(_two)?$/.test(name)) });
    });
    const row = { model: 'tick', states: 4, transitions: 4, covered: 4, paths: 1, steps: 4, sha256: 'x' };
    await updateReport(project.at('full.json'), 'graphs', [row]);
    expect(await project.run('check', '--report', 'full.json')).toMatchObject({ status: 0 });
    expect(await json('full.json')).toMatchObject({
      graphs: [],
      models: [{ name: 'tick' }, { name: 'tick_two' }],
    });
    await writeFile(project.at('full.json'), '{"version": 1, "mod');
    expect(await project.run('check', '--report', 'full.json')).toMatchObject({ status: 0 });
    expect(await readReport(project.at('full.json'))).toMatchObject({ version: 1 });
  });
});

describe('our own models', () => {
  let project: Project;
  beforeAll(async () => {
    project = await ours();
  });
  afterAll(() => project.remove());

  test('tx_1_4_1 violates BufferStable, which is said in the words of the specification', async () => {
    const { status, stdout } = await project.run('check', 'tx_1_4_1');
    expect(status).toBe(0);
    expect(stdout).toContain('tx_1_4_1: BufferStable is violated at step 16, as expected.');
    expect(stdout).toContain(
      'P2: What the backend reads from a block is the frame that the request promised.',
    );
  });

  test('a property that one module states and another uses has the words of the first', async () => {
    expect(await meaningOf('.', 'MCNetfrontTx', 'TxResponseBound')).toMatchObject({
      number: 'P8',
      text: expect.stringContaining('believes no response that answers no request'),
    });
    expect(await meaningOf('.', 'MCNetfrontTx', 'NoSuchProperty')).toBeUndefined();
  });

  test('tx_1_4_1 is a finding if the manifest says that it holds', async () => {
    await project.edit(manifest, (text) => text.replace('"expected": "BufferStable"', '"expected": "holds"'));
    const { status, stdout } = await project.run('check', 'tx_1_4_1');
    expect(status).toBe(1);
    expect(stdout).toContain('tx_1_4_1: expected it holds, found that BufferStable is violated');
  });
});
