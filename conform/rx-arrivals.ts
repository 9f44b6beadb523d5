/**
 * Packets for the guest: sent, and perhaps still to be consumed by the frontend. Which of them it must deliver, which it
 * may drop, and what is at stake where it delivers something else.
 *
 * netif.h does not ask a frontend to wait for the rest of a packet, nor to take more slots than XEN_NETIF_NR_SLOTS_MIN.
 * Linux drops a packet of which not all is published, and then takes the rest for a packet of its own.
 */
import { XEN_NETIF_NR_SLOTS_MIN } from '../replay/netif.js';
import { brief, type Effects, type Gso } from './protocol.js';
import { sub } from './ring-page.js';
import type { Outstanding } from './ring-back.js';
import { type Property, Violation } from './violation.js';

/** The page of an answered request that holds octets of a packet, or an error. */
export interface ArrivedPage {
  readonly index: number;
  readonly gref: number;
  isEnded: boolean;
}

/** What came of a packet after the frontend last could look. Linux takes it for a packet of its own. */
interface LastPart {
  octets: string;
  /** The number of pages that came before it. */
  readonly after: number;
  /** One of its slots is wrong: no packet can be made of it. */
  isWrong: boolean;
}

/** A packet that the frontend perhaps has still to consume. */
export interface Arrived {
  /** The number of its first request. */
  readonly n: number;
  readonly slots: number;
  /** The number of slots that are still to be answered. */
  left: number;
  /** The index after its last slot that was answered. */
  end: number;
  readonly pages: ArrivedPage[];
  /** What must be delivered; undefined where it carries no frame, or is to be dropped. */
  readonly octets: string | undefined;
  readonly gso: Gso | undefined;
  /** Undefined where the application may be told either. */
  readonly csum_blank: boolean | undefined;
  /** The index of its first slot for which it has to be dropped, once that is sent. */
  wrongAt: number | undefined;
  /** It had every page that there is before it was whole. */
  hadEveryPage: boolean;
  /** The backend has kept its page mapped. A frontend that cannot use the page may drop the packet, and go on. */
  readonly isMapped: boolean;
  /** The last of several parts; undefined while there is one part. */
  lastPart: LastPart | undefined;
  /** More pages were posted than would be left if it were still waited for. */
  isGivenUp: boolean;
}

/** The pages of a packet that was delivered, and whether the frontend went its own way with it. */
export interface Delivery {
  readonly pages: readonly ArrivedPage[];
  readonly isOwnWay: boolean;
}

/** A frame as the application is given it. */
export type Received = NonNullable<Effects['received']>[number];

/** What a packet is to be delivered as. */
type Content = Pick<Arrived, 'octets' | 'gso' | 'csum_blank'>;

/** All packets that may still be to be consumed. */
export class Arrivals {
  /** Oldest first. */
  readonly #packets: Arrived[] = [];
  /** The frontend had a turn since the last slot was answered. A pause is in one. */
  #hadTurn = false;

  /** @param copies the frontend hands up copies: it then has pages for a packet of any length */
  constructor(readonly copies: boolean) {}

  /** A packet of so many slots is begun, in the place of this request. {@link answered} answers its slots. */
  begin(first: Outstanding, slots: number, content: Content, isMapped = false): void {
    this.#packets.push({
      ...{ n: first.n, slots, left: slots, end: first.index, ...content, isMapped },
      ...{ pages: [], wrongAt: undefined, hadEveryPage: false, lastPart: undefined, isGivenUp: false },
    });
  }

  /** More follows of the packet that was begun last. It is a part of its own if the frontend could look meanwhile. */
  goOn(): void {
    const packet = this.#packets.at(-1)!; // one was begun
    if (this.#hadTurn) packet.lastPart = { octets: '', after: packet.pages.length, isWrong: false };
  }

  /** The next slot of the packet that was begun last is answered; the packet has to be dropped if it is wrong. */
  answered({ index }: Outstanding, isWrong = false, octets = ''): void {
    const packet = this.#packets.at(-1)!; // one was begun
    packet.left--;
    packet.end = (index + 1) >>> 0;
    this.#hadTurn = false;
    if (packet.lastPart !== undefined) {
      packet.lastPart.octets += octets;
      packet.lastPart.isWrong ||= isWrong;
    }
    if (isWrong) packet.wrongAt ??= index;
  }

  /** The page of that slot is the packet's from now on. */
  keepsPage({ index, gref }: Outstanding, buffers: number): void {
    const packet = this.#packets.at(-1)!; // one was begun
    packet.pages.push({ index, gref, isEnded: false });
    if (packet.left > 0 && packet.pages.length >= buffers) packet.hadEveryPage = true;
  }

  /** The frontend had a turn. Takes which grants have been ended. */
  tookTurn(isEnded: (gref: number) => boolean): void {
    this.#hadTurn = true;
    for (const page of this.#packets.flatMap(({ pages }) => pages))
      if (isEnded(page.gref)) page.isEnded = true;
  }

  /**
   * The pages of the packet that was delivered, and whether the frontend went its own way with it. That packet and those
   * before it have been consumed.
   * @throws Violation if no packet, or another one, was to be delivered, or this one otherwise
   */
  deliver(given: Received, octets: string): Delivery {
    const whole = this.#packets.filter((each) => each.left === 0 && !this.#isToDrop(each));
    const found = whole.find((each) => each.octets === octets);
    const [expected] = whole.filter(
      (each) => each === found || !(each.hadEveryPage || each.isMapped || mayBeDropped(each)),
    );
    const cut = this.#packets.find((each) => isLastPart(each, given, octets));
    if (found === undefined && cut !== undefined && !this.#isBefore(expected, cut)) {
      this.#consume(cut);
      return { pages: cut.pages.slice(cut.lastPart!.after), isOwnWay: true };
    }
    if (found === undefined || found !== expected) throw this.#notIntact(expected, found, octets);
    if (found.isGivenUp)
      throw new Violation(
        'ChainOwnership',
        `RX: the pages of the packet of request ${found.n} to be in the packet alone until it is delivered`,
        'there were others in their place meanwhile, and it was delivered',
      );
    const { gso, csum_blank = given.csum_blank } = found;
    const [actual, due] = [offloadText(given), offloadText({ gso, csum_blank })];
    if (actual !== due)
      throw new Violation(
        'PacketIntact',
        `RX: the packet of request ${found.n} to be delivered with ${due}`,
        `it was delivered with ${actual}`,
        { sentence: gso === undefined ? 'a blank checksum' : 'an extra' },
      );
    this.#consume(found);
    return { pages: found.pages, isOwnWay: found.hadEveryPage };
  }

  #isBefore(one: Arrived | undefined, other: Arrived): boolean {
    return one !== undefined && this.#packets.indexOf(one) < this.#packets.indexOf(other);
  }

  /** This packet and those before it have been consumed. */
  #consume(packet: Arrived): void {
    this.#packets.splice(0, this.#packets.indexOf(packet) + 1);
  }

  /** The first packet that had to be delivered and was not. */
  get missed(): Arrived | undefined {
    return this.#packets.find(
      (each) => each.left === 0 && !this.#isToDrop(each) && !each.hadEveryPage && !mayBeDropped(each),
    );
  }

  /** All whole packets have been consumed. @returns whether one of them was dropped that could have been delivered */
  forgetWhole(): boolean {
    const whole = this.#packets.splice(0, this.#packets.filter(({ left }) => left === 0).length);
    return whole.some((each) => !this.#isToDrop(each) && mayBeDropped(each));
  }

  /** The packet of which the frontend has perhaps not consumed all, if responses up to `consumed` certainly are. */
  unfinished(consumed: number): Arrived | undefined {
    return this.#packets.find(({ left, end }) => left > 0 || (sub(end, consumed) | 0) > 0);
  }

  /** A slot of it has certainly been consumed for which it has to be dropped. */
  isDropped({ wrongAt, hadEveryPage }: Arrived, consumed: number): boolean {
    const isWrong = wrongAt !== undefined && (sub(wrongAt, consumed) | 0) < 0;
    return isWrong || (hadEveryPage && !this.copies);
  }

  /** It must be dropped. A frontend that copies what comes at once has pages for any packet. */
  #isToDrop({ octets, hadEveryPage }: Arrived): boolean {
    return octets === undefined || (hadEveryPage && !this.copies);
  }

  #notIntact(expected: Arrived | undefined, found: Arrived | undefined, octets: string): Violation {
    const before =
      expected === undefined ? this.#packets : this.#packets.slice(0, this.#packets.indexOf(expected));
    const error =
      before.find((each) => each.slots > 1 && this.#isToDrop(each)) ??
      this.#packets.find((each) => each.slots === 1 && each.octets === undefined);
    const cut = this.#packets.find(({ left, lastPart }) => left > 0 || lastPart !== undefined);
    const isChain = (expected ?? cut)?.slots !== 1 && (expected ?? cut) !== undefined;
    return new Violation(
      propertyOf(error, isChain, found !== undefined),
      expected === undefined
        ? 'RX: no frame to be delivered'
        : `RX: the ${frameText(expected)} of request ${expected.n} to be delivered, ${brief(expected.octets!)}`,
      `${octets.length / 2} octets were, ${brief(octets)}${error === undefined ? '' : `, and request ${error.n} was ${error.slots === 1 ? 'answered with an error' : 'the first of a packet that is to be dropped'}`}`,
    );
  }
}

/** No header says that it has to be delivered: it has more slots than one may have, or comes in parts. */
export const mayBeDropped = ({ slots, left, lastPart }: Arrived): boolean =>
  slots > XEN_NETIF_NR_SLOTS_MIN || left > 0 || lastPart !== undefined;

/** Was the last part of this packet delivered, as a packet of its own? Only the first slot says what is to be offloaded. */
const isLastPart = ({ left, lastPart }: Arrived, { gso, csum_blank }: Received, octets: string): boolean =>
  left === 0 &&
  octets !== '' &&
  lastPart?.octets === octets &&
  !lastPart.isWrong &&
  gso === undefined &&
  csum_blank !== true;

/** What a packet is called in sentences. */
export const frameText = ({ slots }: Arrived): string => (slots === 1 ? 'frame' : 'packet');

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
