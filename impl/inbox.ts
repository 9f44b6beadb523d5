/**
 * Where received frames wait for the application: a bounded queue. It hands over one frame at a time, the next one when
 * the application is ready for it. A slow application fills it, and then the receive ring has to wait.
 */
import { ReceiveError } from './errors.js';
import type { ExtraInfo } from './netif.js';
import type { Offload } from './offload.js';

/** A frame that was received, in one slot or several. */
export interface Frame extends Offload {
  /**
   * Its octets. With `copyOut` (the default) a copy, which is yours. Without, the page itself: once you release the frame,
   * the backend may write another one there. Of a frame in several pages it is a copy that is made at the first access,
   * which must come before the release; {@link fragments} are the pages.
   */
  readonly octets: Uint8Array;
  /** The same octets in their order: with `copyOut` one copy, otherwise a part for each page. */
  readonly fragments: readonly Uint8Array[];
  /** The checksum field of the transport protocol holds only the sum of the pseudo header. */
  readonly csum_blank: boolean;
  /** The octets are known to be good, and the checksum need not be verified. Always true with {@link csum_blank}. */
  readonly data_validated: boolean;
  /** Extras other than {@link gso}. */
  readonly extras: readonly ExtraInfo[];
  /** Returns the pages for reuse. Does nothing with `copyOut`, or the second time. */
  release(): void;
}

/** Called with each frame. If it returns a promise, the next frame comes when that has settled. */
export type FrameListener = (frame: Frame) => void | PromiseLike<void>;

/**
 * Called with what a {@link FrameListener} threw, and the frame, which the application still has to release. Called once
 * without a frame if the interface breaks and no frame will come any more.
 */
export type ReceiveErrorListener = (error: unknown, frame?: Frame) => void;

/** The consumer of the frames: a listener, or an iterator. */
interface Reader {
  /** Can it take a frame now? */
  readonly isReady: boolean;
  take(frame: Frame): void;
  /** No frame will come any more. */
  end(error: ReceiveError | undefined): void;
}

/** The frames that wait, and their one reader. */
export class Inbox {
  readonly #waiting: Frame[] = [];
  #reader: Reader | undefined;
  #end: { readonly error: ReceiveError | undefined } | undefined;

  /**
   * @param bound how many frames may wait
   * @param onRoom called after frames were handed over
   */
  constructor(
    readonly bound: number,
    readonly onRoom: () => void,
  ) {}

  /** As many frames wait as may. */
  get isFull(): boolean {
    return this.#waiting.length >= this.bound;
  }

  /** Adds a frame. The caller has asked {@link isFull}. */
  put(frame: Frame): void {
    this.#waiting.push(frame);
  }

  /** Hands over frames as long as the reader is ready for one. */
  handOver(): void {
    let isTaken = false;
    while (this.#reader?.isReady === true) {
      const frame = this.#waiting.shift();
      if (frame === undefined) break;
      isTaken = true;
      this.#reader.take(frame);
    }
    if (this.#waiting.length === 0 && this.#end !== undefined) this.#reader?.end(this.#end.error);
    if (isTaken) this.onRoom();
  }

  /** No frame will come any more. Those that wait are still handed over, and then the reader ends. */
  end(error?: ReceiveError): void {
    this.#end ??= { error };
    this.handOver();
  }

  /** Gives frames to this listener from now on. Throws {@link ReceiveError} if there is a reader already. */
  listen(onFrame: FrameListener, onError?: ReceiveErrorListener): void {
    this.#attach(new ListenerReader(onFrame, onError, () => this.handOver()));
  }

  /** Gives frames to this iterator until it returns. Throws {@link ReceiveError} if there is a reader already. */
  iterate(): AsyncIterableIterator<Frame> {
    const reader = new IteratorReader(
      () => this.handOver(),
      () => {
        this.#reader = undefined;
      },
    );
    this.#attach(reader);
    return reader;
  }

  #attach(reader: Reader): void {
    if (this.#reader !== undefined)
      throw new ReceiveError('frames are taken already: a netfront has one listener, or one iterator');
    this.#reader = reader;
    this.handOver();
  }
}

class ListenerReader implements Reader {
  isReady = true;
  #isEnded = false;
  readonly #onFrame: FrameListener;
  readonly #onError: ReceiveErrorListener;
  readonly #onReady: () => void;

  constructor(onFrame: FrameListener, onError: ReceiveErrorListener | undefined, onReady: () => void) {
    this.#onFrame = onFrame;
    this.#onError = onError ?? throwLater;
    this.#onReady = onReady;
  }

  take(frame: Frame): void {
    // The listener may cause another handover. The next frame must not come before it has returned.
    this.isReady = false;
    let promise: PromiseLike<void> | undefined;
    try {
      const result = this.#onFrame(frame);
      if (isPromise(result)) promise = result;
    } catch (error) {
      this.#report(error, frame);
    }
    if (promise === undefined) this.isReady = true;
    else this.#wait(promise, frame);
  }

  end(error: ReceiveError | undefined): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    // Without an error listener the application learns of it from isBroken, or from a send that fails.
    if (error !== undefined && this.#onError !== throwLater) this.#report(error);
  }

  #wait(result: PromiseLike<void>, frame: Frame): void {
    const ready = (): void => {
      this.isReady = true;
      this.#onReady();
    };
    // What is no promise of JavaScript's own may throw in `then`.
    Promise.resolve(result).then(ready, (error: unknown) => {
      this.#report(error, frame);
      ready();
    });
  }

  #report(error: unknown, frame?: Frame): void {
    try {
      this.#onError(error, frame);
    } catch (fault) {
      throwLater(fault);
    }
  }
}

// A listener in JavaScript may return anything, and that is no reason to wait.
const isPromise = (value: void | PromiseLike<void>): value is PromiseLike<void> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';

/** An error without a listener is thrown where nobody catches it, as Node does with what an event listener throws. */
const throwLater: ReceiveErrorListener = (error) => {
  queueMicrotask(() => {
    throw error;
  });
};

class IteratorReader implements Reader, AsyncIterableIterator<Frame> {
  /** Calls of `next` that wait for a frame. */
  readonly #calls: {
    readonly resolve: (result: IteratorResult<Frame, undefined>) => void;
    readonly reject: (error: ReceiveError) => void;
  }[] = [];
  #isEnded = false;
  #error: ReceiveError | undefined;
  readonly #onReady: () => void;
  readonly #onReturn: () => void;

  constructor(onReady: () => void, onReturn: () => void) {
    this.#onReady = onReady;
    this.#onReturn = onReturn;
  }

  get isReady(): boolean {
    return this.#calls.length > 0;
  }

  take(frame: Frame): void {
    this.#calls.shift()?.resolve({ done: false, value: frame });
  }

  end(error: ReceiveError | undefined): void {
    if (!this.#isEnded) {
      this.#error = error;
      this.#onReturn();
    }
    this.#isEnded = true;
    this.#finish();
  }

  next(): Promise<IteratorResult<Frame, undefined>> {
    return new Promise((resolve, reject) => {
      this.#calls.push({ resolve, reject });
      if (this.#isEnded) this.#finish();
      else this.#onReady();
    });
  }

  return(): Promise<IteratorResult<Frame, undefined>> {
    this.end(undefined);
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The end: the first call is rejected with the error, if there was one. */
  #finish(): void {
    for (const { resolve, reject } of this.#calls.splice(0)) {
      const error = this.#error;
      this.#error = undefined;
      if (error === undefined) resolve({ done: true, value: undefined });
      else reject(error);
    }
  }
}
