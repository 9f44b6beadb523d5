import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LogError, readLines } from '../../logs/lines.js';
import { logText, readLog } from '../../logs/read.js';
import { execa } from 'execa';
import { netfront, oneSentence } from '../fixtures/cli/netfront.js';

const recording = (name: string): string => `traces/recordings/linux-6.1-${name}.ndjson.gz`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'netfront-log-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const header = {
  format: 'netfront-log',
  version: 1,
  name: 'a log',
  driver: 'any',
  rings: { tx: { nr_ents: 4, ids: 'unique', shows: [] } },
};
const request = { ring: 'tx', side: 'front', op: 'REQ_WRITE', idx: 0, halves: [8, 0, 0, 0, 1, 60] };
const seq = { seq: 0, side: 'front', ring: 'tx', op: 'SET_RSP_EVENT', rsp_event: 1 };
const access = {
  seq: 0,
  side: 'front',
  ring: 'tx',
  rw: 'W',
  slot: 0,
  byte: 0,
  size: 2,
  val: 0,
};

const lines = (...objects: readonly unknown[]): string =>
  objects.map((object) => `${JSON.stringify(object)}\n`).join('');

async function written(octets: string | Uint8Array): Promise<string> {
  const file = path.join(folder, `log-${Math.random()}.ndjson`);
  await writeFile(file, octets);
  return file;
}

const truncated = gzipSync(lines(header, request)).subarray(0, 60);

/** What is wrong, the line of it, and words of the sentence. */
const bad: readonly (readonly [string, string | Uint8Array, number, string])[] = [
  ['an empty file', '', 1, 'empty'],
  ['a packed file that is cut short', truncated, 1, 'cannot be unpacked'],
  ['a line that is not JSON', `${lines(header, request)}{"ring":"tx",\n`, 3, 'not JSON'],
  ['a line that is no object', `${lines(header)}[1]\n`, 2, 'not a JSON object'],
  ['no format at all', lines({ hello: 1 }), 1, 'neither'],
  ['another version', lines({ ...header, version: 2 }, request), 1, 'version'],
  ['no events', lines(header), 1, 'no events'],
  ['an unknown op', lines(header, { ...request, op: 'REQ_WROTE' }), 2, 'no operation "REQ_WROTE"'],
  ['an unknown op in a recording', lines(seq, { ...seq, seq: 1, op: 'NOP' }), 2, 'no operation "NOP"'],
  ['an op of the other side', lines(header, { ...request, side: 'back' }), 2, 'side'],
  ['an op of the other side in a recording', lines({ ...seq, side: 'back' }), 1, 'no operation of the back'],
  ['a ring that the header does not have', lines(header, { ...request, ring: 'rx' }), 2, 'rx ring'],
  ['a field too few', lines(header, { ...request, idx: undefined }), 2, 'idx'],
  ['a field too many', lines(header, { ...request, id: 1 }), 2, 'id'],
  ['an index of more than 32 bits', lines(header, { ...request, idx: 2 ** 32 }), 2, 'idx'],
  ['a slot of another size', lines(header, { ...request, halves: [1, 2] }), 2, '2 halves'],
  ['a gap in a recording', lines(seq, { ...seq, seq: 2 }), 2, 'seq 2 follows seq 0'],
  [
    'words that say something else than the fields',
    lines({ ...seq, op: 'REQ_WRITE', idx: 0, raw: [8, 0, 1], id: 2 }),
    1,
    'id is 2',
  ],
  ['a slot outside the ring', lines({ ...access, slot: 256 }), 1, 'slot 256 is outside the ring'],
  ['octets outside a slot', lines({ ...access, byte: 11 }), 1, 'outside a slot'],
  ['a gap between accesses', lines(access, { ...access, seq: 5 }), 2, 'seq 5 follows seq 0'],
  ['an unknown field', lines({ ...access, slot: undefined, byte: undefined, field: 'prod' }), 1, '"prod"'],
];

describe('a log that cannot be used', () => {
  test.each(bad)('because of %s is refused with its line', async (_, octets, line, words) => {
    const file = await written(octets);
    const error = await readLog(file).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LogError);
    expect(error).toMatchObject({ line, message: expect.stringContaining(words) });
  });

  test.each(bad.slice(0, 3))('because of %s exits 2 with one sentence', async (_, octets, line) => {
    const file = await written(octets);
    const { status, stdout, stderr } = await netfront(['validate', file]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(oneSentence);
    expect(stderr).toContain(`${file}:${line}: `);
  });

  test('because it is not there exits 2 with one sentence', async () => {
    const { status, stdout, stderr } = await netfront(['validate', path.join(folder, 'none')]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(oneSentence);
  });
});

test('a log may have a million events, and a header', async () => {
  const file = await written('{}\n'.repeat(1_000_001));
  let count = 0;
  for await (const { number } of readLines(file)) count = number;
  expect(count).toBe(1_000_001);
});

describe('a log that comes through a pipe', () => {
  /** Has a shell write the file to a pipe. */
  const piped = async (file: string, how: string): Promise<string> => {
    const fifo = path.join(folder, `pipe-${Math.random()}`);
    execFileSync('mkfifo', [fifo]);
    void execa('sh', ['-c', `(${how}) > "$2"`, 'sh', file, fifo], { reject: false });
    return fifo;
  };

  test.each([
    ['plain', 'cat "$1"'],
    ['packed', 'gzip -c "$1"'],
    ['packed, its first octet by itself', 'gzip -c "$1" | { head -c 1; sleep 0.3; cat; }'],
  ])('is read: %s', async (_, how) => {
    const file = await written(lines(header, request));
    expect((await readLog(await piped(file, how))).events).toEqual([request]);
  });

  test.each([
    ['cut short', 'gzip -c "$1" | head -c 60', 'cannot be unpacked'],
    ['a line of 64 MiB when unpacked', 'head -c 67108864 /dev/zero | gzip', 'more than 1 MiB'],
    ['empty', ':', 'empty'],
  ])('is refused like a file: %s', async (_, how, words) => {
    const file = await written(lines(header, request));
    await expect(readLog(await piped(file, how))).rejects.toThrow(words);
  });
});

describe('the memory accesses of unmodified drivers', () => {
  test('lifted by us are what they were lifted to, operation for operation', async () => {
    const ours = await readLog(recording('stock-raw'));
    const theirs = await readLog(recording('stock-lifted'));
    expect(theirs.events).toHaveLength(26_460);
    expect(ours.events).toEqual(theirs.events);
    expect(ours.header.rings).toEqual(theirs.header.rings);
    // Nothing else is left out than parts of operations, what an end stores for itself, and padding.
    expect([...ours.skipped.keys()].toSorted()).toEqual([
      'R req_prod',
      'R rsp_prod',
      'R slot',
      'W pad+16',
      'W pad+24',
      'W pad+32',
      'W pad+40',
      'W pad+48',
      'W pad+56',
      'W req_event',
      'W req_prod',
      'W rsp_prod',
      'W slot',
    ]);
  });
});

describe('a recording of modules with logging', () => {
  test('gives every notification and every grant that ends its ring', async () => {
    const {
      events,
      header: { driver, rings },
      skipped,
    } = await readLog(recording('instrumented'));
    expect({ driver, events: events.length, skipped: skipped.size }).toEqual({
      driver: 'linux',
      events: 40_444,
      skipped: 0,
    });
    expect(rings.tx?.shows).toEqual(['rsp_cons', 'notify', 'grants', 'copies', 'skipped']);
    const count = (ring: string, op: string) =>
      events.filter((event) => event.ring === ring && event.op === op).length;
    for (const ring of ['tx', 'rx']) {
      const due = events.filter((event) => event.ring === ring && event.notify === 1).length;
      // Each that was due, and one when the interface was connected.
      expect(count(ring, 'NOTIFY')).toBe(due + 1);
      expect(count(ring, 'GNT_END')).toBeLessThanOrEqual(count(ring, 'GNT_GRANT'));
    }
  });

  test('is written as a log and read again', async () => {
    const log = await readLog(recording('instrumented'));
    const file = await written(logText(log.header, log.events));
    const again = await readLog(file);
    expect(again.events).toEqual(log.events);
    expect(again.header).toEqual(log.header);
    expect((await readFile(file, 'utf8')).split('\n')).toHaveLength(40_444 + 2);
  });
});

describe('a recording with one event channel for both rings', () => {
  const push = { op: 'SET_REQ_PROD', side: 'front', old: 0, new: 0 };
  const check = (side: string, ring: string, notify: number) =>
    side === 'front'
      ? { op: 'READ_REQ_EVENT', side, ring, req_event: 1, notify }
      : { op: 'READ_RSP_EVENT', side, ring, rsp_event: 1, notify };
  const notifies = (side: string) => ({ op: 'NOTIFY', side, ring: '-', irq: 9 });
  const irq = { op: 'IRQ', side: 'front', ring: 'both', irq: 9 };
  const recorded = async (...list: readonly object[]) =>
    readLog(await written(lines(...list.map((each, seq) => ({ seq, ...each })))));
  const shown = ({ events, lines: numbers }: Awaited<ReturnType<typeof recorded>>) =>
    events.map(({ op, side, ring }, i) => [numbers[i], side, op, ring].join(' '));

  test('gives a notification to the ring whose check asked for one first', async () => {
    const log = await recorded(
      { ...push, ring: 'rx' },
      check('front', 'rx', 1),
      check('back', 'tx', 1),
      check('front', 'tx', 1),
      notifies('front'),
      notifies('back'),
      notifies('front'),
      irq,
    );
    expect(shown(log).slice(4)).toEqual([
      '5 front NOTIFY rx',
      '6 back NOTIFY tx',
      '7 front NOTIFY tx',
      '8 front IRQ tx',
    ]);
  });

  test('has an event for each ring where both have one pending, and none where none has', async () => {
    const log = await recorded(check('back', 'rx', 1), check('back', 'tx', 1), irq, irq);
    expect(shown(log).slice(2)).toEqual(['3 front IRQ tx', '3 front IRQ rx']);
    expect([...log.skipped]).toEqual([['IRQ with nothing pending', 1]]);
  });

  test('of which one side alone logs its notifications has those of the other with their checks', async () => {
    const log = await recorded(
      check('front', 'tx', 1),
      notifies('front'),
      check('back', 'tx', 1),
      irq,
      check('back', 'rx', 0),
    );
    expect(shown(log)).toEqual([
      '1 front READ_REQ_EVENT tx',
      '2 front NOTIFY tx',
      '3 back READ_RSP_EVENT tx',
      '3 back NOTIFY tx',
      '4 front IRQ tx',
      '5 back READ_RSP_EVENT rx',
    ]);
    expect(log.skipped.size).toBe(0);
  });

  test('has a notification for each ring where no check asked for it: one connects', async () => {
    const log = await recorded({ op: 'RING_INIT', side: 'front', ring: 'tx' }, notifies('front'), irq);
    expect(shown(log)).toEqual(['1 front RING_INIT tx', '2 front NOTIFY tx', '2 front NOTIFY rx']);
  });
});
