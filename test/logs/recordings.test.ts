import { readFile, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { impossiblePage } from '../../cli/validate/impossible.js';
import { findJar, findJava, ToolError } from '../../tlc/index.js';
import type { Event, RingLog } from '../../logs/event.js';
import type { JudgeOptions } from '../../logs/judge.js';
import { readLog } from '../../logs/read.js';
import { scoreMutations } from '../../logs/mutation-score.js';
import { partOf, type RingVerdict, sourceOf, validate } from '../../logs/validate.js';
import { idleReasons, idOf, reasonFor } from '../fixtures/recorded/reasons.js';
import { isAllowed, type Scored, share, teeth } from '../fixtures/recorded/teeth.js';

// The recordings of Linux against the specification. Whole, and with many changes, where `make check-all` asks for it with
// RECORDINGS=all; the beginning of each, and fewer, otherwise. RECORDINGS=write writes the table that is compared.

const ALL = process.env.RECORDINGS !== undefined;
const BEGINNING = 3_000;
const TEETH = 'traces/recordings/TEETH.md';
const SEED = 8;
/** How many changes to each recording. */
const COUNTS = { instrumented: 400, 'stock-lifted': 200 } as const;
/** The share of changes that must be noticed, of those that the source of Linux does not allow. */
const GOAL = 0.97;

const NAMES = ['instrumented', 'stock-lifted', 'stock-raw'] as const;
type Name = (typeof NAMES)[number];

let options: JudgeOptions;
const logs = new Map<Name, RingLog>();

const beginning = (log: RingLog, count = BEGINNING): RingLog => ({
  ...log,
  events: log.events.slice(0, count),
  lines: log.lines.slice(0, count),
});

beforeAll(async () => {
  options = { java: await findJava(), jar: await findJar({}), spec: 'spec' };
  for (const name of NAMES) logs.set(name, await readLog(`traces/recordings/linux-6.1-${name}.ndjson.gz`));
});

const isTx = ({ ring }: Event): boolean => ring === 'tx';

const eventsOf = (rings: readonly RingVerdict[]): number =>
  rings.reduce((sum, { events }) => sum + events, 0);

describe('what Linux was seen to do', () => {
  test.each(NAMES)('is a behaviour of the specification: %s', { timeout: 600_000 }, async (name) => {
    const log = ALL ? logs.get(name)! : beginning(logs.get(name)!);
    const { rings } = await validate(log, options);
    expect(rings.map(({ ring, impossible }) => ({ ring, impossible }))).toEqual([
      { ring: 'tx', impossible: undefined },
      { ring: 'rx', impossible: undefined },
    ]);
    expect(eventsOf(rings)).toBe(log.events.length);
  });

  test('may be looked at from the middle, in the state that the log then gives', async () => {
    const log = logs.get('instrumented')!;
    const part = { ...options, from: 2_801, to: 2_900 };
    const whole = await validate(log, part);
    expect(eventsOf(whole.rings)).toBe(100);
    const cut = (await partOf(sourceOf(log), whole, part))!;
    expect(cut.header.rings.tx?.start).toHaveProperty('req_prod');
    const { rings } = await validate(cut, options);
    expect(eventsOf(rings)).toBe(100);
    expect(rings.some(({ impossible }) => impossible)).toBe(false);
    // The state is what makes it one.
    const without = await validate({ ...cut, header: log.header }, options);
    expect(without.rings.some(({ impossible }) => impossible)).toBe(true);
  });
});

describe('an event that cannot be', () => {
  /** The beginning of a recording, with one event changed. */
  const changed = (is: (event: Event) => boolean, change: (event: Event) => Event) => {
    const log = beginning(logs.get('instrumented')!);
    const at = log.events.findIndex((event, i) => i > 2_000 && is(event));
    return { at, log: { ...log, events: log.events.with(at, change(log.events[at]!)) } };
  };

  test('is named, with the rule it breaks, what came before, and what could have been', async () => {
    const { at, log } = changed(
      ({ ring, op }) => ring === 'tx' && op === 'RSP_WRITE',
      (event) => ({ ...event, halves: [999, 0] }),
    );
    const { rings } = await validate(log, options);
    const [tx, rx] = rings;
    expect(rx?.impossible).toBeUndefined();
    const { number, line, event, before, complaint, rule, possible, state } = tx!.impossible!;
    expect({ number, line, event }).toEqual({ number: at + 1, line: at + 1, event: log.events[at] });
    expect(complaint).toBe('the id is not that of a request taken and unanswered');
    const lines = (await readFile(rule.file, 'utf8')).split('\n');
    expect(lines[rule.line - 1]).toContain(complaint);
    expect(rule.operator).toBe('WhyNotAnswer');
    expect(before).toHaveLength(8);
    expect(before.every(({ event: { ring } }) => ring === 'tx')).toBe(true);
    const was = logs.get('instrumented')!.events[at]!;
    expect(possible).toContainEqual(
      expect.objectContaining({ op: 'RSP_WRITE', idx: was.idx, halves: was.halves }),
    );
    expect(state.rsp_prod_pvt).toBe(was.idx);
  });

  test.each([
    ['a request that passes the ring', 'REQ_WRITE', { idx: 2 ** 30 }, 'at req_prod_pvt'],
    ['a producer index that was not stored', 'READ_RSP_PROD', { rsp_prod: 0 }, 'rsp_prod is another'],
    ['an index that is right modulo M alone', 'SET_REQ_PROD', { new: 2 ** 31 }, 'published up to'],
  ])('is found where it is: %s', async (_, op, fields, words) => {
    const { at, log } = changed(
      (event) => event.ring === 'tx' && event.op === op,
      (event) => ({
        ...event,
        ...Object.fromEntries(
          // Further from where it was by a power of two that a slot number, or an index modulo M, does not show.
          Object.entries(fields).map(([name, by]) => [name, by === 0 ? 0 : (event[name] as number) + by]),
        ),
      }),
    );
    const { rings } = await validate(log, options);
    expect(rings[0]!.impossible).toMatchObject({
      number: at + 1,
      complaint: expect.stringContaining(words),
    });
  });

  test('is none of the protocol where the order of Linux alone forbids it', async () => {
    const log = beginning(logs.get('instrumented')!);
    const without = log.events.findIndex(({ op }, i) => i > 2_000 && op === 'TX_ACTION');
    const events = log.events.toSpliced(without, 1);
    const { rings } = await validate({ ...log, events }, { ...options, rings: ['tx'] });
    const [{ impossible, leaves, events: all }] = rings as [RingVerdict];
    expect({ impossible, all }).toEqual({ impossible: undefined, all: events.filter(isTx).length });
    expect(leaves).toMatchObject({
      driver: 'linux',
      at: { complaint: expect.stringContaining('ProgramOrder') },
    });
    expect(impossiblePage('tx', leaves!.at)).toContain('ProgramOrder');
    // What ring.h forbids too is one of both.
    const { at, log: wrong } = changed(
      ({ ring, op }) => ring === 'tx' && op === 'RSP_WRITE',
      (event) => ({ ...event, halves: [999, 0] }),
    );
    const verdict = await validate(wrong, { ...options, rings: ['tx'] });
    expect(verdict.rings[0]).toMatchObject({ impossible: { number: at + 1 }, leaves: { driver: 'linux' } });
  });

  test('is not what a run without a verdict says, nor is that a behaviour', async () => {
    const log = beginning(logs.get('instrumented')!, 600);
    await expect(validate(log, { ...options, spec: 'test' })).rejects.toThrow(ToolError);
    const { rings } = log.header;
    const start = { ...(await stateOf(log)), ring: 'nothing' };
    const wrong = { ...log, header: { ...log.header, rings: { ...rings, tx: { ...rings.tx!, start } } } };
    await expect(validate(wrong, options)).rejects.toThrow(ToolError);
  });
});

async function stateOf(log: RingLog) {
  const states: Record<string, never>[] = [];
  await validate(log, { ...options, onEnd: (_, state) => states.push(state as Record<string, never>) });
  return states[0]!;
}

describe('small changes to a recording', () => {
  test.skipIf(ALL)('are noticed, but for those that leave it a behaviour', async () => {
    // Behind the 256 pages that are granted one after the other at the beginning.
    const log = beginning(logs.get('instrumented')!);
    const { verdicts } = await scoreMutations(log, 60, SEED, options);
    expect(verdicts).toHaveLength(60);
    for (const { complaint, after } of verdicts) {
      if (complaint !== undefined) expect(after).toBeGreaterThanOrEqual(0);
    }
    expect(share(verdicts)).toBeGreaterThan(0.85);
    // What is found further on is explained by that; what never is needs a reason of its own.
    const never = verdicts.filter(({ complaint, late }) => complaint === undefined && late === undefined);
    const unexplained = never.filter((verdict) => reasonFor('beginning', verdict) === undefined);
    expect(unexplained.map((verdict) => idOf('beginning', verdict))).toEqual([]);
    expect(idleReasons('beginning', never)).toEqual([]);
  });

  test.runIf(ALL)('are noticed within 50 events, as the table says', { timeout: 3_600_000 }, async () => {
    const found: Scored[] = [];
    for (const [recording, count] of Object.entries(COUNTS)) {
      const log = logs.get(recording as Name)!;
      const { verdicts } = await scoreMutations(log, count, SEED, options);
      const protocol = await scoreMutations(log, count, SEED, options, 'ring_h');
      found.push({ recording, verdicts, byProtocol: protocol.verdicts });
    }
    const text = teeth(found, SEED);
    if (process.env.RECORDINGS === 'write') await writeFile(TEETH, text);
    expect(text).toBe(await readFile(TEETH, 'utf8'));
    for (const { recording, verdicts } of found) {
      const unnoticed = verdicts.filter(({ complaint }) => complaint === undefined);
      expect(unnoticed.filter((verdict) => reasonFor(recording, verdict) === undefined)).toEqual([]);
      expect(idleReasons(recording, unnoticed)).toEqual([]);
    }
    const all = found.flatMap(({ verdicts }) => verdicts);
    expect(share(all.filter((verdict) => !isAllowed(verdict)))).toBeGreaterThanOrEqual(GOAL);
  });
});
