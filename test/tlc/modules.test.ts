import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { moduleReader, modulesFrom } from '../../tlc/modules.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'netfront-modules-'));
  await mkdir(path.join(root, 'spec', 'models'), { recursive: true });
});
afterEach(() => rm(root, { recursive: true, force: true }));

const write = (file: string, text: string): Promise<void> => writeFile(path.join(root, 'spec', file), text);

test('a reader reads each module once, and one of TLA+ itself is none', async () => {
  await write('models/MCRing.tla', 'EXTENDS Ring, TLC\n');
  await write('Ring.tla', 'EXTENDS Naturals\nB == INSTANCE Back\n');
  await write('Back.tla', 'before');
  const modulesOf = moduleReader(root);
  const named = async (follow: 'extends' | 'all') =>
    (await modulesOf('MCRing', follow)).map(({ name }) => name);
  expect(await named('extends')).toEqual(['MCRing', 'Ring']);
  expect(await named('all')).toEqual(['MCRing', 'Ring', 'Back']);

  await write('Back.tla', 'after');
  expect((await modulesOf('MCRing', 'all')).at(-1)!.text).toBe('before');
  expect((await modulesFrom(root, 'MCRing', 'all')).at(-1)!.text).toBe('after');
});
