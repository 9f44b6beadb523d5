/** Drivers that misbehave as processes, and signals while programs of others run. */
import { setTimeout as sleep } from 'node:timers/promises';
import path from 'node:path';
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

test.each([
  'child keeps pipes, driver exits',
  'child of another session keeps pipes',
  'child of another session keeps pipes, driver exits',
  'short octets',
  'long octets',
  'no octets',
  'nulls',
  'numbers',
  'own keys',
])('%s: a failed case, at once', async (way) => {
  const begun = performance.now();
  const { status, stdout, stderr } = await netfront(conform(way, '10'));
  expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  expect(stdout).toContain('NOT ok  tx/one-frame-there-and-back');
  // Far less than the children live.
  expect(performance.now() - begun).toBeLessThan(25_000);
});

test('a driver that says nothing is bounded by --timeout', async () => {
  expect(await netfront(conform('ignores signals', '0.5'))).toMatchObject({
    status: 1,
    stdout: expect.stringContaining('within 0.5 s'),
  });
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
});
