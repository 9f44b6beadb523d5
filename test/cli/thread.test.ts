/** Signals while the command itself computes, or waits for its input. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { computes } from '../../cli/thread.js';
import { netfront, start } from '../fixtures/cli/netfront.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'netfront-thread-'));
});
afterAll(() => rm(folder, { recursive: true }));

const interrupted = async (args: readonly string[], signal: NodeJS.Signals): Promise<unknown> => {
  const child = start(args);
  // It has begun by then.
  await sleep(3000);
  const sent = performance.now();
  child.kill(signal);
  const { exitCode, stderr } = await child;
  expect(performance.now() - sent).toBeLessThan(2000);
  return { exitCode, stderr };
};
const stopped = (exitCode: number) => ({ exitCode, stderr: 'netfront: Interrupted: nothing was written.' });

/** Very many steps and no pause: what is sent is answered, again and again. */
async function long(): Promise<string> {
  const text = await readFile('traces/valid/tx/batch-is-notified-once.ndjson', 'utf8');
  const file = path.join(folder, 'long.ndjson');
  await writeFile(file, text.repeat(20_000));
  return file;
}

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('%s ends a replay that computes', async (signal, status) => {
  expect(await interrupted(['replay', await long()], signal)).toEqual(stopped(status));
});

test.each(['replay', 'validate'])('SIGINT ends %s that waits for its input', async (command) => {
  const fifo = path.join(folder, `${command}.ndjson`);
  execFileSync('mkfifo', [fifo]);
  expect(await interrupted([command, fifo], 'SIGINT')).toEqual(stopped(130));
});

test('a replay in its thread prints all, and ends as it should', async () => {
  const name = 'valid/tx/batch-is-notified-once';
  const many = await netfront(['replay', ...Array<string>(30).fill(name)]);
  expect(many).toMatchObject({ status: 0, stderr: '' });
  expect(many.stdout.split('\n')).toHaveLength(30);
  expect(await netfront(['replay', 'no/such/trace'])).toMatchObject({ status: 2, stdout: '' });
  expect(await netfront(['replay', '--help'])).toMatchObject({ status: 0, stderr: '' });
});

test.each([
  [['replay', 'a'], true],
  [['--root', 'replay', 'replay'], true],
  [['--root=x', 'replay', '--report', 'y'], true],
  [['validate', 'replay'], false],
  [['--root', 'replay', 'validate', 'x'], false],
  [['conform', '--', './driver', 'replay'], false],
  [['--version'], false],
])('of %j it is %s that a thread is needed', (args, expected) => {
  expect(computes(args)).toBe(expected);
});

test('SIGINT ends a driver that conform has started, also one with the argument replay', async () => {
  const file = path.join(folder, 'pid');
  const program = `require('fs').writeFileSync(${JSON.stringify(file)}, String(process.pid)); setInterval(() => {}, 1000)`;
  const args = ['conform', '--jobs', '1', '--', process.execPath, '-e', program, 'replay'];
  expect(await interrupted(args, 'SIGINT')).toMatchObject({ exitCode: 130 });
  const pid = Number(await readFile(file, 'utf8'));
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});
