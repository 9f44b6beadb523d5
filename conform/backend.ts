/** The backend: what it does to the rings when a step of a case says so. */
import type { Step } from './case.js';
import type { Asked } from './driver.js';
import type { FrontWatch } from './front-watch.js';
import { askAll, type Outstanding, type RingSide } from './ring-side.js';
import { RxSide } from './rx-side.js';
import type { TxOutstanding } from './tx-packet.js';
import { TxSide } from './tx-side.js';

const STATUS = { OKAY: 0, ERROR: -1, DROPPED: -2 } as const;

/** Whoever serves the rings of a case. */
export class Backend {
  /** The last response on each ring, for a backend that repeats itself. */
  readonly #last = new Map<TxSide | RxSide, { readonly id: number; readonly status: number }>();

  constructor(readonly front: FrontWatch) {}

  /** Takes requests, or packets, as far as there are any; of the transmit ring each block is read. */
  async take(side: TxSide | RxSide, times: number): Promise<void> {
    const messages: Asked<unknown>[] = [];
    const taken: TxOutstanding[] = [];
    for (let i = 0; i < times; i++) {
      const next = side.takeNext();
      if (next === undefined) break;
      messages.push(...next.messages);
      if (side instanceof TxSide) taken.push(...(next.requests as readonly TxOutstanding[]));
    }
    if (taken.length === 0) return askAll(this.front.port, messages);
    const blocks = await this.front.port.ask(taken.map((request) => this.front.tx!.readBlock(request)));
    taken.forEach((request, i) => this.front.tx!.checkBlock(request, blocks[i]!.octets));
    await askAll(this.front.port, messages);
  }

  async readBlock(k: number): Promise<void> {
    const request = this.front.tx?.unanswered.filter(({ taken }) => taken)[k - 1];
    if (request === undefined) return;
    const [{ octets }] = await this.front.port.ask([this.front.tx!.readBlock(request)]);
    this.front.tx!.checkBlock(request, octets);
  }

  /** Writes a frame into the page of the k-th request taken, and of those after it. */
  async fill(k: number, times: number): Promise<void> {
    const taken =
      this.front.rx?.unanswered.filter(({ taken, wrote }, i) => taken && !wrote && i >= k - 1) ?? [];
    await askAll(
      this.front.port,
      taken.slice(0, times).map((request) => this.front.rx!.fill(request)),
    );
  }

  /** Answers `times` requests, the k-th of those taken first, publishes them together, and notifies if that is due. */
  async answer(
    side: TxSide | RxSide,
    { k, status, times }: Pick<Step, 'k' | 'status' | 'times'>,
  ): Promise<void> {
    const messages: Asked<unknown>[] = [];
    let answered = 0;
    for (let i = 0; i < times; i++) {
      const isError = status !== 'OKAY';
      const request = side instanceof TxSide ? side.answer(k, STATUS[status]) : side.answer(k, isError);
      if (request === undefined) break;
      const wrote = 'wrote' in request ? request.wrote : undefined;
      const hasFrame = side instanceof RxSide && !isError && wrote !== undefined;
      const response = {
        id: request.id,
        status: hasFrame
          ? wrote.frame.length
          : side instanceof RxSide
            ? Math.min(STATUS[status], -1)
            : STATUS[status],
        offset: hasFrame ? wrote.offset : 0,
      };
      this.#last.set(side, response);
      messages.push(
        ...(side instanceof TxSide ? side.map(request as TxOutstanding, -1) : side.map(request, -1)),
      );
      side.respond(response);
      answered++;
    }
    if (answered > 0) await this.#publish(side, messages);
  }

  /** Answers extras that were taken, each with NULL and an id that means nothing. */
  async null(times: number): Promise<void> {
    const tx = this.front.tx!; // extras are on the transmit ring
    const count = Math.min(times, tx.takenExtras);
    for (let i = 0; i < count; i++) tx.respond(tx.answerNull()!); // so many there are
    if (count > 0) await this.#publish(tx, []);
  }

  /**
   * Begins packets for the guest, and publishes so many slots of each, all together. While one is to be ended, or where too
   * few requests are published, nothing.
   */
  async packet(letters: string, count: number, times: number): Promise<void> {
    const rx = this.front.rx!; // packets for the guest are on the receive ring
    const messages: Asked<unknown>[] = [];
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
    if (count > 0 && rx.unanswered.length >= count) await this.#publish(rx, this.#sendSlots(rx, count));
  }

  #sendSlots(rx: RxSide, count: number): readonly Asked<unknown>[] {
    const messages: Asked<unknown>[] = [];
    while (rx.unanswered.slice(0, count).some(({ taken }) => !taken))
      messages.push(...rx.takeNext()!.messages); // there is one that is not taken
    for (let i = 0; i < count; i++) {
      const { request, fill } = rx.sendSlot();
      messages.push(...fill, ...rx.map(request, -1));
    }
    return messages;
  }

  /** RING_PUSH_RESPONSES_AND_CHECK_NOTIFY, after the messages that write what is published. */
  async #publish(
    side: TxSide | RxSide,
    before: readonly Asked<unknown>[],
    to = side.rsp_prod_pvt,
  ): Promise<void> {
    const old = side.rsp_prod;
    const answers = await this.front.port.ask([
      ...before,
      ...side.writeResponses,
      side.push(to),
      side.readRspEvent,
    ]);
    side.takeRspEvent((answers.at(-1) as { octets: string }).octets, old);
    if (side.isEventDue(old)) this.front.pending = true;
    if (this.front.isPaused) this.front.cameLate = true;
    else if (!this.front.pending && !side.isHostile && !this.front.isBroken) side.checkArmed();
  }

  /** What no backend may do. From here on the frontend owes it nothing, and must still do no harm. */
  async misbehave(side: TxSide | RxSide, step: Step): Promise<void> {
    const last = this.#last.get(side);
    // An id that is in use again: then this would be an answer like any other.
    if (step.do === 'repeat' && side.unanswered.some(({ id }) => id === last?.id)) return;
    this.#breakProtocol(side);
    if (step.do === 'overrun') {
      await this.#publish(side, [], (side.req_prod + step.value) >>> 0);
      this.front.pending = true;
      return;
    }
    if (step.do === 'mapped') return this.#answerMapped(side, step);
    const response = {
      id: step.do === 'unknown' ? unusedId(side, step.value) : (last?.id ?? 0),
      status: side instanceof TxSide ? 0 : (last?.status ?? -1),
      offset: 0,
    };
    if (step.do === 'oversized') {
      const request = this.front.rx!.answer(step.k, true);
      if (request === undefined) return;
      Object.assign(response, { id: request.id, status: 60, offset: 4090 });
      await askAll(this.front.port, this.front.rx!.map(request, -1));
    }
    side.respond(response);
    await this.#publish(side, []);
    this.front.pending = true;
  }

  #breakProtocol(side: TxSide | RxSide): void {
    side.isHostile = true;
    this.front.isInStep = false;
  }

  /** Answers a request whose page the backend keeps mapped. */
  async #answerMapped(side: TxSide | RxSide, step: Step): Promise<void> {
    const request = side instanceof TxSide ? side.answer(step.k, 0) : side.answer(step.k, false, true);
    if (request === undefined) return;
    await this.front.keep(request);
    const wrote = 'wrote' in request ? request.wrote : undefined;
    const response = {
      id: request.id,
      status: wrote?.frame.length ?? (side instanceof RxSide ? -1 : 0),
      offset: wrote?.offset ?? 0,
    };
    side.respond(response);
    await this.#publish(side, []);
    this.front.pending = true;
  }
}

/** An id that no unanswered request has. */
function unusedId(side: RingSide<Outstanding>, wanted: number): number {
  let id = wanted;
  while (side.unanswered.some((each) => each.id === id)) id = (id + 1) & 0xffff;
  return id;
}
