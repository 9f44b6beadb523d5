/**
 * The messages that TLC prints when it is told `-tool`.
 *
 * Each stands between a line `@!@!@STARTMSG code:class @!@!@` and a line `@!@!@ENDMSG code @!@!@`.  What the
 * parser of TLA+ and the specification itself print comes between messages, without a frame.  A message may
 * have another inside it, whose first line need not begin a line.
 */

/** One message of TLC. */
export interface Message {
  readonly kind: 'message';
  /** What it is about; see `codes.ts`. */
  readonly code: number;
  /** 0 for news, 1 an error, 2 a failure of TLC itself, 3 a warning, 4 a state. */
  readonly class: number;
  /** Its lines, joined by `\n`, without a line end at the end and without messages inside it. */
  readonly text: string;
}

/** A line outside every message. */
export interface Line {
  readonly kind: 'line';
  readonly text: string;
}

/** What TLC's output is made of. */
export type Output = Message | Line;

const start = /@!@!@STARTMSG (-?\d+):(\d+) @!@!@$/;
const end = /^@!@!@ENDMSG (-?\d+) @!@!@$/;

interface Open {
  readonly code: number;
  readonly class: number;
  readonly lines: string[];
}

/** Reads TLC's output as it comes, cut anywhere, even inside a character. */
export class MessageParser {
  private readonly decoder = new TextDecoder();
  private readonly open: Open[] = [];
  private rest = '';

  /** What has become complete with this piece of output.  A message comes when it ends. */
  push(chunk: Uint8Array | string): readonly Output[] {
    const text = typeof chunk === 'string' ? chunk : this.decoder.decode(chunk, { stream: true });
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    return lines.flatMap((line) => this.line(line.endsWith('\r') ? line.slice(0, -1) : line));
  }

  /** What is left when the output ends.  A message that never ended is not one, and comes as lines. */
  finish(): readonly Output[] {
    const last = this.rest + this.decoder.decode();
    const output = last === '' ? [] : [...this.line(last)];
    const unfinished = this.open.splice(0).flatMap(({ lines }) => lines);
    this.rest = '';
    return [...output, ...unfinished.map((text): Line => ({ kind: 'line', text }))];
  }

  private line(line: string): readonly Output[] {
    const starts = start.exec(line);
    if (starts !== null) {
      if (starts.index > 0) this.open.at(-1)?.lines.push(line.slice(0, starts.index));
      this.open.push({ code: Number(starts[1]), class: Number(starts[2]), lines: [] });
      return [];
    }
    const current = this.open.at(-1);
    if (current === undefined) return [{ kind: 'line', text: line }];
    if (Number(end.exec(line)?.[1]) !== current.code) {
      current.lines.push(line);
      return [];
    }
    this.open.pop();
    const text = current.lines.join('\n').trimEnd();
    return [{ kind: 'message', code: current.code, class: current.class, text }];
  }
}
