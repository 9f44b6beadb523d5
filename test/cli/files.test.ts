/** Files that are given as traces or logs, and are none: each is a sentence with the line, and nobody's fault but the file's. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTraces, replayTrace, TraceError } from '../../corpus/index.js';
import { withPeer } from '../../cli/replay/behaviour.js';
import { Peer, readPeer } from '../../peer/peer.js';
import { peerTargets } from '../../replay/peer-steps.js';
import { idFaults } from '../faults/ids.js';
import { checkedStates } from '../../replay/file-check.js';
import { tracedModule } from '../../replay/modules/index.js';
import { LogError } from '../../logs/lines.js';
import { readLog } from '../../logs/read.js';
import { netfront, oneSentence } from '../fixtures/cli/netfront.js';

type Json = Record<string, unknown>;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'netfront-files-'));
});
afterAll(() => rm(folder, { recursive: true }));

const written = async (content: string | Uint8Array): Promise<string> => {
  const file = path.join(folder, `${Math.random()}.ndjson`);
  await writeFile(file, content);
  return file;
};
const text = (lines: readonly unknown[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

/** A trace of the corpus, its lines to be changed. */
const corpus = async (name: string): Promise<Json[]> =>
  (await readFile(`traces/${name}.ndjson`, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Json);
const at = (value: unknown, ...keys: string[]): Json =>
  keys.reduce<Json>((v, key) => v[key] as Json, value as Json);

const replayed = async (file: string): Promise<void> => {
  for await (const trace of readTraces(file)) replayTrace(trace);
};

const BATCH = 'valid/tx/batch-is-notified-once';

/** What is done to a trace, and the sentence that is said of it. */
const wrong: readonly (readonly [string, string, (lines: Json[]) => unknown, string])[] = [
  [
    'a step of the backend that is refused',
    BATCH,
    (lines) => {
      const back = lines.find(({ action }) => action === 'BackTakeRequest')!;
      Object.assign(back, { refused: true, changed: {} });
    },
    "BackTakeRequest is the backend's, which refuses nothing",
  ],
  [
    'a refused step with changes',
    BATCH,
    ([, step]) => Object.assign(step!, { refused: true }),
    'changes nothing',
  ],
  [
    'as many ids as fill the memory',
    BATCH,
    ([head]) => (at(head, 'constants').Ids = 1e9),
    'Ids is 1000000000: a number from 1 to 65536',
  ],
  ['a ring of no power of two', BATCH, ([head]) => (at(head, 'constants').N = 3), 'N is 3: a power of two'],
  [
    'a ring larger than a page',
    BATCH,
    ([head]) => (at(head, 'constants').N = 65_536),
    'N is 65536: a number from 1 to 256',
  ],
  ['half a slot', BATCH, ([head]) => (at(head, 'constants').N = 0.5), 'constants.N'],
  [
    'a constant of another kind',
    BATCH,
    ([head]) => (at(head, 'constants').Block = 'many'),
    'Block is "many"',
  ],
  [
    'a frame with a longer name',
    BATCH,
    ([head]) => (at(head, 'constants').Frame = { '#set': ['AA'] }),
    'Frame is',
  ],
  [
    'an id scheme that every object has',
    BATCH,
    ([head]) => (at(head, 'constants').IdScheme = 'constructor'),
    'no id scheme constructor',
  ],
  [
    'a variable that there is not',
    BATCH,
    ([head]) => (at(head, 'initial').constructor = 1 as never),
    'constructor',
  ],
  ['a variable that is left out', BATCH, ([head]) => delete at(head, 'initial').pool, 'pool'],
  ['an index outside its range', BATCH, ([head]) => (at(head, 'initial').req_prod = 4), 'req_prod'],
  [
    'a slot of another ring',
    BATCH,
    ([head]) => {
      (at(head, 'initial').ring as { '#map': [number, Json][] })['#map'][0]![1] = {
        kind: 'request',
        id: 0,
        gref: 0,
      };
    },
    'ring.#map.0.1',
  ],
  ['a change of a variable that there is not', BATCH, ([, step]) => (at(step, 'changed').extra = 1), 'extra'],
  [
    'other arguments than its changes have',
    BATCH,
    (lines) => {
      const fill = lines.find(({ action }) => action === 'TxFill')!;
      fill.args = { frame: 'B' };
    },
    'not the arguments with which TxFill',
  ],
  [
    'an action of another module',
    BATCH,
    ([, step]) => (step!.action = 'RxPost'),
    'NetfrontTx has no action RxPost',
  ],
  [
    'a module without traces',
    BATCH,
    ([head]) => (head!.module = 'toString'),
    'no traces are made of the module toString',
  ],
  ['arguments that are no numbers of TLA+', BATCH, ([, step]) => (step!.args = { frame: 0.5 }), 'args.frame'],
  [
    'a large number that is none',
    BATCH,
    ([, step]) => (step!.args = { frame: { '#bigint': '0.5' } }),
    'args.frame',
  ],
  ['too many steps', BATCH, ([head]) => (head!.steps = 1e12), 'at most 1000000'],
];

describe('a trace with', () => {
  test.each(wrong)('%s', async (_, name, change, words) => {
    const lines = await corpus(name);
    change(lines);
    await expect(replayed(await written(text(lines)))).rejects.toThrow(words);
  });

  test('a key __proto__', async () => {
    const lines = await readFile(`traces/${BATCH}.ndjson`, 'utf8');
    const file = await written(lines.replace('"constants":{', '"constants":{"__proto__":{"N":2},'));
    await expect(replayed(file)).rejects.toThrow('a key is __proto__');
  });

  test.each([
    ['arrays in arrays', `${'['.repeat(100_000)}${']'.repeat(100_000)}\n`, 'nested more than 64 deep'],
    ['arrays that do not end', '['.repeat(100_000), 'not JSON'],
    ['objects in objects', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, 'nested more than 64 deep'],
    ['a line of more than a mebibyte', `"${'x'.repeat(1 << 20)}"\n`, 'more than 1 MiB'],
    ['nothing in it', '', 'empty'],
    ['an empty line', '\n', 'not JSON'],
  ])('%s', async (_, content, words) => {
    const file = await written(content);
    await expect(replayed(file)).rejects.toThrow(TraceError);
    await expect(replayed(file)).rejects.toThrow(words);
    await expect(readLog(file)).rejects.toThrow(LogError);
    await expect(readLog(file)).rejects.toThrow(words);
  });

  test('little that unpacks to a line of 64 MiB', async () => {
    const file = await written(gzipSync(Buffer.alloc(64 << 20, ' ')));
    await expect(replayed(file)).rejects.toThrow('1: this line has more than 1 MiB');
    await expect(readLog(file)).rejects.toThrow('1: this line has more than 1 MiB');
  });

  test('a backend that answers what it was not asked is none, as the command, too', async () => {
    const lines = await corpus(BATCH);
    const answer = lines.find(({ action }) => action === 'BackRespond')!;
    const slots = (at(answer, 'changed').ring as { '#map': [number, Json][] })['#map'];
    slots.find(([, { kind }]) => kind === 'response')![1].status = 'ERROR';
    const { status, stdout, stderr } = await netfront(['replay', await written(text(lines))]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(oneSentence);
  });

  test('a frontend that does otherwise only with the peer is a trace, and a finding', async () => {
    for await (const trace of readTraces(`traces/${BATCH}.ndjson`)) {
      const verdict = replayTrace(trace);
      const targets = peerTargets(new Peer(readPeer('.')));
      expect(withPeer(verdict, targets)).toBe(verdict);
      const faulty = { back: targets.NetfrontTx!.back!, ...idFaults.newestOfGref.target };
      expect(withPeer(verdict, { NetfrontTx: faulty })).toMatchObject({
        ok: false,
        divergence: { action: expect.stringMatching(/^Tx/) as string },
      });
    }
  });

  test('a page that a step of the frontend maps is none', async () => {
    const lines = await corpus(BATCH);
    const front = lines.find(({ action }) => action === 'TxEnqueue')!;
    const { '#map': mapped } = at(lines[0], 'initial', 'mapped') as { '#map': [number, number][] };
    at(front, 'changed').mapped = { '#map': mapped.map(([gref, maps]) => [gref, maps + 1]) };
    const { status, stderr } = await netfront(['replay', await written(text(lines))]);
    expect(status).toBe(2);
    expect(stderr).toContain('a backend over Xen');
  });

  test('all of it: no trace of the corpus is refused', async () => {
    for (const name of [BATCH, 'valid/txrx/one-event-for-both-rings'])
      for await (const trace of readTraces(`traces/${name}.ndjson`))
        expect(checkedStates(trace, tracedModule(trace.header.module)).length).toBe(trace.steps.length + 1);
  });
});

test('a log of two rings of different sizes is read: each ring by itself', async () => {
  const rings = {
    tx: { nr_ents: 1, ids: 'unique', shows: [] },
    rx: { nr_ents: 4, ids: 'slot', shows: [] },
  };
  const of = (ring: string, ...fields: object[]): object[] => fields.map((each) => ({ ring, ...each }));
  const lines = [
    { format: 'netfront-log', version: 1, name: 'both', driver: 'ring_h', rings },
    ...of(
      'tx',
      { side: 'front', op: 'REQ_WRITE', idx: 0, halves: [8, 0, 0, 0, 1, 60] },
      { side: 'front', op: 'SET_REQ_PROD', old: 0, new: 1 },
    ),
    ...of(
      'rx',
      { side: 'front', op: 'REQ_WRITE', idx: 0, halves: [0, 0, 9, 0] },
      { side: 'front', op: 'REQ_WRITE', idx: 1, halves: [1, 0, 10, 0] },
      { side: 'front', op: 'SET_REQ_PROD', old: 0, new: 2 },
    ),
  ];
  const { status, stdout, stderr } = await netfront(['validate', await written(text(lines))]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/tx: 2 events, all.*\n.*rx: 3 events, all/);
});
