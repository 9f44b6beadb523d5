/** netfront page: what it is made from, and what it says where that is not there. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { netfront } from '../fixtures/cli/netfront.js';
import { dataIn, type MadePage, madePage, reportOf, rowsAsExpected } from '../fixtures/page.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'netfront-page-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('netfront page', () => {
  let made: MadePage;
  beforeAll(async () => {
    made = await madePage(reportOf(await rowsAsExpected()));
  });
  afterAll(() => made.remove());

  test('without a report says what to run', async () => {
    const { status, stderr } = await netfront(['page', '--from', path.join(folder, 'none.json')]);
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /^netfront: There is no (.*none\.json): run make check, which writes it \(where there is no Makefile: netfront check --report \1\)\.$/,
    );
  });

  test('names models that a report has and the tree has not', async () => {
    const [row] = await rowsAsExpected();
    const { ran } = await madePage(reportOf([{ ...row!, name: 'tx_9_9_9' }]));
    expect(ran.status).toBe(2);
    expect(ran.stderr).toContain('is of other models than these: it has tx_9_9_9');
  });

  test('takes no empty report for one in which all is well', async () => {
    const { ran } = await madePage(reportOf([]));
    expect(ran.status).toBe(2);
    expect(ran.stderr).toContain('has no models in it');
  });

  test('shows a verdict that is not the expected one, and a model that was not run', async () => {
    const rows = await rowsAsExpected();
    const wrong = { ...rows[0]!, verdict: 'BufferStable', ok: false };
    const { file, ran, remove } = await madePage(reportOf([wrong, ...rows.slice(2)]));
    expect(ran).toEqual({ status: 0, stderr: '', stdout: expect.stringContaining(`${rows.length} models`) });
    const [first, second, third] = (await dataIn(file)).models;
    expect(first).toMatchObject({ name: rows[0]!.name, found: 'BufferStable', ok: false });
    expect(second).toMatchObject({ name: rows[1]!.name, found: null });
    expect(third).toMatchObject({ found: rows[2]!.verdict, ok: true });
    await remove();
  });

  test('has the committed counterexamples in the words of netfront explain, and the text of each of their actions', async () => {
    const { runs, actions, models } = await dataIn(made.file);
    expect(Object.keys(runs).length).toBeGreaterThan(60);
    expect(runs.tx_1_4_1!.steps).toHaveLength(16);
    for (const [name, run] of Object.entries(runs)) {
      const { module } = models.find((model) => model.name === name)!;
      for (const { action } of run.steps.slice(1)) {
        const definition = actions[module]?.[action.replace(/\(.*/, '')];
        expect(definition, `${name}: ${action}`).toBeDefined();
        const lines = (await readFile(definition!.file, 'utf8')).split('\n').slice(definition!.line - 1);
        expect(lines.slice(0, definition!.text.split('\n').length).join('\n')).toBe(definition!.text);
      }
    }
  });

  test('knows the faults and releases by which one filters', async () => {
    const { models } = await dataIn(made.file);
    const named = (name: string) => models.find((model) => model.name === name);
    expect(named('ring_weak_no_front_push_wmb')!.faults).toEqual(['no front_push_wmb']);
    expect(named('ring_weak')!.faults).toEqual([]);
    expect(named('ring_no_final_check')!.faults).toContain('no_final_check');
    expect(named('tx_1_4_1')!.release).toBe('mirage-net-xen 1.3.0 to 1.4.1');
    expect(named('rx_1_5_0')!.release).toBe('mirage-net-xen 1.5.0 and 1.6.0');
  });
});

describe('netfront explain --svg', () => {
  test('of a model that holds writes nothing, and says so', async () => {
    const file = path.join(folder, 'holds.svg');
    const { status, stderr } = await netfront(['explain', 'tx_slot_in_order', '--svg', file]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/no step to draw: \S*holds\.svg was not written/);
    await expect(readFile(file)).rejects.toThrow();
  });

  test('has the steps for the drawing alone', async () => {
    const { status, stderr } = await netfront(['explain', 'tx_1_4_1_ids', '--steps', '1']);
    expect(status).toBe(2);
    expect(stderr).toContain('give --svg FILE too');
  });

  test('draws the steps that are asked for', async () => {
    const file = path.join(folder, 'ids.svg');
    const { status, stdout } = await netfront(['explain', 'tx_1_4_1_ids', '--svg', file, '--steps', '1,5']);
    expect(status).toBe(0);
    const svg = await readFile(file, 'utf8');
    for (const part of [
      'Step 1: The initial state',
      'Step 5: TxEnqueue',
      'prefers-color-scheme',
      'req_prod_pvt 1',
    ])
      expect(svg).toContain(part);
    expect(svg).not.toContain('Step 4');
    expect(stdout).toContain('both have id 0');
  });

  test.each([
    ['0', 'steps are numbers from 1'],
    ['x', 'steps are numbers from 1'],
    ['6', 'There is no step 6: the run has 5 steps'],
  ])('refuses --steps %s', async (steps, says) => {
    const file = path.join(folder, 'none.svg');
    const { status, stderr } = await netfront(['explain', 'tx_1_4_1_ids', '--svg', file, '--steps', steps]);
    expect(status).toBe(2);
    expect(stderr).toContain(says);
    await expect(readFile(file)).rejects.toThrow('ENOENT');
  });

  test('refuses a file that cannot be written before TLC runs', async () => {
    await writeFile(path.join(folder, 'file'), '');
    const { status, stderr } = await netfront([
      'explain',
      'tx_1_4_1_ids',
      '--svg',
      path.join(folder, 'file', 'x.svg'),
    ]);
    expect(status).toBe(2);
    expect(stderr).toContain('cannot be written');
  });
});
