/** The transmit ring as the backend sees it: requests for frames of the application, and what became of them. */
import type { Offload } from './case.js';
import type { Asked } from './driver.js';
import { type Effects, hexOf, OctetsAnswer, PAGE, type RingStart } from './protocol.js';
import { type Grants, type Response, RingSide, sub } from './ring-side.js';
import {
  checkTold,
  closeChain,
  dueAfter,
  extraOctets,
  moreAfter,
  MOST_SLOTS,
  planSend,
  type Send,
  toldEarlyProperty,
  type TxOutstanding,
  type TxPacket,
} from './tx-packet.js';
import { type Property, Violation } from './violation.js';

const SLOT = 12;
const NETTXF_more_data = 4;
const NETIF_RSP_ERROR = -1;
const NETIF_RSP_NULL = 1;

/** One transmit ring and its backend. */
export class TxSide extends RingSide<TxOutstanding> {
  protected override readonly access = 'read-only';
  /** Given to the frontend and not yet in a published request, oldest first. */
  readonly waiting: Send[] = [];
  /** Answered, and the application does not know it yet: by the number of the send. */
  readonly answered = new Map<number, TxPacket>();
  /** Extras taken and not answered. */
  takenExtras = 0;
  #sends = 0;
  /** The packet of which not all slots have been seen, and what the next one must hold. */
  #open: TxPacket | undefined;
  #due: 'first' | 'extra' | 'more' = 'first';
  /** Responses up to here have been consumed for certain. */
  #consumed: number;
  /** The indices of responses that free a block, and are perhaps not consumed. */
  #freeing: number[] = [];
  /** Has a packet been published in another number of slots than was planned? */
  #packsOtherwise = false;
  /** Packets of several slots of which the application was told. */
  readonly #told = new Set<number>();

  constructor(
    gref: number,
    sizes: RingStart,
    grants: Grants,
    /** Octets of the port's blocks. */
    readonly block: number = PAGE,
  ) {
    super('TX', gref, sizes, SLOT, grants);
    this.#consumed = sizes.first;
  }

  /** The application's next frame, for so many requests. No two are alike, in octets or in length, until many have been sent. */
  nextSend(k = 1, offload: Offload = 'none'): Send {
    const send = planSend(++this.#sends, k, offload, this.block);
    this.waiting.push(send);
    return send;
  }

  /** Reads the octets that a request promises. */
  readBlock({ gref, offset, length }: TxOutstanding): Asked<{ octets: string }> {
    return { message: { do: 'read', gref, offset, length }, answer: OctetsAnswer };
  }

  /** P2 and P53. What is in the block of a request that is still to be answered. */
  checkBlock(
    { packet: { send, slots }, gref, offset, n, from, length }: TxOutstanding,
    octets: string,
  ): void {
    const expected = hexOf(send.frame.subarray(from, from + length));
    if (octets.toLowerCase() === expected) return;
    const part = length === send.frame.length ? '' : `octets ${from} to ${from + length - 1} of `;
    throw new Violation(
      slots === 1 ? 'BufferStable' : 'AssembledAsSent',
      `TX: the block of request ${n} (grant ${gref}, offset ${offset}) to hold ${part}frame ${send.n} until it is answered`,
      `it holds ${brief(octets)} and not ${brief(expected)}`,
    );
  }

  /** The k-th request that was taken, 1 being the oldest, is answered with the next response. */
  answer(k: number, status: number): TxOutstanding | undefined {
    const request = this.unanswered.filter(({ taken }) => taken)[k - 1];
    if (request === undefined) return undefined;
    this.unanswered.splice(this.unanswered.indexOf(request), 1);
    const { packet } = request;
    packet.statuses.push(status);
    packet.lastResponse = this.rsp_prod_pvt;
    this.#freeing.push(this.rsp_prod_pvt);
    if (packet.statuses.length === packet.requests.length) this.answered.set(packet.send.n, packet);
    return request;
  }

  /** An extra that was taken is answered: with NULL, and the id of the oldest request in flight. */
  answerNull(): Response | undefined {
    if (this.takenExtras === 0) return undefined;
    this.takenExtras--;
    const [oldest] = this.unanswered;
    if (oldest !== undefined) oldest.isNamedByNull = true;
    return { id: oldest?.id ?? 0, status: NETIF_RSP_NULL, offset: 0 };
  }

  /** What the application was told. */
  takeEffects({ sent = [] }: Effects): void {
    for (const { send, status } of sent) {
      const packet = this.answered.get(send);
      if (packet === undefined) {
        if (this.#isRefused(send, status)) continue;
        throw this.#toldEarly(send);
      }
      this.answered.delete(send);
      this.#consume((packet.lastResponse + 1) >>> 0);
      if (packet.slots > 1) this.#told.add(send);
      checkTold(packet, status);
    }
  }

  /** Has it more slots than a backend promises to take, or than there are slots or blocks? It would wait for ever. */
  #isTooLong({ slots, requests }: Send): boolean {
    const { nr_ents, buffers } = this.sizes;
    return slots > Math.min(MOST_SLOTS, nr_ents) || requests > buffers;
  }

  /** A packet that is too long is never published; the application is told so. */
  #isRefused(n: number, status: number): boolean {
    const at = this.waiting.findIndex((each) => each.n === n && this.#isTooLong(each));
    if (at === -1) return false;
    const [send] = this.waiting.splice(at, 1);
    if (status === NETIF_RSP_ERROR) return true;
    throw new Violation(
      tooLongProperty(send!),
      `TX: send ${n}, which takes ${send!.slots} slots, to be finished with ERROR`,
      `the application was told ${status}`,
    );
  }

  #toldEarly(send: number): Violation {
    const waiting = this.waiting.find(({ n }) => n === send);
    if (waiting !== undefined)
      return new Violation(
        'BlockedWriterProceeds',
        `TX: send ${send} to be published${slotsText(waiting)} before it is finished`,
        'it was finished, and there was no request for it',
      );
    const early = this.unanswered.filter(({ packet }) => packet.send.n === send);
    const [request] = early;
    if (request === undefined)
      return new Violation(
        this.#told.has(send) ? 'ToldOnce' : 'NoReuseBeforeResponse',
        `TX: send ${send} to be finished when its request has been answered, once`,
        'it was finished, and no answer to it was still to be told',
      );
    return new Violation(
      toldEarlyProperty(request.packet, early),
      request.packet.requests.length === 1
        ? `TX: send ${send} to be finished when its request has been answered, once`
        : `TX: send ${send} to be finished when all its ${request.packet.requests.length} requests have been answered, once`,
      `it was finished, and request ${request.n} has still to be answered: its block is free while the backend may read it`,
    );
  }

  #consume(to: number): void {
    if ((sub(to, this.#consumed) | 0) <= 0) return;
    this.#consumed = to;
    this.#freeing = this.#freeing.filter((index) => (sub(index, to) | 0) >= 0);
  }

  /** The slots and blocks that the frontend may not have back yet. */
  get #inUse(): { readonly slots: number; readonly blocks: number } {
    return {
      slots: sub(this.req_prod, this.#consumed),
      blocks: this.unanswered.length + this.#freeing.length,
    };
  }

  /** The frontend has nothing left to do: has it done all? */
  checkIdle(): void {
    const [next] = this.waiting;
    if (this.isHostile || next === undefined) return;
    if (this.#isTooLong(next))
      throw new Violation(
        tooLongProperty(next),
        `TX: send ${next.n}, which takes ${next.slots} slots, to be finished with ERROR when its turn comes`,
        'it waits',
      );
    const { nr_ents, buffers } = this.sizes;
    const { slots, blocks } = this.#inUse;
    if (this.#packsOtherwise && slots > 0) return;
    if (slots + next.slots > nr_ents || blocks + next.requests > buffers) return;
    throw new Violation(
      this.published >= buffers ? 'Conservation' : 'BlockedWriterProceeds',
      slots === blocks
        ? `TX: send ${next.n} to be published${slotsText(next)}: ${slots} of ${nr_ents} slots and of ${buffers} blocks are in use`
        : `TX: send ${next.n} to be published${slotsText(next)}: ${slots} of ${nr_ents} slots and ${blocks} of ${buffers} blocks are in use`,
      'there is no request for it',
    );
  }

  /** The frontend was woken and has looked at the ring: is everything consumed that was published? */
  checkConsumed(lateArrivals: boolean): void {
    if (this.isHostile) return;
    if (this.answered.size > 0) {
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
    this.#consume(this.rsp_prod);
  }

  override reuseOf({ isNamedByNull }: TxOutstanding, property: Property): Property {
    return isNamedByNull ? 'NullFreesNothing' : property;
  }

  protected override takenWith({ packet }: TxOutstanding): {
    readonly requests: readonly TxOutstanding[];
    readonly slots: number;
  } {
    const { requests, slots } = packet;
    this.takenExtras += slots - requests.length;
    return { requests, slots };
  }

  protected override request(
    view: DataView,
    at: number,
    index: number,
    n: number,
  ): TxOutstanding | undefined {
    if (this.#due === 'extra') return this.#extra(index, at);
    const packet = this.#open ?? this.#nextPacket();
    packet.slots++;
    const size = view.getUint16(at + 10, true);
    const request: TxOutstanding = {
      ...{ n, index, packet, taken: false, isNamedByNull: false },
      gref: view.getUint32(at, true),
      offset: view.getUint16(at + 4, true),
      flags: view.getUint16(at + 6, true),
      id: view.getUint16(at + 8, true),
      ...{ size, from: 0, length: size },
    };
    packet.requests.push(request);
    return request;
  }

  #nextPacket(): TxPacket {
    const send = this.waiting.shift();
    if (send === undefined)
      throw new Violation('TxRefinesChannel', 'TX: a request for each frame sent', 'there is one more');
    this.#open = { send, requests: [], slots: 0, statuses: [], lastResponse: 0 };
    return this.#open;
  }

  #extra(index: number, at: number): undefined {
    const packet = this.#open!; // an extra follows a request
    packet.slots++;
    this.extras.add(this.slotNumber(index));
    const { n, gso } = packet.send;
    const [there, due] = [this.page.subarray(at, at + 8), gso && extraOctets(gso)];
    if (due === undefined || hexOf(there) !== hexOf(due))
      throw new Violation(
        'AssembledAsSent',
        due === undefined
          ? `TX: no extra in send ${n}`
          : `TX: the extra of send ${n} to be ${hexOf(due)} (GSO, size ${gso!.size}, type ${gso!.type})`,
        `the slot has ${hexOf(there)}`,
      );
    this.#goOn(moreAfter(packet.requests));
    return undefined;
  }

  protected override check(request: TxOutstanding): void {
    const { n, offset, size, flags, packet } = request;
    const { send } = packet;
    if (send.slots === 1 && (flags & NETTXF_more_data) === 0 && packet.slots === 1) {
      if (flags !== 0 && !send.csum_blank)
        throw new Violation('TxRefinesChannel', `TX: request ${n} to have no flags`, `it has ${flags}`);
      if (size !== send.frame.length || offset + size > PAGE)
        throw new Violation(
          'TxRefinesChannel',
          `TX: request ${n} to be for the ${send.frame.length} octets of frame ${send.n}, within a page`,
          `it is for ${size} from offset ${offset} on`,
        );
    }
    this.#goOn(dueAfter(request));
  }

  /** A slot of the open packet has been seen, and this one follows it. */
  #goOn(due: 'first' | 'extra' | 'more'): void {
    this.#due = due;
    const packet = this.#open!; // there is one while its slots are looked at
    const isTooLong = packet.send.slots > MOST_SLOTS || packet.slots > MOST_SLOTS;
    if (isTooLong)
      throw new Violation(
        'SlotsPromised',
        `TX: no packet of more than ${MOST_SLOTS} slots to be published; send ${packet.send.n} takes ${packet.send.slots}`,
        due === 'first'
          ? `it is published in ${packet.slots}`
          : `of the slots of send ${packet.send.n} ${packet.slots} can be seen, and more are to follow`,
      );
    if (due !== 'first') return;
    this.#open = undefined;
    closeChain(packet, this.block);
    for (const request of packet.requests) this.#checkBlockFree(request);
    if (packet.slots !== packet.send.slots) this.#packsOtherwise = this.isOwnWay = true;
  }

  #checkBlockFree({ gref, offset, length, n, packet }: TxOutstanding): void {
    const other = this.unanswered.find(
      (each) =>
        each.n !== n &&
        each.gref === gref &&
        each.offset < offset + length &&
        offset < each.offset + each.length &&
        (each.packet !== packet || each.n < n),
    );
    if (other !== undefined)
      throw new Violation(
        this.reuseOf(other, 'NoReuseBeforeResponse'),
        `TX: request ${n} to use a block that no unanswered request uses`,
        `grant ${gref}, offset ${offset}, is in the block of request ${other.n}`,
      );
  }

  /** P50. */
  protected override checkPublished(): void {
    const packet = this.#open;
    if (packet === undefined) {
      if (this.isPolled) return;
      // Where there was no room yet for certain, the frontend has consumed something of which nothing could be seen.
      const slots = sub((this.sizes.first + this.published) >>> 0, this.#consumed);
      if (slots > this.sizes.nr_ents || this.#inUse.blocks > this.sizes.buffers) this.isOwnWay = true;
      return;
    }
    throw new Violation(
      'PublishedWhole',
      `TX: send ${packet.send.n} to be published with all its slots, or not at all`,
      `after ${packet.slots} of them ${this.#due === 'extra' ? 'an extra is' : 'more are'} to follow, and none is published`,
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

/** Who waits for what will never be there keeps all others waiting. */
const tooLongProperty = ({ slots }: Send): Property =>
  slots > MOST_SLOTS ? 'SlotsPromised' : 'BlockedWriterProceeds';

const slotsText = ({ slots }: Send): string => (slots === 1 ? '' : ` in ${slots} slots`);

const brief = (hex: string): string => (hex.length > 32 ? `${hex.slice(0, 32)}…` : hex);
