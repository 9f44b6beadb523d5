/** Reads a log in any of three formats: ours, a recording of ring operations, or one of memory accesses. */
import { type Event, EVENT_SCHEMAS, LogHeader, type Op, operation, type RingLog } from './event.js';
import { type Line, LogError, parsed, readLines } from './lines.js';
import { isRecording, readRecording } from './linux.js';
import { isRaw, readRaw } from './raw.js';
import { halvesIn } from './slots.js';

/**
 * Reads a log; one that is packed with gzip is unpacked.
 * @throws LogError at the first line that cannot be used
 */
export async function readLog(file: string): Promise<RingLog> {
  const lines = await readLines(file);
  const [{ json }] = lines as [Line];
  if (json.format === 'netfront-log') return readNative(file, lines);
  if (isRecording(json)) return readRecording(file, lines);
  if (isRaw(json)) return readRaw(file, lines);
  throw new LogError(file, 1, 'this is neither the first line of a log nor of a recording');
}

function readNative(file: string, [first, ...rest]: readonly Line[]): RingLog {
  const header = parsed(LogHeader, first!.json, file, first!.number, 'the header');
  const events = rest.map(({ json, number }) => {
    const { op } = json;
    if (typeof op !== 'string' || operation(op) === undefined)
      throw new LogError(file, number, `there is no operation ${JSON.stringify(op)}`);
    const event = parsed(EVENT_SCHEMAS[op as Op], json, file, number) as Event;
    if (header.rings[event.ring] === undefined)
      throw new LogError(file, number, `the header says nothing of the ${event.ring} ring`);
    checkSlot(file, number, event);
    return event;
  });
  if (events.length === 0) throw new LogError(file, first!.number, 'the log has no events');
  return { header, events, lines: rest.map(({ number }) => number), skipped: new Map() };
}

/** @throws LogError if a slot is of another ring, or holds a response where a request should be */
function checkSlot(file: string, line: number, { ring, op, halves }: Event): void {
  const kind = operation(op)?.fields.halves;
  if ((kind !== 'request' && kind !== 'response') || !Array.isArray(halves)) return;
  const size = halvesIn(ring, kind);
  if (halves.length !== size)
    throw new LogError(file, line, `${halves.length} halves where this slot has ${size}`);
}

/** A log as it is written: the header, and a line for each event. */
export const logText = (header: LogHeader, events: readonly Event[]): string =>
  [header, ...events].map((line) => `${JSON.stringify(line)}\n`).join('');
