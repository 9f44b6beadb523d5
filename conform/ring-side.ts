/**
 * One ring as the backend sees it, and what its frontend may have done to it. The octets are laid out here from ring.h
 * and netif.h once more, with nothing of `impl/`, and read off the page that the driver shows.
 *
 * Nothing is known of what the frontend keeps to itself: what it has consumed is told by what the application was told.
 */
import type { Event, Op, Side } from '../logs/event.js';
import { type Asked, type Port } from './driver.js';
import { DoneAnswer, type Effects, hexOf, octetsOf, OctetsAnswer, type RingStart } from './protocol.js';
import { type Property, Violation } from './violation.js';

const HEADER = 64;
// Larger rings are not looked at as a whole after each step.
const SMALL = 32;
const [REQ_PROD, REQ_EVENT, RSP_PROD, RSP_EVENT] = [0, 4, 8, 12] as const;

/** `i - j` as RING_IDX has it. */
export const sub = (i: number, j: number): number => (i - j) >>> 0;

/** A request that was published and is still to be answered. */
export interface Outstanding {
  /** Its place among all requests of the case, from 1. */
  readonly n: number;
  readonly index: number;
  readonly id: number;
  readonly gref: number;
  /** Has the backend copied it off the ring? Then its page is mapped. */
  taken: boolean;
}

/** What the backend does to a response that it writes. */
export interface Response {
  readonly id: number;
  readonly status: number;
  /** Receive ring: where in the page the frame is. */
  readonly offset: number;
  /** Receive ring; 0 if left out. */
  readonly flags?: number;
}

/** An operation's own fields, as traces/LOG.md has them. */
export type Fields = Readonly<Record<string, Event[string]>>;

/** Grants as the driver told of them, of all rings. */
export class Grants {
  readonly #live = new Map<number, 'read-only' | 'writable'>();
  readonly #mapped = new Map<number, number>();

  /** How many references grant something. */
  get count(): number {
    return this.#live.size;
  }

  /** All references that grant something. */
  get live(): readonly number[] {
    return [...this.#live.keys()];
  }

  /** What the reference grants; undefined where it grants nothing. */
  access(gref: number): 'read-only' | 'writable' | undefined {
    return this.#live.get(gref);
  }

  /** How often the backend has the page mapped. */
  mapped(gref: number): number {
    return this.#mapped.get(gref) ?? 0;
  }

  /** The backend maps the page once more, or once less. */
  map(gref: number, by: 1 | -1): void {
    this.#mapped.set(gref, this.mapped(gref) + by);
  }

  /** What the driver says that it granted and ended. */
  take({ granted = [], ended = [] }: Effects): void {
    for (const { gref, access } of granted) this.#live.set(gref, access);
    for (const gref of ended) {
      if (this.mapped(gref) > 0)
        throw new Violation(
          'NoFreeWhileMapped',
          `the grant ${gref} to stay while the backend has its page mapped`,
          'it was ended',
        );
      if (granted.some((each) => each.gref === gref)) continue;
      this.#live.delete(gref);
    }
  }
}

/** One ring and its backend. */
export abstract class RingSide<R extends Outstanding> {
  /** Published and still to be answered, oldest first. */
  readonly unanswered: R[] = [];
  /** Slots published in this case, of requests and of extras. */
  published = 0;
  /** The frontend does not do things when the specification's does, so that a state graph says nothing of it. */
  isOwnWay = false;
  /** The frontend was given an event, or goes on with one: whatever is published it may have consumed. */
  isPolled = false;
  /** The slots of the ring, by number, that hold an extra. */
  readonly extras = new Set<number>();
  /** The words, as the backend knows them. */
  req_prod: number;
  rsp_prod: number;
  req_event: number;
  rsp_event: number;
  req_cons: number;
  /** Responses written, and perhaps not yet published. */
  rsp_prod_pvt: number;
  /** The backend has broken the protocol: the frontend owes it nothing, and may still do no harm. */
  isHostile = false;
  /** What the slots hold, for whoever draws them. */
  readonly page: Uint8Array;
  /** Is told of each operation on this ring that the backend does, or sees that the frontend did. */
  onOperation: ((side: Side, op: Op, fields: Fields) => void) | undefined;

  protected constructor(
    readonly name: 'TX' | 'RX',
    readonly ringGref: number,
    readonly sizes: RingStart,
    readonly slotSize: number,
    readonly grants: Grants,
  ) {
    const { first } = sizes;
    this.req_prod = this.rsp_prod = this.req_cons = this.rsp_prod_pvt = first;
    this.req_event = this.rsp_event = (first + 1) >>> 0;
    this.page = new Uint8Array(HEADER + slotSize * sizes.nr_ents);
  }

  /** Is it looked at as a whole after each step? */
  get isSmall(): boolean {
    return this.sizes.nr_ents <= SMALL;
  }

  /** The slot of an index. */
  slotNumber(index: number): number {
    return index & (this.sizes.nr_ents - 1);
  }

  /** Where the slot of an index is in the page. */
  slotAt(index: number): number {
    return HEADER + this.slotNumber(index) * this.slotSize;
  }

  /** What to read after the frontend ran: all of the ring where it is small, else the words. */
  get glance(): Asked<{ octets: string }> {
    return this.readRing(0, this.isSmall ? this.page.length : 16);
  }

  /** The slots of requests that `glance` shows to be new, where it does not show the slots. */
  slotsToRead(glance: string): readonly Asked<{ octets: string }>[] {
    if (this.isSmall) return [];
    const count = sub(new DataView(octetsOf(glance).buffer).getUint32(0, true), this.req_prod);
    return this.#runs(this.req_prod, Math.min(count, this.sizes.nr_ents)).map(({ at, length }) =>
      this.readRing(at, length),
    );
  }

  /** Where the slots from `index` on are in the page: in one piece, or two where they go over its end. */
  #runs(index: number, count: number): readonly { at: number; length: number }[] {
    const toEnd = Math.min(count, this.sizes.nr_ents - this.slotNumber(index));
    return [
      { at: this.slotAt(index), length: toEnd * this.slotSize },
      { at: HEADER, length: (count - toEnd) * this.slotSize },
    ].filter(({ length }) => length > 0);
  }

  /**
   * Takes what was read after the frontend ran, and holds it against what it may do to a ring.
   * @returns the requests that are new
   */
  take(glance: string, slots: readonly string[]): readonly R[] {
    const seen = octetsOf(glance);
    const words = new DataView(seen.buffer, seen.byteOffset, seen.byteLength);
    const { nr_ents } = this.sizes;
    this.#mustBe('rsp_prod', words.getUint32(RSP_PROD, true), this.rsp_prod);
    this.#mustBe('req_event', words.getUint32(REQ_EVENT, true), this.req_event);
    const req_prod = words.getUint32(REQ_PROD, true);
    const count = sub(req_prod, this.req_prod);
    const room = nr_ents - Math.min(nr_ents, sub(this.req_prod, this.answeredTo));
    if (count > room)
      throw new Violation(
        'RingBound',
        `${this.name}: at most ${requests(room)} more, for which there are free slots`,
        count > 2 ** 31
          ? `req_prod went back from ${this.req_prod} to ${req_prod}`
          : `req_prod went from ${this.req_prod} to ${req_prod}`,
      );
    const old = this.req_prod;
    if (this.isSmall) {
      this.#mustKeep(seen, old);
      this.page.set(seen);
    } else {
      this.page.set(seen);
      this.#runs(old, Math.min(count, nr_ents)).forEach(({ at }, i) =>
        this.page.set(octetsOf(slots[i]!), at),
      );
    }
    const fresh: R[] = [];
    const view = new DataView(this.page.buffer);
    for (let i = 0; i < count; i++) {
      const index = (old + i) >>> 0;
      this.onOperation?.('front', 'REQ_WRITE', { idx: index, halves: this.#halvesAt(index, this.slotSize) });
      this.extras.delete(this.slotNumber(index));
      const request = this.request(view, this.slotAt(index), index, ++this.published);
      if (request === undefined) continue;
      this.#checkNew(request);
      this.unanswered.push(request);
      fresh.push(request);
    }
    if (count > 0) {
      this.onOperation?.('front', 'SET_REQ_PROD', { old, new: req_prod });
      this.checkPublished();
    }
    this.req_prod = req_prod;
    this.rsp_event = words.getUint32(RSP_EVENT, true);
    this.#checkBound();
    return fresh;
  }

  /** Has `glance` show a store of rsp_event? It is told before all else that the frontend did in its turn. */
  tellArmed(glance: string): boolean {
    const rsp_event = new DataView(octetsOf(glance).buffer).getUint32(RSP_EVENT, true);
    const isArmed = rsp_event !== this.rsp_event;
    if (isArmed) this.onOperation?.('front', 'SET_RSP_EVENT', { rsp_event });
    return isArmed;
  }

  /** Tells of the check after a push: whether the frontend notified. */
  tellChecked(notified: boolean): void {
    this.onOperation?.('front', 'READ_REQ_EVENT', { req_event: this.req_event, notify: notified ? 1 : 0 });
  }

  /** The first octets of a slot as a log has them. */
  #halvesAt(index: number, octets: number): readonly number[] {
    const view = new DataView(this.page.buffer, this.slotAt(index), octets);
    return Array.from({ length: octets / 2 }, (_, i) => view.getUint16(2 * i, true));
  }

  /** Responses up to here take the place of requests; a hostile backend's word for it is not taken. */
  get answeredTo(): number {
    return sub(this.rsp_prod, this.req_prod) < 2 ** 31 ? this.req_prod : this.rsp_prod;
  }

  /** The event test of RING_PUSH_REQUESTS_AND_CHECK_NOTIFY, from `old` to what is published now. */
  isNotifyDue(old: number): boolean {
    return sub(this.req_prod, this.req_event) < sub(this.req_prod, old);
  }

  /**
   * RING_COPY_REQUEST of each slot of what comes next: a request, or all of a packet. RING_FINAL_CHECK_FOR_REQUESTS' store
   * when the last was taken.
   */
  takeNext(): { readonly requests: readonly R[]; readonly messages: readonly Asked<unknown>[] } | undefined {
    const first = this.unanswered.find(({ taken }) => !taken);
    if (first === undefined) return undefined;
    const { requests, slots } = this.takenWith(first);
    this.onOperation?.('back', 'READ_REQ_PROD', { req_prod: this.req_prod });
    for (let i = 0; i < slots; i++) {
      const idx = this.req_cons;
      this.onOperation?.('back', 'REQ_READ', { idx, halves: this.#halvesAt(idx, this.slotSize) });
      this.req_cons = (idx + 1) >>> 0;
    }
    for (const request of requests) request.taken = true;
    const map = requests.flatMap((request) => this.map(request, 1));
    const messages = this.req_cons === this.req_prod ? [...map, this.arm(1)] : map;
    return { requests, messages };
  }

  /** The page is mapped while its request is served; the backend of a large ring has Xen copy, as Linux's does. */
  map({ gref }: R, by: 1 | -1): readonly Asked<unknown>[] {
    if (!this.isSmall) return [];
    this.grants.map(gref, by);
    return [{ message: { do: by === 1 ? 'map' : 'unmap', gref }, answer: DoneAnswer }];
  }

  /** The backend asks to be notified when `req_prod` is so far ahead of what it has taken. */
  arm(ahead: number): Asked<unknown> {
    this.req_event = (this.req_cons + ahead) >>> 0;
    this.onOperation?.('back', 'SET_REQ_EVENT', { req_event: this.req_event });
    return this.writeWord(REQ_EVENT, this.req_event);
  }

  /** A response in the next slot, not yet published; {@link writeResponses} writes it. What is beyond it is nobody's. */
  respond(response: Response): void {
    this.respondWith(this.responseOctets(response));
  }

  /** The same, of whatever these octets are. */
  protected respondWith(octets: Uint8Array): void {
    const idx = this.rsp_prod_pvt;
    this.page.set(octets, this.slotAt(idx));
    this.extras.delete(this.slotNumber(idx));
    const halves = this.#halvesAt(idx, this.name === 'TX' ? 4 : this.slotSize);
    this.onOperation?.('back', 'RSP_WRITE', { idx, halves });
    this.rsp_prod_pvt = (this.rsp_prod_pvt + 1) >>> 0;
  }

  /** The responses that are not published yet, into their slots. */
  get writeResponses(): readonly Asked<unknown>[] {
    return this.#runs(this.rsp_prod, sub(this.rsp_prod_pvt, this.rsp_prod)).map(({ at, length }) =>
      this.writeRing(at, this.page.slice(at, at + length)),
    );
  }

  /** RING_PUSH_RESPONSES: stores rsp_prod. The check for an event is {@link isEventDue}, upon what is read then. */
  push(to: number = this.rsp_prod_pvt): Asked<unknown> {
    this.onOperation?.('back', 'SET_RSP_PROD', { old: this.rsp_prod, new: to });
    this.rsp_prod = to;
    this.rsp_prod_pvt = to;
    return this.writeWord(RSP_PROD, to);
  }

  /** The event test of RING_PUSH_RESPONSES_AND_CHECK_NOTIFY. */
  isEventDue(old: number): boolean {
    return sub(this.rsp_prod, this.rsp_event) < sub(this.rsp_prod, old);
  }

  /** Takes what was read right after a push from `old` on: rsp_event may have moved, if a frontend can run meanwhile. */
  takeRspEvent(glance: string, old: number): void {
    const rsp_event = new DataView(octetsOf(glance).buffer).getUint32(0, true);
    if (rsp_event !== this.rsp_event) this.onOperation?.('front', 'SET_RSP_EVENT', { rsp_event });
    this.rsp_event = rsp_event;
    this.onOperation?.('back', 'READ_RSP_EVENT', { rsp_event, notify: this.isEventDue(old) ? 1 : 0 });
  }

  /** Reads rsp_event. */
  get readRspEvent(): Asked<{ octets: string }> {
    return this.readRing(RSP_EVENT, 4);
  }

  /** How far ahead of what is published the frontend asks to be notified; 0 and less: of what has come already. */
  get askedAhead(): number {
    return sub(this.rsp_event, this.rsp_prod) | 0;
  }

  /** The response for which the frontend asked is one that will come. */
  get willBeWoken(): boolean {
    return this.askedAhead >= 1 && this.askedAhead <= Math.max(1, sub(this.req_prod, this.rsp_prod));
  }

  /** After a poll: the frontend has asked for a response that will come, or it will never be woken. */
  checkArmed(): void {
    if (this.isHostile || this.willBeWoken) return;
    throw new Violation(
      'NoLostWakeUp',
      `${this.name}: rsp_event to ask for the next response, ${(this.rsp_prod + 1) >>> 0}`,
      `it is ${this.rsp_event}: ${this.askedAhead < 1 ? 'that has come, and no event will' : 'no response will have that index'}`,
    );
  }

  /** The request in a slot; undefined where it holds something else. */
  protected abstract request(view: DataView, at: number, index: number, n: number): R | undefined;
  /** Everything that is taken with a request, and how many slots that is. */
  protected abstract takenWith(first: R): { readonly requests: readonly R[]; readonly slots: number };
  /** The property at stake where the frontend treats an unanswered request as if it were answered. */
  abstract reuseOf(request: R, property: Property): Property;
  protected abstract responseOctets(response: Response): Uint8Array;
  /** What is particular to the requests of this ring. */
  protected abstract check(request: R): void;
  /** What was published in one turn is all there. */
  protected abstract checkPublished(): void;
  protected abstract readonly access: 'read-only' | 'writable';

  protected readRing(offset: number, length: number): Asked<{ octets: string }> {
    return { message: { do: 'read', gref: this.ringGref, offset, length }, answer: OctetsAnswer };
  }

  protected writeRing(offset: number, octets: Uint8Array): Asked<unknown> {
    return {
      message: { do: 'write', gref: this.ringGref, offset, octets: hexOf(octets) },
      answer: DoneAnswer,
    };
  }

  protected writeWord(at: number, value: number): Asked<unknown> {
    const octets = new Uint8Array(4);
    new DataView(octets.buffer).setUint32(0, value, true);
    this.page.set(octets, at);
    return this.writeRing(at, octets);
  }

  #mustBe(word: string, actual: number, expected: number): void {
    if (actual !== expected)
      throw new Violation(
        'SlotsAsIndexed',
        `${this.name}: ${word} = ${expected}, which is the backend's to store`,
        `the frontend has changed it to ${actual}`,
      );
  }

  /** Requests that were published and are still to be taken stay as they are. */
  #mustKeep(seen: Uint8Array, req_prod: number): void {
    for (let index = this.req_cons; index !== req_prod; index = (index + 1) >>> 0) {
      const at = this.slotAt(index);
      const [before, now] = [this.page, seen].map((page) => hexOf(page.slice(at, at + this.slotSize)));
      if (before !== now)
        throw new Violation(
          'RingBound',
          `${this.name}: the slot of index ${index} to keep its request ${before}, which is still to be taken`,
          `it was overwritten with ${now}`,
        );
    }
  }

  #checkNew(request: R): void {
    const same = this.unanswered.find(({ id }) => id === request.id);
    if (same !== undefined)
      throw new Violation(
        this.reuseOf(same, 'UniqueOutstandingId'),
        `${this.name}: request ${request.n} to have an id that no unanswered request has`,
        `it has id ${request.id}, as request ${same.n}: which of them a response with this id answers cannot be told`,
      );
    const access = this.grants.access(request.gref);
    if (access !== this.access && access !== 'writable')
      throw new Violation(
        this.name === 'TX' ? 'BufferStable' : 'DeliveredIntact',
        `${this.name}: request ${request.n} to name a grant that is ${this.access}`,
        access === undefined ? `grant ${request.gref} grants nothing` : `grant ${request.gref} is ${access}`,
      );
    this.check(request);
  }

  /** P8: what is consumed never passes what was asked for, so rsp_event is at most one further. */
  #checkBound(): void {
    const past = sub(this.rsp_event, (this.req_prod + 1) >>> 0) | 0;
    if (this.isHostile && past > 0)
      throw new Violation(
        'ResponseBound',
        `${this.name}: no response to be believed past req_prod = ${this.req_prod}`,
        `rsp_event = ${this.rsp_event}: responses up to ${(this.rsp_event - 1) >>> 0} were consumed`,
      );
  }
}

const requests = (count: number): string => `${count} request${count === 1 ? '' : 's'}`;

/** Several messages whose answers nobody looks at. */
export async function askAll(port: Port, asked: readonly Asked<unknown>[]): Promise<void> {
  if (asked.length > 0) await port.ask(asked);
}
