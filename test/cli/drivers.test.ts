/** Drivers that misbehave as processes, and signals while programs of others run. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { afterEach, describe, expect, test } from 'vitest';
import { netfront, oneSentence, start } from '../fixtures/cli/netfront.js';

const rude = path.resolve('test/fixtures/drivers/rude.mjs');
const conform = (way: string, timeout: string): readonly string[] => [
  ...['conform', '--case', 'tx/one-frame-there-and-back', '--jobs', '1', '--timeout', timeout, '--'],
  // Its own child, and not it, is what has to be ended.
  ...['sh', '-c', `${process.execPath} ${rude} '${way}'; true`],
];

/** The processes of the driver that are there, but for those that have left for a session of their own. */
const running = async (): Promise<readonly string[]> =>
  (await execa('ps', ['-eo', 'args'])).stdout
    .split('\n')
    .filter((line) => line.includes(rude) && !line.includes('main.js'));
afterEach(() => expect.poll(running, { timeout: 10_000 }).toEqual([]));

const silent = [
  'says nothing',
  'says nothing after hello',
  'half a hello',
  'ignores signals',
  'closes its input',
  'closes its output',
];

test.each([
  'child keeps pipes, driver exits',
  'child of another session keeps pipes',
  'child of another session keeps pipes, driver exits',
  ...['random octets', 'octets without end', 'lines without end', 'lines without end after start'],
  ...['stderr without end', 'answers twice', 'half a hello, and exits', 'exits after three answers'],
  ...['kills itself', 'no UTF-8', 'features that there are not', 'no features', 'another version'],
  ...['a version in letters', 'a reference below 0', 'a reference of 32 bits', 'a reference of more bits'],
  ...['half a reference', 'octets of a mebibyte', 'octets of 80 MB', 'half an octet', 'short octets'],
  ...['long octets', 'no octets', 'octets of ones', 'empty objects', 'nulls', 'numbers', 'deep arrays'],
  ...['deep arrays in an object', 'own keys', 'carriage returns', 'a byte order mark', 'a long name'],
  ...['a name of control characters', 'an excuse of control characters'],
  ...['answers before it is asked', 'an infinite count', 'sends that there are not'],
  ...['control characters everywhere', ...silent],
])('%s: nothing passes, at once and without a stack', async (way) => {
  const begun = performance.now();
  const { status, stdout, stderr } = await netfront(conform(way, silent.includes(way) ? '1' : '10'));
  expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  expect(stdout).toContain('NOT ok  ');
  expect(stdout).not.toMatch(/^ +at .*:\d+:\d+/m);
  // Far less than the children live.
  expect(performance.now() - begun).toBeLessThan(25_000);
});

describe('--nr-ents', () => {
  const impl = ['--', process.execPath, path.resolve('test/fixtures/drivers/impl.mjs')];
  const some = ['--case', 'tx/one-frame-there-and-back', 'tx/batch'];

  test('runs the cases at that size', async () => {
    const { status, stdout, stderr } = await netfront([
      ...['conform', ...some, '--nr-ents', '256', '--first', '0', '--timeout', '30', ...impl],
    ]);
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('2 cases passed') });
    expect(stderr).not.toContain('Error');
  });

  test('counts apart the cases that become alike and those that cannot be asked', async () => {
    const [alike, cannot] = ['tx/cover/154', 'tx/hostile/answered-while-mapped'];
    const { status, stdout, stderr } = await netfront([
      ...['conform', '--case', 'tx/cover/1', alike, cannot, '--nr-ents', '256', '--first', '0'],
      ...['--timeout', '30', ...impl],
    ]);
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: '1 of 3 cases at these sizes: 1 would be like another, 1 cannot be asked there.',
    });
    expect(stdout).toContain('1 case passed');
  });

  test('of which a feature has no case left says so, and fails', async () => {
    const { status, stdout } = await netfront([
      ...['conform', '--case', 'tx/one-frame-there-and-back', 'tx/chains/waits-for-slots'],
      ...['--nr-ents', '2', ...impl],
    ]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/it claims tx-chains, and can start no case that needs it at these sizes$/m);
  });

  test.each(['--nr-ents', '--first'])('is not for a case that is given: %s', async (option) => {
    const start = '{"tx":{"nr_ents":2,"first":0,"buffers":2,"ids":2}}';
    const given = ['conform', '--start', start, '--steps', 'send', option, '4', ...impl];
    const { status, stderr } = await netfront(given);
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringMatching(oneSentence) });
  });

  test('takes no size that a ring cannot have', async () => {
    for (const size of ['3', '512']) {
      const { status, stderr } = await netfront(['conform', '--nr-ents', size, ...impl]);
      expect(status).toBe(2);
      expect(stderr).toContain('a power of two from 1 to 256');
    }
  });
});

test('--timeout bounds the first answer, too', async () => {
  expect(await netfront(conform('says nothing', '0.5'))).toMatchObject({
    status: 1,
    stdout: expect.stringMatching(/no answer to \{"do":"hello".* within 0\.5 s/),
  });
});

test('what a driver says of itself cannot add lines to a TAP report', async () => {
  const [command, ...others] = conform('an excuse of control characters', '10');
  const { stdout } = await netfront([command!, '--tap', '/dev/stdout', ...others]);
  // No case was run, which is a test that fails.
  expect(stdout).toMatch(
    /^TAP version 14\n1\.\.2\nok 1 - .* # SKIP .*\nnot ok 2 - the run as a whole\n {2}---\n {2}message: ".*"\n {2}\.\.\.\n(?!#)/,
  );
});

describe('a signal', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s ends conform, its driver and the children of that', async (signal, status) => {
    const child = start(conform('ignores signals', '100'));
    await expect.poll(running, { timeout: 30_000 }).not.toEqual([]);
    await sleep(1000);
    const begun = performance.now();
    child.kill(signal);
    const { exitCode, stderr, stdout } = await child;
    expect({ exitCode, stderr, stdout }).toEqual({
      exitCode: status,
      stderr: 'netfront: Interrupted: nothing was written.',
      stdout: '',
    });
    expect(performance.now() - begun).toBeLessThan(2000);
    expect(await running()).toEqual([]);
  });

  test('SIGKILL, which cannot be handled, leaves no driver', async () => {
    const child = start(conform('ignores signals', '100'));
    await expect.poll(running, { timeout: 30_000 }).not.toEqual([]);
    await sleep(500);
    child.kill('SIGKILL');
    await child;
  });

  test.each([
    ['SIGTERM', 143],
    ['SIGKILL', undefined],
  ] as const)('%s ends validate and its JVM', async (signal, status) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'netfront-drivers-'));
    const jvms = async (): Promise<readonly string[]> =>
      (await execa('ps', ['-eo', 'args'])).stdout
        .split('\n')
        .filter((line) => line.includes(folder) && line.includes('tlc2.TLC'));
    const child = start(['validate', 'traces/recordings/linux-6.1-instrumented.ndjson.gz'], {
      env: { TMPDIR: folder },
    });
    await expect.poll(jvms, { timeout: 60_000 }).not.toEqual([]);
    child.kill(signal);
    expect((await child).exitCode).toBe(status);
    await expect.poll(jvms, { timeout: 5000 }).toEqual([]);
    await rm(folder, { recursive: true });
  });
});
