import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { meaningOf } from '../../cli/meaning.js';
import { connectionCases } from '../../conform/cases/connection.js';
import { readManifest } from '../../tlc/models.js';

const root = path.resolve(import.meta.dirname, '..', '..');

test('each row of spec/CONNECTION-BUGS.md has a model that breaks its property and a case, or says why there is none', async () => {
  const page = await readFile(path.join(root, 'spec', 'CONNECTION-BUGS.md'), 'utf8');
  const rows = page
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(2)
    .map((line) => line.split('|').map((cell) => cell.trim()));
  expect(rows).toHaveLength(39);
  const { models } = await readManifest(root);
  const cases = connectionCases.map(({ name }) => `\`${name}\``);
  for (const [, where, , property, model, caught] of rows) {
    if (!cases.includes(caught!)) expect(caught, where).toMatch(/^(?!`)\w.*[a-z]/);
    if (property === '') {
      expect(model).toMatch(/\w+ \w+ \w+/);
      continue;
    }
    const { module, expected } = models.find(({ name }) => `\`${name}\`` === model)!;
    expect(`${model}: ${property}`).toBe(`${model}: ${(await meaningOf(root, module, expected))?.number}`);
  }
});
