/**
 * A port's driver as a process: lines out, lines back. Whatever is wrong with it is a {@link DriverFault}, and then it is
 * of no further use.
 */
import { execa } from 'execa';
import type { z } from 'zod';
import { guarded, OWN_GROUP } from '../tlc/child.js';
import { type Answers, DriverFault, type Exchange, type FaultKind, type Port } from './port.js';
import type { Message } from './protocol.js';

// Longer than any answer, which has the octets of 256 pages at most, and short enough to notice a flood.
const LONGEST_LINE = 1 << 22;
const STDERR_KEPT = 4000;
const PATIENCE_MS = 1000;
const CLOSED_MS = 200;

type ReadMessage = Extract<Message, { do: 'read' }>;

/** Who reads octets of a page relies on their number. */
const hasAllOctets = (message: Message, answer: unknown): boolean =>
  message.do !== 'read' || (answer as { octets: string }).octets.length === 2 * message.length;

const shortened = (line: string): string => (line.length > 300 ? `${line.slice(0, 300)}…` : line);

/** A driver that runs. */
export class DriverProcess implements Port {
  readonly #child;
  readonly #kill: () => void;
  readonly #ended: Promise<void>;
  readonly #lines: string[] = [];
  #unfinished = '';
  #stderr = '';
  #failed: DriverFault | undefined;
  #wake: (() => void) | undefined;

  /**
   * @param timeoutMs how long one answer may take
   * @param signal ends it, and all that it has started
   */
  constructor(
    readonly command: readonly [string, ...string[]],
    readonly timeoutMs: number,
    signal?: AbortSignal,
  ) {
    const [file, ...args] = command;
    this.#child = execa(file, args, { ...OWN_GROUP, buffer: false });
    this.#kill = guarded(this.#child, signal);
    this.#child.stdout.on('data', (chunk: Buffer) => this.#take(chunk.toString('latin1')));
    this.#child.stderr.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-STDERR_KEPT);
    });
    this.#child.stdout.on('end', () => {
      // If it ends altogether, its status says more.
      setTimeout(() => this.#fail('ended', 'the driver closed its output'), CLOSED_MS).unref();
    });
    // It may be gone while we write: that is told when its end is.
    this.#child.stdin.on('error', () => {});
    this.#ended = this.#child.then(({ exitCode, signal, shortMessage, failed }) => {
      const how =
        signal !== undefined
          ? `ended by ${signal}`
          : exitCode === undefined && failed
            ? `could not be started (${shortMessage})`
            : `ended with status ${exitCode}`;
      this.#fail(
        exitCode === undefined && signal === undefined ? 'cannot start' : 'ended',
        `the driver ${how}`,
      );
    });
  }

  /** The last that it wrote to stderr. */
  get stderr(): string {
    return this.#stderr.trim();
  }

  /** Is it still of use? */
  get isUsable(): boolean {
    return this.#failed === undefined;
  }

  async ask<const E extends readonly Exchange<unknown>[]>(exchanges: E): Promise<Answers<E>> {
    if (this.#failed !== undefined) throw this.#failed;
    if (this.#lines.length > 0)
      throw this.#fail('unasked', `a line that nobody asked for: ${shortened(this.#lines[0]!)}`);
    this.#child.stdin.write(exchanges.map(({ message }) => `${JSON.stringify(message)}\n`).join(''));
    const answers: unknown[] = [];
    for (const { message, answer, withinMs } of exchanges)
      answers.push(this.#parsed(message, answer, await this.#line(message, withinMs ?? this.timeoutMs)));
    return answers as unknown as Answers<E>;
  }

  /** Ends it: stdin is closed, and what does not end by itself is ended. */
  async end(): Promise<void> {
    this.#failed ??= new DriverFault('ended', 'the driver was ended');
    this.#child.stdin.end();
    const timer = setTimeout(this.#kill, PATIENCE_MS);
    await this.#ended;
    clearTimeout(timer);
  }

  /** Waits until stderr is complete, if the driver is going to end by itself. */
  async settle(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, 100)));
    await Promise.race([this.#ended, patience]);
    clearTimeout(timer);
  }

  #take(text: string): void {
    const lines = (this.#unfinished + text).split('\n');
    this.#unfinished = lines.pop()!;
    this.#lines.push(...lines);
    if (this.#unfinished.length > LONGEST_LINE) this.#fail('garbage', 'a line without an end');
    this.#wake?.();
  }

  async #line(message: Message, withinMs: number): Promise<string> {
    const deadline = performance.now() + withinMs;
    while (this.#lines.length === 0 && this.#failed === undefined) {
      const left = deadline - performance.now();
      if (left <= 0)
        throw this.#fail(
          'silent',
          `no answer to ${shortened(JSON.stringify(message))} within ${withinMs / 1000} s`,
        );
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        timer = setTimeout(resolve, left);
      });
      clearTimeout(timer);
      this.#wake = undefined;
    }
    const line = this.#lines.shift();
    if (line === undefined) throw this.#failed!;
    return line;
  }

  #parsed<T>(message: Message, answer: z.ZodType<T>, line: string): T {
    const asked = shortened(JSON.stringify(message));
    let json: unknown;
    try {
      json = JSON.parse(line);
    } catch {
      throw this.#fail('garbage', `the answer to ${asked} is no JSON: ${shortened(line)}`);
    }
    const result = answer.safeParse(json);
    if (result.success && hasAllOctets(message, result.data)) return result.data;
    const [issue] = result.error?.issues ?? [
      { path: ['octets'], message: `not ${(message as ReadMessage).length} octets` },
    ];
    const where = issue?.path.join('.') || 'the line';
    throw this.#fail(
      'wrong answer',
      `the answer to ${asked} is ${shortened(line)}: ${where}: ${issue?.message ?? ''}`,
    );
  }

  #fail(kind: FaultKind, message: string): DriverFault {
    this.#failed ??= new DriverFault(kind, message);
    this.#wake?.();
    return this.#failed;
  }
}
