/** The transmit ring as the backend sees it: requests for frames of the application, and what became of them. */
import type { Asked } from './driver.js';
import { type Grants, type Outstanding, type Response, RingSide } from './ring-side.js';
import { type Effects, hexOf, OctetsAnswer, type RingStart } from './protocol.js';
import { Violation } from './violation.js';

const PAGE = 4096;
const SLOT = 12;

/** A frame that the application gave to the frontend. */
interface Send {
  readonly n: number;
  readonly frame: Uint8Array;
}

/** A request to send. */
export interface TxOutstanding extends Outstanding {
  readonly offset: number;
  readonly size: number;
  readonly send: Send;
}

/** One transmit ring and its backend. */
export class TxSide extends RingSide<TxOutstanding> {
  protected override readonly access = 'read-only';
  /** Given to the frontend and not yet in a published request, oldest first. */
  readonly waiting: Send[] = [];
  /** Answered, and the application does not know it yet: the status by the number of the send. */
  readonly answered = new Map<number, number>();
  /** Sends that the frontend has let go of. */
  finished = 0;
  #sends = 0;

  constructor(gref: number, sizes: RingStart, grants: Grants) {
    super('TX', gref, sizes, SLOT, grants);
  }

  /** The application's next frame. No two are alike, in octets or in length, until many have been sent. */
  nextSend(): Send {
    const n = ++this.#sends;
    const frame = new Uint8Array(14 + (n % 47) + (n % 13 === 5 ? 1440 : 0));
    frame.forEach((_, i) => (frame[i] = (n * 31 + i * 7 + (n >> 8)) & 0xff));
    const send = { n, frame };
    this.waiting.push(send);
    return send;
  }

  /** Reads the octets that a request promises. */
  readBlock({ gref, offset, size }: TxOutstanding): Asked<{ octets: string }> {
    return { message: { do: 'read', gref, offset, length: size }, answer: OctetsAnswer };
  }

  /** P2. What is in the block of a request that is still to be answered. */
  checkBlock(request: TxOutstanding, octets: string): void {
    const { send, gref, offset, n } = request;
    if (octets !== hexOf(send.frame))
      throw new Violation(
        'BufferStable',
        `TX: the block of request ${n} (grant ${gref}, offset ${offset}) to hold frame ${send.n} until it is answered`,
        `it holds ${brief(octets)} and not ${brief(hexOf(send.frame))}`,
      );
  }

  /** The k-th request that was taken, 1 being the oldest, has been answered. */
  answer(k: number, status: number): TxOutstanding | undefined {
    const request = this.unanswered.filter(({ taken }) => taken)[k - 1];
    if (request === undefined) return undefined;
    this.unanswered.splice(this.unanswered.indexOf(request), 1);
    this.answered.set(request.send.n, status);
    return request;
  }

  /** What the application was told. */
  takeEffects({ sent = [] }: Effects): void {
    for (const { send, status } of sent) {
      const expected = this.answered.get(send);
      if (expected === undefined) {
        const request = this.unanswered.find((each) => each.send.n === send);
        throw new Violation(
          'NoReuseBeforeResponse',
          `TX: send ${send} to be finished when its request has been answered, once`,
          request === undefined
            ? 'it was finished, and no answer to it was still to be told'
            : `it was finished, and request ${request.n} has still to be answered: its block is free while the backend may read it`,
        );
      }
      this.answered.delete(send);
      this.finished++;
      if (status !== expected)
        throw new Violation(
          'TxRelease',
          `TX: send ${send} to be finished with status ${expected}, which the backend gave`,
          `the application was told ${status}`,
        );
    }
  }

  /** The frontend has nothing left to do: has it done all? */
  checkIdle(): void {
    if (this.isHostile || this.waiting.length === 0) return;
    const { nr_ents, buffers } = this.sizes;
    const inUse = this.published - this.finished;
    if (inUse >= nr_ents || inUse >= buffers) return;
    throw new Violation(
      this.published >= buffers ? 'Conservation' : 'BlockedWriterProceeds',
      `TX: send ${this.waiting[0]!.n} to be published: ${inUse} of ${nr_ents} slots and of ${buffers} blocks are in use`,
      'there is no request for it',
    );
  }

  /** The frontend was woken and has looked at the ring: is everything consumed that was published? */
  checkConsumed(lateArrivals: boolean): void {
    if (this.isHostile || this.answered.size === 0) return;
    const [first, ...others] = this.answered.keys();
    const sends = others.length === 0 ? `send ${first}` : `send ${first} and ${others.length} more`;
    throw new Violation(
      lateArrivals ? 'NoLostWakeUp' : 'AnsweredComesBack',
      `TX: what is answered to be finished (${sends})`,
      lateArrivals
        ? 'the frontend sleeps on it: no event is due, and it did not look once more after it had asked for one'
        : 'the frontend was woken, and did not consume it',
    );
  }

  /** Something is published that the frontend does not know of, and no event will tell it. */
  get sleepsOnResponse(): boolean {
    return this.answered.size > 0;
  }

  protected override request(view: DataView, at: number, index: number, n: number): TxOutstanding {
    const send = this.waiting.shift();
    if (send === undefined)
      throw new Violation('TxRefinesChannel', 'TX: a request for each frame sent', 'there is one more');
    return {
      ...{ n, index, send, taken: false },
      gref: view.getUint32(at, true),
      offset: view.getUint16(at + 4, true),
      id: view.getUint16(at + 8, true),
      size: view.getUint16(at + 10, true),
    };
  }

  protected override check({ n, gref, offset, size, send, index }: TxOutstanding): void {
    const flags = new DataView(this.page.buffer).getUint16(this.slotAt(index) + 6, true);
    if (flags !== 0)
      throw new Violation('TxRefinesChannel', `TX: request ${n} to have no flags`, `it has ${flags}`);
    if (size !== send.frame.length || offset + size > PAGE)
      throw new Violation(
        'TxRefinesChannel',
        `TX: request ${n} to be for the ${send.frame.length} octets of frame ${send.n}, within a page`,
        `it is for ${size} from offset ${offset} on`,
      );
    const other = this.unanswered.find(
      (each) => each.gref === gref && each.offset < offset + size && offset < each.offset + each.size,
    );
    if (other !== undefined)
      throw new Violation(
        'NoReuseBeforeResponse',
        `TX: request ${n} to use a block that no unanswered request uses`,
        `grant ${gref}, offset ${offset}, is in the block of request ${other.n}`,
      );
  }

  protected override responseOctets({ id, status }: Response): Uint8Array {
    const octets = new Uint8Array(SLOT).fill(0x5a);
    const view = new DataView(octets.buffer);
    view.setUint16(0, id, true);
    view.setInt16(2, status, true);
    return octets;
  }
}

const brief = (hex: string): string => (hex.length > 32 ? `${hex.slice(0, 32)}…` : hex);
