/** The backend: what it does to the rings when a step of a case says so. */
import { match } from 'ts-pattern';
import { NETIF_RSP } from '../replay/netif.js';
import type { Exchange } from './port.js';
import type { AnySide, FrontWatch } from './front-watch.js';
import type { OctetsAnswer } from './protocol.js';
import { askAll, type Response } from './ring-back.js';
import { BEYOND_PAGE } from './rx-packet.js';
import type { RxSide } from './rx-side.js';
import type { Misbehaviour, Status } from './steps.js';
import type { TxOutstanding } from './tx-packet.js';

/** The backend of all rings of a case. */
export class Backend {
  /** The last response on each ring, for a backend that repeats itself. */
  readonly #last = new Map<AnySide, Response>();

  constructor(readonly front: FrontWatch) {}

  /** Takes requests, or packets, as far as there are any. Of the transmit ring each block is read. */
  async take(side: AnySide, times: number): Promise<void> {
    const { port } = this.front;
    const messages: Exchange<unknown>[] = [];
    const taken: TxOutstanding[] = [];
    for (let i = 0; i < times; i++) {
      const next = side.takeNext();
      if (next === undefined) break;
      messages.push(...next.messages);
      if (side.ring === 'tx') taken.push(...(next.requests as readonly TxOutstanding[]));
    }
    if (taken.length > 0) await this.front.checkBlocks(taken);
    await askAll(port, messages);
  }

  /** Reads the block of the k-th request that was taken. */
  async readBlock(k: number): Promise<void> {
    const request = this.front.tx?.unanswered.filter(({ taken }) => taken)[k - 1];
    if (request !== undefined) await this.front.checkBlocks([request]);
  }

  /** Writes frames into the pages of `times` requests that were taken, of the k-th and those after it. */
  async fill(k: number, times: number): Promise<void> {
    const rx = this.front.rx!; // a page to write into is on the receive ring
    const taken = rx.unanswered.filter(({ taken, wrote }, i) => taken && !wrote && i >= k - 1);
    await askAll(
      this.front.port,
      taken.slice(0, times).map((request) => rx.fill(request)),
    );
  }

  /** Answers `times` requests, the k-th of those taken first, publishes them together, and notifies if that is due. */
  async answer(side: AnySide, k: number, status: Status, times: number): Promise<void> {
    const messages: Exchange<unknown>[] = [];
    let count = 0;
    for (; count < times; count++) {
      const answered = side.answer(k, status);
      if (answered === undefined) break;
      this.#last.set(side, answered.response);
      messages.push(...side.map(answered.request, -1));
      side.respond(answered.response);
    }
    if (count > 0) await this.#publish(side, messages);
  }

  /** Answers `times` extras that were taken, each with NULL and an id that means nothing. */
  async null(times: number): Promise<void> {
    const tx = this.front.tx!; // extras are on the transmit ring
    const count = Math.min(times, tx.takenExtras);
    for (let i = 0; i < count; i++) tx.respond(tx.answerNull());
    if (count > 0) await this.#publish(tx, []);
  }

  /**
   * Begins `times` packets for the guest, publishes `count` slots of each, all together, and keeps the rest. Does nothing
   * while another packet has a rest, or where too few requests are published.
   */
  async packet(letters: string, count: number, times: number): Promise<void> {
    const rx = this.front.rx!; // packets for the guest are on the receive ring
    const messages: Exchange<unknown>[] = [];
    const old = rx.rsp_prod_pvt;
    if (letters.includes('o')) this.#breakProtocol(rx);
    for (let i = 0; i < times && rx.rest === 0 && rx.unanswered.length >= count; i++) {
      rx.begin(letters);
      messages.push(...this.#sendSlots(rx, count));
    }
    if (rx.rsp_prod_pvt !== old) await this.#publish(rx, messages);
  }

  /** Publishes so many slots more of the packet that was begun, or what there are. */
  async rest(most: number): Promise<void> {
    const rx = this.front.rx!; // packets for the guest are on the receive ring
    const count = Math.min(most, rx.rest);
    if (count === 0 || rx.unanswered.length < count) return;
    rx.goOn();
    await this.#publish(rx, this.#sendSlots(rx, count));
  }

  #sendSlots(rx: RxSide, count: number): readonly Exchange<unknown>[] {
    const messages: Exchange<unknown>[] = [];
    while (rx.unanswered.slice(0, count).some(({ taken }) => !taken))
      messages.push(...rx.takeNext()!.messages); // there is one that is not taken
    for (let i = 0; i < count; i++) {
      const { request, fill } = rx.sendSlot();
      messages.push(...fill, ...rx.map(request, -1));
    }
    return messages;
  }

  /** RING_PUSH_RESPONSES_AND_CHECK_NOTIFY, after the messages that write what is published. */
  async #publish(side: AnySide, before: readonly Exchange<unknown>[], to = side.rsp_prod_pvt): Promise<void> {
    const old = side.rsp_prod;
    await askAll(this.front.port, before);
    if (side.ring === 'rx') await side.readMisplaced(this.front.port);
    const answers = await this.front.port.ask([
      ...side.writeResponses,
      side.push(to),
      side.page.readWord('rsp_event'),
    ]);
    side.takeRspEvent(answers.at(-1) as OctetsAnswer, old);
    if (side.isEventDue(old) || side.isPolled) this.front.pending = true;
    if (this.front.isPaused) this.front.cameLate = true;
    else if (!this.front.pending && !side.isHostile && !this.front.isBroken) side.checkArmed();
  }

  /** Does what no backend may do. From here on the frontend owes it nothing, and must still do no harm. */
  async misbehave(fault: Misbehaviour): Promise<void> {
    const side = this.front.side('ring' in fault ? fault.ring : 'rx');
    const last = this.#last.get(side);
    // Nothing was answered, or the id is in use again: then this would be an answer like any other.
    if (fault.do === 'repeat' && (last === undefined || side.unanswered.some(({ id }) => id === last.id)))
      return;
    this.#breakProtocol(side);
    await match(fault)
      .with({ do: 'overrun' }, ({ by }) => this.#publishAnyway(side, (side.req_prod + by) >>> 0))
      .with({ do: 'repeat' }, () => this.#respondTo(side, last!.id, last!.offset))
      .with({ do: 'unknown' }, ({ id }) => this.#respondTo(side, unusedId(side, id)))
      .with({ do: 'oversized' }, async ({ k }) => {
        const answered = side.answer(k, 'ERROR');
        if (answered === undefined) return;
        await askAll(this.front.port, side.map(answered.request, -1));
        side.respond({ ...answered.response, ...BEYOND_PAGE });
        await this.#publishAnyway(side);
      })
      .with({ do: 'mapped' }, async ({ k }) => {
        const answered = side.answer(k, 'OKAY', true);
        if (answered === undefined) return;
        await this.front.kept.keep(answered.request);
        side.respond(answered.response);
        await this.#publishAnyway(side);
      })
      .exhaustive();
  }

  /** A response with this id, which answers nothing. */
  async #respondTo(side: AnySide, id: number, offset = 0): Promise<void> {
    if (side.ring === 'rx' || side.isPolled) side.forgedIds.add(id);
    const status = side.ring === 'tx' ? NETIF_RSP.OKAY : (this.#last.get(side)?.status ?? NETIF_RSP.ERROR);
    side.respond({ id, status, offset, flags: 0 });
    await this.#publishAnyway(side);
  }

  /** Publishes, and notifies whether the frontend asked for it or not. */
  async #publishAnyway(side: AnySide, to?: number): Promise<void> {
    await this.#publish(side, [], to);
    this.front.pending = true;
  }

  #breakProtocol(side: AnySide): void {
    side.isHostile = true;
    this.front.isInStep = false;
  }
}

/** An id that no unanswered request has: `wanted`, or the next one that is free. */
function unusedId(side: AnySide, wanted: number): number {
  let id = wanted;
  while (side.unanswered.some((each) => each.id === id)) id = (id + 1) & 0xffff;
  return id;
}
