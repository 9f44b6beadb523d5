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
import type { Event, LogHeader, RingLog } from './event.js';
import { judge, type JudgeOptions } from './judge.js';
import type { Walk } from './module.js';

/** Which part of a log is validated, and how. */
export interface ValidateOptions extends JudgeOptions {
  readonly rings?: readonly RingName[];
  /** The last event to look at, counted from 1. */
  readonly to?: number;
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
  readonly peakMb?: number;
}

const SHOWN_BEFORE = 8;

/**
 * Has TLC judge a log.
 * @throws ToolError if TLC has no verdict
 */
export async function validate(log: RingLog, options: ValidateOptions): Promise<Validated> {
  const { header, events } = log;
  const numbered = events.slice(0, options.to).map((event, i) => ({ event, number: i + 1 }));
  const rings = (['tx', 'rx'] as const).filter(
    (ring) => header.rings[ring] !== undefined && (options.rings ?? ['tx', 'rx']).includes(ring),
  );
  const ofRing = rings.map((ring) => numbered.filter(({ event }) => event.ring === ring));
  const walks = rings.map((ring, i) =>
    walkOf(
      log,
      ring,
      ofRing[i]!.map(({ event }) => event),
      options.driver,
    ),
  );
  const { walks: judged, ...figures } = await judge(walks, { ...options, withStates: true });
  const verdicts = await Promise.all(
    rings.map(async (ring, i): Promise<RingVerdict> => {
      const judgement = judged[i]!.itself;
      if (judgement.kind === 'behaviour') {
        if (judgement.state !== undefined) options.onEnd?.(ring, judgement.state);
        return { ring, events: judgement.events };
      }
      const at = judgement.events;
      const { number, event } = ofRing[i]![at]!;
      const { complaint, state = {}, possible = [] } = judgement;
      return {
        ring,
        events: at,
        impossible: {
          number,
          line: log.lines[number - 1]!,
          event,
          before: ofRing[i]!.slice(Math.max(0, at - SHOWN_BEFORE), at),
          complaint,
          rule: await ruleOf(options.spec, complaint),
          state,
          possible,
        },
      };
    }),
  );
  return {
    rings: await Promise.all(verdicts.map((verdict) => byProtocol(verdict, log, options))),
    ...figures,
  };
}

/** A ring that leaves the program of Linux is looked at once more, as one of a driver that uses ring.h in any order. */
async function byProtocol(
  verdict: RingVerdict,
  log: RingLog,
  { onEnd: _, ...options }: ValidateOptions,
): Promise<RingVerdict> {
  const { ring, impossible } = verdict;
  const { driver = log.header.driver } = options;
  // The state in which a log starts has the phases of its own program.
  if (impossible === undefined || log.header.rings[ring]!.start !== undefined) return verdict;
  if (!isLinux(driver)) return verdict;
  const { rings } = await validate(log, { ...options, rings: [ring], driver: PROTOCOL });
  return { ...rings[0]!, leaves: { driver, at: impossible } };
}

/** The program that has no order but that of ring.h's macros. */
const PROTOCOL = 'ring_h';

const isLinux = (driver: LogHeader['driver']): boolean => driver.startsWith('linux');

/** Which events of a log, counted from 1, and how they are validated. */
export interface WindowOptions extends Omit<ValidateOptions, 'onEnd'> {
  readonly from: number;
}

/** Events of a log, as a log of their own. */
export interface Window {
  readonly log: RingLog;
  /** Where the events before it leave the program of their driver. */
  readonly leaves: ReadonlyMap<RingName, Leaving>;
}

/**
 * The events of a log from `from` to `to`, as a log of its own that starts in the state that those before lead to: TLC has
 * to have explained them. Where those leave the program of their driver, it is a log of none.
 * @returns the window, or the verdict on what comes before if that is no behaviour or leaves the program asked for
 */
export async function windowOf(
  log: RingLog,
  { from, to = log.events.length, ...options }: WindowOptions,
): Promise<Window | Validated> {
  const leaves = new Map<RingName, Leaving>();
  if (from === 1 && to === log.events.length) return { log, leaves };
  const states = new Map<RingName, State>();
  let { driver = log.header.driver } = options;
  if (from > 1) {
    const how = {
      ...options,
      to: from - 1,
      onEnd: (ring: RingName, state: State) => states.set(ring, state),
    };
    let before = await validate(log, how);
    for (const verdict of before.rings)
      if (verdict.leaves !== undefined) leaves.set(verdict.ring, verdict.leaves);
    if (leaves.size > 0) {
      if (options.driver !== undefined) return before;
      driver = PROTOCOL;
      before = await validate(log, { ...how, driver });
    }
    if (before.rings.some(({ impossible }) => impossible !== undefined)) return before;
  }
  const rings = Object.fromEntries(
    Object.entries(log.header.rings).map(([ring, header]) => {
      const start = states.get(ring as RingName);
      return [ring, { ...header, ...(start && { start: start as Record<string, Value> }) }];
    }),
  );
  const part = {
    header: { ...log.header, driver, name: `${log.header.name}, events ${from} to ${to}`, rings },
    events: log.events.slice(from - 1, to),
    lines: log.lines.slice(from - 1, to),
    skipped: log.skipped,
  };
  return { log: part, leaves };
}

/**
 * Has TLC judge a window of a log. Where it leaves the program of Linux, it is made again for the protocol, and that is judged.
 * @returns the verdict, its numbers those of the whole log; and the window, unless the verdict is on what comes before it
 */
export async function validateWindow(
  log: RingLog,
  { from, to, ...how }: WindowOptions,
): Promise<{ readonly verdict: Validated; readonly window?: RingLog }> {
  const part = { from, ...(to !== undefined && { to }) };
  const window = await windowOf(log, { ...how, ...part });
  if (!('log' in window)) return { verdict: window };
  const leaves = new Map(window.leaves);
  let judged = window.log;
  let verdict = counted(await validate(judged, how), from);
  const { driver } = judged.header;
  const isLeft = verdict.rings.some(({ impossible }) => impossible !== undefined);
  // A log that starts in the middle itself has the phases of its own program, and no others.
  const isWhole = Object.values(log.header.rings).every((ring) => ring?.start === undefined);
  if (from > 1 && isLeft && isWhole && isLinux(driver)) {
    for (const { ring, impossible } of verdict.rings)
      if (impossible !== undefined) leaves.set(ring, { driver, at: impossible });
    const again = await windowOf(log, { ...how, ...part, driver: PROTOCOL });
    if (!('log' in again)) return { verdict: again };
    judged = again.log;
    verdict = counted(await validate(judged, { ...how, driver: PROTOCOL }), from);
  }
  const rings = verdict.rings.map((of): RingVerdict => {
    const leaving = leaves.get(of.ring);
    return leaving === undefined ? of : { ...of, leaves: leaving };
  });
  return { verdict: { ...verdict, rings }, window: judged };
}

/** A verdict on the events from `from` on, with the numbers that they have in the whole log. */
function counted(verdict: Validated, from: number): Validated {
  const later = (impossible: Impossible): Impossible => ({
    ...impossible,
    number: impossible.number + from - 1,
    before: impossible.before.map(({ number, event }) => ({ number: number + from - 1, event })),
  });
  const rings = verdict.rings.map(({ impossible, leaves, ...ring }): RingVerdict => ({
    ...ring,
    ...(impossible && { impossible: later(impossible) }),
    ...(leaves && { leaves: { ...leaves, at: later(leaves.at) } }),
  }));
  return { ...verdict, rings };
}

/** These events of one ring of a log, as a walk. */
export function walkOf(
  { header }: Pick<RingLog, 'header'>,
  ring: RingName,
  events: readonly Event[],
  driver = header.driver,
): Walk {
  const of = header.rings[ring]!;
  return { ring, header: of, driver, events, ...(of.start && { start: of.start }) };
}

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
