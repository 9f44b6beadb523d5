/**
 * The grammar of TLA+ values as TLC prints them.
 *
 * A hand-written recursive descent over character codes: a dump of a million states goes through here.
 * White space may stand anywhere, because TLC wraps long values.
 */
import type { Value } from './value.js';
import { integerOf, mapOf, recordOf, setOf } from './value-order.js';

/** A text that is not a TLA+ value as TLC prints it. */
export class ValueSyntaxError extends Error {
  override readonly name = 'ValueSyntaxError';
  /** Where reading stopped, in UTF-16 units from the start of the text. */
  readonly offset: number;
  /** The text from a little before that place to a little after. */
  readonly excerpt: string;

  constructor(expected: string, text: string, offset: number) {
    const excerpt = text.slice(Math.max(0, offset - 20), offset + 40);
    super(`expected ${expected} at offset ${offset}, near ${JSON.stringify(excerpt)}`);
    this.offset = offset;
    this.excerpt = excerpt;
  }
}

// An interval is written out in full; one larger than this cannot be meant to be.
const LARGEST_INTERVAL = 1 << 20;

const QUOTE = 0x22;
const PAREN = 0x28;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const LESS = 0x3c;
const BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
const isName = (code: number): boolean =>
  (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f || isDigit(code);

/** Reads values from a text, from left to right. */
export class ValueReader {
  private at = 0;
  constructor(private readonly text: string) {}

  /** The next value; throws {@link ValueSyntaxError} if there is none. */
  value(): Value {
    const code = this.peek();
    if (code === QUOTE) return this.string();
    if (code === LESS) return this.tuple();
    if (code === BRACE) return this.set();
    if (code === BRACKET) return this.record();
    if (code === PAREN) return this.function();
    if (isDigit(code) || code === MINUS) return this.number();
    if (isName(code)) return this.word();
    throw this.error('a value');
  }

  /** Throws {@link ValueSyntaxError} if anything is left but white space. */
  end(): void {
    if (!Number.isNaN(this.peek())) throw this.error('the end');
  }

  private set(): Value {
    this.at++;
    const members: Value[] = [];
    if (this.peek() !== CLOSE_BRACE) {
      do members.push(this.value());
      while (this.skip(COMMA));
    }
    this.expect('}');
    return setOf(members);
  }

  private tuple(): Value {
    this.expect('<<');
    const members: Value[] = [];
    if (this.peek() !== 0x3e) {
      do members.push(this.value());
      while (this.skip(COMMA));
    }
    this.expect('>>');
    return members;
  }

  private record(): Value {
    this.at++;
    const fields: [string, Value][] = [];
    if (this.peek() !== CLOSE_BRACKET) {
      do {
        const name = this.name();
        this.expect('|->');
        fields.push([name, this.value()]);
      } while (this.skip(COMMA));
    }
    this.expect(']');
    return recordOf(fields);
  }

  private function(): Value {
    this.at++;
    const pairs: [Value, Value][] = [];
    do {
      const from = this.value();
      this.expect(':>');
      pairs.push([from, this.value()]);
    } while (this.skips('@@'));
    this.expect(')');
    return mapOf(pairs);
  }

  private number(): Value {
    const start = this.at;
    const first = this.integer();
    if (isName(this.text.charCodeAt(this.at))) {
      this.at = start; // A name may begin with a digit.
      return this.word();
    }
    if (this.text.charCodeAt(this.at) !== DOT) return integerOf(first);
    this.expect('..');
    const low = Number(first);
    const high = Number(this.integer());
    if (high - low >= LARGEST_INTERVAL) throw this.error('an interval small enough to write out');
    return { '#set': Array.from({ length: Math.max(0, high - low + 1) }, (_, i) => low + i) };
  }

  private integer(): string {
    this.peek();
    const start = this.at;
    if (this.text.charCodeAt(this.at) === MINUS) this.at++;
    if (!isDigit(this.text.charCodeAt(this.at))) throw this.error('a digit');
    while (isDigit(this.text.charCodeAt(this.at))) this.at++;
    return this.text.slice(start, this.at);
  }

  private word(): Value {
    const word = this.name();
    return word === 'TRUE' ? true : word === 'FALSE' ? false : word;
  }

  private name(): string {
    this.peek();
    const start = this.at;
    while (isName(this.text.charCodeAt(this.at))) this.at++;
    if (start === this.at) throw this.error('a name');
    return this.text.slice(start, this.at);
  }

  private string(): string {
    const start = ++this.at;
    let escaped = false;
    for (; ; this.at++) {
      const code = this.text.charCodeAt(this.at);
      if (Number.isNaN(code)) throw this.error('a closing quote');
      if (code === QUOTE) break;
      if (code === BACKSLASH) {
        escaped = true;
        this.at++;
      }
    }
    const raw = this.text.slice(start, this.at++);
    return escaped ? raw.replace(/\\(.)/gs, (_, char: string) => controls[char] ?? char) : raw;
  }

  /** The code of the next character that is not white space; NaN at the end. */
  private peek(): number {
    let code = this.text.charCodeAt(this.at);
    while (code === 0x20 || (code >= 0x09 && code <= 0x0d)) code = this.text.charCodeAt(++this.at);
    return code;
  }

  private skip(code: number): boolean {
    if (this.peek() !== code) return false;
    this.at++;
    return true;
  }

  private skips(token: string): boolean {
    this.peek();
    if (!this.text.startsWith(token, this.at)) return false;
    this.at += token.length;
    return true;
  }

  private expect(token: string): void {
    if (!this.skips(token)) throw this.error(JSON.stringify(token));
  }

  private error(expected: string): ValueSyntaxError {
    return new ValueSyntaxError(expected, this.text, this.at);
  }
}

const controls: Readonly<Record<string, string>> = { n: '\n', t: '\t', f: '\f', r: '\r' };
