/**
 * One ring of a log from its first window to its last. Each window begins in the state in which the one before it ended, so
 * the verdict is that on the whole.
 *
 * That is sound because nothing else is handed on, and nothing less. A step of RecordedRing depends on its state alone; the
 * log is only looked at one event ahead, for steps that it does not show, and those are taken when an event needs them. In
 * the recorded order there is one state after each event. Otherwise there may be several, and the next window begins in each.
 */
import type { RingName } from '../replay/netif.js';
import type { State, Value } from '../tlc/index.js';
import type { Event, Logged, LogHeader, LogSource } from './event.js';
import { judge, type Judged, type JudgeOptions, type Judgement } from './judge.js';
import type { Walk } from './module.js';
import { type EventWindow, windowsOf } from './windows.js';

/** How one ring is judged. */
export interface RingRunOptions extends JudgeOptions {
  readonly driver: LogHeader['driver'];
  readonly from?: number;
  readonly to?: number;
  readonly skew?: number;
  /** How many events of the ring TLC looks at in one run. */
  readonly window?: number;
}

/** What came of it. */
export interface RingRun {
  /** How many events from `from` on are steps. */
  readonly events: number;
  /** The first event that is none. */
  readonly stopped?: Stopped;
  /** The state before `from`, if a window came before it. */
  readonly start?: State;
  /** The state at the end; undefined if there were no events. */
  readonly end?: State;
  readonly swapped: number;
  readonly steps: number;
  readonly seconds: number;
  readonly peakMb?: number;
}

/** An event that is no step, and what is known of it. */
export interface Stopped {
  readonly at: Logged;
  readonly before: readonly Logged[];
  readonly judgement: Judgement & { readonly kind: 'impossible' };
}

/**
 * With ten thousand events a run of TLC takes some 400 MiB at most, and most of its time goes into the events and not into
 * its start.
 */
const WINDOW = 10_000;
/** The largest heap of such a run, in MiB. */
const HEAP = 512;
const SHOWN_BEFORE = 8;

/** Has TLC judge one ring. @throws ToolError if TLC has no verdict; LogError if the log cannot be read */
export async function runRing(
  source: LogSource,
  ring: RingName,
  { driver, from = 1, to, skew, window: size = WINDOW, ...options }: RingRunOptions,
): Promise<RingRun> {
  const header = source.header.rings[ring]!;
  const how = { heapMb: HEAP, isBrief: true, ...options, withStates: true };
  let starts = header.start === undefined ? undefined : [header.start as State];
  let before: readonly Logged[] = [];
  let start: State | undefined;
  const sum = { events: 0, swapped: 0, steps: 0, seconds: 0 };
  let peakMb: number | undefined;
  const add = ({ steps, seconds, peakMb: mb }: Judged): void => {
    sum.steps += steps;
    sum.seconds += seconds;
    if (mb !== undefined) peakMb = Math.max(peakMb ?? 0, mb);
  };
  const result = () => ({ ...sum, ...(start && { start }), ...(peakMb !== undefined && { peakMb }) });
  const range = { from, ...(to !== undefined && { to }), ...(skew !== undefined && { skew }) };
  for await (const window of ahead(windowsOf(source, ring, { ...range, size }))) {
    const { events } = window;
    if (events[0]!.number >= from) start ??= starts?.[0];
    const walk: Walk = {
      ...{ ring, header, driver, events: events.map(({ event }) => event) },
      ...(starts && { starts }),
      ...(window.slack && { slack: window.slack }),
    };
    const judged = await judge([walk], how);
    add(judged);
    const { itself } = judged.walks[0]!;
    if (itself.kind === 'impossible') {
      const judgement = walk.slack === undefined ? itself : await inOrder(walk, how, add);
      const at = judgement.events;
      sum.events += events.slice(0, at).filter(({ number }) => number >= from).length;
      const shown = [...before, ...events.slice(0, at)].slice(-SHOWN_BEFORE);
      return { ...result(), stopped: { at: events[at]!, before: shown, judgement } };
    }
    starts = [...itself.states];
    sum.swapped += itself.swapped;
    if (events[0]!.number >= from) sum.events += itself.events;
    before = events.slice(-SHOWN_BEFORE);
  }
  const end = starts?.[0];
  return { ...result(), ...(end && { end }) };
}

/** What no order makes possible, the recorded order does not either: where it stops is shown. */
async function inOrder(
  { slack: _, ...walk }: Walk,
  how: JudgeOptions,
  add: (judged: Judged) => void,
): Promise<Stopped['judgement']> {
  const judged = await judge([walk], how);
  add(judged);
  const { itself } = judged.walks[0]!;
  if (itself.kind !== 'impossible') throw new Error('TLC takes in the recorded order what it refuses in any');
  return itself;
}

/** Reads the next window while the present one is looked at. */
async function* ahead(windows: AsyncGenerator<EventWindow>): AsyncGenerator<EventWindow> {
  const read = () => {
    const next = windows.next();
    // It is awaited below, unless the present window is the last that anybody wants.
    next.catch(() => {});
    return next;
  };
  let next = read();
  try {
    for (;;) {
      const { value, done } = await next;
      if (done) return;
      next = read();
      yield value;
    }
  } finally {
    await next.catch(() => {});
    await windows.return(undefined);
  }
}

/** These events of one ring of a log, as a walk. */
export function walkOf(
  { header }: Pick<LogSource, 'header'>,
  ring: RingName,
  events: readonly Event[],
  driver = header.driver,
): Walk {
  const of = header.rings[ring]!;
  const start = of.start as Record<string, Value> | undefined;
  return { ring, header: of, driver, events, ...(start && { starts: [start] }) };
}
