/**
 * From a log to a verdict: is it a behaviour of RecordedRing, and if not, which event is the first impossible one?
 *
 * There are two questions. Is it a behaviour of the protocol: of netif.h, and of ring.h's macros as they are? And does the
 * driver keep to its own program, where that is Linux'? Whatever Linux does is a behaviour of the protocol, so the program
 * is asked first, and the protocol only about a log that leaves it.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { State, Value } from '../tlc/index.js';
import type { RingName } from '../replay/netif.js';
import type { Event, Logged, LogHeader, LogSource, RingLog } from './event.js';
import type { JudgeOptions } from './judge.js';
import { runRing, type RingRun, type Stopped } from './ring-run.js';

/** Which part of a log is validated, and how. */
export interface ValidateOptions extends JudgeOptions {
  readonly rings?: readonly RingName[];
  /** The first event to look at, counted from 1, in the state that those before it lead to. */
  readonly from?: number;
  /** The last event to look at. */
  readonly to?: number;
  /** Events of different processors that were recorded this close, in microseconds, may have come in the other order. */
  readonly skew?: number;
  /** How many events of a ring TLC looks at in one run. */
  readonly window?: number;
  /** Called with the state after the last event of each ring, if all of them are explained. */
  readonly onEnd?: (ring: RingName, state: State) => void;
  /** The program whose order of events is looked at, in place of the one that the log names. */
  readonly driver?: LogHeader['driver'];
}

/** The verdict on one ring. */
export interface RingVerdict {
  readonly ring: RingName;
  /** The number of events of this ring that are steps. */
  readonly events: number;
  /** The first that is impossible, by the protocol. Of a log that starts in the middle of a program, by that too. */
  readonly impossible?: Impossible;
  /** Where the log leaves the program of its driver. */
  readonly leaves?: Leaving;
  /** How many events at least came later than they were recorded. Only where a skew was allowed. */
  readonly swapped?: number;
}

/** A program, and the event that is not in its order. */
export interface Leaving {
  readonly driver: LogHeader['driver'];
  readonly at: Impossible;
}

/** An event that is no possible step. */
export interface Impossible {
  /** Its number in the log, counted from 1. */
  readonly number: number;
  /** Its line in the file. */
  readonly line: number;
  readonly event: Event;
  /** The events of this ring before it, the nearest last. */
  readonly before: readonly { readonly number: number; readonly event: Event }[];
  /** The rule that it breaks. */
  readonly complaint: string;
  /** Where the rule is written, as file and line, and the operator that has it. */
  readonly rule: { readonly file: string; readonly line: number; readonly operator: string };
  /** The last possible state. */
  readonly state: State;
  /** What could happen in it. */
  readonly possible: readonly Value[];
}

/** A verdict. */
export interface Validated {
  readonly rings: readonly RingVerdict[];
  /** The number of steps of the specification, with those that no event shows. */
  readonly steps: number;
  readonly seconds: number;
  /** The largest resident set of a JVM, in MiB. Each ring has one. */
  readonly peakMb?: number;
}

/**
 * Has TLC judge a log, both of its rings at a time: they share nothing that is looked at.
 * @throws ToolError if TLC has no verdict
 */
export async function validate(log: RingLog | LogSource, options: ValidateOptions): Promise<Validated> {
  const began = performance.now();
  const source = sourceOf(log);
  const rings = (['tx', 'rx'] as const).filter(
    (ring) => source.header.rings[ring] !== undefined && (options.rings ?? ['tx', 'rx']).includes(ring),
  );
  const judged = await allOf(rings, options, (ring, how) => judgeRing(source, ring, how));
  const peaks = judged.flatMap(({ runs }) => runs.flatMap(({ peakMb }) => peakMb ?? []));
  return {
    rings: judged.map(({ verdict }) => verdict),
    steps: judged.flatMap(({ runs }) => runs).reduce((sum, { steps }) => sum + steps, 0),
    seconds: (performance.now() - began) / 1000,
    ...(peaks.length > 0 && { peakMb: Math.max(...peaks) }),
  };
}

/** Both at a time. Where one throws, the other is ended. */
async function allOf<T>(
  rings: readonly RingName[],
  options: ValidateOptions,
  judgeOne: (ring: RingName, how: ValidateOptions) => Promise<T>,
): Promise<readonly T[]> {
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  const running = rings.map((ring) => judgeOne(ring, { ...options, signal }));
  try {
    return await Promise.all(running);
  } catch (error) {
    stop.abort();
    await Promise.allSettled(running);
    throw error;
  }
}

/** A ring that leaves the program of Linux is looked at once more, as one of a driver that uses ring.h in any order. */
async function judgeRing(
  source: LogSource,
  ring: RingName,
  { onEnd, rings: _, ...options }: ValidateOptions,
): Promise<{ readonly verdict: RingVerdict; readonly runs: readonly RingRun[] }> {
  const { driver = source.header.driver } = options;
  const first = await runRing(source, ring, { ...options, driver });
  // The state in which a log starts has the phases of its own program.
  const isWhole = source.header.rings[ring]!.start === undefined;
  const isLeft = first.stopped !== undefined && isLinux(driver) && isWhole;
  const run = isLeft ? await runRing(source, ring, { ...options, driver: PROTOCOL }) : first;
  if (run.stopped === undefined && run.end !== undefined) onEnd?.(ring, run.end);
  const verdict: RingVerdict = {
    ...{ ring, events: run.events },
    ...(run.stopped && { impossible: await impossibleOf(options.spec, run.stopped) }),
    ...(isLeft && { leaves: { driver, at: await impossibleOf(options.spec, first.stopped) } }),
    ...(options.skew !== undefined && { swapped: run.swapped }),
  };
  return { verdict, runs: isLeft ? [first, run] : [run] };
}

/** The program that has no order but that of ring.h's macros. */
const PROTOCOL = 'ring_h';

const isLinux = (driver: LogHeader['driver']): boolean => driver.startsWith('linux');

async function impossibleOf(spec: string, { at, before, judgement }: Stopped): Promise<Impossible> {
  const { complaint, state = {}, possible = [] } = judgement;
  return {
    ...at,
    before: before.map(({ number, event }) => ({ number, event })),
    ...{ complaint, rule: await ruleOf(spec, complaint), state, possible },
  };
}

/** Events of a log, as a log of their own. */
export interface PartOptions extends Omit<ValidateOptions, 'onEnd' | 'skew'> {
  readonly from: number;
  readonly to: number;
}

/**
 * The events of a log from `from` to `to`, as a log of its own that starts in the state that those before lead to. Where the
 * log was found to leave the program of its driver, it is a log of none.
 * @returns undefined if TLC cannot explain those before
 */
export async function partOf(
  source: LogSource,
  { rings: verdicts }: Validated,
  { from, to, ...options }: PartOptions,
): Promise<RingLog | undefined> {
  const isLeft = verdicts.some(({ leaves }) => leaves !== undefined);
  const driver = isLeft ? PROTOCOL : (options.driver ?? source.header.driver);
  const starts = new Map<RingName, State>();
  if (from > 1) {
    const how = {
      ...options,
      driver,
      to: from - 1,
      onEnd: (ring: RingName, state: State) => starts.set(ring, state),
    };
    const before = await validate(source, how);
    if (before.rings.some(({ impossible }) => impossible !== undefined)) return undefined;
  }
  const rings = Object.fromEntries(
    Object.entries(source.header.rings).map(([ring, header]) => {
      const start = starts.get(ring as RingName);
      return [ring, { ...header, ...(start && { start: start as Record<string, Value> }) }];
    }),
  );
  const part: Logged[] = [];
  for await (const logged of source.events())
    if (logged.number > to) break;
    else if (logged.number >= from) part.push(logged);
  return {
    header: { ...source.header, driver, name: `${source.header.name}, events ${from} to ${to}`, rings },
    events: part.map(({ event }) => event),
    lines: part.map(({ line }) => line),
    skipped: source.skipped,
  };
}

/** A log that is in memory, as one that is read. */
export const sourceOf = (log: RingLog | LogSource): LogSource =>
  typeof log.events === 'function'
    ? (log as LogSource)
    : {
        header: log.header,
        events: async function* () {
          const { events, lines } = log as RingLog;
          for (const [i, event] of events.entries()) yield { event, number: i + 1, line: lines[i]! };
        },
        skipped: new Map(log.skipped),
      };

/** Where RecordedRing has this complaint. */
async function ruleOf(spec: string, complaint: string): Promise<Impossible['rule']> {
  const file = join(spec, 'RecordedRing.tla');
  const lines = (await readFile(file, 'utf8')).split('\n');
  const line = lines.findIndex((text) => text.includes(JSON.stringify(complaint)));
  const operator = lines
    .slice(0, line + 1)
    .toReversed()
    .map((text) => /^(\w+)(\(.*?\))? *==/.exec(text)?.[1])
    .find((name) => name !== undefined);
  return { file, line: line + 1, operator: operator ?? '' };
}
