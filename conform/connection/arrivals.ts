/** The frames that backends have sent the guest, over all connections of a device. */
import { hexOf } from '../protocol.js';
import { Violation } from '../violation.js';

/** What became of each. */
export class Arrivals {
  #n = 0;
  /** Published, and not delivered. */
  readonly #due = new Set<string>();
  /** Those whose connection has ended since. */
  readonly #lost = new Set<string>();

  /** The next frame. No two are alike. */
  next(): Uint8Array {
    const n = (this.#n += 1);
    return Uint8Array.from({ length: 60 + (n % 40) }, (_, i) => (n * 37 + i * 11 + (n >> 8) + 5) & 0xff);
  }

  /** It was published. */
  sent(frame: Uint8Array): void {
    this.#due.add(hexOf(frame));
  }

  /** How many were published, and not delivered. */
  get missing(): number {
    return this.#due.size;
  }

  /** Those of before are lost with their connection. They may still come. */
  forget(): void {
    for (const hex of this.#due) this.#lost.add(hex);
    this.#due.clear();
  }

  /** P10. The application was given this. @throws Violation if no backend has sent it, or it was delivered before */
  deliver(hex: string): void {
    if (this.#due.delete(hex) || this.#lost.delete(hex)) return;
    throw new Violation(
      'DeliveredIntact',
      'a frame that a backend has sent, once',
      `the application was given ${hex.length / 2} octets that are none, or were delivered before: ${hex.slice(0, 32)}…`,
    );
  }
}
