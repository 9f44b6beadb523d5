/** The transmit ring as its backend sees it: sends of the application, the requests for them, and their completion. */
import { NETIF_RSP, PAGE, XEN_NETIF_NR_SLOTS_MIN } from '../replay/netif.js';
import type { Exchange } from './port.js';
import type { Grants } from './grants.js';
import { brief, type Effects, hexOf, OctetsAnswer, type RingStart, type TxAt } from './protocol.js';
import type { Response } from './ring-back.js';
import { sub } from './ring-page.js';
import { RingSide } from './ring-side.js';
import { planSend, type Send } from './send.js';
import type { Offload, Status } from './steps.js';
import { TxAssembly } from './tx-assembly.js';
import { checkStatus, earlyCompletionProperty, type TxOutstanding, type TxPacket } from './tx-packet.js';
import { type Property, Violation } from './violation.js';

/** One transmit ring and its backend. */
export class TxSide extends RingSide<'tx', TxOutstanding> {
  protected override readonly access = 'read-only';
  /** Given to the frontend and not yet in a published request, oldest first. */
  readonly waiting: Send[] = [];
  /** Packets whose requests are all answered and whose sends are not complete, by the number of the send. */
  readonly answered = new Map<number, TxPacket>();
  /** The number of extras that are taken and not answered. */
  takenExtras = 0;
  #sends = 0;
  /** The indices of responses that free a block and are perhaps not consumed. */
  #freeing: number[] = [];
  /** A packet was published in another number of slots than was planned. */
  #packsOtherwise = false;
  #most = { slots: 0, blocks: 0 };
  /** Sends of several slots that are complete. */
  readonly #completed = new Set<number>();
  readonly #assembly: TxAssembly;

  /** Octets of the port's blocks. */
  readonly #block: number;
  /** The types of segmentation that the application asks for. */
  readonly #gsoTypes: readonly number[] | undefined;
  /** Is the application told when a send is finished? */
  readonly tells: boolean;

  /** @param at what the driver says of the ring; absent if it says nothing */
  constructor(gref: number, sizes: RingStart, grants: Grants, at: Partial<TxAt> = {}) {
    super('tx', gref, sizes, grants, at);
    this.#block = at.block ?? PAGE;
    this.#gsoTypes = at.gso_types;
    this.tells = at.status !== false;
    this.#assembly = new TxAssembly(
      this.page,
      (size) => this.#nextSent(size),
      this.#block,
      (packet) => this.#takeWhole(packet),
    );
  }

  /** The application's next frame, for so many requests. */
  nextSend(k: number, offload: Offload): Send {
    const send = planSend(++this.#sends, k, offload, this.#block, this.#gsoTypes);
    this.waiting.push(send);
    return send;
  }

  /** Reads the octets that a request promises. */
  readBlock({ gref, offset, length }: TxOutstanding): Exchange<OctetsAnswer> {
    return { message: { do: 'read', gref, offset, length }, answer: OctetsAnswer };
  }

  /** P2 and P53: what is in the block of a request that is still to be answered. */
  checkBlock(
    { packet: { send, slots }, gref, offset, n, from, length }: TxOutstanding,
    { octets }: OctetsAnswer,
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

  override answer(k: number, word: Status): { request: TxOutstanding; response: Response } | undefined {
    const request = this.removeTaken(k);
    if (request === undefined) return undefined;
    const status = NETIF_RSP[word];
    const { packet } = request;
    packet.statuses.push(status);
    packet.lastResponse = this.rsp_prod_pvt;
    this.#freeing.push(this.rsp_prod_pvt);
    if (packet.statuses.length === packet.requests.length) this.answered.set(packet.send.n, packet);
    return { request, response: { id: request.id, status, offset: 0, flags: 0 } };
  }

  /** The answer to an extra that was taken: NULL, with the id of the oldest request in flight. */
  answerNull(): Response {
    this.takenExtras--;
    const [oldest] = this.unanswered;
    if (oldest !== undefined) oldest.isNamedByNull = true;
    return { id: oldest?.id ?? 0, status: NETIF_RSP.NULL, offset: 0, flags: 0 };
  }

  /** Takes which sends the frontend reported as complete. */
  takeEffects({ sent = [] }: Effects): void {
    if (!this.tells) return;
    for (const { send, status } of sent) {
      const packet = this.answered.get(send);
      if (packet === undefined) {
        if (this.#isRefused(send, status)) continue;
        throw this.#completedEarly(send);
      }
      this.answered.delete(send);
      this.#consume((packet.lastResponse + 1) >>> 0);
      if (packet.slots > 1) this.#completed.add(send);
      checkStatus(packet, status);
    }
  }

  /** It has more slots than a backend promises to take, or than there are slots or blocks. It would wait for ever. */
  #isTooLong({ slots, requests }: Send): boolean {
    const { nr_ents, buffers } = this.sizes;
    return slots > Math.min(XEN_NETIF_NR_SLOTS_MIN, nr_ents) || requests > buffers;
  }

  /** Sends that are still to be published. Of one that is too long nothing is seen, where nothing is told. */
  get stillToSend(): readonly Send[] {
    return this.tells ? this.waiting : this.waiting.filter((send) => !this.#isTooLong(send));
  }

  /** The send of a packet that was published, whose first request is of so many octets. */
  #nextSent(size: number): Send | undefined {
    const at = this.tells
      ? 0
      : this.waiting.findIndex((send) => !this.#isTooLong(send) || send.frame.length === size);
    return at < 0 ? undefined : this.waiting.splice(0, at + 1).at(-1);
  }

  /** A packet that is too long is never published. Its send is complete with ERROR. */
  #isRefused(n: number, status: number): boolean {
    const at = this.waiting.findIndex((each) => each.n === n && this.#isTooLong(each));
    if (at === -1) return false;
    const [send] = this.waiting.splice(at, 1);
    if (status === NETIF_RSP.ERROR) return true;
    throw new Violation(
      tooLongProperty(send!),
      `TX: send ${n}, which takes ${send!.slots} slots, to be finished with ERROR`,
      `the application was told ${status}`,
    );
  }

  #completedEarly(send: number): Violation {
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
        this.#completed.has(send) ? 'ToldOnce' : 'NoReuseBeforeResponse',
        `TX: send ${send} to be finished when its request has been answered, once`,
        'it was finished, and no answer to it was still to be told',
      );
    return new Violation(
      earlyCompletionProperty(request.packet, early),
      request.packet.requests.length === 1
        ? `TX: send ${send} to be finished when its request has been answered, once`
        : `TX: send ${send} to be finished when all its ${request.packet.requests.length} requests have been answered, once`,
      `it was finished, and request ${request.n} has still to be answered: its block is free while the backend may read it`,
    );
  }

  #consume(to: number): void {
    if ((sub(to, this.consumed) | 0) <= 0) return;
    this.consumed = to;
    this.#freeing = this.#freeing.filter((index) => (sub(index, to) | 0) >= 0);
  }

  /** The slots and blocks that the frontend may not have back yet. */
  get #inUse(): { readonly slots: number; readonly blocks: number } {
    return {
      slots: sub(this.req_prod, this.consumed),
      blocks: this.unanswered.length + this.#freeing.length,
    };
  }

  /** The most that were in use at once whenever the frontend was idle. */
  #takeMost(): { readonly slots: number; readonly blocks: number } {
    const { slots, blocks } = this.#inUse;
    this.#most = { slots: Math.max(slots, this.#most.slots), blocks: Math.max(blocks, this.#most.blocks) };
    return this.#most;
  }

  override checkIdle(): void {
    // The frontend was woken, and has looked at all.
    if (this.isWoken) this.forgedIds.clear();
    const most = this.#takeMost();
    const [next] = this.stillToSend;
    if (this.isHostile || next === undefined) return;
    if (this.#isTooLong(next))
      throw new Violation(
        tooLongProperty(next),
        `TX: send ${next.n}, which takes ${next.slots} slots, to be finished with ERROR when its turn comes`,
        'it waits',
      );
    const { nr_ents, buffers } = this.sizes;
    const { slots, blocks } = this.#inUse;
    if ((this.#packsOtherwise && slots > 0) || this.hasTooFew(slots)) return;
    if (slots + next.slots > nr_ents || blocks + next.requests > buffers) return;
    // It never had so many in use, and goes on with the next answer: what it keeps free is lost to nobody else.
    const isKept = slots > 0 && (slots + next.slots > most.slots || blocks + next.requests > most.blocks);
    this.isOwnWay ||= isKept;
    throw new Violation(
      this.published >= buffers && !isKept ? 'Conservation' : 'BlockedWriterProceeds',
      slots === blocks
        ? `TX: send ${next.n} to be published${slotsText(next)}: ${slots} of ${nr_ents} slots and of ${buffers} blocks are in use`
        : `TX: send ${next.n} to be published${slotsText(next)}: ${slots} of ${nr_ents} slots and ${blocks} of ${buffers} blocks are in use`,
      'there is no request for it',
      isKept ? { grade: 'wasteful' } : {},
    );
  }

  override checkConsumed(isLate: boolean): void {
    if (this.isHostile) return;
    if (!this.tells) this.answered.clear();
    if (this.answered.size > 0) {
      const [first, ...others] = this.answered.keys();
      const sends = others.length === 0 ? `send ${first}` : `send ${first} and ${others.length} more`;
      throw this.notConsumed('AnsweredComesBack', `what is answered to be finished (${sends})`, isLate);
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

  protected override request(index: number, n: number): TxOutstanding | undefined {
    return this.#assembly.take(index, n);
  }

  protected override check(request: TxOutstanding): void {
    this.#assembly.accept(request);
  }

  protected override checkPublished(): void {
    this.#assembly.checkWhole();
    if (this.isWoken) return;
    // There was no room yet for certain: the frontend has consumed something, and nothing of that was seen.
    const slots = sub((this.sizes.first + this.published) >>> 0, this.consumed);
    if (slots > this.sizes.nr_ents || this.#inUse.blocks > this.sizes.buffers) this.isOwnWay = true;
  }

  /** A packet is whole: it uses no block that is in use, and the slots that were planned. */
  #takeWhole({ send, slots, requests }: TxPacket): void {
    for (const request of requests) this.#checkBlockFree(request);
    if (slots !== send.slots) this.#packsOtherwise = this.isOwnWay = true;
  }

  #checkBlockFree({ gref, offset, length, n, packet }: TxOutstanding): void {
    if (length === 0) return;
    const other = this.certain.find(
      (each) =>
        each.n !== n &&
        each.length > 0 &&
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
}

/** A packet that can never go keeps all others waiting. */
const tooLongProperty = ({ slots }: Send): Property =>
  slots > XEN_NETIF_NR_SLOTS_MIN ? 'SlotsPromised' : 'BlockedWriterProceeds';

const slotsText = ({ slots }: Send): string => (slots === 1 ? '' : ` in ${slots} slots`);
