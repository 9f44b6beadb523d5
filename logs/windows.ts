/**
 * The events of one ring, some at a time, so that a log of any length takes the memory of one window.
 *
 * Where the clock of a recording cannot order two processors a window ends at a pause: none of its events may then come
 * behind one of the next window.
 */
import type { RingName } from '../replay/netif.js';
import type { Event, Logged, LogSource, Op } from './event.js';
import { LogError } from './lines.js';
import type { Slack } from './module.js';

/** Which events, and how many at a time. */
export interface WindowOptions {
  /** The first event of the log, counted from 1. A window begins with it. */
  readonly from?: number;
  /** The last event of the log. */
  readonly to?: number;
  /** How many events of the ring a window has. */
  readonly size: number;
  /** Events of different processors that were recorded this close, in microseconds, may have come in the other order. */
  readonly skew?: number;
}

/** Some events of one ring, one behind the other. */
export interface EventWindow {
  readonly events: readonly Logged[];
  /** Of each event, how far it may be moved. Only where there is a skew. */
  readonly slack?: readonly Slack[];
}

/** A window has at most this many times the events that it should have, in search of a pause. */
const MOST_LONGER = 4;

/** @throws LogError if a time is missing or goes back, or there is no pause as long as the skew */
export async function* windowsOf(
  source: LogSource,
  ring: RingName,
  { from = 1, to = Infinity, size, skew }: WindowOptions,
): AsyncGenerator<EventWindow> {
  let events: Logged[] = [];
  const window = (): EventWindow => ({ events, ...(skew !== undefined && { slack: slackOf(events, skew) }) });
  for await (const logged of source.events()) {
    if (logged.number > to) break;
    if (logged.event.ring !== ring) continue;
    const last = events.at(-1);
    if (skew !== undefined) checkTime(source, logged, last);
    if (last !== undefined) {
      const isFull = events.length >= size && isPause(last, logged, skew);
      if (isFull || (last.number < from && logged.number >= from)) {
        yield window();
        events = [];
      }
    }
    if (events.length >= size * MOST_LONGER)
      throw new LogError(
        source.header.name,
        logged.line,
        `${events.length} events without a pause of ${skew} microseconds before this one; a smaller --skew has more pauses`,
      );
    events.push(logged);
  }
  if (events.length > 0) yield window();
}

const isPause = (last: Logged, next: Logged, skew: number | undefined): boolean =>
  skew === undefined || timeOf(next) - timeOf(last) > skew;

const timeOf = ({ event }: Logged): number => event.time as number;

function checkTime({ header }: LogSource, logged: Logged, last: Logged | undefined): void {
  if (logged.event.time === undefined)
    throw new LogError(header.name, logged.line, 'this event has no time, by which --skew goes');
  if (last !== undefined && timeOf(logged) < timeOf(last))
    throw new LogError(header.name, logged.line, `its time is before that of line ${last.line}`);
}

/** Nobody but its own processor sees these: moving one makes no difference. */
const OWN: ReadonlySet<Op> = new Set([
  ...(['RING_INIT', 'REQ_WRITE', 'RSP_READ', 'SET_RSP_CONS'] as const),
  ...(['TX_ACTION', 'REQ_READ', 'RSP_WRITE'] as const),
]);

/** Which of the events behind it may have come before each. */
function slackOf(events: readonly Logged[], skew: number): readonly Slack[] {
  const cpus = events.map(({ event }) => cpuOf(event));
  return events.map((logged, i) => {
    let till = i;
    for (let j = i + 1; j < events.length && timeOf(events[j]!) - timeOf(logged) <= skew; j++)
      if (cpus[j] !== cpus[i]) till = j;
    // Two processors of one side share what is private to it.
    const isOwn = logged.event.cpu === undefined && OWN.has(logged.event.op);
    return { cpu: cpus[i]!, till, mayWait: !isOwn && till > i };
  });
}

/** Where an event was recorded: on a processor of which the log says the number, or on one for each side. */
const cpuOf = ({ cpu, side }: Event): number =>
  typeof cpu === 'number' ? cpu + 2 : side === 'front' ? 0 : 1;
