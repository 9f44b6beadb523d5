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
import {
  type Event,
  type Logged,
  type LogHeader,
  type LogSource,
  type Op,
  operation,
  type Side,
} from './event.js';
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
  time: z.number().min(0).optional(),
  cpu: z.int().min(0).optional(),
});
type Recorded = z.infer<typeof Recorded>;

/** Is this a line of a recording of ring operations? */
export const isRecording = (json: Readonly<Record<string, unknown>>): boolean =>
  'seq' in json && 'op' in json && !('rw' in json);

/**
 * A recording. It is read once to see what it shows, and once more for its events.
 * @throws LogError at the first line that is not of one
 */
export async function recordingSource(file: string, lines: () => AsyncIterable<Line>): Promise<LogSource> {
  const facts = await factsOf(file, lines());
  const skipped = new Map<string, number>();
  const events = async function* (): AsyncGenerator<Logged> {
    skipped.clear();
    const ringsOf = ringFinder(file, facts);
    let count = 0;
    for await (const { json, number } of lines()) {
      const recorded = json as unknown as Recorded;
      const rings = ringsOf(recorded, number);
      if (rings.length === 0) skipped.set(UNSENT, (skipped.get(UNSENT) ?? 0) + 1);
      for (const ring of rings) {
        const event = eventOf(file, number, recorded, ring);
        yield { event, number: ++count, line: number };
        // A log shows the notifications of both sides or of neither.
        const { side, notify } = recorded;
        if (notify === 1 && facts.notifying.size > 0 && !facts.notifying.has(side))
          yield { event: { ring, side, op: 'NOTIFY' }, number: ++count, line: number };
      }
    }
  };
  return { header: headerOf(file, facts), events, skipped };
}

const UNSENT = 'IRQ with nothing pending';

/** What has to be known of a recording before its first event can be read. */
interface Facts {
  readonly ops: ReadonlySet<string>;
  /** The sides whose notifications it has. */
  readonly notifying: ReadonlySet<Side>;
  /** Interrupt to ring, by side: the ring whose event check said that it is to be sent, or whose handler was entered. */
  readonly channels: ReadonlyMap<string, RingName>;
  /** Whether both rings have one event channel. */
  readonly isShared: boolean;
}

async function factsOf(file: string, lines: AsyncIterable<Line>): Promise<Facts> {
  const ops = new Set<string>();
  const notifying = new Set<Side>();
  const channels = new Map<string, RingName>();
  const due = new Map<Side, RingName>();
  let isShared = false;
  let last: number | undefined;
  for await (const { json, number } of lines) {
    const { seq, side, ring, op, irq, notify } = parsed(Recorded, json, file, number);
    if (operation(op) === undefined)
      throw new LogError(file, number, `there is no operation ${JSON.stringify(op)}`);
    // A recording in which a line is missing is none.
    if (last !== undefined && seq !== last + 1)
      throw new LogError(file, number, `seq ${seq} follows seq ${last}`);
    last = seq;
    ops.add(op);
    if (op === 'NOTIFY') notifying.add(side);
    if (op === 'IRQ' && ring === 'both') isShared = true;
    const key = `${side} ${String(irq)}`;
    if (ring === 'tx' || ring === 'rx') {
      if (op === 'IRQ') channels.set(key, ring);
      if (notify === 1) due.set(side, ring);
    } else if (op === 'NOTIFY' && due.has(side)) {
      if (!channels.has(key)) channels.set(key, due.get(side)!);
      due.delete(side);
    }
  }
  return { ops, notifying, channels, isShared };
}

/**
 * Tells the rings of each line, in order: nearly always one. A grant's end has that of the grant; a notification that of its
 * event channel. Where both rings have one channel, an interrupt is an event of each ring that has one pending.
 */
function ringFinder(
  file: string,
  { notifying, channels, isShared }: Facts,
): (recorded: Recorded, number: number) => readonly RingName[] {
  const shared = isShared ? new SharedChannel(notifying) : undefined;
  const granted = new Map<unknown, RingName>();
  return ({ ring, side, op, irq, gref, notify }, number) => {
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
    throw new LogError(file, number, `nothing says which ring this ${op} is of`);
  };
}

function eventOf(file: string, line: number, recorded: Recorded, ring: RingName): Event {
  const { op, side, raw, time, cpu } = recorded;
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
  const clock = { ...(time !== undefined && { time }), ...(cpu !== undefined && { cpu }) };
  return { ring, side, op: op as Op, ...fields, ...clock };
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

/** What a recording is, as its operations show it. */
function headerOf(file: string, { ops }: Facts): LogHeader {
  const instrumented = ops.has('SET_RSP_CONS');
  const of = (ring: RingName) => ({
    nr_ents: fullRing(ring),
    ids: ring === 'rx' ? ('slot' as const) : ('unique' as const),
    shows: [
      ...(instrumented ? (['rsp_cons'] as const) : []),
      ...(ops.has('NOTIFY') ? (['notify'] as const) : []),
      ...(ops.has('GNT_GRANT') ? (['grants'] as const) : []),
      ...(ops.has('GNT_COPY') ? (['copies'] as const) : []),
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
