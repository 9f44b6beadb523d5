/**
 * Recordings of Linux' drivers, as `traces/recordings/` has them: ring operations, one a line, logged by modules with
 * logging at each macro (`instrumented`) or lifted from the memory accesses of unmodified ones (`stock`).
 *
 * They have the operations of the log format. Three things are left to do: to give each NOTIFY and GNT_END its ring, to
 * split a slot's words into halves, and to leave out what is not of the ring (time stamps, functions, interrupt numbers).
 * One event channel for both rings is told by an IRQ whose ring is `both`.
 */
import { z } from 'zod';
import type { RingName } from '../replay/netif.js';
import { type Event, type LogHeader, type Op, operation, type RingLog, type Side } from './event.js';
import { type Line, LogError, parsed } from './lines.js';
import { SharedChannel } from './shared-channel.js';
import { fieldsIn, fullRing, halvesIn, type SlotKind } from './slots.js';

const index = z.int().min(0).max(0xffffffff);

const Recorded = z.looseObject({
  seq: z.int().nonnegative(),
  side: z.enum(['front', 'back']),
  ring: z.enum(['tx', 'rx', '-', 'both']),
  op: z.string(),
  raw: z.array(index).optional(),
});
type Recorded = z.infer<typeof Recorded>;

/** Is this a line of a recording of ring operations? */
export const isRecording = (json: Readonly<Record<string, unknown>>): boolean =>
  'seq' in json && 'op' in json && !('rw' in json);

/** Reads a recording. @throws LogError at the first line that is not of one */
export function readRecording(file: string, lines: readonly Line[]): RingLog {
  const recorded = lines.map(({ json, number }) => {
    const line = parsed(Recorded, json, file, number);
    if (operation(line.op) === undefined)
      throw new LogError(file, number, `there is no operation ${JSON.stringify(line.op)}`);
    return line;
  });
  inSequence(file, lines, recorded);
  const rings = ringsOf(file, lines, recorded);
  const shown = notifying(recorded);
  const numbered = recorded.flatMap((line, i) => {
    const { number } = lines[i]!;
    return rings[i]!.flatMap((ring) => {
      const event = eventOf(file, number, line, ring);
      // A log shows the notifications of both sides or of neither.
      const isSent = line.notify === 1 && shown.size > 0 && !shown.has(line.side);
      const events = isSent ? [event, { ring, side: line.side, op: 'NOTIFY' as const }] : [event];
      return events.map((each) => ({ event: each, number }));
    });
  });
  const events = numbered.map(({ event }) => event);
  const unsent = rings.filter(({ length }) => length === 0).length;
  return {
    header: headerOf(file, events),
    events,
    lines: numbered.map(({ number }) => number),
    skipped: new Map(unsent === 0 ? [] : [['IRQ with nothing pending', unsent]]),
  };
}

/** The sides whose notifications the recording has. */
const notifying = (recorded: readonly Recorded[]): ReadonlySet<Side> =>
  new Set(recorded.filter(({ op }) => op === 'NOTIFY').map(({ side }) => side));

/** A recording in which a line is missing is none. */
function inSequence(file: string, lines: readonly Line[], recorded: readonly Recorded[]): void {
  recorded.forEach(({ seq }, i) => {
    if (i > 0 && seq !== recorded[i - 1]!.seq + 1)
      throw new LogError(file, lines[i]!.number, `seq ${seq} follows seq ${recorded[i - 1]!.seq}`);
  });
}

/**
 * The rings of each line: nearly always one. A grant's end has that of the grant; a notification that of its event channel.
 * Where both rings have one channel, an interrupt is an event of each ring that has one pending.
 */
function ringsOf(
  file: string,
  lines: readonly Line[],
  recorded: readonly Recorded[],
): readonly (readonly RingName[])[] {
  const channels = channelsOf(recorded);
  const shared = recorded.some(({ op, ring }) => op === 'IRQ' && ring === 'both')
    ? new SharedChannel(notifying(recorded))
    : undefined;
  const granted = new Map<unknown, RingName>();
  return recorded.map(({ ring, side, op, irq, gref, notify }, i) => {
    if (ring === 'tx' || ring === 'rx') {
      if (op === 'GNT_GRANT') granted.set(gref, ring);
      if (notify === 1) shared?.check(side, ring);
      return [ring];
    }
    // An end without a grant is found out by TLC, on whichever ring.
    if (op === 'GNT_END') return [granted.get(gref) ?? 'tx'];
    if (op === 'IRQ' && shared !== undefined) return shared.take();
    if (op === 'NOTIFY' && shared !== undefined) return shared.notify(side);
    const channel = op === 'NOTIFY' ? channels.get(`${side} ${String(irq)}`) : undefined;
    if (channel !== undefined) return [channel];
    throw new LogError(file, lines[i]!.number, `nothing says which ring this ${op} is of`);
  });
}

/** Interrupt to ring, by side: the ring whose event check said that it is to be sent, or whose handler was entered. */
function channelsOf(recorded: readonly Recorded[]): ReadonlyMap<string, RingName> {
  const channels = new Map<string, RingName>();
  const due = new Map<Side, RingName>();
  for (const { side, ring, op, irq, notify } of recorded) {
    const key = `${side} ${String(irq)}`;
    if (ring === 'tx' || ring === 'rx') {
      if (op === 'IRQ') channels.set(key, ring);
      if (notify === 1) due.set(side, ring);
    } else if (op === 'NOTIFY' && due.has(side)) {
      if (!channels.has(key)) channels.set(key, due.get(side)!);
      due.delete(side);
    }
  }
  return channels;
}

function eventOf(file: string, line: number, recorded: Recorded, ring: RingName): Event {
  const { op, side, raw } = recorded;
  const fields: Record<string, number | readonly number[]> = {};
  const { sides, fields: kinds, optional = [] } = operation(op)!;
  if (!sides.includes(side)) throw new LogError(file, line, `${op} is no operation of the ${side}`);
  for (const [name, kind] of Object.entries(kinds)) {
    if (kind === 'request' || kind === 'response') {
      const halves = halvesOf(file, line, kind, ring, raw);
      checkDecoded(file, line, recorded, fieldsIn(ring, kind, halves));
      fields[name] = halves;
    } else if (recorded[name] !== undefined || !optional.includes(name))
      fields[name] = parsed(kind === 'bit' ? z.int().min(0).max(1) : index, recorded[name], file, line, name);
  }
  return { ring, side, op: op as Op, ...fields };
}

function halvesOf(
  file: string,
  line: number,
  kind: SlotKind,
  ring: RingName,
  raw: readonly number[] | undefined,
): readonly number[] {
  const size = halvesIn(ring, kind);
  const halves = (raw ?? []).flatMap((word) => [word & 0xffff, word >>> 16]);
  if (halves.length !== size)
    throw new LogError(file, line, `raw has ${raw?.length ?? 0} words where the slot has ${size / 2}`);
  return halves;
}

/**
 * Where a recording has decoded fields beside the words, they say the same. The words of an extra are not decoded.
 * @throws LogError if they do not
 */
function checkDecoded(
  file: string,
  line: number,
  recorded: Recorded,
  fields: Readonly<Record<string, number>>,
): void {
  if ('extra' in recorded) return;
  for (const [name, value] of Object.entries(fields)) {
    const given = recorded[name];
    // A status may be recorded with a sign or without.
    if (given !== undefined && ((given as number) & 0xffff) !== (value & 0xffff))
      throw new LogError(file, line, `${name} is ${String(given)}, and raw says ${value}`);
  }
}

/** What a recording is, as its events show it. */
function headerOf(file: string, events: readonly Event[]): LogHeader {
  const has = (op: Op, field?: string): boolean =>
    events.some((event) => event.op === op && (field === undefined || field in event));
  const instrumented = has('SET_RSP_CONS');
  const of = (ring: RingName) => ({
    nr_ents: fullRing(ring),
    ids: ring === 'rx' ? ('slot' as const) : ('unique' as const),
    shows: [
      ...(instrumented ? (['rsp_cons'] as const) : []),
      ...(has('NOTIFY') ? (['notify'] as const) : []),
      ...(has('GNT_GRANT') ? (['grants'] as const) : []),
      ...(has('GNT_COPY') ? (['copies'] as const) : []),
      ...(instrumented ? (['skipped'] as const) : []),
    ],
  });
  return {
    format: 'netfront-log',
    version: 1,
    name: file,
    driver: instrumented ? 'linux' : 'linux_stock',
    rings: { tx: of('tx'), rx: of('rx') },
  };
}
