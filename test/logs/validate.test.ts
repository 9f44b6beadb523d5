import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Event, LogHeader } from '../../logs/event.js';
import type { JudgeOptions } from '../../logs/judge.js';
import { logText, readLog } from '../../logs/read.js';
import { validate } from '../../logs/validate.js';
import { findJar, findJava } from '../../tlc/index.js';
import { netfront } from '../fixtures/cli/netfront.js';

let options: JudgeOptions;
beforeAll(async () => {
  options = { java: await findJava(), jar: await findJar({}), spec: 'spec' };
});

const header: LogHeader = {
  format: 'netfront-log',
  version: 1,
  name: 'a log',
  driver: 'any',
  rings: { tx: { nr_ents: 4, ids: 'unique', shows: ['grants'] } },
};
const MORE_DATA = 4;

const verdictOn = async (...events: readonly Omit<Event, 'ring'>[]) => {
  const log = {
    ...{ header, skipped: new Map<string, number>(), lines: events.map((_, i) => i + 2) },
    events: events.map((event) => ({ ring: 'tx', ...event }) as Event),
  };
  const { rings } = await validate(log, options);
  return rings[0]!;
};

const grant: Omit<Event, 'ring'> = { side: 'front', op: 'GNT_GRANT', gref: 8 };
/** A request; of a page that is not granted where `gref` is another one. */
const request = (idx: number, size: number, flags: number, gref = 8): Omit<Event, 'ring'> => ({
  ...{ side: 'front', op: 'REQ_WRITE', idx },
  halves: [gref, 0, 0, flags, idx, size],
});
const push = (count: number): Omit<Event, 'ring'> => ({
  ...{ side: 'front', op: 'SET_REQ_PROD', old: 0, new: count },
});

describe('a slot without octets', () => {
  test('may be behind the first, whatever page it names (XSA-448)', async () => {
    const verdict = await verdictOn(grant, request(0, 60, MORE_DATA), request(1, 0, 0, 9), push(2));
    expect(verdict).toEqual({ ring: 'tx', events: 4 });
  });

  test('may not be the first', async () => {
    const { impossible } = await verdictOn(grant, request(0, 0, 0), push(1));
    expect(impossible).toMatchObject({ number: 2, complaint: 'the first fragment is not empty' });
  });
});

describe('a part of a log that leaves the program of Linux', () => {
  let folder: string;
  let file: string;
  /** The event that is not in its order, counted from 1, and how many there are. */
  let left: number;
  let length: number;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'netfront-part-'));
    file = path.join(folder, 'log.ndjson');
    const log = await readLog('traces/recordings/linux-6.1-instrumented.ndjson.gz');
    const tx = log.events.slice(0, 700).filter(({ ring }) => ring === 'tx');
    left = 1 + tx.findIndex(({ op }, i) => i > 30 && op === 'TX_ACTION');
    const events = tx.toSpliced(left - 1, 1);
    ({ length } = events);
    await writeFile(file, logText({ ...log.header, rings: { tx: log.header.rings.tx! } }, events));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const validated = (from: number, ...args: readonly string[]) =>
    netfront(['validate', file, '--from', String(from), '--to', String(length - 2), ...args]);

  test.each([
    ['before it', 6],
    ['in it', -6],
  ])('%s is noted, as of the whole log', async (_, after) => {
    const { status, stdout } = await validated(left + after);
    expect(status).toBe(0);
    expect(stdout).toContain(
      `note    ${file}: tx: event ${left} (line ${left + 1}) is not in the order of linux`,
    );
    const json = await validated(left + after, '--json');
    expect(json.status).toBe(0);
    expect(JSON.parse(json.stdout)).toMatchObject({
      isBehaviour: true,
      keepsToProgram: false,
      rings: [{ leaves: { driver: 'linux', at: { number: left } } }],
    });
  });

  test.each([
    ['before it', 6],
    ['in it', -6],
  ])('%s is a failure where the program was asked for', async (_, after) => {
    const { status, stdout } = await validated(left + after, '--driver', 'linux');
    expect(status).toBe(1);
    expect(stdout).toContain(`NOT ok  ${file}: tx: event ${left} (line ${left + 1}) is not in the order`);
    expect(stdout).toContain('ProgramOrder');
  });

  test('is saved as a log that is a behaviour', async () => {
    const save = path.join(folder, 'part.ndjson');
    await validated(left - 6, '--save', save);
    expect(await netfront(['validate', save])).toMatchObject({ status: 0 });
  });
});
