/** The receive ring as the backend sees it: pages that the frontend has posted, and packets for the application. */
import { MOST_SLOTS } from './case.js';
import type { Asked } from './driver.js';
import { DoneAnswer, type Effects, type Gso, hexOf, OctetsAnswer, PAGE, type RingStart } from './protocol.js';
import { type Grants, type Outstanding, type Response, RingSide, sub } from './ring-side.js';
import { answerOf, fragmentOf, planPacket, type RxSlot } from './rx-packet.js';
import { type Property, Violation } from './violation.js';

const SLOT = 8;

/** A page to receive into. */
export interface RxOutstanding extends Outstanding {
  /** What the backend has written into it. */
  wrote?: { readonly offset: number; readonly frame: Uint8Array };
}

/** The page of an answered request, as far as there are octets of a packet in it. */
interface ArrivedPage {
  readonly index: number;
  readonly gref: number;
  isEnded: boolean;
}

/** A packet that the frontend has perhaps still to consume. */
interface Arrived {
  /** The number of its first request. */
  readonly n: number;
  readonly slots: number;
  /** Slots that are still to be answered. */
  left: number;
  /** The index after the last one that was. */
  end: number;
  /** With octets in them, or with an error. */
  readonly pages: ArrivedPage[];
  /** Undefined where it carries no frame, or is to be dropped. */
  octets: string | undefined;
  readonly gso: Gso | undefined;
  readonly csum_blank: boolean;
  /** The first slot of it for which it has to be dropped, once that is sent. */
  wrongAt: number | undefined;
  /** It has had every page that there is before it was whole. */
  hadEveryPage: boolean;
  /** The backend has kept its page mapped: a frontend that cannot use it may drop it, and go on. */
  isMapped: boolean;
}

/** A frame that the application holds. */
interface Held {
  readonly frame: number;
  readonly octets: string;
  readonly pages: number;
}

type Received = NonNullable<Effects['received']>[number];

/** One receive ring and its backend. */
export class RxSide extends RingSide<RxOutstanding> {
  protected override readonly access = 'writable';
  /** Packets that may still be to be consumed, oldest first. */
  readonly arrived: Arrived[] = [];
  /** With the application, oldest first. */
  readonly held: Held[] = [];
  /** The slots that are still to be sent of the packet that was begun. */
  #rest: RxSlot[] = [];
  #frames = 0;
  /** Has there been a packet of several slots? */
  #hadChain = false;
  /** Responses up to here have been consumed for certain. */
  #consumed: number;
  /** The references that were posted and have not been ended since. */
  readonly #granted = new Set<number>();

  constructor(
    gref: number,
    override readonly sizes: RingStart & { readonly copy: boolean },
    grants: Grants,
  ) {
    super('RX', gref, sizes, SLOT, grants);
    this.#consumed = sizes.first;
  }

  /** The backend writes the next frame into the page of a request that it has taken. */
  fill(request: RxOutstanding): Asked<unknown> {
    const n = ++this.#frames;
    const length = n % 11 === 7 ? PAGE : 14 + (n % 53) + (n % 13 === 5 ? 1440 : 0);
    const { octets: frame, offset } = fragmentOf(n, length);
    request.wrote = { offset, frame };
    return writeOf(request, frame, offset);
  }

  /** The k-th request that was taken has been answered: with the frame written into it, or with an error; its page is perhaps kept mapped. */
  answer(k: number, isError: boolean, keepsMapped = false): RxOutstanding | undefined {
    const request = this.unanswered.filter(({ taken }) => taken)[k - 1];
    if (request === undefined) return undefined;
    this.unanswered.splice(this.unanswered.indexOf(request), 1);
    const { n, wrote } = request;
    const octets = isError || !wrote ? undefined : hexOf(wrote.frame);
    this.arrived.push({
      ...{ n, slots: 1, left: 0, end: (request.index + 1) >>> 0, octets, gso: undefined, csum_blank: false },
      ...{ pages: [pageOf(request)], wrongAt: undefined, hadEveryPage: false, isMapped: keepsMapped },
    });
    return request;
  }

  /** How many slots of a packet are still to be sent. */
  get rest(): number {
    return this.#rest.length;
  }

  /** A packet is begun: {@link sendSlot} sends it. */
  begin(letters: string): void {
    const { slots, octets, gso, csum_blank } = planPacket(letters, this.#frames + 1);
    this.#frames += slots.length;
    this.#hadChain ||= slots.length > 1;
    this.#rest = [...slots];
    this.arrived.push({
      ...{ n: this.unanswered[0]!.n, slots: slots.length, left: slots.length, octets, gso, csum_blank },
      end: this.unanswered[0]!.index,
      ...{ pages: [], wrongAt: undefined, hadEveryPage: false, isMapped: false },
    });
  }

  /** The next slot of the packet, in place of the oldest request. That request, and what is written into its page. */
  sendSlot(): { readonly request: RxOutstanding; readonly fill: readonly Asked<unknown>[] } {
    const request = this.unanswered.shift()!; // there are as many as slots are sent
    const slot = this.#rest.shift()!;
    const packet = this.arrived.at(-1)!;
    packet.left--;
    packet.end = (request.index + 1) >>> 0;
    const isWrong = slot.kind === 'wrong' || (slot.kind === 'extra' && slot.isWrong);
    if (isWrong || packet.slots - packet.left > MOST_SLOTS) packet.wrongAt ??= request.index;
    if (slot.kind === 'extra') {
      this.respondWith(slot.octets);
      this.extras.add(this.slotNumber(request.index));
      return { request, fill: [] };
    }
    packet.pages.push(pageOf(request));
    if (packet.left > 0 && packet.pages.length >= this.sizes.buffers) packet.hadEveryPage = true;
    this.respond({ id: request.id, ...answerOf(slot) });
    return {
      request,
      fill: slot.kind === 'fragment' ? [writeOf(request, slot.octets, slot.offset)] : [],
    };
  }

  /** What the application was given. */
  takeEffects({ received = [], ended = [] }: Effects): void {
    for (const gref of ended) this.#granted.delete(gref);
    for (const page of this.arrived.flatMap(({ pages }) => pages))
      if (ended.includes(page.gref) || this.grants.access(page.gref) === undefined) page.isEnded = true;
    for (const each of received) {
      const octets = each.octets.toLowerCase();
      const packet = this.#delivered(each, octets);
      const granted = packet.pages.find(({ isEnded }) => !isEnded);
      if (!this.sizes.copy && granted !== undefined)
        throw new Violation(
          'NoMutationAfterDelivery',
          `RX: the grant ${granted.gref} to be ended before its page is handed up`,
          'it is still granted',
        );
      if (packet.hadEveryPage) this.isOwnWay = true;
      this.arrived.splice(0, this.arrived.indexOf(packet) + 1);
      this.held.push({ frame: each.frame, octets, pages: packet.pages.length });
    }
  }

  /** Must the packet be dropped? A frontend that copies what comes at once has pages for any. */
  #isToDrop({ octets, hadEveryPage }: Arrived): boolean {
    return octets === undefined || (hadEveryPage && !this.sizes.copy);
  }

  /** Has a slot of it certainly been consumed for which it has to be dropped? */
  #isDropped({ wrongAt, hadEveryPage }: Arrived): boolean {
    const isWrong = wrongAt !== undefined && (sub(wrongAt, this.#consumed) | 0) < 0;
    return isWrong || (hadEveryPage && !this.sizes.copy);
  }

  /** The packet that this is. */
  #delivered(given: Received, octets: string): Arrived {
    const whole = this.arrived.filter((each) => each.left === 0 && !this.#isToDrop(each));
    const found = whole.find((each) => each.octets === octets);
    const [expected] = whole.filter((each) => each === found || !(each.hadEveryPage || each.isMapped));
    if (found === undefined || found !== expected) throw this.#notIntact(expected, found, octets);
    const [said, due] = [offloadText(given), offloadText(found)];
    if (said !== due)
      throw new Violation(
        'PacketIntact',
        `RX: the packet of request ${found.n} to be delivered with ${due}`,
        `it was delivered with ${said}`,
      );
    return found;
  }

  #notIntact(expected: Arrived | undefined, found: Arrived | undefined, octets: string): Violation {
    const before =
      expected === undefined ? this.arrived : this.arrived.slice(0, this.arrived.indexOf(expected));
    const error =
      before.find((each) => each.slots > 1 && this.#isToDrop(each)) ??
      this.arrived.find((each) => each.slots === 1 && each.octets === undefined);
    const cut = this.arrived.find(({ left }) => left > 0);
    const isChain = (expected ?? cut)?.slots !== 1 && (expected ?? cut) !== undefined;
    return new Violation(
      propertyOf(error, isChain, found !== undefined),
      expected === undefined
        ? 'RX: no frame to be delivered'
        : `RX: the ${expected.slots === 1 ? 'frame' : 'packet'} of request ${expected.n} to be delivered, ${brief(expected.octets!)}`,
      `${octets.length / 2} octets were, ${brief(octets)}${error === undefined ? '' : `, and request ${error.n} was ${error.slots === 1 ? 'answered with an error' : 'the first of a packet that is to be dropped'}`}`,
    );
  }

  /** The application reads a frame again. */
  look({ frame }: Held): Asked<{ octets: string }> {
    return { message: { do: 'look', frame }, answer: OctetsAnswer };
  }

  /** P11. */
  checkHeld(held: Held, octets: string): void {
    if (octets.toLowerCase() !== held.octets)
      throw new Violation(
        'NoMutationAfterDelivery',
        `RX: frame ${held.frame} to stay as it was delivered, ${brief(held.octets)}`,
        `it is now ${brief(octets)}`,
      );
  }

  /** Pages of the packet of which the frontend has perhaps not consumed all, as far as it certainly has. */
  get #chain(): { readonly packet: Arrived; readonly pages: readonly ArrivedPage[] } | undefined {
    const packet = this.arrived.find(({ left, end }) => left > 0 || (sub(end, this.#consumed) | 0) > 0);
    if (packet === undefined) return undefined;
    return { packet, pages: packet.pages.filter(({ index }) => (sub(index, this.#consumed) | 0) < 0) };
  }

  /** The frontend has nothing left to do: has it posted what it can? */
  checkIdle(): void {
    const { nr_ents, buffers, copy } = this.sizes;
    const lent = copy ? 0 : this.held.reduce((sum, { pages }) => sum + pages, 0);
    const posted = this.unanswered.length;
    const chain = this.#chain;
    // It is dropped, or copied: nothing of it keeps a page.
    const isFree = chain === undefined || chain.packet.hadEveryPage;
    const mayKeep = isFree ? 0 : chain.pages.length;
    const keeps = isFree || chain.packet.wrongAt !== undefined || copy ? 0 : mayKeep;
    if (posted + lent + keeps > buffers)
      throw new Violation(
        keeps > 0 ? 'ChainOwnership' : 'LinearOwnership',
        `RX: each of ${buffers} pages to be posted or with the application${keeps > 0 ? ' or in the packet that is not whole' : ''}, not both`,
        `${posted} are posted and ${lent} with the application${keeps > 0 ? `, ${keeps} in the packet` : ''}`,
      );
    if (this.isHostile) return;
    const inUse = sub(this.req_prod, this.#consumed);
    const dueWith = (kept: number): number =>
      Math.max(0, Math.min(nr_ents - inUse, buffers - lent - inUse - kept));
    // The specification frees the pages of a packet that is dropped at once, and keeps those of one that is not, or not yet.
    if (chain !== undefined && dueWith(this.#isDropped(chain.packet) ? 0 : mayKeep) !== 0)
      this.isOwnWay = true;
    if (chain !== undefined && !this.#isDropped(chain.packet) && posted + lent + mayKeep > buffers)
      this.isOwnWay = true;
    // Where there was no room yet for certain, the frontend has consumed something of which nothing could be seen.
    if (inUse > nr_ents || inUse + lent > buffers) this.isOwnWay = true;
    const expected = dueWith(mayKeep);
    if (expected > 0)
      throw new Violation(
        this.#starvedProperty(chain?.packet.hadEveryPage === true),
        `RX: ${expected} more to be posted: ${inUse} of ${nr_ents} slots are in use, ${lent} of ${buffers} pages with the application${mayKeep > 0 ? `, ${mayKeep} in a packet that is not whole` : ''}`,
        `${posted} are posted`,
      );
  }

  #starvedProperty(hadEveryPage: boolean): Property {
    if (hadEveryPage) return 'RxNeverStarves';
    if (this.#hadChain) return 'ChainConservation';
    return this.published >= this.sizes.buffers && this.unanswered.length > 0
      ? 'Conservation'
      : 'RxNeverStarves';
  }

  /** The frontend was woken and has looked at the ring: is everything consumed that was published? */
  checkConsumed(lateArrivals: boolean): void {
    if (this.isHostile) return;
    const missed = this.arrived.find(
      (each) => each.left === 0 && !this.#isToDrop(each) && !each.hadEveryPage,
    );
    if (missed !== undefined)
      throw new Violation(
        // One that has asked for the response after it has seen it.
        lateArrivals
          ? 'NoLostWakeUp'
          : missed.slots > 1 && this.askedAhead > 0
            ? 'OnlyBrokenDropped'
            : 'AnsweredComesBack',
        `RX: the ${missed.slots === 1 ? 'frame' : 'packet'} of request ${missed.n} to be delivered`,
        lateArrivals
          ? 'the frontend sleeps on it: no event is due, and it did not look once more after it had asked for one'
          : 'the frontend was woken, and did not consume it',
      );
    this.arrived.splice(0, this.arrived.filter(({ left }) => left === 0).length);
    this.#consumed = this.rsp_prod;
  }

  override reuseOf(_request: RxOutstanding, property: Property): Property {
    return property;
  }

  protected override takenWith(first: RxOutstanding): {
    readonly requests: readonly RxOutstanding[];
    readonly slots: number;
  } {
    return { requests: [first], slots: 1 };
  }

  protected override request(view: DataView, at: number, index: number, n: number): RxOutstanding {
    const [id, gref] = [view.getUint16(at, true), view.getUint32(at + 4, true)];
    return { n, index, id, gref, taken: false };
  }

  protected override check({ n, gref }: RxOutstanding): void {
    const other = this.unanswered.find((each) => each.gref === gref);
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
        'LinearOwnership',
        `RX: each of ${buffers} pages to be granted once, and the grant of a page that comes back to be ended or posted again`,
        `with request ${n} ${this.#granted.size} references that were posted grant a page`,
      );
  }

  /** A request is whole by itself. */
  protected override checkPublished(): void {}

  protected override responseOctets({ id, offset, status, flags = 0 }: Response): Uint8Array {
    const octets = new Uint8Array(SLOT);
    const view = new DataView(octets.buffer);
    view.setUint16(0, id, true);
    view.setUint16(2, offset, true);
    view.setUint16(4, flags, true);
    view.setInt16(6, status, true);
    return octets;
  }
}

const pageOf = ({ index, gref }: RxOutstanding): ArrivedPage => ({ index, gref, isEnded: false });

const writeOf = ({ gref }: RxOutstanding, octets: Uint8Array, offset: number): Asked<unknown> => ({
  message: { do: 'write', gref, offset, octets: hexOf(octets) },
  answer: DoneAnswer,
});

const propertyOf = (error: Arrived | undefined, isChain: boolean, isLater: boolean): Property => {
  if (error !== undefined) return error.slots === 1 ? 'ErrorNeverDelivered' : 'BrokenNeverDelivered';
  if (!isChain) return 'DeliveredIntact';
  return isLater ? 'OnlyBrokenDropped' : 'PacketIntact';
};

const offloadText = ({ gso, csum_blank }: Pick<Received, 'gso' | 'csum_blank'>): string =>
  [
    gso === undefined ? 'no gso' : `gso of size ${gso.size} and type ${gso.type}`,
    csum_blank === true ? 'csum_blank' : 'no csum_blank',
  ].join(', ');

const brief = (hex: string): string => (hex.length > 32 ? `${hex.slice(0, 32)}…` : hex);
