import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findJar, findJava } from '../../tlc/index.js';
import type { JudgeOptions } from '../../logs/judge.js';
import { readLog } from '../../logs/read.js';
import { validate } from '../../logs/validate.js';
import { netfront } from '../fixtures/cli/netfront.js';

// What `netfront conform --record` writes of a port, against the specification.

let folder: string;
let options: JudgeOptions;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'netfront-record-'));
  options = { java: await findJava(), jar: await findJar({}), spec: 'spec' };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const driver = (name: string): string => path.resolve('ports/c/build', name);
const recorded = (to: string, cases: readonly string[], ...command: readonly string[]) =>
  netfront(['conform', '--record', to, '--case', ...cases, '--', ...command]);

test('several cases need a folder, and one that says so', async () => {
  const { status, stderr } = await recorded(path.join(folder, 'log.ndjson'), ['tx'], 'no-such-driver');
  expect(status).toBe(2);
  expect(stderr).toContain('log.ndjson/.');
});

test('of a case with a device nothing is recorded, which is said', async () => {
  const to = path.join(folder, 'device', '/');
  const cases = ['tx/one-frame-there-and-back', 'connection/connects', 'connection/removed-written'];
  const { status, stderr } = await recorded(to, cases, 'node', 'test/fixtures/drivers/impl.mjs');
  expect(status).toBe(0);
  expect(stderr).toContain(
    'Nothing is recorded of connection/connects and of 1 other case: a log begins with rings that are there',
  );
  expect(await readdir(to)).toEqual(['tx-one-frame-there-and-back.ndjson']);
});

const hasToolchain = existsSync('/usr/include/xen/io/ring.h') && existsSync('/usr/bin/cc');

/** What goes over a ring is named by one property, whoever watches. */
const namedAlike = [
  ['counter-unchecked', 'tx/out-of-order', 'UniqueOutstandingId'],
  ['rx-gref-as-id', 'rx/indices-from-2-32-less-1-copied', 'UniqueOutstandingId'],
  ['extra-by-id', 'rx/chains/extra-copied', 'NoReuseBeforeResponse'],
  ['gref-not-rewritten', 'rx/one-frame-copied', 'DeliveredIntact'],
  ['refill-not-notified', 'rx/one-frame-copied', 'NotifyExact'],
  ['wide-indices', 'rx/one-frame-copied', 'NotifyExact'],
  ['published-in-parts', 'tx/chains/two-slots-there-and-back', 'PublishedWhole'],
] as const;

describe.skipIf(!hasToolchain)('the port in C, recorded by the runner', () => {
  beforeAll(() => {
    const faults = ['shared-gref-as-id', 'signed-notify', ...namedAlike.map(([fault]) => fault)];
    execFileSync('make', ['-s', '-C', 'ports/c', 'all', ...faults.map((fault) => `build/faults/${fault}`)]);
  });

  test('is a behaviour of the specification, on either ring and on both', async () => {
    const cases = [
      'tx/one-frame-there-and-back',
      'tx/out-of-order',
      'tx/final-check',
      'rx/one-frame-lent',
      'txrx/one-event-for-both',
    ];
    const to = path.join(folder, 'logs');
    const { status, stdout } = await recorded(`${to}/`, cases, driver('driver'));
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('5 cases passed') });
    const files = (await readdir(to)).toSorted();
    expect(files).toEqual(cases.map((name) => `${name.replaceAll('/', '-')}.ndjson`).toSorted());
    for (const file of files) {
      const log = await readLog(path.join(to, file));
      const { rings } = await validate(log, options);
      expect(rings.flatMap(({ impossible }) => impossible ?? [])).toEqual([]);
      expect(rings.reduce((sum, { events }) => sum + events, 0)).toBe(log.events.length);
      // Guard: a log that lacks one end's operations would show little.
      const ops = new Set(log.events.map(({ op }) => op));
      for (const op of [
        'REQ_WRITE',
        'SET_REQ_PROD',
        'SET_RSP_EVENT',
        'REQ_READ',
        'RSP_WRITE',
        'READ_RSP_EVENT',
      ])
        expect(ops).toContain(op);
    }
  });

  test.each(namedAlike)('%s breaks in %s, for the runner and in the log, %s', async (fault, name, due) => {
    const [log, results] = [path.join(folder, `${fault}.ndjson`), path.join(folder, `${fault}.json`)];
    const ran = ['conform', '--record', log, '--json', results, '--case', name];
    await netfront([...ran, '--', driver(`faults/${fault}`)]);
    const { cases } = JSON.parse(await readFile(results, 'utf8')) as {
      cases: readonly { readonly failure: { readonly property: string } }[];
    };
    const { rings } = await validate(await readLog(log), options);
    const [complaint = 'possible'] = rings.flatMap(({ impossible }) => impossible?.complaint ?? []);
    const [, inLog, number] = /\((\w+), (P\d+)\)$/.exec(complaint) ?? [complaint, complaint];
    expect({ runner: cases[0]!.failure.property, inLog }).toEqual({ runner: due, inLog: due });
    // The number is that of the property in the list of them.
    const list = await readFile('spec/README.md', 'utf8');
    const row = list.split('\n').find((line) => line.startsWith(`| ${number} |`));
    expect(row).toContain(`${due}\``);
  });

  test.each([
    ['shared-gref-as-id', 'REQ_WRITE', 'the id is that of a request in flight (UniqueOutstandingId, P1)'],
    [
      'signed-notify',
      'READ_REQ_EVENT',
      'a push notifies exactly when the event index is one of those just published (NotifyExact, P20)',
    ],
  ] as const)('with the fault %s is rejected at %s', async (fault, op, complaint) => {
    const file = path.join(folder, `${fault}.ndjson`);
    const name = fault === 'signed-notify' ? 'tx/hold-off' : 'tx/out-of-order';
    const { status } = await recorded(file, [name], driver(`faults/${fault}`));
    // A notification too many harms nobody, and is reported.
    expect(status).toBe(fault === 'signed-notify' ? 0 : 1);
    const { events, ...log } = await readLog(file);
    const { rings } = await validate({ events, ...log }, options);
    const [{ impossible } = {}] = rings;
    expect({ op: impossible?.event.op, complaint: impossible?.complaint }).toEqual({ op, complaint });
    if (op !== 'REQ_WRITE') return;
    // At the reuse: no answer came since a request before it had this id.
    const idOf = ({ halves }: (typeof events)[number]) => (halves as readonly number[])[4];
    const before = events.slice(0, impossible!.number - 1);
    expect(before.filter((event) => event.op === op).map(idOf)).toContain(idOf(impossible!.event));
    expect(before.some((event) => event.op === 'RSP_WRITE')).toBe(false);
  });
});

describe('the reference implementation, recorded by the runner', () => {
  const command = [process.execPath, path.resolve('test/fixtures/drivers/impl.mjs')] as const;
  const judged = async (name: string, ...by: readonly string[]) => {
    const file = path.join(folder, `${name.replaceAll('/', '-')}.ndjson`);
    const { stdout } = await recorded(file, [name], ...by);
    const log = await readLog(file);
    const { rings } = await validate(log, options);
    return { stdout, rings, impossible: rings.flatMap(({ impossible }) => impossible ?? []), log };
  };

  test('is a behaviour of the specification with chains and extras, on either ring', async () => {
    for (const name of ['tx/chains/null-before-and-after', 'rx/chains/extra-lent']) {
      const { stdout, rings, impossible, log } = await judged(name, ...command);
      expect(stdout).toContain('1 case passed');
      expect(impossible).toEqual([]);
      expect(rings.reduce((sum, { events }) => sum + events, 0)).toBe(log.events.length);
      // Guard: an extra goes over the ring in it.
      const extras = log.events.filter(
        ({ op, halves }) =>
          op === (name.startsWith('tx') ? 'REQ_WRITE' : 'RSP_WRITE') && (halves as number[])[0] === 1,
      );
      expect(extras.length).toBeGreaterThan(2);
    }
  });

  test.each([
    [
      'first size is its own',
      'tx/chains/first-size-is-the-packets',
      'SizeRule',
      "the first size is the packet's, more than that of all further slots (SizeRule, P52)",
    ],
    [
      'publishes in parts',
      'tx/chains/two-slots-there-and-back',
      'PublishedWhole',
      'a packet is published whole or not at all (PublishedWhole, P50)',
    ],
  ])('is none where it %s', async (way, name, property, complaint) => {
    const liar = path.resolve('test/fixtures/drivers/liar.mjs');
    const { stdout, impossible } = await judged(name, process.execPath, liar, way);
    expect(stdout).toContain(property);
    expect(impossible.map((each) => each.complaint)).toEqual([complaint]);
  });
});
