/**
 * One ring as its backend sees it: what its frontend may do to it, and what it owes.
 *
 * Nothing is known of what the frontend keeps to itself. That it has consumed a response shows only when it calls the
 * application, or publishes something for which there was no room before.
 */
import type { RingName } from '../replay/netif.js';
import { DriverFault, type Exchange } from './port.js';
import type { Access, Grants } from './grants.js';
import { type Habits, isOfNoGraph, leastFree } from './habits.js';
import type { OctetsAnswer, RingStart } from './protocol.js';
import { type Outstanding, RingBack } from './ring-back.js';
import { type Glance, sub } from './ring-page.js';
import { type Property, Violation } from './violation.js';

/** One ring: what its frontend may have done is checked by {@link take}, and what it must have done by the checks. */
export abstract class RingSide<Ring extends RingName, R extends Outstanding> extends RingBack<Ring, R> {
  /** The number of slots published in this case, of requests and of extras. */
  published = 0;
  /** The frontend acts at other times than the specification's, so a state graph says nothing of it. */
  isOwnWay = false;
  /** The frontend was given an event, or goes on with one. It may have consumed whatever is published. */
  isWoken = false;
  /** The backend has broken the protocol. The frontend owes it nothing, and may still do no harm. */
  isHostile = false;
  /** Responses up to here have certainly been consumed. */
  protected consumed: number;
  /** The frontend does nothing on the ring while no more slots than that are free. */
  readonly #least: number;
  /** What the backend needs to be granted for a request. */
  protected abstract readonly access: Access;

  /** The frontend looks at the ring by a timer. An event then stands for its looking, whether it asked for one or not. */
  readonly isPolled: boolean;

  /** @param at what the driver says of the ring; absent if it says nothing */
  protected constructor(ring: Ring, gref: number, sizes: RingStart, grants: Grants, at: Habits = {}) {
    super(ring, gref, sizes, grants);
    this.consumed = sizes.first;
    this.isPolled = at.polled === true;
    this.#least = leastFree(at, sizes.nr_ents);
    this.isOwnWay = isOfNoGraph(at);
  }

  /** So many slots being in use, are too few free for this front to do anything? */
  protected hasTooFew(inUse: number): boolean {
    return this.sizes.nr_ents - inUse <= this.#least;
  }

  /** The ring's name in sentences. */
  get name(): string {
    return this.ring.toUpperCase();
  }

  /**
   * The frontend is idle: it has done all that it can until it is woken.
   * @throws Violation if something is left that it could have done
   */
  abstract checkIdle(): void;

  /**
   * The frontend was woken and has looked at the ring: it has consumed everything that was published.
   * @param isLate some of it was published while the frontend was paused
   * @throws Violation if the application was not called for all of it
   */
  abstract checkConsumed(isLate: boolean): void;

  /** The property at stake where the frontend treats an unanswered request as if it were answered. */
  abstract reuseOf(request: R, property: Property): Property;

  /** The request in a slot that was published; undefined where the slot holds something else. */
  protected abstract request(index: number, n: number): R | undefined;

  /** What must hold for a request of this ring alone. */
  protected abstract check(request: R): void;

  /** What must hold for what was published in one turn. */
  protected abstract checkPublished(): void;

  /** The slots to read, of requests that `glance` shows to be new, where it does not show slots. */
  slotsToRead(glance: Glance): readonly Exchange<OctetsAnswer>[] {
    return this.page.slotsToRead(this.req_prod, this.#newIn(glance));
  }

  /**
   * Takes what was read after the frontend ran.
   * @returns the requests that are new
   * @throws Violation if the frontend has stored something that it may not
   */
  take(glance: Glance, slots: readonly OctetsAnswer[]): readonly R[] {
    this.#checkWords(glance);
    if (this.page.isSmall) this.#checkKept(glance);
    const [old, count] = [this.req_prod, this.#newIn(glance)];
    const free = this.sizes.nr_ents - sub(old, this.answeredTo);
    if (count > 0 && free <= this.#least)
      throw new DriverFault(
        'wrong answer',
        `the answer to start says that the front uses the ring ${this.ring} only while more than ${this.#least} slots are free, and it published with ${free}`,
      );
    this.page.take(glance, old, count, slots);
    const fresh = Array.from({ length: count }, (_, i) => this.#takeSlot((old + i) >>> 0)).filter(
      (request) => request !== undefined,
    );
    const req_prod = glance.word('req_prod');
    if (count > 0) {
      this.onOperation?.('front', 'SET_REQ_PROD', { old, new: req_prod });
      this.checkPublished();
    }
    this.req_prod = req_prod;
    this.rsp_event = glance.word('rsp_event');
    this.#checkBound();
    return fresh;
  }

  /** Does `glance` show a store of rsp_event? It is recorded before all else that the frontend did in its turn. */
  takeArmed(glance: Glance): boolean {
    const rsp_event = glance.word('rsp_event');
    const isArmed = rsp_event !== this.rsp_event;
    if (isArmed) this.onOperation?.('front', 'SET_RSP_EVENT', { rsp_event });
    return isArmed;
  }

  /** Records the check after a push: whether the frontend notified. */
  recordCheck(notified: boolean): void {
    this.onOperation?.('front', 'READ_REQ_EVENT', { req_event: this.req_event, notify: notified ? 1 : 0 });
  }

  /** Responses up to here take the place of requests. A hostile backend's rsp_prod is not believed. */
  get answeredTo(): number {
    return sub(this.req_prod, this.rsp_prod) <= this.sizes.nr_ents ? this.rsp_prod : this.req_prod;
  }

  /** The event test of RING_PUSH_REQUESTS_AND_CHECK_NOTIFY, from `old` to what is published now. */
  isNotifyDue(old: number): boolean {
    return sub(this.req_prod, this.req_event) < sub(this.req_prod, old);
  }

  /** How far ahead of what is published the frontend asks for a notification; below 1, of what has come already. */
  get askedAhead(): number {
    return sub(this.rsp_event, this.rsp_prod) | 0;
  }

  /** The response for which the frontend asked is one that will come. */
  get willBeWoken(): boolean {
    return this.askedAhead >= 1 && this.askedAhead <= Math.max(1, sub(this.req_prod, this.rsp_prod));
  }

  /**
   * After a poll the frontend has asked for a response that will come.
   * @throws Violation if it has not: it would never be woken
   */
  checkArmed(): void {
    if (this.isHostile || this.willBeWoken) return;
    throw new Violation(
      'NoLostWakeUp',
      `${this.name}: rsp_event to ask for the next response, ${(this.rsp_prod + 1) >>> 0}`,
      `it is ${this.rsp_event}: ${this.askedAhead < 1 ? 'that has come, and no event will' : 'no response will have that index'}`,
    );
  }

  /** The frontend was woken, and has not called the application for `expected`. */
  protected notConsumed(property: Property, expected: string, isLate: boolean): Violation {
    return new Violation(
      isLate ? 'NoLostWakeUp' : property,
      `${this.name}: ${expected}`,
      isLate
        ? 'the frontend sleeps on it: no event is due, and it did not look once more after it had asked for one'
        : 'the frontend was woken, and did not consume it',
    );
  }

  /** How many slots `glance` shows that were published since the last one. */
  #newIn(glance: Glance): number {
    return Math.min(sub(glance.word('req_prod'), this.req_prod), this.sizes.nr_ents);
  }

  /** The frontend has stored only words of its own, and published no more than there is room for. */
  #checkWords(glance: Glance): void {
    this.#mustBe('rsp_prod', glance.word('rsp_prod'), this.rsp_prod);
    this.#mustBe('req_event', glance.word('req_event'), this.req_event);
    const req_prod = glance.word('req_prod');
    const count = sub(req_prod, this.req_prod);
    const { nr_ents } = this.sizes;
    const room = nr_ents - Math.min(nr_ents, sub(this.req_prod, this.answeredTo));
    if (count > room)
      throw new Violation(
        'RingBound',
        `${this.name}: at most ${room} request${room === 1 ? '' : 's'} more, for which there are free slots`,
        `req_prod ${count > 2 ** 31 ? 'went back' : 'went'} from ${this.req_prod} to ${req_prod}`,
      );
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
  #checkKept({ octets }: Glance): void {
    // A backend that breaks the protocol has perhaps written responses over them.
    const from = (sub(this.rsp_prod, this.req_cons) | 0) > 0 ? this.answeredTo : this.req_cons;
    for (let index = from; index !== this.req_prod; index = (index + 1) >>> 0) {
      const [before, now] = [this.page.slotText(index), this.page.slotText(index, octets)];
      if (before !== now)
        throw new Violation(
          'RingBound',
          `${this.name}: the slot of index ${index} to keep its request ${before}, which is still to be taken`,
          `it was overwritten with ${now}`,
        );
    }
  }

  /** A slot that was published. */
  #takeSlot(index: number): R | undefined {
    this.onOperation?.('front', 'REQ_WRITE', { idx: index, halves: this.page.halves(index) });
    this.page.extras.delete(this.page.slotNumber(index));
    const request = this.request(index, ++this.published);
    if (request === undefined) return undefined;
    if (this.forgedIds.has(request.id)) request.isDoubtful = true;
    // A backend had said more than there was, and now there is. A frontend that looks by a timer finds all of it answered.
    if (this.isPolled && (sub(this.rsp_prod, index) | 0) > 0)
      for (const each of [request, ...this.unanswered]) each.isDoubtful = true;
    this.#checkNew(request);
    this.unanswered.push(request);
    return request;
  }

  #checkNew(request: R): void {
    const same = this.certain.find(({ id }) => id === request.id);
    if (same !== undefined)
      throw new Violation(
        this.reuseOf(same, 'UniqueOutstandingId'),
        `${this.name}: request ${request.n} to have an id that no unanswered request has`,
        `it has id ${request.id}, as request ${same.n}: which of them a response with this id answers cannot be told`,
      );
    const access = this.grants.access(request.gref);
    // Nobody looks at the page of a slot without octets.
    if (request.length > 0 && access !== this.access && access !== 'writable')
      throw new Violation(
        this.ring === 'tx' ? 'BufferStable' : 'DeliveredIntact',
        `${this.name}: request ${request.n} to name a grant that is ${this.access}`,
        access === undefined ? `grant ${request.gref} grants nothing` : `grant ${request.gref} is ${access}`,
        { sentence: this.ring === 'tx' ? 'a grant to send' : 'a grant to receive' },
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
