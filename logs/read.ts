/** Reads a log in any of three formats: ours, a recording of ring operations, or one of memory accesses. */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import {
  type Event,
  EVENT_SCHEMAS,
  type Logged,
  LogHeader,
  type LogSource,
  type Op,
  operation,
  type RingLog,
} from './event.js';
import { type Line, LogError, parsed, readLines } from './lines.js';
import { isRecording, recordingSource } from './linux.js';
import { isRaw, rawSource } from './raw.js';
import { halvesIn } from './slots.js';

/** A log in a file, of which no more is in memory than what is being looked at. */
export interface OpenLog extends LogSource {
  /** Removes what was kept of a log that can be read only once. */
  readonly close: () => Promise<void>;
}

/**
 * Opens a log; one that is packed with gzip is unpacked. What comes through a pipe is kept in a temporary file.
 * @throws LogError at the first line that cannot be used; of a recording that may be any line, otherwise it is one of the
 *   first, and the events throw at any other
 */
export async function openLog(file: string): Promise<OpenLog> {
  const isPipe = (await stat(file).catch(() => undefined))?.isFIFO() ?? false;
  const kept = isPipe ? await keep(file) : undefined;
  const close = async (): Promise<void> => {
    if (kept !== undefined) await rm(path.dirname(kept), { recursive: true, force: true });
  };
  try {
    return { ...(await sourceIn(file, () => readLines(file, kept))), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Reads all of a log into memory. @throws LogError as {@link openLog} */
export async function readLog(file: string): Promise<RingLog> {
  const log = await openLog(file);
  try {
    const events: Event[] = [];
    const lines: number[] = [];
    for await (const { event, line } of log.events()) {
      events.push(event);
      lines.push(line);
    }
    return { header: log.header, events, lines, skipped: log.skipped };
  } finally {
    await log.close();
  }
}

async function sourceIn(file: string, lines: () => AsyncGenerator<Line>): Promise<LogSource> {
  for await (const { json, number } of lines()) {
    if (json.format === 'netfront-log')
      return nativeSource(file, parsed(LogHeader, json, file, number, 'the header'), lines);
    if (isRecording(json)) return recordingSource(file, lines);
    if (isRaw(json)) return rawSource(file, lines);
    break;
  }
  throw new LogError(file, 1, 'this is neither the first line of a log nor of a recording');
}

/** Keeps the lines of a pipe. @returns the file that has them */
async function keep(file: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'netfront-pipe-'));
  try {
    const kept = path.join(folder, 'log.ndjson');
    const texts = async function* () {
      for await (const { json } of readLines(file)) yield `${JSON.stringify(json)}\n`;
    };
    await pipeline(texts, createWriteStream(kept));
    return kept;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

function nativeSource(file: string, header: LogHeader, lines: () => AsyncIterable<Line>): LogSource {
  const events = async function* (): AsyncGenerator<Logged> {
    let count = -1;
    for await (const { json, number } of lines()) {
      count++;
      if (count === 0) continue;
      const { op } = json;
      if (typeof op !== 'string' || operation(op) === undefined)
        throw new LogError(file, number, `there is no operation ${JSON.stringify(op)}`);
      const event = parsed(EVENT_SCHEMAS[op as Op], json, file, number) as Event;
      if (header.rings[event.ring] === undefined)
        throw new LogError(file, number, `the header says nothing of the ${event.ring} ring`);
      checkSlot(file, number, event);
      yield { event, number: count, line: number };
    }
    if (count === 0) throw new LogError(file, 1, 'the log has no events');
  };
  return { header, events, skipped: new Map() };
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
