import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { connectionWords } from '../../replay/words/connection.js';
import { modelFiles, readConfig, readManifest } from '../../tlc/models.js';
import { netfront } from '../fixtures/cli/netfront.js';

const root = path.resolve(import.meta.dirname, '..', '..');
const lines = (text: string): readonly string[] => text.split('\n');

test('netfront explain connection_blind_restart tells both ends, and the store between them', async () => {
  const { status, stdout } = await netfront(['explain', 'connection_blind_restart']);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^step +actor +action +what changed +front +XenStore +back$/m);
  expect(stdout).toMatch(
    /^ +11 +front +FrontRestarted +front state := Initialising +waiting +Initialising$/m,
  );
  expect(stdout).toMatch(/^ +rings 2 +keys name 2 +rings 1$/m);
  expect(stdout).toContain("the guest's kernel starts again");
  expect(stdout).not.toMatch(/object Object|undefined/);
  expect(lines(stdout).at(-1)).toBe(
    'Step 17: the front is up with the rings of connection 2, the back with those of connection 1: neither will hear of the other.',
  );
});

test('netfront explain connection_ignores_unknown says what it stays like', async () => {
  const { status, stdout } = await netfront(['explain', 'connection_ignores_unknown']);
  expect(status).toBe(0);
  expect(lines(stdout).at(-1)).toMatch(
    /happens any more: it stays like this: the front is up \(Connected\), the back dead \(Unknown\)\.$/,
  );
});

test('netfront explain --svg of a model without a ring says what to do instead', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'netfront-'));
  const file = path.join(folder, 'run.svg');
  const { status, stderr } = await netfront(['explain', 'connection_blind_restart', '--svg', file]);
  expect(status).toBe(2);
  expect(stderr).toContain('There is no ring to draw in Connection: netfront explain without --svg');
  expect(await readdir(folder)).toEqual([]);
  await rm(folder, { recursive: true });
});

test('every invariant that a model of Connection violates has its sentence', async () => {
  const { models } = await readManifest(root);
  const broken = models.filter(({ module, expected }) => module === 'MCConnection' && expected !== 'holds');
  const frame = { at: 'ring', ring: 1, shown: 2, told: 'nothing', sg: false };
  const state = { frames: { F: frame }, keys: { queues: 1, flat: 1, numbered: 0 } };
  let asked = 0;
  for (const model of broken) {
    // What happens in the end needs fairness, and is worded by `never`.
    if ((await readConfig(modelFiles(root, model).config)).includes('SPECIFICATION FairSpec')) continue;
    asked++;
    expect(`${model.name}: ${connectionWords.closing(model.expected, state, {}, state)}`).toMatch(/\.$/);
  }
  expect(asked).toBeGreaterThan(15);
});
