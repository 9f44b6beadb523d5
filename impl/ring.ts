/**
 * ring.h: the indices, the words of the shared page, and the macros that a frontend and a backend use.
 *
 * An index runs freely through 32 bits and wraps; a slot is an index modulo `nr_ents`; a count is a
 * difference of indices. Every difference goes through {@link sub}, because JavaScript's numbers do not wrap.
 *
 * The four shared words are loaded and stored with `Atomics`, which are sequentially consistent: no two of them
 * change places, neither in the compiler nor in the processor. They also keep the accesses around them in order that
 * are not atomic, those to slots and blocks: what was read or written before an atomic store is done with when the
 * peer's atomic load sees that store. So each stands for the barrier of ring.h that is named beside it, and there is
 * no other. What each barrier is for, and what goes wrong without it, is in spec/README.md, Memory order.
 */

/** RING_IDX: an unsigned 32-bit index, 0..2^32-1. */
export type RingIdx = number;

/** `i - j` as RING_IDX has it: modulo 2^32, so 0..2^32-1. */
export const sub = (i: RingIdx, j: RingIdx): number => (i - j) >>> 0;

/** `i + count` as RING_IDX has it. `count` is 0..2^32-1. */
export const add = (i: RingIdx, count: number): RingIdx => (i + count) >>> 0;

/** The octets of the shared page before the first slot: four words and padding (`struct sring`). */
export const SRING_HEADER = 64;

/** A page of the guest, in octets. */
export const PAGE_SIZE = 4096;

/** The number of slots of `slotSize` octets that fit in one page: `__CONST_RING_SIZE`, a power of two. */
export const ringSize = (slotSize: number): number =>
  2 ** Math.floor(Math.log2((PAGE_SIZE - SRING_HEADER) / slotSize));

/** Where the four words stand in `struct sring`, counted in words. */
const [REQ_PROD, REQ_EVENT, RSP_PROD, RSP_EVENT] = [0, 1, 2, 3] as const;

/**
 * The shared page of a ring, as its octets lie in memory (`struct sring`, little endian).
 * The memory is the caller's; nothing here is cached, every property is a load or a store.
 */
export class SharedRing {
  /** The page in words of the machine's order, which is little endian wherever Xen runs. */
  readonly #words: Int32Array;
  readonly #octets: DataView;

  /**
   * @param page the shared page, {@link PAGE_SIZE} octets
   * @param slotSize octets of a slot: 12 on the transmit ring, 8 on the receive ring
   * @param nr_ents slots in use, a power of two, at most {@link ringSize}
   * @throws RangeError if the slots do not fit the page, `nr_ents` is no power of two, or the page begins
   *   amid a word
   */
  constructor(
    readonly page: Uint8Array,
    readonly slotSize: number,
    readonly nr_ents: number,
  ) {
    if (
      !Number.isInteger(nr_ents) ||
      nr_ents < 1 ||
      nr_ents > ringSize(slotSize) ||
      (nr_ents & (nr_ents - 1)) !== 0
    )
      throw new RangeError(`a ring of ${nr_ents} slots: take a power of two up to ${ringSize(slotSize)}`);
    if (page.byteLength !== PAGE_SIZE)
      throw new RangeError(`a ring page of ${page.byteLength} octets: it has ${PAGE_SIZE}`);
    this.#words = new Int32Array(page.buffer, page.byteOffset, SRING_HEADER / 4);
    this.#octets = new DataView(page.buffer, page.byteOffset, page.byteLength);
  }

  /** Stored by the front: requests are published up to here. */
  get req_prod(): RingIdx {
    // The back's rmb after this load: requests are read after it. And the mb of RING_FINAL_CHECK_FOR_REQUESTS, which
    // stands between the store of req_event and this load.
    return Atomics.load(this.#words, REQ_PROD) >>> 0;
  }
  set req_prod(value: RingIdx) {
    // RING_PUSH_REQUESTS' wmb before this store: the requests are written before it.
    Atomics.store(this.#words, REQ_PROD, value);
  }

  /** Stored by the back: notify it when `req_prod` reaches this. */
  get req_event(): RingIdx {
    // RING_PUSH_REQUESTS_AND_CHECK_NOTIFY's mb, between the store of req_prod and this load.
    return Atomics.load(this.#words, REQ_EVENT) >>> 0;
  }
  set req_event(value: RingIdx) {
    Atomics.store(this.#words, REQ_EVENT, value);
  }

  /** Stored by the back: responses are published up to here. */
  get rsp_prod(): RingIdx {
    // The front's rmb after this load: responses are read after it. And the mb of RING_FINAL_CHECK_FOR_RESPONSES,
    // which stands between the store of rsp_event and this load.
    return Atomics.load(this.#words, RSP_PROD) >>> 0;
  }
  set rsp_prod(value: RingIdx) {
    // RING_PUSH_RESPONSES' wmb before this store: the responses are written before it, and all blocks read that
    // they give back (which the wmb does not promise).
    Atomics.store(this.#words, RSP_PROD, value);
  }

  /** Stored by the front: notify it when `rsp_prod` reaches this. */
  get rsp_event(): RingIdx {
    // RING_PUSH_RESPONSES_AND_CHECK_NOTIFY's mb, between the store of rsp_prod and this load.
    return Atomics.load(this.#words, RSP_EVENT) >>> 0;
  }
  set rsp_event(value: RingIdx) {
    Atomics.store(this.#words, RSP_EVENT, value);
  }

  /** Where the slot of an index begins in the page, in octets: `ring[idx & (nr_ents - 1)]`. */
  offsetOf(idx: RingIdx): number {
    return SRING_HEADER + (idx & (this.nr_ents - 1)) * this.slotSize;
  }

  /** The slot of an index, for a codec of netif.ts to read or write. */
  get view(): DataView {
    return this.#octets;
  }

  /** SHARED_RING_INIT. Only the frontend does this, once, before the backend attaches. */
  init(first: RingIdx): void {
    this.page.fill(0);
    this.req_prod = first;
    this.rsp_prod = first;
    this.req_event = add(first, 1);
    this.rsp_event = add(first, 1);
  }
}

/** What a frontend keeps of a ring for itself (`struct front_ring`, and the locals of its macros). */
export interface FrontRing {
  /** Slots in the ring, a power of two. */
  readonly nr_ents: number;
  /** Requests are written up to here. */
  readonly req_prod_pvt: RingIdx;
  /** Requests are published up to here: what this front last stored in the shared word. It never loads it back. */
  readonly req_prod: RingIdx;
  /** `req_prod` as of the last event check: `__old` of RING_PUSH_REQUESTS_AND_CHECK_NOTIFY. */
  readonly reqChecked: RingIdx;
  /** Responses are consumed up to here. */
  readonly rsp_cons: RingIdx;
  /** `rsp_prod` as last loaded and believed. */
  readonly rspSeen: RingIdx;
}

/** FRONT_RING_INIT, with all indices at `first` (0 in ring.h). */
export const frontRing = (nr_ents: number, first: RingIdx): FrontRing => ({
  nr_ents,
  req_prod_pvt: first,
  req_prod: first,
  reqChecked: first,
  rsp_cons: first,
  rspSeen: first,
});

/** The slot that an index stands for, 0..nr_ents-1. */
export const slotNumber = (ring: FrontRing, idx: RingIdx): number => idx & (ring.nr_ents - 1);

/** RING_FREE_REQUESTS: slots a request can still be written to, 0..nr_ents. */
export const freeRequests = (ring: FrontRing): number => ring.nr_ents - sub(ring.req_prod_pvt, ring.rsp_cons);

/** RING_FULL */
export const isFull = (ring: FrontRing): boolean => freeRequests(ring) === 0;

/** Requests are written that are not published. */
export const hasUnpublished = (ring: FrontRing): boolean => ring.req_prod_pvt !== ring.req_prod;

/** The responses that were seen are all consumed. Compared by `!==`: `<` goes wrong at the wrap. */
export const isDrained = (ring: FrontRing): boolean => ring.rsp_cons === ring.rspSeen;

/**
 * May this `rsp_prod` be believed? It must not pass `req_prod`: no more responses than requests.
 * RING_RESPONSE_PROD_OVERFLOW is looser: it allows `nr_ents` responses, however many requests there are.
 */
export const isBelievable = (ring: FrontRing, rsp_prod: RingIdx): boolean =>
  sub(rsp_prod, ring.rsp_cons) <= sub(ring.req_prod, ring.rsp_cons);

/** The test of RING_PUSH_*_AND_CHECK_NOTIFY: does `event` lie in (old, now]? Unsigned, or an empty push notifies. */
export const notifyDue = (event: RingIdx, old: RingIdx, now: RingIdx): boolean =>
  sub(now, event) < sub(now, old);

/** RING_REQUEST_PROD_OVERFLOW: an ill-behaved frontend. It has published more requests than can be answered. */
export const isRequestOverflow = (nr_ents: number, rsp_prod_pvt: RingIdx, req_prod: RingIdx): boolean =>
  sub(req_prod, rsp_prod_pvt) > nr_ents;

/**
 * RING_PUSH_RESPONSES_AND_CHECK_NOTIFY: publishes the responses up to `rsp_prod_pvt`.
 * @returns whether the front is to be notified
 */
export const pushResponses = (shared: SharedRing, rsp_prod_pvt: RingIdx): boolean => {
  const old = shared.rsp_prod;
  shared.rsp_prod = rsp_prod_pvt;
  return notifyDue(shared.rsp_event, old, rsp_prod_pvt);
};

/**
 * RING_FINAL_CHECK_FOR_REQUESTS: asks to be notified of the next request, unless there is one already.
 * @returns whether there is a request, so that the back must not sleep
 */
export const finalCheckForRequests = (shared: SharedRing, req_cons: RingIdx): boolean => {
  if (shared.req_prod !== req_cons) return true;
  shared.req_event = add(req_cons, 1);
  return shared.req_prod !== req_cons;
};
