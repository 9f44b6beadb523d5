/** The receive ring as the backend sees it: pages that the frontend has posted, and frames for the application. */
import type { Asked } from './driver.js';
import { DoneAnswer, type Effects, hexOf, OctetsAnswer, type RingStart } from './protocol.js';
import { type Grants, type Outstanding, type Response, RingSide, sub } from './ring-side.js';
import { Violation } from './violation.js';

const PAGE = 4096;
const SLOT = 8;

/** A page to receive into. */
export interface RxOutstanding extends Outstanding {
  /** What the backend has written into it. */
  wrote?: { readonly offset: number; readonly frame: Uint8Array };
}

/** A response that the frontend has perhaps still to consume. */
interface Arrived {
  readonly n: number;
  readonly gref: number;
  /** Undefined where it carries no frame. */
  readonly octets: string | undefined;
}

/** A frame that the application holds. */
interface Held {
  readonly frame: number;
  readonly octets: string;
}

/** One receive ring and its backend. */
export class RxSide extends RingSide<RxOutstanding> {
  protected override readonly access = 'writable';
  /** Responses that may still be to be consumed, oldest first. */
  readonly arrived: Arrived[] = [];
  /** With the application, oldest first. */
  readonly held: Held[] = [];
  #frames = 0;
  /** Responses up to here have been consumed for certain. */
  #consumed: number;

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
    const frame = new Uint8Array(n % 11 === 7 ? PAGE : 14 + (n % 53) + (n % 13 === 5 ? 1440 : 0));
    frame.forEach((_, i) => (frame[i] = (n * 29 + i * 5 + (n >> 8) + 3) & 0xff));
    const offset = frame.length < PAGE ? (n % 4) * 256 : 0;
    request.wrote = { offset, frame };
    return {
      message: { do: 'write', gref: request.gref, offset, octets: hexOf(frame) },
      answer: DoneAnswer,
    };
  }

  /** The k-th request that was taken has been answered: with the frame written into it, or with an error. */
  answer(k: number, isError: boolean): RxOutstanding | undefined {
    const request = this.unanswered.filter(({ taken }) => taken)[k - 1];
    if (request === undefined) return undefined;
    this.unanswered.splice(this.unanswered.indexOf(request), 1);
    const { n, gref, wrote } = request;
    this.arrived.push({ n, gref, octets: isError || !wrote ? undefined : hexOf(wrote.frame) });
    return request;
  }

  /** What the application was given. */
  takeEffects({ received = [], ended = [] }: Effects): void {
    for (const { frame, octets } of received) {
      const text = octets.toLowerCase();
      const next = this.arrived.findIndex((each) => each.octets !== undefined);
      const expected = this.arrived[next];
      if (expected?.octets !== text) {
        const error = this.arrived.find((each) => each.octets === undefined);
        throw new Violation(
          error === undefined ? 'DeliveredIntact' : 'ErrorNeverDelivered',
          expected === undefined
            ? 'RX: no frame to be delivered'
            : `RX: the frame of request ${expected.n} to be delivered, ${brief(expected.octets!)}`,
          `${text.length / 2} octets were, ${brief(text)}${error === undefined ? '' : `, and request ${error.n} was answered with an error`}`,
        );
      }
      const isEnded = ended.includes(expected.gref) || this.grants.access(expected.gref) === undefined;
      if (!this.sizes.copy && !isEnded)
        throw new Violation(
          'NoMutationAfterDelivery',
          `RX: the grant ${expected.gref} to be ended before its page is handed up`,
          'it is still granted',
        );
      this.arrived.splice(0, next + 1);
      this.held.push({ frame, octets: text });
    }
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

  /** The frontend has nothing left to do: has it posted what it can? */
  checkIdle(): void {
    const { nr_ents, buffers, copy } = this.sizes;
    const lent = copy ? 0 : this.held.length;
    if (this.unanswered.length + lent > buffers)
      throw new Violation(
        'LinearOwnership',
        `RX: each of ${buffers} pages to be posted or with the application, not both`,
        `${this.unanswered.length} are posted and ${lent} with the application`,
      );
    if (this.isHostile) return;
    const inUse = sub(this.req_prod, this.#consumed);
    const expected = Math.max(0, Math.min(nr_ents - inUse, buffers - lent - inUse));
    if (expected > 0)
      throw new Violation(
        this.published >= buffers && this.unanswered.length > 0 ? 'Conservation' : 'RxNeverStarves',
        `RX: ${expected} more to be posted: ${inUse} of ${nr_ents} slots are in use, ${lent} of ${buffers} pages with the application`,
        `${this.unanswered.length} are posted`,
      );
  }

  /** The frontend was woken and has looked at the ring: is everything consumed that was published? */
  checkConsumed(lateArrivals: boolean): void {
    if (this.isHostile) return;
    const missed = this.arrived.find(({ octets }) => octets !== undefined);
    if (missed !== undefined)
      throw new Violation(
        lateArrivals ? 'NoLostWakeUp' : 'AnsweredComesBack',
        `RX: the frame of request ${missed.n} to be delivered`,
        lateArrivals
          ? 'the frontend sleeps on it: no event is due, and it did not look once more after it had asked for one'
          : 'the frontend was woken, and did not consume it',
      );
    this.arrived.length = 0;
    this.#consumed = this.rsp_prod;
  }

  /** Something is published that the frontend does not know of, and no event will tell it. */
  get sleepsOnResponse(): boolean {
    return this.arrived.length > 0;
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
  }

  protected override responseOctets({ id, offset, status }: Response): Uint8Array {
    const octets = new Uint8Array(SLOT);
    const view = new DataView(octets.buffer);
    view.setUint16(0, id, true);
    view.setUint16(2, offset, true);
    view.setUint16(4, 0, true);
    view.setInt16(6, status, true);
    return octets;
  }
}

const brief = (hex: string): string => (hex.length > 32 ? `${hex.slice(0, 32)}…` : hex);
