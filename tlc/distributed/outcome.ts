/**
 * From the messages of TLC's server to what came of a run. Its exit status says nothing: it is 0 also where a property is
 * violated.
 */
import { match } from 'ts-pattern';
import { Code } from '../codes.js';
import type { Message } from '../messages.js';
import type { Stats } from '../outcome.js';
import { finalCounts } from '../stats.js';

/** The codes that only a server prints. */
export const ServerCode = {
  /** It waits for workers. */
  ready: 7000,
  /** A thread of a worker has joined. */
  joined: 7001,
  /** A thread of a worker is gone. */
  left: 7002,
  /** The answer of a worker broke off. The server takes the block for too large, and gives it out again in parts. */
  tooLarge: 7007,
} as const;

/** What a server says. */
export type Said =
  | { readonly kind: 'holds'; readonly stats: Stats }
  /** Something is wrong in this step, or in its only state: the states as TLC prints them. */
  | { readonly kind: 'wrong'; readonly states: readonly string[]; readonly stats: Stats }
  /** It found a mistake before there was any work to give out. */
  | { readonly kind: 'early'; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string };

/** Reads all messages of a server that has ended. `tail` is what it wrote last without a frame. */
export function said(messages: readonly Message[], seconds: number, tail: string): Said {
  const count = (code: number): number => messages.filter((message) => message.code === code).length;
  const has = (code: number): boolean => count(code) > 0;
  const complaint = messages.find(
    ({ class: kind, code }) => (kind === 1 || kind === 2) && code !== Code.behaviour,
  );
  const stats = { ...finalCounts(messages), seconds };
  // A worker that answers no more is told in the same words first. One that goes on takes the successors of such a block
  // for known when they come again, and they are never looked at.
  if (count(ServerCode.tooLarge) > count(ServerCode.left))
    return { kind: 'failed', message: 'a worker lost states: its answer did not arrive, and it went on' };
  if (!has(ServerCode.ready))
    return { kind: 'early', message: complaint?.text ?? (tail || 'the server could not be started') };
  if (complaint !== undefined) return { kind: 'failed', message: complaint.text };
  const states = messages
    .filter(({ code }) => code === Code.state)
    .map(({ text }) => text.replace(/^.*\n/, ''));
  return match({
    wrong: states.length > 0,
    whole: has(Code.success) && has(Code.finished) && stats.queue === 0,
  })
    .returnType<Said>()
    .with({ wrong: true, whole: false }, () => ({ kind: 'wrong', states: states.slice(-2), stats }))
    .with({ wrong: false, whole: true }, () => ({ kind: 'holds', stats }))
    .otherwise(() => ({ kind: 'failed', message: tail || 'it ended without a verdict' }));
}
