/** An event channel in memory: a bit for each end, and its listener. Only the delivery of events is asynchronous. */
import type { EventChannel } from '../host.js';

/** What has come to one end: a bit, and its listener. */
class EventBit {
  pending = false;
  #listener: (() => void) | undefined;

  /** An event comes. */
  raise(): void {
    if (this.pending) return;
    this.pending = true;
    this.#deliver();
  }

  /** There is one listener, or none. */
  listen(listener: (() => void) | undefined): void {
    this.#listener = listener;
    if (this.pending) this.#deliver();
  }

  #deliver(): void {
    const listener = this.#listener;
    if (listener) queueMicrotask(listener);
  }
}

const end = (own: EventBit, other: EventBit): EventChannel => ({
  notify: () => other.raise(),
  get pending() {
    return own.pending;
  },
  clearPending: () => {
    own.pending = false;
  },
  onEvent: (listener) => own.listen(listener),
});

/** A simulated event channel. */
export class SimulatedChannel {
  readonly #bits = { front: new EventBit(), back: new EventBit() };
  /** The frontend's end. */
  readonly front: EventChannel = end(this.#bits.front, this.#bits.back);
  /** The backend's end. */
  readonly back: EventChannel = end(this.#bits.back, this.#bits.front);

  /** The frontend listens no more. */
  close(): void {
    this.#bits.front.listen(undefined);
  }
}
