import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findJar, findJava } from '../../tlc/index.js';

let folder: string;

/** A program of its own that runs TLC for minutes, built here so that the test needs no build. */
const program = (request: object): string => `
import { runModel } from './tlc/run.js';
await runModel({ ...${JSON.stringify(request)}, onProgress: () => console.log('running') });
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'netfront-orphan-'));
  const compilerOptions = {
    module: ModuleKind.ESNext,
    target: ScriptTarget.ES2022,
    verbatimModuleSyntax: true,
  };
  await mkdir(join(folder, 'tlc'));
  for (const name of (await readdir('tlc')).filter((each) => each.endsWith('.ts'))) {
    const { outputText } = transpileModule(await readFile(join('tlc', name), 'utf8'), { compilerOptions });
    await writeFile(join(folder, 'tlc', name.replace(/\.ts$/, '.js')), outputText);
  }
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Every JVM of the program has the folder among its arguments. */
const running = async (): Promise<readonly string[]> =>
  (await execa('ps', ['-eo', 'args'])).stdout
    .split('\n')
    .filter((line) => line.includes(folder) && line.includes('tlc2.TLC'));

test.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
  'a program that ends by %s takes its JVM with it',
  async (signal) => {
    const [java, jar] = await Promise.all([findJava(), findJar()]);
    const spec = resolve('test/fixtures/tlc/Faults.tla');
    const config = resolve('test/fixtures/tlc/long.cfg');
    const main = join(folder, 'main.js');
    await writeFile(main, program({ java, jar, spec, config }));
    const child = execa(process.execPath, [main], { env: { TMPDIR: folder }, reject: false, buffer: false });
    await new Promise((heard) => child.stdout.once('data', heard));
    expect(await running()).toHaveLength(1);
    child.kill(signal);
    await child;
    await expect.poll(running, { timeout: 5000 }).toEqual([]);
  },
  120_000,
);
