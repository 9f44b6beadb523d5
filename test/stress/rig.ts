/**
 * What two threads share: one page with a ring, and an event channel that both can sleep on.
 */
import { PAGE_SIZE, type RingIdx } from '../../impl/ring.js';

/** How the two sides run. */
export interface RigOptions {
  /** Requests that the front sends in all; below 2^32. */
  readonly requests: number;
  /** Slots of the ring. */
  readonly nr_ents: number;
  /** Where the indices start. */
  readonly first: RingIdx;
  /** Requests that the front publishes at a time, where there is room for so many. */
  readonly batch: number;
  /** False: every publish notifies, whatever the peer's event index says. */
  readonly holdOff: boolean;
  /**
   * The side that, once it has found nothing to do, waits until there is something, and only then arms. That is the
   * moment which the final check is for; left to chance it is met about never.
   */
  readonly pause?: Side;
  /** What one side does wrong. Only tests give it, to see that they notice. */
  readonly fault?: Fault;
}

/** One of the two threads. */
export type Side = 'front' | 'back';

/** A fault: a side that sleeps without the final check, or one that publishes a slot before anything is in it. */
export type Fault = 'front sleeps unchecked' | 'back sleeps unchecked' | 'front publishes first';

/** All that a thread is given. */
export interface Rig extends RigOptions {
  /** The ring's page, and a page with the words of {@link Channel}. */
  readonly memory: SharedArrayBuffer;
}

/** What a side says when it is done. */
export interface SideReport {
  readonly side: Side;
  /** Events that it sent: hypercalls, on Xen. */
  readonly events: number;
  /** Times that it slept. */
  readonly sleeps: number;
  /** Times that the final check found something. */
  readonly foundByFinalCheck: number;
  /** Milliseconds from its first step to its last. */
  readonly milliseconds: number;
}

/** A side saw what cannot be if the ring works. */
export class Wrong extends Error {
  override readonly name = 'Wrong';
}

/** The memory of a rig. */
export const newMemory = (): SharedArrayBuffer => new SharedArrayBuffer(2 * PAGE_SIZE);

/** The shared page. */
export const pageOf = ({ memory }: Rig): Uint8Array => new Uint8Array(memory, 0, PAGE_SIZE);

/** Words for each side on lines of cache of their own: an event is pending; it sleeps; how often it has. */
const WORDS_OF = { front: 0, back: 64 } as const;
const [PENDING, ASLEEP, SLEEPS] = [0, 1, 2] as const;

const peerOf = (side: Side): Side => (side === 'front' ? 'back' : 'front');

/** One end of the event channel: a bit for each side, and a sleep that ends when one's own is set. */
export class Channel {
  readonly #words: Int32Array;
  readonly #own: number;
  readonly #peer: number;
  /** Events sent. */
  sent = 0;
  /** Times slept. */
  slept = 0;

  constructor({ memory }: Rig, side: Side) {
    this.#words = new Int32Array(memory, PAGE_SIZE);
    this.#own = WORDS_OF[side];
    this.#peer = WORDS_OF[peerOf(side)];
  }

  /** Sends an event. One that was not taken yet takes this one in. */
  notify(): void {
    this.sent++;
    if (Atomics.exchange(this.#words, this.#peer + PENDING, 1) === 0)
      Atomics.notify(this.#words, this.#peer + PENDING);
  }

  /** Sleeps until there is an event, and takes it. */
  wait(): void {
    this.slept++;
    Atomics.add(this.#words, this.#own + SLEEPS, 1);
    Atomics.store(this.#words, this.#own + ASLEEP, 1);
    while (Atomics.exchange(this.#words, this.#own + PENDING, 0) === 0)
      Atomics.wait(this.#words, this.#own + PENDING, 0);
    Atomics.store(this.#words, this.#own + ASLEEP, 0);
  }
}

/** What can be seen of both sleepers from outside. */
export interface Sleepers {
  /** Both sleep, and no event is on its way: neither will ever wake again. */
  readonly forGood: boolean;
  /** How often they have slept, to see whether they have woken since. */
  readonly sleeps: number;
}

/** Looks at both. Twice the same answer with `forGood` is certain: see harness.ts. */
export const sleepersOf = ({ memory }: Rig): Sleepers => {
  const words = new Int32Array(memory, PAGE_SIZE);
  const load = (side: Side, word: number): number => Atomics.load(words, WORDS_OF[side] + word);
  const sides: readonly Side[] = ['front', 'back'];
  return {
    sleeps: sides.reduce((sum, side) => sum + load(side, SLEEPS), 0),
    forGood: sides.every((side) => load(side, ASLEEP) === 1 && load(side, PENDING) === 0),
  };
};

/**
 * Spins until the peer's word is no longer `index`, or 50 ms have passed; then a moment longer, so that the peer has
 * made its check as well.
 */
export const waitForPeer = (load: () => RingIdx, index: RingIdx): void => {
  spin(50, () => load() === index);
  spin(0.2, () => true);
};

const spin = (milliseconds: number, isDue: () => boolean): void => {
  const until = performance.now() + milliseconds;
  while (isDue() && performance.now() < until);
};
