/** ring.h: the backend's private indices and what it does with them, once for both rings. */
import { type Slot, slotOf } from './netif.js';
import {
  add,
  finalCheckForRequests,
  isRequestOverflow,
  pushResponses,
  type RingIdx,
  type SharedRing,
  sub,
} from './ring.js';

/** How requests are read from the slots of a ring, and responses written to them. */
export interface BackCodec<Request, Response> {
  readonly read: (slot: Slot) => Request;
  readonly write: (slot: Slot, response: Response) => void;
}

/** The backend's end of a ring. */
export class BackRing<Request, Response> {
  #req_cons: RingIdx;
  #rsp_prod_pvt: RingIdx;

  /** BACK_RING_ATTACH: the indices are taken from the shared page, which the frontend has initialised. */
  constructor(
    readonly shared: SharedRing,
    readonly codec: BackCodec<Request, Response>,
  ) {
    this.#req_cons = shared.rsp_prod;
    this.#rsp_prod_pvt = shared.rsp_prod;
  }

  /**
   * RING_HAS_UNCONSUMED_REQUESTS: how many requests are published and not taken.
   * @throws RangeError if the frontend has published more requests than the ring has slots
   */
  unconsumedRequests(): number {
    const { req_prod, nr_ents } = this.shared;
    if (isRequestOverflow(nr_ents, this.#rsp_prod_pvt, req_prod))
      throw new RangeError(`the frontend published up to ${req_prod}, past a ring of ${nr_ents} slots`);
    return sub(req_prod, this.#req_cons);
  }

  /** RING_COPY_REQUEST: takes the next request. The caller knows that there is one. */
  takeRequest(): Request {
    const request = this.codec.read(slotOf(this.shared, this.#req_cons));
    this.#req_cons = add(this.#req_cons, 1);
    return request;
  }

  /** Writes a response to the next slot, not yet published. The caller has taken a request for it. */
  respond(response: Response): void {
    this.codec.write(slotOf(this.shared, this.#rsp_prod_pvt), response);
    this.#rsp_prod_pvt = add(this.#rsp_prod_pvt, 1);
  }

  /** RING_PUSH_RESPONSES_AND_CHECK_NOTIFY: publishes the responses. @returns whether the frontend is to be notified */
  pushResponses(): boolean {
    return pushResponses(this.shared, this.#rsp_prod_pvt);
  }

  /** RING_FINAL_CHECK_FOR_REQUESTS: asks for an event at the next request. @returns whether there is one already */
  finalCheckForRequests(): boolean {
    return finalCheckForRequests(this.shared, this.#req_cons);
  }
}
