/** An event channel of a queue, which can be used until it is closed or gone. */
import type { EventChannel } from '../host.js';
import type { EventPort } from './system.js';

/** The guest's end. Once it is closed or forgotten, nothing is sent and nothing comes. */
export class QueueChannel implements EventChannel {
  readonly port: number;
  #open: EventPort | undefined;

  /** @param open a port that nobody else closes */
  constructor(open: EventPort) {
    this.port = open.port;
    this.#open = open;
  }

  /** Is it neither closed nor forgotten? */
  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  notify(): void {
    this.#open?.notify();
  }

  get pending(): boolean {
    return this.#open?.pending ?? false;
  }

  clearPending(): void {
    this.#open?.clearPending();
  }

  onEvent(listener: () => void): void {
    this.#open?.onEvent(listener);
  }

  /** Closes the port. Throws what the system throws; then it is still open. */
  close(): void {
    this.#open?.close();
    this.#open = undefined;
  }

  /** The domain that it was opened in is no more, and so there is nothing to close. */
  forget(): void {
    this.#open = undefined;
  }
}
