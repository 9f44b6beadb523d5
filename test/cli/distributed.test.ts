import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Model } from '../../tlc/models.js';
import { spiedJava } from '../fixtures/cli/java.js';
import { netfront, oneSentence, start } from '../fixtures/cli/netfront.js';
import { freePort } from '../fixtures/ports.js';

// DISTRIBUTED=1, which `make check-all` asks for, loses a worker in the middle of a run of half a minute.

let models: readonly Model[];
beforeAll(async () => {
  models = (JSON.parse(await readFile('spec/models/manifest.json', 'utf8')) as { models: Model[] }).models;
});

/** A command that has written so much, which is not waited for. */
async function heard(child: ReturnType<typeof start>, words: RegExp): Promise<string> {
  let text = '';
  await new Promise<void>((done, fail) => {
    child.stderr!.on('data', (chunk) => {
      text += String(chunk);
      if (words.test(text)) done();
    });
    void child.then(() => fail(new Error(`it ended before it said ${words}: ${text}`)));
  });
  return text;
}

/** The JVMs of a run, which have its port among their arguments. */
const running = async (port: number): Promise<readonly string[]> =>
  (await execa('ps', ['-eo', 'args'])).stdout
    .split('\n')
    .filter((line) => line.includes(`TLCServer.port=${port} `) && !line.startsWith('/bin/sh'));

describe('netfront check --distributed', () => {
  // Their figures on one machine are those of the manifest, which `make check` holds against TLC.
  test.each([
    ['rx_1_4_2_fine', 2],
    ['tx_1_4_1', 2],
    ['rxp_reach_cut', 1],
  ])('%s has the verdict and the states of one machine', async (name, workers) => {
    const { expected, distinctStates } = models.find((model) => model.name === name)!;
    const port = await freePort();
    const { status, stdout, stderr } = await netfront(
      ['check', name, '--distributed', '--local-workers', String(workers), '--port', String(port)],
      { timeout: 600_000 },
    );
    expect(stdout).toMatch(
      expected === 'holds'
        ? `${name} holds, as expected: all ${distinctStates.toLocaleString('en-US')} reachable states`
        : `${name}: ${expected} is violated, as expected`,
    );
    expect(status).toBe(0);
    expect(stderr).toContain(`A worker has joined: ${workers} thread`);
    expect(await running(port)).toEqual([]);
  });

  test.each([
    [['check', 'ring_no_final_check', '--distributed'], /NothingMissed would not be checked/],
    [['check', 'txrx_one_channel_trace', '--distributed'], /ACTION_CONSTRAINT/],
    [['check', 'tx_1_4_2', '--local-workers', '2'], /--local-workers goes with --distributed/],
    [['check', 'tx_1_4_2', '--distributed', '--report', 'x'], /leave --report out/],
    [['check', '--distributed'], /one model at a time/],
    [['check', 'tx_1_4_2', '--distributed', '--changed'], /leave --changed out/],
    [['check', 'tx_late_unmap_huge', '--record'], /tx_late_unmap_huge --distributed --record/],
    [['check', 'tx_1_4_2', '--distributed', '--listen', 'here'], /must be the IPv4 address/],
    [['check', 'tx_1_4_2', '--distributed', '--listen', '0.0.0.0'], /must be the IPv4 address/],
    [['worker', '127.0.0.1', '--listen', '::1'], /must be the IPv4 address/],
    [['check', 'tx_1_4_2', '--distributed', '--listen', '192.0.2.1'], /Nothing can listen at 192.0.2.1/],
    [['worker', '127.0.0.1', '--port', '9'], /No server answers at 127.0.0.1, port 9/],
  ])('%j is a sentence', async (args, sentence) => {
    const { status, stdout, stderr } = await netfront(args);
    expect(stderr).toMatch(sentence);
    expect(stderr).toMatch(oneSentence);
    expect([status, stdout]).toEqual([2, '']);
  });
});

test.each(['check', 'explain'])('%s of a huge model alone says what takes less time', async (command) => {
  const child = start([command, 'tx_late_unmap_huge']);
  await heard(child, /huge: TLC alone .* netfront check tx_late_unmap_huge --distributed/);
  child.kill('SIGINT');
  expect((await child).exitCode).toBe(130);
});

describe('a worker, and a server, that end', () => {
  const served = async (workers: number) => {
    const port = await freePort();
    const args = ['check', 'tx_1_4_2', '--distributed', '--port', String(port)];
    const server = start([...args, ...(workers > 0 ? ['--local-workers', String(workers)] : [])], {
      timeout: 600_000,
    });
    return { port, server };
  };

  test.each(['SIGKILL', 'SIGINT'] as const)(
    'the command takes its JVMs with it by %s, and a worker elsewhere ends with a sentence',
    async (signal) => {
      const { port, server } = await served(1);
      await heard(server, /has joined/);
      const worker = start(['worker', '127.0.0.1', '--port', String(port), '--threads', '1']);
      await heard(worker, /Working for 127\.0\.0\.1 with 1 thread/);
      expect((await running(port)).length).toBe(3);
      server.kill(signal);
      await server;
      const { exitCode, stderr } = await worker;
      expect(String(stderr)).toMatch(/^netfront: The (server at 127\.0\.0\.1|worker) has ended[^\n]*\.$/m);
      expect(exitCode).toBe(2);
      await expect.poll(() => running(port), { timeout: 5000 }).toEqual([]);
    },
  );

  test('a worker that cannot be started is told, with what Java says', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'netfront-worker-'));
    const { env } = await spiedJava(
      folder,
      'case "$*" in *TLCWorker*) echo no room for a worker >&2; exit 3;; esac',
    );
    const port = await freePort();
    const args = ['check', 'tx_1_4_1', '--distributed', '--local-workers', '1', '--port', String(port)];
    const { status, stderr } = await netfront(args, { env });
    await rm(folder, { recursive: true });
    expect(stderr).toContain('A worker here ended: no room for a worker');
    expect(stderr).toContain('All workers on this machine are lost');
    expect(status).toBe(2);
    expect(await running(port)).toEqual([]);
  });

  test('without its last worker a run that nobody else can join ends with a sentence', async () => {
    const { port, server } = await served(1);
    const text = await heard(server, /has joined/);
    process.kill(Number(/process (\d+)/.exec(text)![1]), 'SIGKILL');
    const { exitCode, stderr } = await server;
    expect(String(stderr)).toContain('All workers on this machine are lost, so there is no verdict');
    expect(exitCode).toBe(2);
    expect(await running(port)).toEqual([]);
  });

  test.runIf(process.env.DISTRIBUTED === '1')(
    'one of two workers is lost in the middle: the same verdict',
    async () => {
      const { distinctStates } = models.find(({ name }) => name === 'tx_1_4_2')!;
      const { port, server } = await served(2);
      // A report after the workers have come: they are in the middle of it.
      const text = await heard(server, /2 threads at work[\s\S]* generated a minute/);
      process.kill(Number(/process (\d+)/.exec(text)![1]), 'SIGKILL');
      const { exitCode, stdout, stderr } = await server;
      expect(String(stderr)).toContain('A worker was lost');
      expect(String(stdout)).toContain(`all ${distinctStates.toLocaleString('en-US')} reachable states`);
      expect(exitCode).toBe(0);
      expect(await running(port)).toEqual([]);
    },
  );
});
