/** Drivers that misbehave as processes, and signals while programs of others run. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { afterEach, describe, expect, test } from 'vitest';
import { netfront, start } from '../fixtures/cli/netfront.js';

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

test('--timeout bounds the first answer, too', async () => {
  expect(await netfront(conform('says nothing', '0.5'))).toMatchObject({
    status: 1,
    stdout: expect.stringMatching(/no answer to \{"do":"hello".* within 0\.5 s/),
  });
});

test('what a driver says of itself cannot add lines to a TAP report', async () => {
  const [command, ...others] = conform('an excuse of control characters', '10');
  const { stdout } = await netfront([command!, '--tap', '/dev/stdout', ...others]);
  expect(stdout).toMatch(/^TAP version 14\n1\.\.1\nok 1 - .* # SKIP .*\n(?!#)/);
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
