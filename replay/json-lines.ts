/**
 * Lines of JSON from a file, packed with gzip or not: of traces, logs and recordings. What a file may hold is bounded, so
 * that no file, however it was made, takes more memory or a deeper stack than we have.
 */
import { constants, createReadStream, open as openFile } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { pipeline, type Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { promisify } from 'node:util';
import { createGunzip } from 'node:zlib';

/** The longest line, in characters. The longest of a trace or log of ours has 1,812. */
export const LONGEST_LINE = 1 << 20;
/** The most octets of a file, unpacked. */
export const LARGEST_FILE = 1 << 30;
/** How deep arrays and objects may be in each other. The values of a specification are at most 10 deep. */
export const DEEPEST = 64;

/** Why a file cannot be used, and in which line. */
export class LineError extends Error {
  override readonly name = 'LineError';

  constructor(
    readonly line: number,
    message: string,
  ) {
    super(message);
  }
}

/** A line and its number, from 1. */
export interface Line {
  readonly number: number;
  readonly json: unknown;
}

/**
 * Reads the lines of a file; one that begins as gzip does is unpacked, whatever its name.
 * @throws LineError at the first that cannot be used, or if there is none
 */
export async function* jsonLines(file: string): AsyncGenerator<Line> {
  let number = 0;
  for await (const text of linesOf(file)) {
    number++;
    if (text.length > LONGEST_LINE)
      throw new LineError(number, `this line has more than ${MIB(LONGEST_LINE)}`);
    yield { number, json: parsed(number, text) };
  }
  if (number === 0) throw new LineError(1, 'the file is empty');
}

const MIB = (octets: number): string => `${octets / (1 << 20)} MiB`;

/** The lines as they come. One that is too long comes in part. */
async function* linesOf(file: string): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let number = 1;
  let octets = 0;
  try {
    const input = await contentsOf(file);
    for await (const chunk of input) {
      octets += (chunk as Buffer).length;
      if (octets > LARGEST_FILE) throw new LineError(number, `the file has more than ${MIB(LARGEST_FILE)}`);
      const lines = (rest + decoder.write(chunk as Buffer)).split('\n');
      rest = lines.pop()!;
      for (const line of lines) {
        number++;
        yield line;
      }
      if (rest.length > LONGEST_LINE) yield rest;
    }
  } catch (error) {
    if (error instanceof LineError) throw error;
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new LineError(
      number,
      `the file cannot be ${code.startsWith('Z_') ? 'unpacked' : 'read'} (${message})`,
    );
  }
  rest += decoder.end();
  if (rest !== '') yield rest;
}

/** The octets of the file, unpacked. What is no regular file can be read only once: its first octets are kept. */
async function contentsOf(file: string): Promise<AsyncIterable<unknown>> {
  const stream = (await stat(file)).isFIFO() ? await fifo(file) : createReadStream(file);
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterableIterator<Buffer>;
  let head: Buffer = Buffer.alloc(0);
  for (let isOver = false; !isOver && head.length < GZIP.length;) {
    const { value, done = false } = await chunks.next();
    if (!done) head = Buffer.concat([head, value as Buffer]);
    isOver = done;
  }
  const isPacked = head.subarray(0, GZIP.length).equals(GZIP);
  // What goes wrong is thrown where the octets are read.
  return isPacked ? pipeline(behind(head, chunks), createGunzip(), () => {}) : behind(head, chunks);
}

/** How a file begins that is packed with gzip. */
const GZIP = Buffer.from([0x1f, 0x8b]);

async function* behind(head: Buffer, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield head;
  yield* chunks;
}

/** To wait for a writer in open, as a stream of a file does, is a wait that not even the end of the process ends. */
async function fifo(file: string): Promise<Readable> {
  const fd = await promisify(openFile)(file, constants.O_RDONLY | constants.O_NONBLOCK);
  return new Socket({ fd, readable: true, writable: false });
}

function parsed(number: number, text: string): unknown {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new LineError(number, 'this line is not JSON');
  }
  mustBePlain(number, json);
  return json;
}

/** Looks at all values without recursion: a recursive reader of them, such as a schema, has to be safe afterwards. */
function mustBePlain(line: number, json: unknown): void {
  let values: unknown[] = [json];
  for (let depth = 0; values.length > 0; depth++) {
    if (depth > DEEPEST) throw new LineError(line, `values are nested more than ${DEEPEST} deep`);
    const inner: unknown[] = [];
    for (const value of values) {
      if (typeof value !== 'object' || value === null) continue;
      // An object that was assigned this key would have it as its prototype.
      if (Object.hasOwn(value, '__proto__')) throw new LineError(line, 'a key is __proto__');
      for (const each of Object.values(value)) inner.push(each);
    }
    values = inner;
  }
}
