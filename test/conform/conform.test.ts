import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { hasDevice } from '../../conform/case.js';
import { conform, startDriver } from '../../conform/conform.js';
import { areaOf, readPortCorpus } from '../../conform/corpus.js';
import { DriverFault } from '../../conform/port.js';
import { runCase } from '../../conform/run-case.js';
import { shrink } from '../../conform/shrink.js';
import { writtenCases } from '../../conform/cases/index.js';

const root = path.resolve(import.meta.dirname, '..', '..');
const main = path.join(root, 'dist/bin/main.js');
const driver = (name: string, ...args: string[]): [string, ...string[]] => [
  process.execPath,
  path.join(root, 'test/fixtures/drivers', `${name}.mjs`),
  ...args,
];
const options = (command: readonly [string, ...string[]], timeoutMs = 5000, jobs = 2) => ({
  command,
  jobs,
  timeoutMs,
});
const netfront = (args: readonly string[]) =>
  execa(process.execPath, [main, ...args], { reject: false, env: { NO_COLOR: '1' } });

// The long ones say nothing here that the short ones do not.
const short = writtenCases.filter(({ name }) => !/256|65536/.test(name));

describe('the corpus for ports', () => {
  test('has what is written by hand, and covers', async () => {
    const cases = await readPortCorpus(path.join(root, 'traces'));
    const written = cases.filter(({ name }) => !name.includes('cover'));
    expect(written.map(({ name }) => name).toSorted()).toEqual(
      writtenCases.map(({ name }) => name).toSorted(),
    );
    expect(cases.length).toBeGreaterThan(1000);
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
    const covers = cases.filter((each) => each.name.includes('cover'));
    expect(covers.filter(hasDevice).every(({ see }) => see === undefined)).toBe(true);
    for (const { start, see, steps } of covers.filter((each) => !hasDevice(each))) {
      expect(start.tx?.nr_ents ?? start.rx?.nr_ents).toBe(2);
      const waking = steps.split(' ').filter((word) => /^(send|event$|resume|return)/.test(word));
      expect(see?.length).toBe(waking.length + 1);
    }
  });

  test('says of each case why it exists and what is wrong with a driver that fails it', async () => {
    const { files } = JSON.parse(readFileSync(path.join(root, 'traces/port/manifest.json'), 'utf8')) as {
      files: { file: string; cases: number | { name: string; why: string; wrong: string }[]; why?: string }[];
    };
    const cases = await readPortCorpus(path.join(root, 'traces'));
    const count = files.reduce(
      (sum, each) => sum + (typeof each.cases === 'number' ? each.cases : each.cases.length),
      0,
    );
    expect(count).toBe(cases.length);
    for (const each of files)
      if (typeof each.cases === 'number') expect(each.why).toBeTruthy();
      else
        for (const { why, wrong } of each.cases)
          expect(Math.min(why.length, wrong.length)).toBeGreaterThan(10);
  });
});

describe('the reference implementation, as a driver', () => {
  test('passes what it claims, and is not asked to pause', async () => {
    const covers = (await readPortCorpus(path.join(root, 'traces'))).filter(
      (each, i) => areaOf(each).includes('cover') && i % 8 === 0,
    );
    const { results } = await conform([...short, ...covers], options(driver('impl'), 30_000));
    const kinds = results.map(({ verdict }) => verdict.kind);
    expect(results.filter(({ verdict }) => verdict.kind === 'failed')).toEqual([]);
    expect(kinds.filter((kind) => kind === 'passed').length).toBeGreaterThan(120);
    for (const { case: given, verdict } of results)
      expect(verdict.kind === 'left out').toBe(given.needs.includes('pause'));
  });
});

describe('a driver', () => {
  test('that answers nothing useful fails everything that it claims', async () => {
    const { results } = await conform(short, options(driver('useless', 'tx', 'rx', 'copy')));
    const claimed = results.filter(({ verdict }) => verdict.kind !== 'left out');
    expect(claimed.length).toBeGreaterThan(30);
    expect(claimed.filter(({ verdict }) => verdict.kind !== 'failed').map((each) => each.case.name)).toEqual(
      [],
    );
    for (const { case: given, verdict } of results)
      expect(verdict.kind === 'left out').toBe(
        given.needs.some((need) => !['tx', 'rx', 'copy'].includes(need)),
      );
  });

  test('is given no other case once it has failed, where that is wanted', async () => {
    const bailing = { ...options(driver('useless', 'tx'), 5000, 1), bail: true };
    const { results } = await conform(short, bailing);
    const [failed, ...others] = results.filter(({ case: { needs } }) => needs.join() === 'tx');
    expect(failed!.verdict.kind).toBe('failed');
    expect(others.length).toBeGreaterThan(10);
    for (const { verdict } of others)
      expect(verdict).toMatchObject({ kind: 'left out', why: expect.stringContaining('--bail') });
  });

  test('that claims nothing passes nothing, and the command says that nothing was tested', async () => {
    const { stdout, exitCode } = await netfront(['conform', '--', ...driver('useless')]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('nothing was tested; it claims nothing');
  });

  test('that can start nothing that it claims fails, though it refuses what it must refuse', async () => {
    const { stdout, exitCode } = await netfront(['conform', '--', ...driver('refuses', 'tx', 'rx', 'copy')]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('left out: ');
    expect(stdout).toMatch(
      /^NOT ok {2}refuses: it claims tx, rx, copy, and can start no case that needs any of these: a driver that has one size is run with --nr-ents 256 --first 0$/m,
    );
  });

  test('may refuse the sizes that no ring has, and is then asked for nothing else', async () => {
    const given = ['--case', 'tx/ring-of-3-slots', '--', ...driver('refuses', 'tx')];
    const { stdout, exitCode } = await netfront(['conform', ...given]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('1 case passed');
  });

  test.each([
    ['crashes', /ended with status 3/],
    ['hangs', /no answer to \{"do":"start".* within 1 s/],
    ['prints garbage', /no JSON: Segmentation fault/],
    ['closes its output', /closed its output/],
    ['answers something else', /gref/],
    ['answers out of turn', /nobody asked for/],
    ['prints no end', /a line without an end/],
  ])('that %s fails its case, and the run goes on', async (how, why) => {
    const cases = short.filter(({ needs }) => needs.join() === 'tx').slice(0, 2);
    // One driver, so that the next case is its too.
    const { results } = await conform(
      cases,
      options(driver('broken', how), how === 'hangs' ? 1000 : 10_000, 1),
    );
    const said = results.map(({ verdict }) =>
      verdict.kind === 'failed' ? verdict.failure.actual : verdict.kind,
    );
    // A second line is noticed when the next case begins.
    if (how !== 'answers out of turn') for (const each of said) expect(each).toMatch(why);
    expect(said.join('\n')).toMatch(why);
    if (how === 'crashes') expect(results[0]!.stderr).toBe('a bad thing happened');
  });

  test('that cannot be started is the user’s to mend', async () => {
    const { stderr, exitCode } = await netfront(['conform', '--', './no-such-driver']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('check the command behind --');
  });

  test('is given sizes that are none, and the sentence says what is missing, in no JSON', async () => {
    const given = ['--start', '{"tx":{"nr_ents":2}}', '--steps', 'send'];
    const { stderr, exitCode } = await netfront(['conform', ...given, '--', ...driver('useless')]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('tx.first');
    expect(stderr).not.toContain('"code"');
  });

  test('is given a folder of cases with or without the stroke behind it', async () => {
    const { stdout } = await netfront(['conform', '--case', 'tx/hostile/', '--', ...driver('useless')]);
    expect(stdout).toMatch(/^tx\/hostile +16 /m);
  });

  test('of another version of the protocol is told so', async () => {
    const source =
      'require(\'readline\').createInterface(process.stdin).on(\'line\',()=>console.log(\'{"version":9,"name":"x","features":[]}\'))';
    await expect(startDriver(options([process.execPath, '-e', source]))).rejects.toThrow(DriverFault);
  });
});

const hasToolchain = existsSync('/usr/include/xen/io/ring.h') && existsSync('/usr/bin/cc');

describe.skipIf(!hasToolchain)('the port in C', () => {
  const built = (name: string): string => path.join(root, 'ports/c/build', name);
  beforeAll(() => {
    const targets = ['all', 'build/faults/error-not-recovered', 'build/faults/no-final-check'];
    execFileSync('make', ['-s', '-C', path.join(root, 'ports/c'), ...targets]);
  });

  test('passes every case that is written by hand', async () => {
    const { results, hello } = await conform(writtenCases, options([built('driver')], 30_000));
    expect(hello.features).toEqual([
      ...['tx', 'rx', 'copy', 'lend', 'chains', 'gso', 'pause'],
      ...['connection', 'reopen', 'plug', 'close', 'crash', 'migrate', 'queues', 'split'],
    ]);
    expect(results.filter(({ verdict }) => verdict.kind !== 'passed')).toEqual([]);
  });

  test('passes one case in eight of the covers', async () => {
    const cases = (await readPortCorpus(path.join(root, 'traces'))).filter(
      (each, i) => areaOf(each).includes('cover') && i % 8 === 0,
    );
    expect(cases.length).toBeGreaterThan(100);
    const { results } = await conform(cases, options([built('driver')], 30_000));
    expect(results.filter(({ verdict }) => verdict.kind !== 'passed')).toEqual([]);
  });

  test('says what the example in traces/PORTING.md says', async () => {
    const text = await readFile(path.join(root, 'traces/PORTING.md'), 'utf8');
    const lines = text
      .split('## An exchange')[1]!
      .split('## ')[0]!
      .split('\n')
      .map((line) => line.trim());
    const of = (mark: string) =>
      lines.filter((line) => line.startsWith(`${mark} `)).map((line) => line.slice(2));
    expect(of('>').length).toBeGreaterThan(10);
    const output = execFileSync(built('driver'), { input: `${of('>').join('\n')}\n`, encoding: 'utf8' });
    expect(output.trimEnd().split('\n')).toEqual(of('<'));
  });

  test('fails a long case in the way that a shorter one fails', async () => {
    const faulty = options([built('faults/error-not-recovered')]);
    const given = writtenCases.find(({ name }) => name === 'tx/errors-free-their-blocks')!;
    const run = async (each: typeof given | Parameters<typeof runCase>[1]) => {
      const { driver: process_ } = await startDriver(faulty);
      try {
        return await runCase(process_, each);
      } finally {
        await process_.end();
      }
    };
    const verdict = await run(given);
    if (verdict.kind !== 'failed') throw new Error('it passed');
    const short = await shrink({ case: given, verdict }, run);
    expect(short.case.steps).toBe('send send take answer:1:DROPPED event send');
    expect(short.verdict.failure.property).toBe('Conservation');
  });

  test('a failure is told with step, ring, property and the command that repeats it, and that command fails too', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'netfront-conform-'));
    const files = ['junit', 'tap', 'json'].map((kind) => path.join(folder, kind));
    const command = [built('faults/no-final-check')];
    const reports = files.flatMap((file) => [`--${path.basename(file)}`, file]);
    const { stdout, exitCode } = await netfront([
      'conform',
      '--case',
      'tx/final-check',
      'tx/batch',
      ...reports,
      '--',
      ...command,
    ]);
    expect(exitCode).toBe(1);
    for (const part of [
      'NOT ok  tx/final-check',
      'ring TX',
      'P16 NoLostWakeUp, spec/Ring.tla:',
      'NoLostWakeUp   stuck      1  tx/final-check',
      'grade     stuck: ',
      'demanded  ring.h: After dequeuing',
      'to repeat netfront conform --start',
    ])
      expect(stdout).toContain(part);
    const [, start, steps] = /--start '(.*?)' --steps '(.*?)' --/.exec(stdout)!;
    const again = await netfront(['conform', '--start', start!, '--steps', steps!, '--', ...command]);
    expect(again.exitCode).toBe(1);
    expect(again.stdout).toContain('NoLostWakeUp');
    const [junit, tap, json] = await Promise.all(files.map((file) => readFile(file, 'utf8')));
    expect(junit).toContain('failures="1"');
    expect(tap).toMatch(/^not ok \d+ - tx\/final-check$/m);
    expect(JSON.parse(json!).cases).toHaveLength(2);
  });
});
