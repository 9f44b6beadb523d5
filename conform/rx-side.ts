/** The receive ring as its backend sees it: pages that the frontend has posted, and packets for the application. */
import { NETIF_RSP, PAGE, rxRequest } from '../replay/netif.js';
import type { Exchange, Port } from './port.js';
import type { Grants } from './grants.js';
import {
  Acknowledgement,
  brief,
  type Effects,
  hexOf,
  OctetsAnswer,
  type RingStart,
  type RxAt,
} from './protocol.js';
import { sub } from './ring-page.js';
import type { Outstanding, Response } from './ring-back.js';
import { RingSide } from './ring-side.js';
import {
  type Arrived,
  Arrivals,
  type Delivery,
  frameText,
  mayBeDropped,
  type Received,
} from './rx-arrivals.js';
import { answerOf, fragmentOf, planPacket, type RxSlot } from './rx-packet.js';
import type { Status } from './steps.js';
import { type Property, Violation } from './violation.js';

/** A page to receive into. All of it is the request's. */
export interface RxOutstanding extends Outstanding {
  /** What the backend has written into it. */
  wrote?: { readonly offset: number; readonly frame: Uint8Array };
}

/** A frame that the application holds. */
interface Held {
  readonly frame: number;
  readonly octets: string;
  readonly pages: number;
}

/** One receive ring and its backend. */
export class RxSide extends RingSide<'rx', RxOutstanding> {
  protected override readonly access = 'writable';
  /** With the application, oldest first. */
  readonly held: Held[] = [];
  readonly #arrivals: Arrivals;
  /** The slots that are still to be sent of the packet that was begun. */
  #rest: RxSlot[] = [];
  /** The number of fragments and extras that were sent. */
  #frames = 0;
  /** The most pages that were in use at once whenever the frontend was idle. */
  #mostInAll = 0;
  /** There was a packet of several slots. */
  #hadChain = false;
  /** The references that were posted and have not been ended since. */
  readonly #granted = new Set<number>();

  readonly #bySlot = new Set<string>();
  /** A frame was delivered that nobody sent, and no request is seen yet for which a response was taken. */
  #unexplained: Violation | undefined;
  /** The types of segmentation that the frontend knows. */
  readonly #gsoTypes: readonly number[] | undefined;

  /** @param at what the driver says of the ring; absent if it says nothing */
  constructor(
    gref: number,
    override readonly sizes: RingStart & { readonly copy: boolean },
    grants: Grants,
    at: Partial<RxAt> = {},
  ) {
    super('rx', gref, sizes, grants, at);
    this.#gsoTypes = at.gso_types;
    this.#arrivals = new Arrivals(sizes.copy);
  }

  /** The backend writes the next frame into the page of a request that it has taken. */
  fill(request: RxOutstanding): Exchange<unknown> {
    const n = ++this.#frames;
    const length = n % 11 === 7 ? PAGE : 14 + (n % 53) + (n % 13 === 5 ? 1440 : 0);
    const { octets: frame, offset } = fragmentOf(n, length);
    request.wrote = { offset, frame };
    return writeOf(request, frame, offset);
  }

  override answer(
    k: number,
    status: Status,
    staysMapped = false,
  ): { request: RxOutstanding; response: Response } | undefined {
    const request = this.removeTaken(k);
    if (request === undefined) return undefined;
    const wrote = status === 'OKAY' ? request.wrote : undefined;
    const content = { octets: wrote && hexOf(wrote.frame), gso: undefined, csum_blank: false };
    this.#arrivals.begin(request, 1, content, staysMapped);
    this.#arrivals.answered(request);
    this.#arrivals.keepsPage(request, this.sizes.buffers);
    const { id } = request;
    const response =
      wrote === undefined
        ? // There is no frame, so it cannot be OKAY.
          { id, status: Math.min(NETIF_RSP[status], NETIF_RSP.ERROR), offset: 0, flags: 0 }
        : { id, status: wrote.frame.length, offset: wrote.offset, flags: 0 };
    return { request, response };
  }

  /** The number of slots of a packet that are still to be sent. */
  get rest(): number {
    return this.#rest.length;
  }

  /** A packet is begun. {@link sendSlot} sends its slots. */
  begin(letters: string): void {
    const { slots, ...content } = planPacket(letters, this.#frames + 1, this.#gsoTypes);
    this.#frames += slots.length;
    this.#hadChain ||= slots.length > 1;
    this.#rest = [...slots];
    this.#arrivals.begin(this.unanswered[0]!, slots.length, content); // there are as many as slots are sent
  }

  /** More of the packet follows. */
  goOn(): void {
    this.#arrivals.goOn();
  }

  /** The next slot of the packet, in place of the oldest request. That request, and what is written into its page. */
  sendSlot(): { readonly request: RxOutstanding; readonly fill: readonly Exchange<unknown>[] } {
    const request = this.unanswered.shift()!; // there are as many as slots are sent
    const slot = this.#rest.shift()!;
    const isWrong = slot.kind === 'wrong' || (slot.kind === 'extra' && slot.isWrong);
    this.#arrivals.answered(request, isWrong, slot.kind === 'fragment' ? hexOf(slot.octets) : '');
    if (slot.kind === 'extra') {
      this.respondWith(slot.octets);
      this.page.extras.add(this.page.slotNumber(request.index));
      return { request, fill: [] };
    }
    this.#arrivals.keepsPage(request, this.sizes.buffers);
    this.respond({ id: request.id, ...answerOf(slot) });
    return {
      request,
      fill: slot.kind === 'fragment' ? [writeOf(request, slot.octets, slot.offset)] : [],
    };
  }

  /** Takes which frames the application was given. */
  takeEffects({ received = [], ended = [] }: Effects): void {
    for (const gref of ended) this.#granted.delete(gref);
    this.#arrivals.tookTurn((gref) => ended.includes(gref) || this.grants.access(gref) === undefined);
    for (const each of received) {
      const octets = each.octets.toLowerCase();
      const { pages, isOwnWay } = this.#deliver(each, octets);
      const granted = pages.find(({ isEnded }) => !isEnded);
      if (!this.sizes.copy && granted !== undefined)
        throw new Violation(
          'NoMutationAfterDelivery',
          `RX: the grant ${granted.gref} to be ended before its page is handed up`,
          'it is still granted',
        );
      if (isOwnWay) this.isOwnWay = true;
      this.held.push({ frame: each.frame, octets, pages: pages.length });
    }
  }

  /**
   * Where responses are not in the slots of their requests, a frontend that goes by slots hands up what is in another page. One
   * that posts after each frame may post with the id of a response that answers nothing before it looks at that, and cannot
   * tell. What it copies out then is whatever is in the page; {@link check} sees the request.
   */
  #deliver(given: Received, octets: string): Delivery {
    try {
      return this.#arrivals.deliver(given, octets);
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      const isBySlot = this.#bySlot.has(octets);
      if (!isBySlot && (!this.sizes.copy || this.forgedIds.size === 0)) throw error;
      if (!isBySlot) this.#unexplained ??= error;
      return { pages: [], isOwnWay: true };
    }
  }

  /** Reads what a frontend that goes by slots would take for the frames of the responses that are published now. */
  async readMisplaced(port: Port): Promise<void> {
    const read = this.misplaced.splice(0).map((each): Exchange<OctetsAnswer> => ({
      message: { do: 'read', ...each },
      answer: OctetsAnswer,
    }));
    if (read.length === 0) return;
    for (const { octets } of await port.ask(read)) this.#bySlot.add(octets.toLowerCase());
  }

  /** The application reads a frame again. */
  look({ frame }: Held): Exchange<OctetsAnswer> {
    return { message: { do: 'look', frame }, answer: OctetsAnswer };
  }

  /** P11: what the application holds does not change. */
  checkHeld(held: Held, { octets }: OctetsAnswer): void {
    if (octets.toLowerCase() !== held.octets)
      throw new Violation(
        'NoMutationAfterDelivery',
        `RX: frame ${held.frame} to stay as it was delivered, ${brief(held.octets)}`,
        `it is now ${brief(octets)}`,
      );
  }

  override checkIdle(): void {
    if (this.#unexplained !== undefined) throw this.#unexplained;
    // The frontend was woken, and has looked at all.
    if (this.isWoken) this.forgedIds.clear();
    const { nr_ents, buffers, copy } = this.sizes;
    const lent = copy ? 0 : this.held.reduce((sum, { pages }) => sum + pages, 0);
    const posted = this.certain.length;
    const packet = this.#arrivals.unfinished(this.consumed);
    const isDropped = packet !== undefined && this.#arrivals.isDropped(packet, this.consumed);
    // A packet keeps the pages that were consumed. Once it has consumed every page that there is, it is dropped or copied,
    // and keeps none.
    const consumedOf = ({ pages }: Arrived): number =>
      pages.filter(({ index }) => (sub(index, this.consumed) | 0) < 0).length;
    const ofPacket = packet === undefined ? 0 : consumedOf(packet);
    const mayKeep = packet?.hadEveryPage === true && ofPacket >= buffers ? 0 : ofPacket;
    if (packet !== undefined && mayBeDropped(packet) && !copy && posted + lent + mayKeep > buffers)
      packet.isGivenUp ||= packet.wrongAt === undefined;
    const keeps =
      packet === undefined || mayBeDropped(packet) || packet.wrongAt !== undefined || copy ? 0 : mayKeep;
    if (posted + lent + keeps > buffers)
      throw new Violation(
        keeps > 0 ? 'ChainOwnership' : 'LinearOwnership',
        `RX: each of ${buffers} pages to be posted or with the application${keeps > 0 ? ' or in the packet that is not whole' : ''}, not both`,
        `${posted} are posted and ${lent} with the application${keeps > 0 ? `, ${keeps} in the packet` : ''}`,
      );
    if (this.isHostile) return;
    const inUse = sub(this.req_prod, this.consumed);
    const dueWith = (kept: number): number =>
      Math.max(0, Math.min(nr_ents - inUse, buffers - lent - inUse - kept));
    // The specification frees the pages of a packet as soon as it is dropped, and keeps those of any other.
    if (packet !== undefined && dueWith(isDropped ? 0 : mayKeep) !== 0) this.isOwnWay = true;
    if (packet !== undefined && !isDropped && posted + lent + mayKeep > buffers) this.isOwnWay = true;
    // There was no room yet for certain: the frontend has consumed something, and nothing of that was seen.
    if (inUse > nr_ents || inUse + lent > buffers) this.isOwnWay = true;
    const expected = dueWith(mayKeep);
    const inAll = inUse + lent + mayKeep;
    this.#mostInAll = Math.max(inAll, this.#mostInAll);
    // It never had so many pages in use, and posts again with the next packet.
    const isKept = posted > 0 && inAll === this.#mostInAll;
    if (expected > 0) this.isOwnWay ||= isKept;
    if (expected > 0 && !this.hasTooFew(inUse))
      throw new Violation(
        isKept ? 'RxNeverStarves' : this.#starvedProperty(packet?.hadEveryPage === true),
        `RX: ${expected} more to be posted: ${inUse} of ${nr_ents} slots are in use, ${lent} of ${buffers} pages with the application${mayKeep > 0 ? `, ${mayKeep} in a packet that is not whole` : ''}`,
        `${posted} are posted`,
        isKept ? { grade: 'wasteful' } : {},
      );
  }

  #starvedProperty(hadEveryPage: boolean): Property {
    if (hadEveryPage) return 'RxNeverStarves';
    if (this.#hadChain) return 'ChainConservation';
    return this.published >= this.sizes.buffers && this.unanswered.length > 0
      ? 'Conservation'
      : 'RxNeverStarves';
  }

  override checkConsumed(isLate: boolean): void {
    if (this.isHostile) return;
    const { missed } = this.#arrivals;
    if (missed !== undefined)
      throw this.notConsumed(
        // If it has asked for the next response, it has seen this one.
        missed.slots > 1 && this.askedAhead > 0 ? 'OnlyBrokenDropped' : 'AnsweredComesBack',
        `the ${frameText(missed)} of request ${missed.n} to be delivered`,
        isLate,
      );
    if (this.#arrivals.forgetWhole()) this.isOwnWay = true;
    this.consumed = this.rsp_prod;
  }

  override reuseOf(_request: RxOutstanding, property: Property): Property {
    return property;
  }

  protected override takenWith(first: RxOutstanding) {
    return { requests: [first], slots: 1 };
  }

  protected override request(index: number, n: number): RxOutstanding {
    const fields = rxRequest.read(this.page.view, this.page.slotAt(index));
    return { ...fields, n, index, offset: 0, length: PAGE, taken: false };
  }

  protected override check({ n, id, gref }: RxOutstanding): void {
    if (this.forgedIds.has(id)) this.#unexplained = undefined;
    const other = this.certain.find((each) => each.gref === gref);
    if (other !== undefined)
      throw new Violation(
        'NoReuseBeforeResponse',
        `RX: request ${n} to post a page that no unanswered request has`,
        `grant ${gref} is that of request ${other.n}`,
      );
    this.#granted.add(gref);
    const { buffers } = this.sizes;
    if (this.#granted.size > buffers)
      throw new Violation(
        // A page that the backend has kept mapped is granted still, and was not to be used again.
        [...this.#granted].some((each) => this.grants.mapped(each) > 0)
          ? 'NoFreeWhileMapped'
          : 'LinearOwnership',
        `RX: each of ${buffers} pages to be granted once, and the grant of a page that comes back to be ended or posted again`,
        `with request ${n} ${this.#granted.size} references that were posted grant a page`,
      );
  }

  /** Each request is whole by itself. */
  protected override checkPublished(): void {}
}

const writeOf = ({ gref }: Outstanding, octets: Uint8Array, offset: number): Exchange<unknown> => ({
  message: { do: 'write', gref, offset, octets: hexOf(octets) },
  answer: Acknowledgement,
});
