import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LONG_HEADER, rounds } from '../../bench/long-log.js';
import type { Event, RingLog } from '../../logs/event.js';
import type { JudgeOptions } from '../../logs/judge.js';
import { LogError } from '../../logs/lines.js';
import { logText } from '../../logs/read.js';
import { validate } from '../../logs/validate.js';
import { findJar, findJava } from '../../tlc/index.js';
import { netfront } from '../fixtures/cli/netfront.js';

let options: JudgeOptions;
let folder: string;
beforeAll(async () => {
  options = { java: await findJava(), jar: await findJar({}), spec: 'spec' };
  folder = await mkdtemp(path.join(tmpdir(), 'netfront-skew-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The transmit ring's first events, one each ten microseconds, and a pause behind each round. */
const timed = (): readonly Event[] => {
  const events: Event[] = [];
  let time = 0;
  for (const event of rounds()) {
    if (event.ring !== 'tx') continue;
    if (event.op === 'GNT_GRANT' && events.at(-1)?.op === 'READ_RSP_PROD') time += 1_000;
    events.push({ ...event, time });
    time += 10;
    if (events.length === 120) break;
  }
  return events;
};
const logOf = (events: readonly Event[]): RingLog => ({
  header: { ...LONG_HEADER, rings: { tx: LONG_HEADER.rings.tx! } },
  ...{ events, lines: events.map((_, i) => i + 2), skipped: new Map<string, number>() },
});
/** Two events that stand one behind the other, swapped: each is recorded when the other was. */
const swapped = (events: readonly Event[], at: number): readonly Event[] => {
  const [a, b] = [events[at]!, events[at + 1]!];
  return events.with(at, { ...b, time: a.time! }).with(at + 1, { ...a, time: b.time! });
};
/** Where the first event of one side is followed by this one of the other, or of the same. */
const followed = (events: readonly Event[], op: Event['op'], next: Event['op']): number => {
  const at = events.findIndex((event, i) => i > 40 && event.op === op && events[i + 1]?.op === next);
  if (at < 0) throw new Error(`no ${op} comes before a ${next}`);
  return at;
};

describe('events of two processors', () => {
  test('that were recorded in the wrong order are refused, and accepted within the skew', async () => {
    const events = timed();
    const at = followed(events, 'NOTIFY', 'READ_REQ_PROD');
    // The back has seen what the front publishes only later.
    const late = swapped(swapped(swapped(events, at), at - 1), at - 2);
    const log = logOf(late);
    expect((await validate(logOf(events), { ...options, skew: 0 })).rings).toEqual([
      { ring: 'tx', events: events.length, swapped: 0 },
    ]);
    expect((await validate(log, options)).rings[0]!.impossible).toMatchObject({ number: at - 1 });
    const { rings } = await validate(log, { ...options, skew: 35, window: 20 });
    expect(rings).toEqual([{ ring: 'tx', events: events.length, swapped: 1 }]);
    // Too little to have it behind the store.
    const [few] = (await validate(log, { ...options, skew: 5 })).rings;
    expect(few!.impossible).toMatchObject({ number: at - 1 });
  });

  test('may all be late, as far as the skew and no farther', async () => {
    // The back's clock is 75 microseconds behind, and its next event was 30 behind the one that it needs.
    const events = timed()
      .slice(0, 20)
      .map((event, i) => ({
        ...event,
        i,
        time: (event.time as number) + 1_000 - (event.side === 'back' ? 75 : 0),
      }))
      .toSorted((a, b) => a.time - b.time || a.i - b.i)
      .map(({ i: _, ...event }) => event as Event);
    const verdictAt = async (skew: number) =>
      (await validate(logOf(events), { ...options, skew })).rings[0]!.impossible === undefined;
    expect([await verdictAt(25), await verdictAt(44), await verdictAt(45)]).toEqual([false, false, true]);
  });

  test('may be of one side, where the log says on which processor each was', async () => {
    const events = timed().map(
      (event) => ({ ...event, cpu: event.op === 'READ_REQ_EVENT' ? 2 : 1 }) as Event,
    );
    const log = logOf(swapped(events, followed(events, 'SET_REQ_PROD', 'READ_REQ_EVENT')));
    expect((await validate(log, options)).rings[0]!.impossible).toBeDefined();
    expect((await validate(log, { ...options, skew: 15 })).rings).toEqual([
      { ring: 'tx', events: events.length, swapped: 1 },
    ]);
  });
});

describe('events of one processor', () => {
  test('that stand in the wrong order are refused with a skew too', async () => {
    const events = timed();
    const log = logOf(swapped(events, followed(events, 'SET_REQ_PROD', 'READ_REQ_EVENT')));
    for (const how of [{}, { skew: 1_000 }]) {
      const { rings } = await validate(log, { ...options, ...how });
      expect(rings[0]!.impossible).toBeDefined();
    }
  });
});

describe('a skew', () => {
  test('needs times that do not go back', async () => {
    const events = timed();
    const { time: _, ...without } = events[60]!;
    const how = { ...options, skew: 10 };
    await expect(validate(logOf(events.with(60, without as Event)), how)).rejects.toThrow(LogError);
    await expect(validate(logOf(events.with(60, { ...events[60]!, time: 0 })), how)).rejects.toThrow(
      'is before that',
    );
  });

  test('that has no pause is refused, and says to take a smaller one', async () => {
    const how = { ...options, skew: 100_000, window: 10 };
    await expect(validate(logOf(timed()), how)).rejects.toThrow('a smaller --skew has more pauses');
  });

  test('is asked for in microseconds, and the report says how many events it took', async () => {
    const events = timed();
    const file = path.join(folder, 'log.ndjson');
    const log = logOf(swapped(events, followed(events, 'NOTIFY', 'READ_REQ_PROD')));
    await writeFile(file, logText(log.header, log.events));
    const { status, stdout } = await netfront(['validate', file, '--skew', '15']);
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: expect.stringMatching(/it is a behaviour, if \d+ events? came later than recorded/),
    });
    for (const wrong of [['much'], ['15', '--to', '3'], ['15', '--from', '3']])
      expect(await netfront(['validate', file, '--skew', ...wrong])).toMatchObject({ status: 2, stdout: '' });
  });
});
