/** Received frames on their way to the application: those of all queues, over all connections, in one inbox. */
import { type Frame, type FrameListener, Inbox, type ReceiveErrorListener } from '../inbox.js';

/** The rings that a frame comes from. */
export interface Source {
  /** Were they released? */
  readonly isReleased: boolean;
}

/** The frames that have arrived. */
export class Arrivals {
  readonly #inbox: Inbox;
  /** Who waits for room in the inbox. */
  #room: (() => void)[] = [];

  /** @param queue how many frames may wait for the application */
  constructor(queue: number) {
    this.#inbox = new Inbox(queue, () => this.askForRoom());
  }

  /** Calls the listener with each frame. Throws ReceiveError if there is a listener already. */
  listen(listener: FrameListener, onError?: ReceiveErrorListener): void {
    this.#inbox.listen(listener, onError);
  }

  /**
   * What a queue receives goes into the one inbox. While that is full, the ring has to wait; and once it is released, what
   * still waits for room is dropped, so that frames neither pile up over connections nor overtake each other.
   */
  take(source: Source, frame: Frame): void | Promise<void> {
    if (source.isReleased) return frame.release();
    if (this.#inbox.isFull)
      return new Promise<void>((resolve) => this.#room.push(resolve)).then(() => this.take(source, frame));
    this.#inbox.put(frame);
    this.#inbox.handOver();
  }

  /** Whoever waits for room asks again: there may be some, or the rings were released. */
  askForRoom(): void {
    for (const resolve of this.#room.splice(0)) resolve();
  }
}
