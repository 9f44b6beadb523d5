/** TLC in one JVM for many runs says of each what it says in a JVM of its own: nothing of one run is left for the next. */
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findJar, findJava } from '../tlc/index.js';
import { Batch } from './mutation/spec/batch.js';
import { type Checked, readFamilies } from './mutation/spec/families.js';
import { judged } from './mutation/spec/judge.js';

const root = path.resolve('.');
let batch: Batch;
let models: readonly Checked[];
beforeAll(async () => {
  const here = path.resolve('test/mutation/spec/Batch.java');
  const tools = { java: await findJava(), jar: await findJar(), batch: here };
  const families = await readFamilies(root, tools, ['ConnectionState']);
  models = families.flatMap((family) => family.models);
  batch = await Batch.open(root, tools);
});
afterAll(() => batch.close());

const named = (name: string): Checked => {
  const found = models.find(({ model }) => model.name === name);
  if (found === undefined) throw new Error(`the manifest has no model ${name}`);
  return found;
};

test('a model with temporal properties, after runs that ended with an error', async () => {
  const [violated, live] = [named('connection_state_before_keys'), named('connection_ignores_restart')];
  expect(violated.model.expected).not.toBe('holds');
  expect(live.isLive).toBe(true);
  const said: unknown[] = [];
  for (let n = 0; n < 30; n++)
    for (const each of [violated, live]) said.push(judged(each.model, await batch.run(each)));
  expect(said).toEqual(said.map(() => ({ kind: 'same' })));
});
