import { readdirSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  findJar,
  findJava,
  type JarResult,
  type Java,
  type Outcome,
  type Progress,
  type RunRequest,
  runModel,
  ToolError,
} from '../../tlc/index.js';

// Each run is about a second, and more where the machine is busy.
vi.setConfig({ testTimeout: 60_000 });

const fixtures = 'test/fixtures/tlc';
const at = (name: string): string => join(fixtures, name);

let java: Java;
let jar: JarResult;
let temporary: string;

beforeAll(async () => {
  [java, jar] = await Promise.all([findJava(), findJar()]);
  temporary = await mkdtemp(join(tmpdir(), 'netfront-test-'));
  vi.stubEnv('TMPDIR', temporary);
}, 120_000);

afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(temporary, { recursive: true, force: true });
});

/** Every JVM of ours has the temporary folder among its arguments. */
const running = async (): Promise<readonly string[]> =>
  (await execa('ps', ['-eo', 'args'])).stdout.split('\n').filter((line) => line.includes(temporary));

afterEach(async () => {
  expect(await readdir(temporary)).toEqual([]);
  expect(await running()).toEqual([]);
});

const run = (spec: string, config: string, more: Partial<RunRequest> = {}): Promise<Outcome> =>
  runModel({ java, jar, spec: at(`${spec}.tla`), config: at(`${config}.cfg`), brief: true, ...more });

const states = (outcome: Outcome): unknown =>
  'trace' in outcome ? outcome.trace.map(({ action, state }) => [action, state.x]) : undefined;

const stats = (generatedStates: number, distinctStates: number, depth: number, queue = 0) =>
  expect.objectContaining({ generatedStates, distinctStates, depth, queue, seconds: expect.any(Number) });

describe('a model that holds', () => {
  test('has its states counted', async () => {
    expect(await run('Counter', 'holds')).toEqual({ kind: 'holds', stats: stats(5, 4, 4) });
  });

  test('has its actions counted if that is asked for', async () => {
    const outcome = await run('Counter', 'holds', { coverage: true });
    const file = at('Counter.tla');
    expect(outcome).toMatchObject({
      kind: 'holds',
      coverage: {
        actions: [
          { action: 'Init', initial: true, location: { file, line: 16, column: 1 }, distinctStates: 1 },
          {
            action: 'Up',
            initial: false,
            location: { file, line: 18 },
            distinctStates: 3,
            generatedStates: 3,
          },
          { action: 'Wrap', location: { file, line: 22 }, distinctStates: 0, generatedStates: 1 },
        ],
      },
    });
  });

  test('has its expressions counted too, and an assignment that is never made', async () => {
    const outcome = await run('Counter', 'invariant', { coverage: true });
    const file = at('Counter.tla');
    expect(outcome.kind).toBe('violated');
    const { places } = (outcome as Extract<Outcome, { kind: 'violated' }>).coverage!;
    const of = (line: number) => places.filter((place) => place.line === line);
    const all = { file, line: 20, column: 6, end: { line: 20, column: 15 }, count: 3, isWhole: false };
    expect(of(20)).toContainEqual(all);
    expect(of(25)).toEqual([
      { file, line: 25, column: 6, end: { line: 25, column: 11 }, count: 0, isWhole: false },
    ]);
    expect(of(1)).toEqual([]);
  });

  test('has its graph written, and no other file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dump-'));
    try {
      await run('Counter', 'holds', { dumpDot: join(folder, 'graph.dot') });
      expect(await readdir(folder)).toEqual(['graph.dot']);
      expect(await readFile(join(folder, 'graph.dot'), 'utf8')).toMatch(/-> -?\d+ \[label="Wrap"/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('finds its modules in a library, and its configuration in another folder', async () => {
    const request = { libraries: [at('lib')], config: at('elsewhere/Elsewhere.cfg') };
    expect(await run('UsesLibrary', '', request)).toMatchObject({ kind: 'holds' });
  });

  test('is heard while it runs', async () => {
    const printed: string[] = [];
    const progress: Progress[] = [];
    const outcome = await run('Faults', 'print', {
      deadlock: false,
      onPrint: (line) => printed.push(line),
      onProgress: (now) => progress.push(now),
    });
    expect(outcome.kind).toBe('holds');
    expect(printed).toEqual(['<<"from", 0>>', '<<"from", 1>>', '<<"from", 2>>']);
    expect(progress[0]).toEqual({ generatedStates: 1, distinctStates: 1, queue: 1, depth: 1 });
    expect(progress.at(-1)).toMatchObject({ generatedStates: 4, distinctStates: 4, queue: 0, depth: 4 });
  });

  test('holds with two workers too', async () => {
    expect(await run('Counter', 'holds', { workers: 2 })).toMatchObject({
      kind: 'holds',
      stats: { distinctStates: 4 },
    });
  });
});

describe('a violation', () => {
  test('of an invariant has its name and the way there', async () => {
    const outcome = await run('Counter', 'invariant');
    expect(outcome).toMatchObject({
      kind: 'violated',
      property: 'BelowTwo',
      candidates: ['BelowTwo'],
      propertyKind: 'invariant',
      stats: stats(3, 3, 3),
    });
    expect(outcome).toHaveProperty('trace', [
      { index: 1, action: null, state: { x: 0 } },
      { index: 2, action: 'Up', location: { file: at('Counter.tla'), line: 19, column: 3 }, state: { x: 1 } },
      { index: 3, action: 'Up', location: { file: at('Counter.tla'), line: 19, column: 3 }, state: { x: 2 } },
    ]);
  });

  test('has values of every kind in its states', async () => {
    const outcome = await run('Kinds', 'kinds');
    const last = outcome.kind === 'violated' ? outcome.trace.at(-1)?.state : undefined;
    const item = (i: number) => ({ gref: 1000000 + i, size: { '#set': ['m1'] } });
    expect(last).toEqual({
      n: 2,
      kinds: {
        tuple: [2, 'a"b\\c', true],
        interval: { '#set': [-1, 0, 1, 2] },
        set: { '#set': [2, 9, 10] },
        function: {
          '#map': [
            ['m1', 2],
            ['m2', 2],
          ],
        },
        record: { id: 2, size: 2 },
        sequence: [item(1), item(2), item(3)],
        sparse: {
          '#map': [
            [3, 'three'],
            [7, 'seven'],
          ],
        },
        empty: [],
        model: 'm1',
        text: '/\\ n = 4',
      },
    });
  });

  test('of an invariant in the initial state has that state', async () => {
    expect(await run('Faults', 'invariant-initially')).toMatchObject({
      kind: 'violated',
      property: 'IsOne',
      propertyKind: 'invariant',
      trace: [{ index: 1, action: null, state: { x: 0, y: [1] } }],
    });
  });

  test('of a property in the initial state has that state', async () => {
    expect(await run('Faults', 'property-initially')).toMatchObject({
      kind: 'violated',
      property: 'IsOne',
      propertyKind: 'temporal',
      trace: [{ index: 1, action: null, state: { x: 0, y: [1] } }],
    });
  });

  test('of an action property ends with the step that it forbids', async () => {
    const outcome = await run('Counter', 'action');
    expect(outcome).toMatchObject({ kind: 'violated', property: 'OnlyUp', propertyKind: 'action' });
    expect(states(outcome)).toEqual([
      [null, 0],
      ['Up', 1],
      ['Up', 2],
      ['Wrap', 0],
    ]);
  });

  test('of a temporal property loops', async () => {
    const outcome = await run('Counter', 'lasso', { temporalProperties: ['StaysAtTop'] });
    expect(outcome).toMatchObject({
      kind: 'violated',
      property: 'StaysAtTop',
      propertyKind: 'temporal',
      loopsTo: 1,
      loopAction: 'Wrap',
      stats: stats(4, 3, 3),
    });
    expect(states(outcome)).toEqual([
      [null, 0],
      ['Up', 1],
      ['Up', 2],
    ]);
    expect(outcome).not.toHaveProperty('stutters');
  });

  test('of a temporal property may stand still', async () => {
    const outcome = await run('Counter', 'stutter', { deadlock: false, temporalProperties: ['ReachesTop'] });
    expect(outcome).toMatchObject({ kind: 'violated', property: 'ReachesTop', stutters: true });
    expect(states(outcome)).toEqual([
      [null, 0],
      ['Up', 1],
    ]);
    expect(outcome).not.toHaveProperty('loopsTo');
  });

  test('of one temporal property among several has no name that TLC did not give it', async () => {
    const temporalProperties = ['NeverFive', 'StaysAtTop'];
    expect(await run('Counter', 'several', { temporalProperties })).toMatchObject({
      kind: 'violated',
      property: 'unknown among NeverFive, StaysAtTop',
      candidates: temporalProperties,
    });
  });

  test('is a deadlock where nothing can follow', async () => {
    const outcome = await run('Counter', 'deadlock');
    expect(outcome).toMatchObject({ kind: 'deadlock', stats: stats(3, 3, 3) });
    expect(states(outcome)).toEqual([
      [null, 0],
      ['Up', 1],
      ['Up', 2],
    ]);
  });

  test('of an assumption says where it is', async () => {
    expect(await run('Counter', 'assumption')).toMatchObject({
      kind: 'assumptionFailed',
      file: at('Counter.tla'),
      line: 12,
      column: 22,
    });
  });
});

describe('a fault in a file', () => {
  interface Fault {
    readonly spec: string;
    readonly config?: string;
    readonly where: object;
    readonly says: RegExp;
  }

  test.each<Fault>([
    { spec: 'SyntaxError', where: { file: 'SyntaxError.tla', line: 4, column: 15 }, says: /Encountered "0"/ },
    { spec: 'LexicalError', where: { file: 'LexicalError.tla', line: 4, column: 26 }, says: /Lexical error/ },
    {
      spec: 'UnknownOperator',
      where: { file: 'UnknownOperator.tla', line: 4, column: 13 },
      says: /^Unknown operator: `Zero'\.$/,
    },
    { spec: 'UsesBroken', where: { file: 'lib/Broken.tla', line: 2, column: 9 }, says: /`Nothing'/ },
    { spec: 'MissingModule', where: { file: 'MissingModule.tla' }, says: /module NoSuchModule imported/ },
    { spec: 'Counter', config: 'bad-syntax', where: { file: 'bad-syntax.cfg', line: 3 }, says: /expecting/ },
    { spec: 'Counter', config: 'unknown-name', where: { file: 'unknown-name.cfg' }, says: /NoSuchInvariant/ },
    { spec: 'Counter', config: 'missing-constant', where: { file: 'missing-constant.cfg' }, says: /Wraps/ },
  ])('$spec $config is reported with its place', async ({ spec, config = 'Plain', where, says }) => {
    const outcome = await run(spec, config, { libraries: [at('lib')] });
    const place = { ...where, ...('file' in where && { file: at(String(where.file)) }) };
    expect(outcome).toEqual({ kind: 'specError', message: expect.stringMatching(says), ...place });
  });

  test('is an error of the user if there is no file', async () => {
    await expect(run('NoSuchSpec', 'Plain')).rejects.toThrow(ToolError);
    await expect(run('Counter', 'no-such-config')).rejects.toThrow(/configuration .*no-such-config\.cfg/);
    await expect(run('Counter', 'holds', { libraries: ['no/such/folder'] })).rejects.toThrow(ToolError);
  });
});

describe('an evaluation that fails', () => {
  interface Failure {
    readonly spec: string;
    readonly config: string;
    readonly says: RegExp;
    readonly line?: number;
    readonly column?: number;
    readonly steps: number;
  }

  test.each<Failure>([
    { spec: 'Counter', config: 'evaluation', says: /nonexistent field "b"/, line: 38, column: 23, steps: 3 },
    { spec: 'Faults', config: 'tail', says: /Tail to the empty sequence/, line: 18, column: 32, steps: 2 },
    { spec: 'Faults', config: 'assert', says: /too far/, line: 22, column: 39, steps: 2 },
    { spec: 'Faults', config: 'half-next', says: /not assigned: y/, steps: 2 },
    { spec: 'Faults', config: 'half-init', says: /not a legal state/, steps: 0 },
    { spec: 'Faults', config: 'deep', says: /^java.lang.StackOverflowError$/, steps: 0 },
    {
      spec: 'Faults',
      config: 'liveness-evaluation',
      says: /select field "field"/,
      line: 34,
      column: 20,
      steps: 0,
    },
  ])(
    'in $config says where, and how it came to that',
    async ({ spec, config, says, line, column, steps }) => {
      const outcome = await run(spec, config);
      expect(outcome).toMatchObject({ kind: 'evaluationError', message: expect.stringMatching(says) });
      expect(outcome).toHaveProperty('trace.length', steps);
      if (line !== undefined) expect(outcome).toMatchObject({ file: at(`${spec}.tla`), line, column });
      else expect(outcome).not.toHaveProperty('line');
    },
  );

  test('for want of memory is not the fault of the specification', async () => {
    expect(await run('Large', 'Plain', { heapMb: 24 })).toMatchObject({ kind: 'outOfMemory' });
  });
});

describe('anything else', () => {
  test('is no verdict: Java that does not start', async () => {
    const outcome = await run('Counter', 'holds', { heapMb: 0.5 });
    expect(outcome).toMatchObject({
      kind: 'failed',
      exitCode: 1,
      message: expect.stringMatching(/heap size/),
    });
  });

  test('is no verdict: an option that TLC does not know', async () => {
    expect(await run('Counter', 'holds', { extra: ['-no-such-option'] })).toMatchObject({ kind: 'failed' });
  });

  test('is an error of the user if there is no Java', async () => {
    await expect(run('Counter', 'holds', { java: { path: 'no-such-java' } })).rejects.toThrow(ToolError);
  });
});

describe('a run that is interrupted', () => {
  // Shorter than the run would be if it were left alone.
  const timeout = 20_000;

  test('leaves no JVM and no file', { timeout }, async () => {
    const controller = new AbortController();
    let files: readonly string[] = [];
    const outcome = await run('Faults', 'long', {
      signal: controller.signal,
      onProgress: () => {
        files = readdirSync(temporary, { recursive: true, encoding: 'utf8' });
        controller.abort();
      },
    });
    expect(outcome).toEqual({ kind: 'interrupted' });
    // It did have files, and the modules that TLC unpacks were among them.
    expect(files).toContainEqual(expect.stringMatching(/Naturals\.tla$/));
  });

  test('before it began does not begin', async () => {
    expect(await run('Faults', 'long', { signal: AbortSignal.abort() })).toEqual({ kind: 'interrupted' });
  });

  test(
    'by a callback that throws leaves no JVM either, and the error is the caller’s',
    {
      timeout,
    },
    async () => {
      const onProgress = () => {
        throw new RangeError('not my day');
      };
      await expect(run('Faults', 'long', { onProgress })).rejects.toThrow(RangeError);
    },
  );
});
