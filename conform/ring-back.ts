/** The backend's end of one ring: its indices, and what it does to the page. */
import type { Event, Op, Side } from '../logs/event.js';
import { type RingName, SLOT_SIZE, SLOTS } from '../replay/netif.js';
import type { Exchange, Port } from './port.js';
import type { Grants } from './grants.js';
import { Acknowledgement, type OctetsAnswer, type RingStart } from './protocol.js';
import { RingPage, sub, wordOf } from './ring-page.js';
import type { Status } from './steps.js';

/** A request that was published and is still to be answered. */
export interface Outstanding {
  /** Its place among all requests of the case, from 1. */
  readonly n: number;
  readonly index: number;
  readonly id: number;
  readonly gref: number;
  /** Which octets of its page are the request's. */
  readonly offset: number;
  readonly length: number;
  /** The backend has copied it off the ring. Its page is mapped from then on. */
  taken: boolean;
  /**
   * A response that answers nothing is perhaps taken for the answer to it: it stands in its slot, and the frontend goes by
   * slots; or it has its id, and the frontend looks at it only after this request was published.
   */
  isDoubtful?: true;
}

/** The fields of a response. The transmit ring has no `offset` and no `flags`. */
export interface Response {
  readonly id: number;
  readonly status: number;
  readonly offset: number;
  readonly flags: number;
}

/** An operation's own fields, as traces/LOG.md has them. */
export type Fields = Readonly<Record<string, Event[string]>>;

/** What a slot holds where netif.h defines nothing. No frontend may depend on it. */
const UNDEFINED_OCTET = 0x5a;

/** The backend's end of one ring. */
export abstract class RingBack<Ring extends RingName, R extends Outstanding> {
  /** Published and still to be answered, oldest first. */
  readonly unanswered: R[] = [];
  /** The ids of responses that answer nothing, and that the frontend may consume at any later time. */
  readonly forgedIds = new Set<number>();
  /** The words, as the backend knows them. */
  req_prod: number;
  rsp_prod: number;
  req_event: number;
  rsp_event: number;
  req_cons: number;
  /** Responses up to here are written, and perhaps not yet published. */
  rsp_prod_pvt: number;
  readonly page: RingPage;
  /** Octets that a frontend which goes by slots finds for a response that is not in the slot of its request. */
  readonly misplaced: { readonly gref: number; readonly offset: number; readonly length: number }[] = [];
  /** Called with each operation on this ring that the backend does, or sees that the frontend did. */
  onOperation: ((side: Side, op: Op, fields: Fields) => void) | undefined;

  protected constructor(
    readonly ring: Ring,
    gref: number,
    readonly sizes: RingStart,
    readonly grants: Grants,
  ) {
    const { first, nr_ents } = sizes;
    this.req_prod = this.rsp_prod = this.req_cons = this.rsp_prod_pvt = first;
    this.req_event = this.rsp_event = (first + 1) >>> 0;
    this.page = new RingPage(ring, gref, nr_ents);
  }

  /** Those that are unanswered whatever the frontend believed of a backend that breaks the protocol. */
  get certain(): readonly R[] {
    return this.unanswered.filter(({ isDoubtful }) => isDoubtful !== true);
  }

  /** Answers the k-th request that was taken; undefined if there is none. The page perhaps stays mapped. */
  abstract answer(
    k: number,
    status: Status,
    staysMapped?: boolean,
  ): { readonly request: R; readonly response: Response } | undefined;

  /** Everything that is taken together with a request, and how many slots that is. */
  protected abstract takenWith(first: R): { readonly requests: readonly R[]; readonly slots: number };

  /**
   * RING_COPY_REQUEST of each slot of what comes next: a request, or a whole packet. When the last one was taken, the
   * store of RING_FINAL_CHECK_FOR_REQUESTS.
   */
  takeNext():
    { readonly requests: readonly R[]; readonly messages: readonly Exchange<unknown>[] } | undefined {
    const first = this.unanswered.find(({ taken }) => !taken);
    if (first === undefined) return undefined;
    const { requests, slots } = this.takenWith(first);
    this.onOperation?.('back', 'READ_REQ_PROD', { req_prod: this.req_prod });
    for (let i = 0; i < slots; i++) {
      const idx = this.req_cons;
      this.onOperation?.('back', 'REQ_READ', { idx, halves: this.page.halves(idx) });
      this.req_cons = (idx + 1) >>> 0;
    }
    for (const request of requests) request.taken = true;
    const map = requests.flatMap((request) => this.map(request, 1));
    const messages = this.req_cons === this.req_prod ? [...map, this.arm(1)] : map;
    return { requests, messages };
  }

  /** The page is mapped while its request is served. The backend of a large ring has Xen copy, as Linux' does. */
  map({ gref, length }: Pick<Outstanding, 'gref' | 'length'>, by: 1 | -1): readonly Exchange<unknown>[] {
    if (!this.page.isSmall || length === 0) return [];
    this.grants.map(gref, by);
    return [{ message: { do: by === 1 ? 'map' : 'unmap', gref }, answer: Acknowledgement }];
  }

  /** The backend asks to be notified when `req_prod` is so far ahead of what it has taken. */
  arm(ahead: number): Exchange<unknown> {
    this.req_event = (this.req_cons + ahead) >>> 0;
    this.onOperation?.('back', 'SET_REQ_EVENT', { req_event: this.req_event });
    return this.page.writeWord('req_event', this.req_event);
  }

  /** A response in the next slot, not yet published. {@link writeResponses} writes it. */
  respond(response: Response): void {
    const octets = new Uint8Array(SLOT_SIZE[this.ring]).fill(UNDEFINED_OCTET);
    SLOTS[this.ring].response.write(new DataView(octets.buffer), 0, response);
    const there = this.unanswered.find(({ index }) => index === this.rsp_prod_pvt);
    if (this.ring === 'rx' && there !== undefined && response.status > 0)
      this.misplaced.push({ gref: there.gref, offset: response.offset, length: response.status });
    this.respondWith(octets);
  }

  /** The same, of any octets. */
  protected respondWith(octets: Uint8Array): void {
    const idx = this.rsp_prod_pvt;
    // On the receive ring a response stands in the slot of its request, or the backend breaks the protocol.
    const overwritten = this.unanswered.find(({ index }) => index === idx);
    if (this.ring === 'rx' && overwritten !== undefined) overwritten.isDoubtful = true;
    this.page.store(idx, octets);
    const halves = this.page.halves(idx, SLOTS[this.ring].response.size);
    this.onOperation?.('back', 'RSP_WRITE', { idx, halves });
    this.rsp_prod_pvt = (idx + 1) >>> 0;
  }

  /** Writes the responses that are not published yet. */
  get writeResponses(): readonly Exchange<unknown>[] {
    return this.page.writeSlots(this.rsp_prod, sub(this.rsp_prod_pvt, this.rsp_prod));
  }

  /** RING_PUSH_RESPONSES: stores rsp_prod. {@link isEventDue} is the check after it, of what is read then. */
  push(to: number = this.rsp_prod_pvt): Exchange<unknown> {
    this.onOperation?.('back', 'SET_RSP_PROD', { old: this.rsp_prod, new: to });
    this.rsp_prod = to;
    this.rsp_prod_pvt = to;
    return this.page.writeWord('rsp_prod', to);
  }

  /** The event test of RING_PUSH_RESPONSES_AND_CHECK_NOTIFY. */
  isEventDue(old: number): boolean {
    return sub(this.rsp_prod, this.rsp_event) < sub(this.rsp_prod, old);
  }

  /** Takes what was read right after a push from `old` on. The frontend may have run meanwhile and moved rsp_event. */
  takeRspEvent(read: OctetsAnswer, old: number): void {
    const rsp_event = wordOf(read);
    if (rsp_event !== this.rsp_event) this.onOperation?.('front', 'SET_RSP_EVENT', { rsp_event });
    this.rsp_event = rsp_event;
    this.onOperation?.('back', 'READ_RSP_EVENT', { rsp_event, notify: this.isEventDue(old) ? 1 : 0 });
  }

  /** The k-th request that was taken, 1 being the oldest, is unanswered no more. */
  protected removeTaken(k: number): R | undefined {
    const request = this.unanswered.filter(({ taken }) => taken)[k - 1];
    if (request !== undefined) this.unanswered.splice(this.unanswered.indexOf(request), 1);
    return request;
  }
}

/** Sends messages whose answers say nothing. */
export async function askAll(port: Port, exchanges: readonly Exchange<unknown>[]): Promise<void> {
  if (exchanges.length > 0) await port.ask(exchanges);
}
