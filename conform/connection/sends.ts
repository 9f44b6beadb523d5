/** The frames of the application, over all connections of a device. */
import { hexOf } from '../protocol.js';
import { type Send } from '../send.js';
import type { Taken } from './queue.js';
import { Violation } from '../violation.js';

interface Sent {
  readonly send: Send;
  shown: number;
  isAnswered: boolean;
  told: 'nothing' | 'sent' | 'dropped' | 'forgotten';
}

/** What became of each frame that the application sent. */
export class Sends {
  readonly #sent = new Map<number, Sent>();
  readonly #byOctets = new Map<string, Sent>();

  /** How many there were. */
  get count(): number {
    return this.#sent.size;
  }

  /** Those of which the application was told nothing. */
  get untold(): readonly number[] {
    return [...this.#sent.values()].filter(({ told }) => told === 'nothing').map(({ send }) => send.n);
  }

  add(send: Send): void {
    const sent: Sent = { send, shown: 0, isAnswered: false, told: 'nothing' };
    this.#sent.set(send.n, sent);
    this.#byOctets.set(hexOf(send.frame), sent);
  }

  /** P76. A backend has taken this. @throws Violation if it is none of the application's frames, or was shown before */
  show({ octets }: Taken): void {
    const sent = this.#byOctets.get(hexOf(octets));
    if (sent === undefined)
      throw new Violation(
        'TxRefinesChannel',
        'a frame of the application',
        `the backend found ${octets.length} octets that nobody sent: ${hexOf(octets.slice(0, 16))}…`,
      );
    sent.shown++;
    if (sent.shown > 1)
      throw new Violation(
        'ShownAtMostOnce',
        `send ${sent.send.n} to be shown to a backend once, over all connections`,
        'it is in a ring again',
      );
  }

  /** The backend has answered this. */
  answer({ octets }: Taken): void {
    this.#byOctets.get(hexOf(octets))!.isAnswered = true; // it was shown
  }

  /** The application is gone with its kernel: it can be told nothing. */
  forget(): void {
    for (const sent of this.#sent.values()) if (sent.told === 'nothing') sent.told = 'forgotten';
  }

  /** P75, P77. What the application was told. One that the front could not send at all is told of with an error. */
  tell(told: 'sent' | 'dropped', n: number, status = 0): void {
    const sent = this.#sent.get(n);
    if (sent?.told === 'forgotten') return;
    if (sent === undefined || sent.told !== 'nothing')
      throw new Violation(
        'ToldWhenDone',
        'each send to be told of once',
        sent === undefined
          ? `send ${n} was told of, and nobody asked for it`
          : `send ${n} was told ${told}, and before that ${sent.told}`,
      );
    sent.told = told;
    if (told === 'sent' && status === 0 && !sent.isAnswered)
      throw new Violation(
        'NoAnswerOfOldConnection',
        `send ${n} to be told sent once a backend has answered it`,
        sent.shown > 0 ? 'it was taken, and not answered' : 'no backend has seen it',
      );
  }

  /** Were all after the n-th shown? */
  areShown(n: number): boolean {
    return [...this.#sent.values()].every(({ send, shown }) => send.n <= n || shown > 0);
  }

  /** What was told of this. */
  toldOf(n: number): Sent['told'] {
    return this.#sent.get(n)?.told ?? 'nothing';
  }
}
