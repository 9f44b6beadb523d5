import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  corpusOf,
  corpusTraces,
  flagMeanings,
  itfOf,
  readTraces,
  replayTrace,
  statesOf,
  type Trace,
  TraceError,
  wholeCorpus,
} from '../../corpus/index.js';
import type { RxDriver } from '../../impl/rx-driver.js';
import type { TxDriver } from '../../impl/tx-driver.js';
import { idFaults } from '../faults/ids.js';
import { rxFaults } from '../faults/rx.js';
import { rxPacketsFaults } from '../faults/rx-packets.js';

const folder = path.resolve(import.meta.dirname, '..', '..', 'traces');

const tracesOf = async (file: string): Promise<readonly Trace[]> => {
  const traces: Trace[] = [];
  for await (const trace of readTraces(file)) traces.push(trace);
  return traces;
};

const scenario = path.join(folder, 'valid/tx/ring-full-then-drain.ndjson');
const files = await corpusTraces(folder);

describe('the committed corpus', () => {
  test.each(files.map((file) => path.relative(folder, file)))('%s passes', async (file) => {
    const traces = await tracesOf(path.join(folder, file));
    expect(traces.length).toBeGreaterThan(0);
    for (const trace of traces) {
      const { ok, divergence, steps } = replayTrace(trace);
      expect(divergence, trace.header.name).toEqual(
        trace.header.kind === 'counterexample' ? expect.anything() : null,
      );
      expect(ok).toBe(true);
      // Followed to the end, each step of it.
      if (divergence === null) expect(steps).toBe(trace.header.steps);
    }
  });

  test('is what its manifest lists, and every flag is explained', async () => {
    const manifest = JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8')) as {
      flags: Record<string, string>;
      files: { file: string; flags: string[]; steps: number }[];
    };
    const listed = manifest.files.map(({ file }) => file);
    expect(listed).toEqual((await corpusOf(folder)).filter((file) => file.endsWith('.ndjson')));
    for (const { flags, steps } of manifest.files) {
      expect(steps).toBeGreaterThan(0);
      for (const flag of flags) expect(Object.keys(flagMeanings)).toContain(flag);
    }
    expect(manifest.flags).toEqual(flagMeanings);
  });

  test('has the schemas of the lines that are read', async () => {
    for (const [file, text] of wholeCorpus([]).filter(([name]) => name.startsWith('schema/')))
      expect(await readFile(path.join(folder, file), 'utf8')).toBe(text);
  });
});

describe('a trace', () => {
  test('of the advisory is followed to the end by the ids that it is about, and by no others', async () => {
    const [trace] = await tracesOf(path.join(folder, 'invalid/tx/1-4-1.ndjson'));
    expect(replayTrace(trace!, { NetfrontTx: idFaults.newestOfGref.target })).toMatchObject({
      divergence: null,
      steps: trace!.header.steps,
    });
    // The second request on a page: where two ids became one.
    expect(replayTrace(trace!).divergence).toMatchObject({ step: 4, action: 'TxEnqueue' });
  });

  // The receive half: ids that are references modulo the ids, and a page that is taken back unasked.
  const oldReceiver = {
    NetfrontRx: { ...rxFaults.newestOfGref.target, ...rxFaults.endsMapped.target },
  };
  test.each([
    '1-4-1',
    '1-4-1-mutated',
    '1-4-1-ids',
    '1-4-1-held',
    '1-4-1-reuse',
    '1-4-1-mapped',
    '1-5-0-wrong-data',
  ])(
    'of a receiver of 1.4.1 or 1.5.0, %s, is followed to the end by it, and left where two ids become one',
    async (name) => {
      const [trace] = await tracesOf(path.join(folder, `invalid/rx/${name}.ndjson`));
      expect(replayTrace(trace!, oldReceiver)).toMatchObject({
        divergence: null,
        steps: trace!.header.steps,
        ok: false,
      });
      expect(replayTrace(trace!)).toMatchObject({ divergence: { step: 4, action: 'RxPost' }, ok: true });
    },
  );

  test('of a receiver as it should be is not followed by that of 1.4.1', async () => {
    const [trace] = await tracesOf(path.join(folder, 'valid/rx/msa00-each-response-for-its-own-page.ndjson'));
    expect(replayTrace(trace!, oldReceiver).divergence).toMatchObject({ kind: 'diverged' });
  });

  test.each([
    ['1-5-0', rxPacketsFaults.sizesOfTransmit, { step: 13, action: 'RxDeliver' }],
    ['extra-leaks', rxPacketsFaults.extraLeaks, { step: 12, action: 'RxRelease' }],
    ['error-ends-chain', rxPacketsFaults.errorEndsChain, { step: 10, action: 'RxRelease' }],
    ['no-slot-limit', rxPacketsFaults.noLimits, { step: 13, action: 'RxRelease' }],
    ['end-access-unchecked', rxPacketsFaults.chainWhileMapped, { step: 8, action: 'RxRelease' }],
  ])(
    'of received packets, %s, is followed to the end by the frontend with that fault, and by no other',
    async (name, fault, left) => {
      const [trace] = await tracesOf(path.join(folder, `invalid/rxpackets/${name}.ndjson`));
      expect(replayTrace(trace!, { RxPackets: fault.target })).toMatchObject({
        divergence: null,
        steps: trace!.header.steps,
      });
      expect(replayTrace(trace!)).toMatchObject({ divergence: left, ok: true });
    },
  );

  test('of an event taken by one ring is followed by a front that wakes that ring alone, and by no other', async () => {
    const [trace] = await tracesOf(path.join(folder, 'invalid/txrx/event-taken-by-one.ndjson'));
    const wakeRx = (_: TxDriver, rx: RxDriver): boolean => rx.send(rx.load('RxTakeEvent'));
    expect(replayTrace(trace!, { NetfrontTxRx: { takeEvent: wakeRx } })).toMatchObject({
      divergence: null,
      ok: false,
    });
    expect(replayTrace(trace!).divergence).toMatchObject({ step: 6, what: 'poller' });
  });

  test('of the advisory as it should go is not followed by those ids', async () => {
    const [trace] = await tracesOf(path.join(folder, 'valid/tx/msa00-response-frees-one-block.ndjson'));
    expect(replayTrace(trace!, { NetfrontTx: idFaults.newestOfGref.target }).divergence).toMatchObject({
      kind: 'diverged',
    });
  });

  test('fails if a step that must be refused is one that is allowed', async () => {
    const [trace] = await tracesOf(scenario);
    const fill = trace!.steps[0]!;
    const steps = [{ ...fill, changed: {}, refused: true as const }];
    const asked = { ...trace!, header: { ...trace!.header, steps: 1 }, steps };
    expect(replayTrace(asked).divergence).toMatchObject({ kind: 'accepted', action: 'TxFill', step: 1 });
  });

  test('fails if it says of a step something that is not so', async () => {
    const [trace] = await tracesOf(scenario);
    const steps = trace!.steps.map((step) =>
      step.step === 1 ? { ...step, changed: { ...step.changed, pool: [2, 1] } } : step,
    );
    expect(replayTrace({ ...trace!, steps }).divergence).toMatchObject({ what: 'pool', step: 1 });
  });

  test('has a state for each step that is taken, and the action beside it, in ITF', async () => {
    const [trace] = await tracesOf(scenario);
    const { vars, states } = itfOf(trace!) as { vars: string[]; states: Record<string, unknown>[] };
    const taken = trace!.steps.filter(({ refused }) => !refused);
    expect(taken.length).toBeLessThan(trace!.steps.length);
    expect(states).toHaveLength(taken.length + 1);
    expect(states.map((state) => state['mbt::actionTaken'])).toEqual([
      'Init',
      ...taken.map(({ action }) => action),
    ]);
    for (const state of states) expect(Object.keys(state).toSorted()).toEqual(['#meta', ...vars].toSorted());
    expect(states.at(-1)).toMatchObject(statesOf(trace!).at(-1)!);
  });
});

describe('a trace that says what cannot be', () => {
  const changed = async (change: (trace: Trace) => Trace): Promise<() => unknown> => {
    const [trace] = await tracesOf(scenario);
    return () => replayTrace(change(trace!));
  };
  const withConstant = (trace: Trace, name: string, value: number): Trace => ({
    ...trace,
    header: { ...trace.header, constants: { ...trace.header.constants, [name]: value } },
  });

  test.each(['TxFoo', 'BackFoo'])('has the unknown action %s named with its line', async (action) => {
    const replay = await changed((trace) => ({ ...trace, steps: [{ ...trace.steps[0]!, action }] }));
    expect(replay).toThrow(TraceError);
    expect(replay).toThrow(new RegExp(`:2: NetfrontTx has no action ${action}`));
  });

  test('has a ring of three slots, or a variable that is missing, named', async () => {
    expect(await changed((trace) => withConstant(trace, 'N', 3))).toThrow(TraceError);
    const { ring: _ring, ...initial } = (await tracesOf(scenario))[0]!.header.initial;
    const replay = await changed((trace) => ({ ...trace, header: { ...trace.header, initial }, steps: [] }));
    expect(replay).toThrow(TraceError);
  });

  test('is no counterexample that was left, if it does not even begin as it says', async () => {
    const [trace] = await tracesOf(path.join(folder, 'invalid/tx/1-4-1.ndjson'));
    const initial = { ...trace!.header.initial, pool: [1, 0] };
    const verdict = replayTrace({ ...trace!, header: { ...trace!.header, initial } });
    expect(verdict.divergence).toMatchObject({ step: 0 });
    expect(verdict.ok).toBe(false);
  });
});

describe('a trace file that cannot be used', () => {
  const broken = async (change: (text: string) => string): Promise<unknown> => {
    const file = path.join(await mkdtemp(path.join(tmpdir(), 'netfront-corpus-')), 'broken.ndjson');
    await writeFile(file, change(await readFile(scenario, 'utf8')));
    return tracesOf(file).then(
      () => undefined,
      (error: unknown) => error,
    );
  };

  test.each([
    ['cut in the middle of a line', (text: string) => text.slice(0, -20), /:\d+: this line is not JSON/],
    [
      'cut between two lines',
      (text: string) => text.split('\n').slice(0, 9).join('\n'),
      /ends after step 8 of/,
    ],
    ['empty', () => '', /the file is empty/],
    ['of another version', (text: string) => text.replace('"version":1', '"version":2'), /:1: version/],
    [
      'with a step missing',
      (text: string) => text.split('\n').toSpliced(4, 1).join('\n'),
      /:5: step 5 follows step 3/,
    ],
    ['with a step of unknown shape', (text: string) => text.replace('"step":3', '"stop":3'), /:4: step/],
  ])('%s is named with file, line and what to do', async (_, change, message) => {
    const error = await broken(change);
    expect(error).toBeInstanceOf(TraceError);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).toMatch(/broken\.ndjson:\d+: .*; make it again/);
  });
});
