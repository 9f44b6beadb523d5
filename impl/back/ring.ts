/** ring.h: the private indices of a backend, and its macros, once for both rings. */
import { type Slot, slotOf } from '../netif.js';
import {
  add,
  finalCheckForRequests,
  isRequestOverflow,
  pushResponses,
  type RingIdx,
  type SharedRing,
  sub,
} from '../ring.js';

/** RING_REQUEST_PROD_OVERFLOW: the frontend published more requests than the ring has slots for. */
export interface RequestOverflow {
  readonly kind: 'RequestOverflow';
  readonly req_prod: RingIdx;
  readonly nr_ents: number;
}

/** The backend's end of a ring. What slots hold is for whoever reads requests and writes responses. */
export class BackRing {
  #req_cons: RingIdx;
  #rsp_prod_pvt: RingIdx;

  /** BACK_RING_ATTACH: the indices are taken from the shared page, which the frontend has initialised. */
  constructor(readonly shared: SharedRing) {
    this.#req_cons = shared.rsp_prod;
    this.#rsp_prod_pvt = shared.rsp_prod;
  }

  /**
   * RING_HAS_UNCONSUMED_REQUESTS: how many requests are published and not taken, or that the frontend has published more
   * than it may. `req_prod` is loaded once, checked and then believed.
   */
  unconsumedRequests(): number | RequestOverflow {
    return this.#countUpTo(this.shared.req_prod);
  }

  /**
   * The number of requests, if there are `count` at least. Otherwise 0, and an event is asked for at the next one, as Linux's
   * netback does on the receive ring. RING_FINAL_CHECK_FOR_REQUESTS would return at the first request.
   */
  awaitRequests(count: number): number | RequestOverflow {
    for (;;) {
      const { req_prod } = this.shared;
      const found = this.#countUpTo(req_prod);
      if (typeof found !== 'number' || found >= count) return found;
      this.shared.req_event = add(req_prod, 1);
      if (this.shared.req_prod === req_prod) return 0;
    }
  }

  /** RING_GET_REQUEST: the slot of the request that comes `ahead` after the next one. It is not taken by that. */
  requestSlot(ahead = 0): Slot {
    return slotOf(this.shared, add(this.#req_cons, ahead));
  }

  /** Takes the next requests. The caller knows that there are so many. */
  take(count: number): void {
    this.#req_cons = add(this.#req_cons, count);
  }

  /**
   * RING_GET_RESPONSE: the slot for the next response, not yet published. The caller has taken a request for it; what the slot
   * holds is that request, or another that was answered elsewhere.
   */
  responseSlot(): Slot {
    const slot = slotOf(this.shared, this.#rsp_prod_pvt);
    this.#rsp_prod_pvt = add(this.#rsp_prod_pvt, 1);
    return slot;
  }

  /** RING_PUSH_RESPONSES_AND_CHECK_NOTIFY: publishes the responses. @returns whether the frontend is to be notified */
  pushResponses(): boolean {
    return pushResponses(this.shared, this.#rsp_prod_pvt);
  }

  /** RING_FINAL_CHECK_FOR_REQUESTS: asks for an event at the next request. @returns whether there is one already */
  finalCheckForRequests(): boolean {
    return finalCheckForRequests(this.shared, this.#req_cons);
  }

  #countUpTo(req_prod: RingIdx): number | RequestOverflow {
    const { nr_ents } = this.shared;
    return isRequestOverflow(nr_ents, this.#rsp_prod_pvt, req_prod)
      ? { kind: 'RequestOverflow', req_prod, nr_ents }
      : sub(req_prod, this.#req_cons);
  }
}
