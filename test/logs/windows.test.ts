import { beforeAll, describe, expect, test } from 'vitest';
import { LONG_HEADER, rounds } from '../../bench/long-log.js';
import type { Event, RingLog } from '../../logs/event.js';
import type { JudgeOptions } from '../../logs/judge.js';
import { readLog } from '../../logs/read.js';
import { sourceOf, validate } from '../../logs/validate.js';
import { windowsOf } from '../../logs/windows.js';
import { findJar, findJava } from '../../tlc/index.js';

// A log in windows is judged as it is whole. LONG=20000 is what `make check-all` asks for.

const EVENTS = Number(process.env.LONG ?? 4_000);
const WINDOW = EVENTS / 10;

let options: JudgeOptions;
beforeAll(async () => {
  options = { java: await findJava(), jar: await findJar({}), spec: 'spec' };
});

const taken = (count: number): readonly Event[] => {
  const events: Event[] = [];
  for (const event of rounds()) if (events.push(event) === count) return events;
  return events;
};
const logOf = (events: readonly Event[], header = LONG_HEADER): RingLog => ({
  ...{ header, events, skipped: new Map<string, number>() },
  lines: events.map((_, i) => i + 2),
});
const onTx = { rings: ['tx'] as const };

/** The numbers of the first and last event of each window of the transmit ring. */
async function borders(log: RingLog, size: number): Promise<readonly (readonly [number, number])[]> {
  const found: (readonly [number, number])[] = [];
  for await (const { events } of windowsOf(sourceOf(log), 'tx', { size }))
    found.push([events[0]!.number, events.at(-1)!.number]);
  return found;
}

describe('a log in windows', () => {
  test('has the verdict that it has whole', { timeout: 900_000 }, async () => {
    const log = logOf(taken(EVENTS));
    const whole = await validate(log, { ...options, window: EVENTS });
    const inWindows = await validate(log, { ...options, window: WINDOW });
    expect(inWindows.rings).toEqual(whole.rings);
    expect(inWindows.steps).toBe(whole.steps);
    expect(whole.rings.reduce((sum, { events }) => sum + events, 0)).toBe(EVENTS);
    expect((await borders(log, WINDOW)).length).toBeGreaterThanOrEqual(5);
  });

  test('of Linux has the verdict that it has whole, by the program too', { timeout: 900_000 }, async () => {
    const { events, ...rest } = await readLog('traces/recordings/linux-6.1-stock-lifted.ndjson.gz');
    const log = { ...rest, events: events.slice(0, 3_000) };
    const { rings } = await validate(log, { ...options, window: 400 });
    expect(rings.map(({ ring, leaves, impossible }) => ({ ring, leaves, impossible }))).toEqual([
      { ring: 'tx', leaves: undefined, impossible: undefined },
      { ring: 'rx', leaves: undefined, impossible: undefined },
    ]);
  });

  test(
    'names a fault in a late window with its line, and what came before it',
    { timeout: 900_000 },
    async () => {
      const events = taken(EVENTS);
      const at = events.findLastIndex(({ ring, op }) => ring === 'tx' && op === 'RSP_WRITE');
      const log = logOf(events.with(at, { ...events[at]!, halves: [999, 0] }));
      const whole = await validate(log, { ...options, ...onTx, window: EVENTS });
      const inWindows = await validate(log, { ...options, ...onTx, window: WINDOW });
      expect(inWindows.rings).toEqual(whole.rings);
      expect(inWindows.rings[0]!.impossible).toMatchObject({
        ...{ number: at + 1, line: at + 2 },
        complaint: 'the id is not that of a request taken and unanswered',
      });
      expect(inWindows.rings[0]!.impossible!.before).toHaveLength(8);
    },
  );

  test('has no event that is missed on a border', { timeout: 900_000 }, async () => {
    const size = 40;
    const log = logOf(taken(240).filter(({ ring }) => ring === 'tx'));
    const [first, second] = await borders(log, size);
    const wrong: Event = { ring: 'tx', side: 'front', op: 'SET_REQ_PROD', old: 9_999, new: 10_000 };
    // In place of what comes last in a window, and of what comes first in the next.
    for (const number of [first![1], second![0]]) {
      const { rings } = await validate(logOf(log.events.with(number - 1, wrong)), {
        ...{ ...options, ...onTx, window: size },
      });
      expect(rings[0]!.impossible).toMatchObject({ number, line: number + 1, event: wrong });
      // And without it the verdict is that on the whole.
      const without = logOf(log.events.toSpliced(number - 1, 1));
      const whole = await validate(without, { ...options, ...onTx });
      const inWindows = await validate(without, { ...options, ...onTx, window: size });
      expect({ number, rings: inWindows.rings }).toEqual({ number, rings: whole.rings });
    }
  });

  test('whose indices begin near 2^32 is judged as any other', { timeout: 900_000 }, async () => {
    const by = 2 ** 32 - 60;
    const ahead = (value: Event[string], name: string): Event[string] =>
      typeof value === 'number' && ['idx', 'old', 'new'].concat(INDICES).includes(name)
        ? (value + by) % 2 ** 32
        : value;
    // The rings have 256 slots, so that the ids of rx are other slots: tx alone.
    const events = taken(1_200).map(
      (event) =>
        Object.fromEntries(Object.entries(event).map(([name, value]) => [name, ahead(value, name)])) as Event,
    );
    const rings = { tx: { ...LONG_HEADER.rings.tx!, first: by } };
    const log = logOf(
      events.filter(({ ring }) => ring === 'tx'),
      { ...LONG_HEADER, rings },
    );
    const { rings: verdicts } = await validate(log, { ...options, window: 150 });
    expect(verdicts).toEqual([{ ring: 'tx', events: log.events.length }]);
  });
});

const INDICES = ['req_event', 'rsp_event', 'req_prod', 'rsp_prod'];
