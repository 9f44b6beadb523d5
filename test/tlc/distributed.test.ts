import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { said } from '../../tlc/distributed/outcome.js';
import { addressTowards } from '../../tlc/distributed/java.js';
import { runDistributed } from '../../tlc/distributed/server.js';
import { findJar, findJava, type Outcome, runModel, type RunRequest } from '../../tlc/index.js';
import { freePort } from '../fixtures/ports.js';

const spec = 'test/fixtures/tlc/distributed/Round.tla';

let folder: string;
let tools: Pick<RunRequest, 'java' | 'jar'>;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'netfront-distributed-'));
  tools = { java: await findJava(), jar: await findJar() };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A configuration of the fixture. */
async function configOf(specification: string, more: string): Promise<string> {
  const file = path.join(folder, `${specification}-${more.replaceAll(/\W+/g, '-')}.cfg`);
  await writeFile(file, `SPECIFICATION ${specification}\nCONSTANT P = {p1, p2, p3}\n${more}\n`);
  return file;
}

const steps: Readonly<Record<string, string>> = {
  ...{ Spec: 'Step', Growing: 'Grow', Jumping: 'StepOrJump', Ending: 'StepOrStop', Asking: 'StepOrNonsense' },
};

/** The same model on one machine, and with a worker in a JVM of its own. */
async function both(specification: string, more: string): Promise<readonly [Outcome, Promise<Outcome>]> {
  const config = await configOf(specification, more);
  const alone = await runModel({ ...tools, spec, config, brief: true });
  const port = await freePort();
  const next = steps[specification]!;
  const here = { address: '127.0.0.1', port, localWorkers: 1, next };
  return [alone, runDistributed({ ...tools, ...here, spec, config })];
}

/** What has to be the same. */
const essence = (outcome: Outcome): unknown => ({
  kind: outcome.kind,
  ...(outcome.kind === 'violated' && { property: outcome.property }),
  ...(outcome.kind === 'holds' && { distinctStates: outcome.stats.distinctStates }),
  ...('message' in outcome && { message: outcome.message }),
});

describe('a distributed run says what one machine says', () => {
  test.each([
    ['Spec', 'INVARIANT Below9', 'holds'],
    ['Spec', 'CONSTRAINT Below3', 'holds'],
    ['Growing', 'SYMMETRY Permuted', 'holds'],
    ['Growing', '', 'holds'],
    ['Spec', 'INVARIANTS Below9 Below3', 'violated'],
    ['Spec', 'INVARIANTS Below9 Above0', 'violated'],
    ['Ending', '', 'deadlock'],
    // TLC's server does not read this by itself.
    ['Ending', 'CHECK_DEADLOCK FALSE', 'holds'],
    ['Asking', '', 'evaluationError'],
    ['Spec', 'INVARIANT Nonesuch', 'specError'],
  ] as const)('%s %s: %s', async (specification, more, kind) => {
    const [alone, distributed] = await both(specification, more);
    expect(alone.kind).toBe(kind);
    expect(essence(await distributed)).toEqual(essence(alone));
  });
});

describe('what TLC leaves out in its distributed mode is refused before it starts', () => {
  // With the check taken away, each of these holds, the last with a state too few.
  test.each([
    ['Spec', 'PROPERTY Upwards', 'violated', /Upwards would not be checked/],
    ['Spec', 'PROPERTY Seventh', 'violated', /Seventh would not be checked/],
    ['Jumping', 'ACTION_CONSTRAINT NoJump', 'holds', /its ACTION_CONSTRAINT cannot be had/],
  ] as const)('%s %s, which is %s', async (specification, more, kind, sentence) => {
    const [alone, distributed] = await both(specification, more);
    expect(alone.kind).toBe(kind);
    await expect(distributed).rejects.toThrow(sentence);
  });
});

test('the server listens on the address that it is given, and on no other', async () => {
  const port = await freePort();
  const heard: (string | undefined)[] = [];
  const aborted = new AbortController();
  const config = await configOf('Spec', 'INVARIANT Below9');
  const outcome = await runDistributed({
    ...{ ...tools, spec, config, address: '127.0.0.1', port, localWorkers: 0, next: 'Step' },
    signal: aborted.signal,
    onWorker: ({ kind }) => {
      if (kind !== 'ready') return;
      const asked = [port, port + 1].flatMap((each) =>
        ['127.0.0.1', '127.0.0.2'].map((address) => addressTowards(address, each)),
      );
      void Promise.all(asked).then((answers) => {
        heard.push(...answers);
        aborted.abort();
      });
    },
  });
  expect(outcome.kind).toBe('interrupted');
  expect(heard).toEqual(['127.0.0.1', undefined, '127.0.0.1', undefined]);
});

test('a port that is taken is a sentence', async () => {
  const port = await freePort();
  const taken = createServer().listen(port, '127.0.0.1');
  const config = await configOf('Spec', '');
  await expect(
    runDistributed({
      ...{ ...tools, spec, config, address: '127.0.0.1', port, localWorkers: 1, next: 'Step' },
    }),
  ).rejects.toThrow(`The port ${port} is taken`);
  taken.close();
});

test.each([
  ['a worker that goes on after its answer broke off', [7001, 7007], 'failed'],
  ['a worker that is gone after that', [7001, 7007, 7002], 'holds'],
  ['workers that stay', [7001], 'holds'],
])('%s: %j, %s', (_, codes, kind) => {
  const message = (code: number, text = '') => ({ kind: 'message' as const, code, class: 0, text });
  const end = [
    message(2193),
    message(2199, '9 states generated, 4 distinct states found, 0 states left on queue.'),
  ];
  const all = [message(7000), ...codes.map((code) => message(code)), ...end];
  expect(said([...all, message(2186)], 1, '').kind).toBe(kind);
  expect(said(all, 1, 'It ended.')).toEqual({
    kind: 'failed',
    message: kind === 'failed' ? expect.any(String) : 'It ended.',
  });
});

test('Listen.class is what its source gives', async () => {
  const compiler = await execa('javac', ['-version'], { reject: false });
  // Where there is only a JRE there is nothing to compile with, and other compilers give other octets.
  const isOurs = compiler.stdout.startsWith('javac 17.');
  const source = 'tlc/distributed/Listen.java';
  if (!compiler.failed) await execa('javac', ['-g:none', '--release', '11', '-d', folder, source]);
  const same = await execa('cmp', [path.join(folder, 'Listen.class'), 'tlc/distributed/Listen.class'], {
    reject: false,
  });
  expect(same.exitCode === 0 || !isOurs).toBe(true);
});
