/**
 * An honest backend for the simulated host: takes requests in order, copies each frame, answers every request
 * once, and sleeps by the rules of ring.h. It may answer out of order, as Linux's does.
 */
import { NETIF_RSP, readTxRequest, slotOf, type TxRequest, writeTxResponse } from './netif.js';
import {
  add,
  finalCheckForRequests,
  isRequestOverflow,
  PAGE_SIZE,
  pushResponses,
  type RingIdx,
  type SharedRing,
} from './ring.js';
import type { BackHost } from './simhost.js';

/** How this backend behaves, within what is honest. */
export interface NetbackOptions {
  /** Called with each frame, a copy, as its request is answered. */
  readonly onFrame?: (frame: Uint8Array) => void;
  /** Which of `count` requests that were taken is answered next, 0..count-1, oldest first. In order if absent. */
  readonly pick?: (count: number) => number;
  /** Answers at most this many requests a poll; the rest at the next. All if absent. */
  readonly budget?: number;
}

/** The backend of one transmit ring. Call {@link poll} at every event. */
export class Netback {
  #req_cons: RingIdx;
  #rsp_prod_pvt: RingIdx;
  readonly #taken: TxRequest[] = [];

  /** BACK_RING_ATTACH: the indices are taken from the shared page, which the frontend has initialised. */
  constructor(
    readonly host: BackHost,
    readonly shared: SharedRing,
    readonly options: NetbackOptions = {},
  ) {
    this.#req_cons = shared.rsp_prod;
    this.#rsp_prod_pvt = shared.rsp_prod;
  }

  /** Requests taken and not yet answered. */
  get taken(): number {
    return this.#taken.length;
  }

  /**
   * Takes its event, takes and answers requests until there are none, and arms. With a budget it may stop
   * earlier; then it returns true: call again.
   * @throws RangeError if the frontend has published more requests than the ring has slots
   */
  poll(): boolean {
    this.host.clearPending();
    let left = this.options.budget ?? Number.POSITIVE_INFINITY;
    for (;;) {
      this.#take();
      for (; this.#taken.length > 0 && left > 0; left--) this.#answer();
      if (pushResponses(this.shared, this.#rsp_prod_pvt)) this.host.notify();
      if (this.#taken.length > 0) return true;
      if (!finalCheckForRequests(this.shared, this.#req_cons)) return false;
      if (left === 0) return true;
    }
  }

  #take(): void {
    const req_prod = this.shared.req_prod;
    if (isRequestOverflow(this.shared.nr_ents, this.#rsp_prod_pvt, req_prod))
      throw new RangeError(
        `the frontend published up to ${req_prod}, past a ring of ${this.shared.nr_ents} slots`,
      );
    for (; this.#req_cons !== req_prod; this.#req_cons = add(this.#req_cons, 1))
      this.#taken.push(readTxRequest(slotOf(this.shared, this.#req_cons)));
  }

  #answer(): void {
    const k = this.options.pick?.(this.#taken.length) ?? 0;
    const [request] = this.#taken.splice(k, 1);
    if (request === undefined) throw new RangeError(`pick chose ${k} of ${this.#taken.length} requests`);
    const status = this.#serve(request) ? NETIF_RSP.OKAY : NETIF_RSP.ERROR;
    writeTxResponse(slotOf(this.shared, this.#rsp_prod_pvt), { id: request.id, status });
    this.#rsp_prod_pvt = add(this.#rsp_prod_pvt, 1);
  }

  /** Copies the frame out of the granted page. False where Linux answers ERROR. */
  #serve({ gref, offset, size }: TxRequest): boolean {
    const page = this.host.map(gref);
    if (page === undefined) return false;
    const fits = offset + size <= PAGE_SIZE;
    if (fits) this.options.onFrame?.(page.slice(offset, offset + size));
    this.host.unmap(gref);
    return fits;
  }
}
