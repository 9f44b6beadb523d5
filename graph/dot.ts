/**
 * The file TLC writes for `-dump dot,actionlabels`, taken apart but not understood.
 *
 * A state is a line `ID [label="/\\ x = 1\n/\\ y = 2"];` and a transition a line
 * `ID -> ID [label="Action",…];`, where an ID is a signed 64-bit fingerprint.  A transition may stand before
 * the states at its ends.  A dump of a million transitions has hundreds of megabytes in which few texts are
 * new, so we stay with octets, and look into a text only once.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { FingerprintTable, Int32List } from './packed.js';

/** A dump that cannot be used.  The message is one sentence: where (`file:line`), what, and what to do next. */
export class GraphError extends Error {
  override readonly name = 'GraphError';
  /** The dump. */
  readonly file: string;
  /** The line the sentence is about, counted from 1; undefined where it is about the whole file. */
  readonly line: number | undefined;

  constructor(file: string, line: number | undefined, what: string, next = 'make the dump again') {
    super(`${file}${line === undefined ? '' : `:${line}`}: ${what}; ${next}.`);
    this.file = file;
    this.line = line;
  }
}

/** One text `variable = value`, of which each state has one for every variable. */
export interface Assignment {
  /** The variable: an index into {@link Dump.variables}. */
  readonly variable: number;
  /** The value as TLC printed it, without the escapes of DOT. */
  readonly text: string;
  /** The first line of the dump it stands in, counted from 1. */
  readonly line: number;
}

/** What a dump says, in its own order. */
export interface Dump {
  /** The variables, in the order of the first state. */
  readonly variables: readonly string[];
  /** The distinct texts `variable = value`; the same value may have several. */
  readonly assignments: readonly Assignment[];
  /** How many states there are. */
  readonly stateCount: number;
  /** For each state, for each variable: an index into `assignments`. */
  readonly cells: Int32Array;
  /** The line of each state, counted from 1. */
  readonly lines: Int32Array;
  /** The initial states. */
  readonly initial: readonly number[];
  /** The distinct labels of transitions, in the order of their first use. */
  readonly actions: readonly string[];
  /** For each transition, the state before.  A transition may be there more than once. */
  readonly from: Int32Array;
  /** For each transition, an index into `actions`. */
  readonly labels: Int32Array;
  /** For each transition, the state after. */
  readonly to: Int32Array;
}

/** How far reading is, in octets; `total` is the size of the file. */
export interface ReadProgress {
  readonly bytes: number;
  readonly total: number;
}

/** Whoever wants to know how far reading is, called a few times for each ten megabytes. */
export type OnProgress = (progress: ReadProgress) => void;

/**
 * Reads a dump.  Throws {@link GraphError} if the file cannot be read, has a line we do not know, ends before
 * its closing brace, or has a transition to or from a state it does not describe.
 */
export async function readDump(file: string, onProgress?: OnProgress): Promise<Dump> {
  const reader = new DumpReader(file);
  let handle: FileHandle | undefined;
  try {
    handle = await open(file);
    await forEachLine(handle, onProgress, (bytes, start, end, line) => reader.read(bytes, start, end, line));
    return reader.finish();
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error)) throw error;
    throw new GraphError(file, undefined, `the dump cannot be read (${error.message})`);
  } finally {
    await handle?.close();
  }
}

/** The text in a DOT string: `\n` is a line end, any other character after a backslash stands for itself. */
export const unescapeDot = (text: string): string =>
  text.replace(/\\(.)/gs, (_, char: string) => (char === 'n' ? '\n' : char));

const CHUNK = 1 << 22;
const NEWLINE = 0x0a;

type OnLine = (bytes: Buffer, start: number, end: number, line: number) => void;

async function forEachLine(handle: FileHandle, onProgress: OnProgress | undefined, onLine: OnLine) {
  const total = (await handle.stat()).size;
  let buffer = Buffer.allocUnsafe(CHUNK);
  let kept = 0; // octets of a line whose end we have not read yet, at the start of the buffer
  let line = 0;
  for (let bytes = 0; ;) {
    // A level of the graph is one line, of twenty octets a state.
    if (kept === buffer.length) buffer = Buffer.concat([buffer], 2 * buffer.length);
    const { bytesRead } = await handle.read(buffer, kept, buffer.length - kept);
    const filled = kept + bytesRead;
    let start = 0;
    // Octets beyond `filled` are left from before, so a line end there is not ours.
    for (
      let end = buffer.indexOf(NEWLINE, kept);
      end >= 0 && end < filled;
      end = buffer.indexOf(NEWLINE, start)
    ) {
      onLine(buffer, start, end, ++line);
      start = end + 1;
    }
    if (bytesRead === 0) {
      // Only the closing brace is whole without a line end; anything else was cut short.
      if (buffer[start] === CLOSE && start < filled) onLine(buffer, start, filled, ++line);
      return;
    }
    buffer.copyWithin(0, start, filled);
    kept = filled - start;
    bytes += bytesRead;
    onProgress?.({ bytes, total });
  }
}

const QUOTE = 0x22;
const MINUS = 0x2d;
const SLASH = 0x2f;
const ZERO = 0x30;
const NINE = 0x39;
const BACKSLASH = 0x5c;
const SMALL_N = 0x6e;
const OPEN = 0x7b;
const CLOSE = 0x7d;

// `} }` closes first the cluster of the graph, then the file.  A legend of colours may stand between them.
type Part = 'before' | 'graph' | 'after' | 'closed';

class DumpReader {
  readonly #file: string;
  #part: Part = 'before';
  #line = 0;
  readonly #states = new FingerprintTable();
  readonly #rowOf = new Int32List(); // by number of the fingerprint; -1 is not described yet
  readonly #mentioned = new Int32List(); // by number of the fingerprint: the first line that has it
  readonly #lines = new Int32List();
  readonly #initial: number[] = [];
  readonly #variables = new Map<string, number>();
  readonly #assignments: Assignment[] = [];
  readonly #assignmentOf = new Map<string, number>();
  readonly #cells = new Int32List();
  readonly #actions = new Map<string, number>();
  readonly #from = new Int32List();
  readonly #labels = new Int32List();
  readonly #to = new Int32List();
  #row: number[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  read(bytes: Buffer, start: number, end: number, line: number): void {
    this.#line = line;
    const first = bytes[start]!;
    if (this.#part !== 'graph') this.#readOutside(bytes, start, end);
    else if (first === MINUS || (first >= ZERO && first <= NINE)) this.#readEntry(bytes, start, end);
    else if (first === CLOSE) this.#part = 'after';
    // What remains is for drawing: which states stand in one row, and the colour of the cluster.
    else if (first !== OPEN && !bytes.toString('latin1', start, end).startsWith('color=')) this.#refuse();
  }

  finish(): Dump {
    if (this.#part !== 'closed')
      this.#fail(
        'the dump ends before its closing brace',
        'TLC was stopped or ran out of disk, so make it again',
      );
    const row = this.#rowOf.view();
    const missing = row.indexOf(-1);
    if (missing >= 0) {
      this.#line = this.#mentioned.at(missing);
      this.#fail('a transition has an end that is none of the states of the dump');
    }
    return {
      variables: [...this.#variables.keys()],
      assignments: this.#assignments,
      stateCount: this.#lines.length,
      cells: this.#cells.view(),
      lines: this.#lines.view(),
      initial: this.#initial,
      actions: [...this.#actions.keys()].map(decode),
      from: this.#from.view().map((state) => row[state]!),
      labels: this.#labels.view(),
      to: this.#to.view().map((state) => row[state]!),
    };
  }

  #readOutside(bytes: Buffer, start: number, end: number): void {
    if (this.#part === 'before') {
      const text = bytes.toString('latin1', start, end);
      if (text.startsWith('subgraph ')) this.#part = 'graph';
      else if (!/^(strict digraph |nodesep=|edge )/.test(text)) this.#refuse();
    } else if (this.#part === 'after' && bytes[start] === CLOSE) this.#part = 'closed';
  }

  #readEntry(bytes: Buffer, start: number, end: number): void {
    const afterId = skipId(bytes, start);
    const state = this.#numberOf(bytes, start, afterId);
    if (has(bytes, afterId, EDGE)) {
      const target = afterId + EDGE.length;
      const afterTarget = skipId(bytes, target);
      if (has(bytes, afterTarget, STUTTERING)) return;
      if (!has(bytes, afterTarget, LABEL)) this.#refuse();
      const label = afterTarget + LABEL.length;
      const labelEnd = skipString(bytes, label, end);
      if (labelEnd < 0) this.#refuse();
      if (labelEnd === label)
        this.#fail('a transition has no action', 'make the dump again with -dump dot,actionlabels');
      this.#from.push(state);
      this.#to.push(this.#numberOf(bytes, target, afterTarget));
      this.#labels.push(intern(this.#actions, bytes.toString('latin1', label, labelEnd)));
    } else if (has(bytes, afterId, LABEL)) this.#readState(state, bytes, afterId + LABEL.length, end);
    else this.#refuse();
  }

  #numberOf(bytes: Buffer, start: number, end: number): number {
    const number = this.#states.numberOf(bytes, start, end);
    if (number === this.#rowOf.length) {
      this.#rowOf.push(-1);
      this.#mentioned.push(this.#line);
    }
    return number;
  }

  /**
   * Splits the label where a new line starts with `/\`; where there is one variable, none does.  Inside a TLA+
   * string a line end is printed as a backslash and an n, and DOT doubles the backslash, so none is found there.
   */
  #readState(state: number, bytes: Buffer, label: number, end: number): void {
    if (this.#rowOf.at(state) !== -1) this.#fail('a state is in the dump twice');
    this.#rowOf.set(state, this.#lines.length);
    this.#row.fill(-1);
    let start = has(bytes, label, AND) ? label + AND.length : label;
    let i = start;
    for (; i < end && bytes[i] !== QUOTE; i++) {
      if (bytes[i] !== BACKSLASH) continue;
      if (bytes[++i] !== SMALL_N || bytes[i + 1] !== SLASH || !has(bytes, i + 1, AND)) continue;
      this.#assign(bytes, start, i - 1);
      i += AND.length;
      start = i + 1;
    }
    if (i >= end) this.#refuse();
    this.#assign(bytes, start, i);
    for (const assignment of this.#row) {
      if (assignment < 0) this.#fail('a state does not have the variables of the first state');
      this.#cells.push(assignment);
    }
    if (has(bytes, i, INITIAL)) this.#initial.push(this.#lines.length);
    this.#lines.push(this.#line);
  }

  #assign(bytes: Buffer, start: number, end: number): void {
    const assignment = intern(this.#assignmentOf, bytes.toString('latin1', start, end));
    if (assignment === this.#assignments.length) this.#describe(decode(bytes.toString('latin1', start, end)));
    const { variable } = this.#assignments[assignment]!;
    if (this.#row[variable] !== -1) this.#fail('a state has a variable twice');
    this.#row[variable] = assignment;
  }

  #describe(text: string): void {
    const [, name, value] = /^(\w+) =\s(.+)$/s.exec(text) ?? this.#refuse();
    let variable = this.#variables.get(name!);
    if (variable === undefined) {
      if (this.#lines.length > 0)
        this.#fail(`a state has the variable ${name}, and the first state does not`);
      variable = this.#row.push(-1) - 1;
      this.#variables.set(name!, variable);
    }
    this.#assignments.push({ variable, text: value!, line: this.#line });
  }

  #refuse(): never {
    return this.#fail('this is no line of a dump made by TLC', 'make it with -dump dot,actionlabels');
  }

  #fail(what: string, next?: string): never {
    throw new GraphError(this.#file, this.#line, what, next);
  }
}

const EDGE = Buffer.from(' -> ');
const LABEL = Buffer.from(' [label="');
// Where there are temporal properties, TLC draws that each state may stay as it is. That is no step of an action.
const STUTTERING = Buffer.from(' [style="dashed"]');
const AND = Buffer.from('/\\\\ ');
const INITIAL = Buffer.from('",style = filled');

/** Whether `expected` stands at `at`. */
function has(bytes: Buffer, at: number, expected: Buffer): boolean {
  for (let i = 0; i < expected.length; i++) if (bytes[at + i] !== expected[i]) return false;
  return true;
}

function skipId(bytes: Buffer, start: number): number {
  let at = bytes[start] === MINUS ? start + 1 : start;
  while (bytes[at]! >= ZERO && bytes[at]! <= NINE) at++;
  return at;
}

/** Where the DOT string that begins at `start` has its closing quote; -1 if it has none before `end`. */
function skipString(bytes: Buffer, start: number, end: number): number {
  for (let i = start; i < end; i++) {
    if (bytes[i] === QUOTE) return i;
    if (bytes[i] === BACKSLASH) i++;
  }
  return -1;
}

/** Our keys have one character an octet, which is fast; only what is new is made into text. */
const decode = (key: string): string => unescapeDot(Buffer.from(key, 'latin1').toString('utf8'));

/** The number of the key: how many others were seen before it first was. */
function intern(table: Map<string, number>, key: string): number {
  const known = table.get(key);
  if (known !== undefined) return known;
  table.set(key, table.size);
  return table.size - 1;
}
