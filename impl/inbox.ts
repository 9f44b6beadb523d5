/**
 * Where received frames wait for the application. It has room for so many, and hands over one at a time: the next one
 * when the application is ready for it. So an application that is slow fills it, and whoever fills it has to wait.
 */
import { ReceiveError } from './errors.js';
import type { ExtraInfo } from './netif.js';
import type { Offload } from './offload.js';

/** A frame that was received: a whole packet, of one slot or several. */
export interface Frame extends Offload {
  /**
   * Its octets, from the first to the last. With `copyOut` (the default) a copy, and yours. Otherwise the page itself, in
   * which the backend may write another frame as soon as you have released this one; of a frame in several pages, a
   * copy that is made when you ask for the first time, so ask before you release it, or read {@link fragments}.
   */
  readonly octets: Uint8Array;
  /** The same octets where they are, one part after the other: with `copyOut` in one copy, otherwise in the pages. */
  readonly fragments: readonly Uint8Array[];
  /** The checksum of the transport protocol is not filled in; only the pseudo header's is. */
  readonly csum_blank: boolean;
  /** The octets are known to be good, whatever the checksum says. Always where {@link csum_blank} is. */
  readonly data_validated: boolean;
  /** Extras that are not of {@link gso}, as they came. */
  readonly extras: readonly ExtraInfo[];
  /** Gives the pages back. With `copyOut` there is nothing to give back; once is enough, and twice does no harm. */
  release(): void;
}

/** Called with each frame. If it returns a promise, the next frame is handed over when that has settled. */
export type FrameListener = (frame: Frame) => void | PromiseLike<void>;

/**
 * Told what a {@link FrameListener} threw, and with which frame, which is still the application's to release; and told
 * once, without a frame, that none will come any more because the interface is broken.
 */
export type ReceiveErrorListener = (error: unknown, frame?: Frame) => void;

/** Whoever takes frames: a listener, or an iterator. */
interface Reader {
  /** May it be handed a frame now? */
  readonly isReady: boolean;
  take(frame: Frame): void;
  /** There is none any more. */
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

  /** There is no room for one frame more. */
  get isFull(): boolean {
    return this.#waiting.length >= this.bound;
  }

  /** A frame has come. The caller knows that there is room. */
  put(frame: Frame): void {
    this.#waiting.push(frame);
  }

  /** Hands over what the reader is ready for. */
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

  /** No frame will come any more. Those that wait are still handed over, and then the reader is told. */
  end(error?: ReceiveError): void {
    this.#end ??= { error };
    this.handOver();
  }

  /** From now on frames are this listener's. Throws {@link ReceiveError} if they are somebody's already. */
  listen(onFrame: FrameListener, onError?: ReceiveErrorListener): void {
    this.#attach(new ListenerReader(onFrame, onError, () => this.handOver()));
  }

  /** From now on frames are this iterator's, until it returns. Throws {@link ReceiveError} as {@link listen} does. */
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
    // Not in the middle of the last one, whatever the listener does.
    this.isReady = false;
    let result: void | PromiseLike<void> = undefined;
    try {
      result = this.#onFrame(frame);
    } catch (error) {
      this.#tell(error, frame);
    }
    if (isPromise(result)) this.#wait(result, frame);
    else this.isReady = true;
  }

  end(error: ReceiveError | undefined): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    // Without an error listener isBroken says it, and a send that fails.
    if (error !== undefined && this.#onError !== throwLater) this.#tell(error);
  }

  #wait(result: PromiseLike<void>, frame: Frame): void {
    const ready = (): void => {
      this.isReady = true;
      this.#onReady();
    };
    result.then(ready, (error: unknown) => {
      this.#tell(error, frame);
      ready();
    });
  }

  #tell(error: unknown, frame?: Frame): void {
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

/** What a listener threw and nobody wants to hear ends up where Node puts what an event listener throws. */
const throwLater: ReceiveErrorListener = (error) => {
  queueMicrotask(() => {
    throw error;
  });
};

class IteratorReader implements Reader, AsyncIterableIterator<Frame> {
  /** Calls of `next` that no frame has come for yet. */
  readonly #asked: {
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
    return this.#asked.length > 0;
  }

  take(frame: Frame): void {
    this.#asked.shift()?.resolve({ done: false, value: frame });
  }

  end(error: ReceiveError | undefined): void {
    if (!this.#isEnded) {
      this.#error = error;
      this.#onReturn();
    }
    this.#isEnded = true;
    this.#answer();
  }

  next(): Promise<IteratorResult<Frame, undefined>> {
    return new Promise((resolve, reject) => {
      this.#asked.push({ resolve, reject });
      if (this.#isEnded) this.#answer();
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

  /** There is nothing more: the first call is told of the error, if there was one. */
  #answer(): void {
    for (const { resolve, reject } of this.#asked.splice(0)) {
      const error = this.#error;
      this.#error = undefined;
      if (error === undefined) resolve({ done: true, value: undefined });
      else reject(error);
    }
  }
}
