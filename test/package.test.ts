import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dataIn, reportOf, rowsAsExpected } from './fixtures/page.js';

// What `npm pack` makes, used as somebody uses it who has a port in a repository of its own.

const root = path.resolve(import.meta.dirname, '..');
const driver = (name: string, ...args: string[]): string[] => [
  process.execPath,
  path.join(root, 'test/fixtures/drivers', `${name}.mjs`),
  ...args,
];

let elsewhere: string;

beforeAll(async () => {
  elsewhere = await mkdtemp(path.join(tmpdir(), 'netfront-package-'));
  // Without its scripts: what they would build is built already.
  await execa('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', elsewhere], {
    cwd: root,
  });
  const [archive] = await readdir(elsewhere);
  await execa('tar', ['-xzf', archive!], { cwd: elsewhere });
  await symlink(path.join(root, 'node_modules'), path.join(elsewhere, 'node_modules'));
});
afterAll(() => rm(elsewhere, { recursive: true, force: true }));

const netfront = (...args: readonly string[]) =>
  execa(process.execPath, [path.join(elsewhere, 'package/dist/bin/main.js'), ...args], {
    cwd: elsewhere,
    reject: false,
    env: { NO_COLOR: '1' },
  });

describe('the package', () => {
  test('runs its own corpus against a driver outside this repository', async () => {
    const { exitCode, stdout } = await netfront(
      'conform',
      '--case',
      'tx/out-of-order',
      '--',
      ...driver('impl'),
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringContaining('1 case passed') });
  });

  test('has the specification, and says where the property stands that a driver breaks', async () => {
    const command = driver('useless', 'tx');
    const { exitCode, stdout } = await netfront('conform', '--case', 'tx/out-of-order', '--', ...command);
    expect(exitCode).toBe(1);
    const [, file] = /(spec\/\w+\.tla):\d+/.exec(stdout) ?? [];
    expect(file).toBeDefined();
    expect(await readdir(path.join(elsewhere, 'package/spec'))).toContain(path.basename(file!));
  });

  test('makes a page of a report', async () => {
    await writeFile(path.join(elsewhere, 'report.json'), JSON.stringify(reportOf(await rowsAsExpected())));
    const made = await netfront('page', '--from', 'report.json', '--output', 'index.html');
    expect(made).toMatchObject({ exitCode: 0, stderr: '' });
    expect((await dataIn(path.join(elsewhere, 'index.html'))).models.length).toBeGreaterThan(100);
  });

  test('leaves out what only this repository has a use for', async () => {
    const folders = await readdir(path.join(elsewhere, 'package/dist'));
    expect(folders.toSorted()).toEqual([
      'bin',
      'cli',
      'conform',
      'corpus',
      'graph',
      'impl',
      'logs',
      'page',
      'peer',
      'prove',
      'replay',
      'tlc',
    ]);
  });
});
