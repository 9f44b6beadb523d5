import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dataIn, reportOf, rowsAsExpected } from './fixtures/page.js';

// What `npm pack` makes, used as somebody uses it who has a port in a repository of its own. Where npm would install what
// package.json names as dependencies, there is a link to each: no network is needed, and what only this repository has a
// use for is not found.

const root = path.resolve(import.meta.dirname, '..');
const driver = (name: string, ...args: string[]): string[] => [
  process.execPath,
  path.join(root, 'test/fixtures/drivers', `${name}.mjs`),
  ...args,
];

// Is there a whole number between 1 and 2?
const ASK_Z3 = `
  const { default: { init } } = await import('z3-solver');
  const { Solver, Int } = (await init()).Context('main');
  const [solver, x] = [new Solver(), Int.const('x')];
  solver.add(x.gt(1), x.lt(2));
  console.log(await solver.check());
  process.exit();
`;

let elsewhere: string;

beforeAll(async () => {
  elsewhere = await mkdtemp(path.join(tmpdir(), 'netfront-package-'));
  // Without its scripts: what they would build is built already.
  await execa('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', elsewhere], {
    cwd: root,
  });
  const [archive] = await readdir(elsewhere);
  const modules = path.join(elsewhere, 'node_modules');
  const home = path.join(modules, 'netfront');
  await mkdir(home, { recursive: true });
  await execa('tar', ['-xzf', archive!, '--strip-components=1', '-C', home], { cwd: elsewhere });
  const { dependencies } = JSON.parse(await readFile(path.join(home, 'package.json'), 'utf8')) as {
    dependencies: Readonly<Record<string, string>>;
  };
  for (const name of Object.keys(dependencies))
    await symlink(path.join(root, 'node_modules', name), path.join(modules, name));
});
afterAll(() => rm(elsewhere, { recursive: true, force: true }));

const netfront = (...args: readonly string[]) =>
  execa(process.execPath, [path.join(elsewhere, 'node_modules/netfront/dist/bin/main.js'), ...args], {
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
    expect(await readdir(path.join(elsewhere, 'node_modules/netfront/spec'))).toContain(path.basename(file!));
  });

  test('says its version, and checks a small model with TLC', async () => {
    const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(await netfront('--version')).toMatchObject({ exitCode: 0, stdout: version, stderr: '' });
    const { exitCode, stdout } = await netfront('check', 'tx_1_4_1_ids');
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: expect.stringContaining('UniqueOutstandingId is violated'),
    });
  });

  // netfront prove itself is run elsewhere: it takes a minute.
  test('finds the solver, which is the one package that is not in the bundle', async () => {
    const bundle = path.join(elsewhere, 'node_modules/netfront/dist/bin/main.js');
    const imported = [
      ...(await readFile(bundle, 'utf8')).matchAll(/\bimport\("([^"]+)"\)|^import .* from "([^"]+)";$/gm),
    ];
    const packages = imported
      .map(([, dynamic, other]) => (dynamic ?? other)!)
      .filter((name) => process.getBuiltinModule(name) === undefined);
    expect([...new Set(packages)]).toEqual(['z3-solver']);
    const { stdout } = await execa(process.execPath, ['--input-type=module', '-e', ASK_Z3], {
      cwd: elsewhere,
    });
    expect(stdout).toBe('unsat');
  });

  test('can be imported, with its types', async () => {
    await writeFile(
      path.join(elsewhere, 'use.ts'),
      [
        "import { connect, SimulatedHost } from 'netfront';",
        "import { findJar } from 'netfront/tlc';",
        "import { readTraces } from 'netfront/traces';",
        'export const close: Promise<number> = connect(new SimulatedHost()).netfront.close();',
        'export const names: string[] = [findJar.name, readTraces.name];',
        '// @ts-expect-error: it is no string',
        'export const wrong: string = close;',
      ].join('\n'),
    );
    const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
    const types = ['--typeRoots', path.join(root, 'node_modules/@types'), '--types', 'node'];
    const options = ['--strict', '--module', 'nodenext', '--target', 'es2023', '--skipLibCheck', ...types];
    await writeFile(path.join(elsewhere, 'package.json'), '{"type":"module"}');
    const compiled = await execa(process.execPath, [tsc, ...options, 'use.ts'], {
      cwd: elsewhere,
      reject: false,
    });
    expect({ exitCode: compiled.exitCode, stdout: compiled.stdout }).toEqual({ exitCode: 0, stdout: '' });
    const script = "const { names } = await import('./use.js'); console.log(names.join());";
    const { stdout } = await execa(process.execPath, ['--input-type=module', '-e', script], {
      cwd: elsewhere,
    });
    expect(stdout).toBe('findJar,readTraces');
  });

  test('makes a page of a report', async () => {
    await writeFile(path.join(elsewhere, 'report.json'), JSON.stringify(reportOf(await rowsAsExpected())));
    const made = await netfront('page', '--from', 'report.json', '--output', 'index.html');
    expect(made).toMatchObject({ exitCode: 0, stderr: '' });
    expect((await dataIn(path.join(elsewhere, 'index.html'))).models.length).toBeGreaterThan(100);
  });

  test('leaves out what only this repository has a use for', async () => {
    const folders = await readdir(path.join(elsewhere, 'node_modules/netfront/dist'));
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
