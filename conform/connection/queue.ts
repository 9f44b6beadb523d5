/** The two rings of one queue, as a backend that has mapped them sees them. */
import { NETIF_RSP, NETRXF, NETTXF, PAGE, type RingName, SLOT_SIZE, SLOTS } from '../../replay/netif.js';
import type { Exchange, Port } from '../port.js';
import { Acknowledgement, hexOf, octetsOf, OctetsAnswer } from '../protocol.js';
import { Glance, RingPage, sub, wordOf } from '../ring-page.js';
import { Violation } from '../violation.js';

/** Where a queue is, by its keys. */
export interface QueueAt {
  readonly tx: number;
  readonly rx: number;
  /** The port on which each ring's events are sent; one, or two. */
  readonly ports: Readonly<Record<RingName, number>>;
}

/** What a queue has to know of its guest. */
export interface QueueGuest {
  /** May the backend reach this page? To send it has to be granted, to receive it has to be granted writable. */
  mayReach(gref: number, access: 'read-only' | 'writable'): boolean;
  /** The number of the grant that this reference stands for now: a reference is used again once its grant was ended. */
  grantOf(gref: number): number;
  /** The front looks at this ring by a timer: an event stands for its next look. */
  isPolled(ring: RingName): boolean;
}

/** A packet that was taken off a transmit ring. */
export interface Taken {
  readonly octets: Uint8Array;
  readonly slots: number;
  readonly hasExtra: boolean;
  /** The ids of its slots, in order; undefined for an extra. */
  readonly ids: readonly (number | undefined)[];
}

const UNDEFINED_OCTET = 0x5a;

/** One ring. */
class MappedRing {
  readonly page: RingPage;
  req_prod = 0;
  req_cons = 0;
  req_event = 1;
  rsp_prod = 0;

  constructor(
    readonly ring: RingName,
    gref: number,
    nr_ents: number,
  ) {
    this.page = new RingPage(ring, gref, nr_ents);
  }

  /** Has the indices of another backend, which was here before. */
  goOn({ req_prod, req_cons, req_event, rsp_prod }: MappedRing): void {
    Object.assign(this, { req_prod, req_cons, req_event, rsp_prod });
  }

  /** Takes what was read. @returns whether what is new has to be told of by an event */
  take(glance: Glance): boolean {
    const [old, req_prod] = [this.req_prod, glance.word('req_prod')];
    const count = sub(req_prod, this.rsp_prod);
    if (count > this.page.nr_ents || sub(req_prod, old) > this.page.nr_ents)
      throw new Violation(
        'RingBound',
        `${this.ring.toUpperCase()}: at most ${this.page.nr_ents} requests past rsp_prod = ${this.rsp_prod}`,
        `req_prod = ${req_prod}`,
      );
    this.page.octets.set(glance.octets);
    this.req_prod = req_prod;
    return sub(req_prod, this.req_event) < sub(req_prod, old);
  }
}

/** A queue that a backend has mapped. */
export class MappedQueue {
  readonly tx: MappedRing;
  readonly rx: MappedRing;
  /** Which grants its references stood for when it was mapped: both numbers only ever rise. */
  readonly #grants: number;
  /** Packets that were taken and not answered. */
  readonly taken: Taken[] = [];
  /** The kernel whose rings these are is no more, and nobody looks at them. */
  isDead = false;
  /** Ports on which an event of the backend is due. */
  readonly due = new Set<number>();

  /** @param guest what the backend is granted, and whether the front looks at a ring by a timer */
  constructor(
    readonly port: Port,
    readonly at: QueueAt,
    sizes: Readonly<Record<RingName, number>>,
    readonly guest: QueueGuest,
  ) {
    this.#grants = guest.grantOf(at.tx) + guest.grantOf(at.rx);
    this.tx = new MappedRing('tx', at.tx, sizes.tx);
    this.rx = new MappedRing('rx', at.rx, sizes.rx);
  }

  /** Goes on where another backend was on the same rings. */
  goOn({ tx, rx, taken }: MappedQueue): void {
    this.tx.goOn(tx);
    this.rx.goOn(rx);
    this.taken.push(...taken);
  }

  /** Are these its rings, and not others under the same references? */
  isAt({ tx, rx }: QueueAt): boolean {
    return (
      this.at.tx === tx &&
      this.at.rx === rx &&
      this.#grants === this.guest.grantOf(tx) + this.guest.grantOf(rx)
    );
  }

  /** What is read after each turn of the front: both rings whole. */
  get glances(): readonly Exchange<OctetsAnswer>[] {
    return [this.tx, this.rx].map(({ page }) => ({
      message: { do: 'read', gref: page.gref, offset: 0, length: page.octets.length },
      answer: OctetsAnswer,
    }));
  }

  /** Takes both. @returns the rings on which an event of the front was due */
  takeGlances(read: readonly OctetsAnswer[]): readonly RingName[] {
    return [this.tx, this.rx]
      .filter((ring, i) => ring.take(new Glance(read[i]!.octets)))
      .map(({ ring }) => ring);
  }

  /** Takes every packet that is published, and asks for an event at the next. */
  async takeAll(): Promise<readonly Taken[]> {
    const fresh: Taken[] = [];
    const { tx } = this;
    while (tx.req_cons !== tx.req_prod) fresh.push(await this.#takePacket());
    this.taken.push(...fresh);
    tx.req_event = (tx.req_cons + 1) >>> 0;
    await this.port.ask([tx.page.writeWord('req_event', tx.req_event)]);
    return fresh;
  }

  async #takePacket(): Promise<Taken> {
    const octets: number[] = [];
    const ids: (number | undefined)[] = [];
    let total: number | undefined;
    let hasExtra = false;
    for (let isMore = true; isMore;) {
      const { id, gref, offset, flags, size } = this.#request();
      isMore = (flags & NETTXF.more_data) !== 0;
      ids.push(id);
      if ((flags & NETTXF.extra_info) !== 0) {
        hasExtra = true;
        if (this.tx.req_cons === this.tx.req_prod) throw notWhole();
        this.tx.req_cons = (this.tx.req_cons + 1) >>> 0;
        ids.push(undefined);
      }
      const rest = isMore ? this.#sizesBehind() : 0;
      const length = total === undefined ? size - rest : size;
      total ??= size;
      if (length < 0 || offset + length > PAGE)
        throw new Violation('SizeRule', 'octets within a page', `offset ${offset}, ${length} octets`);
      octets.push(...(await this.#block(gref, offset, length)));
    }
    return { octets: Uint8Array.from(octets), slots: ids.length, hasExtra, ids };
  }

  #request(): Readonly<Record<'gref' | 'offset' | 'flags' | 'id' | 'size', number>> {
    const { tx } = this;
    const request = SLOTS.tx.request.read(tx.page.view, tx.page.slotAt(tx.req_cons));
    tx.req_cons = (tx.req_cons + 1) >>> 0;
    return request;
  }

  /** The sizes of the requests that follow in this packet: the first one has the size of all. */
  #sizesBehind(): number {
    const { page, req_cons, req_prod } = this.tx;
    let sum = 0;
    for (let index = req_cons; ; index = (index + 1) >>> 0) {
      if (index === req_prod) throw notWhole();
      const { size, flags } = SLOTS.tx.request.read(page.view, page.slotAt(index));
      sum += size;
      if ((flags & NETTXF.more_data) === 0) return sum;
    }
  }

  async #block(gref: number, offset: number, length: number): Promise<Uint8Array> {
    this.#checkReach(gref, 'read-only');
    const [, { octets }] = await this.port.ask([
      { message: { do: 'map', gref }, answer: Acknowledgement },
      { message: { do: 'read', gref, offset, length }, answer: OctetsAnswer },
      { message: { do: 'unmap', gref }, answer: Acknowledgement },
    ]);
    return octetsOf(octets);
  }

  /** P74. The page of a request is the present backend's to reach. */
  #checkReach(gref: number, access: 'read-only' | 'writable'): void {
    if (this.guest.mayReach(gref, access)) return;
    throw new Violation(
      'FrameOnlyOnLiveRing',
      `the page of each request to be granted to this backend${access === 'writable' ? ', writable' : ''}`,
      `reference ${gref} is not`,
    );
  }

  /** Answers the packet that was taken longest ago. @returns it; undefined if there is none */
  async answer(): Promise<Taken | undefined> {
    const packet = this.taken.shift();
    if (packet === undefined) return undefined;
    const { tx } = this;
    const old = tx.rsp_prod;
    for (const [i, id] of packet.ids.entries())
      this.#store(tx, (old + i) >>> 0, {
        id: id ?? 0,
        status: id === undefined ? NETIF_RSP.NULL : NETIF_RSP.OKAY,
      });
    await this.#publish(tx, packet.ids.length);
    return packet;
  }

  /** How many pages the front has posted, and no frame was written into. */
  get posted(): number {
    return sub(this.rx.req_prod, this.rx.req_cons);
  }

  /** Sends the guest a frame of one slot, if a page is posted for it. @returns whether one was */
  async receive(frame: Uint8Array): Promise<boolean> {
    const { rx } = this;
    if (this.posted === 0) return false;
    const { id, gref } = SLOTS.rx.request.read(rx.page.view, rx.page.slotAt(rx.req_cons));
    this.#checkReach(gref, 'writable');
    rx.req_cons = (rx.req_cons + 1) >>> 0;
    rx.req_event = (rx.req_cons + 1) >>> 0;
    await this.port.ask([
      { message: { do: 'map', gref }, answer: Acknowledgement },
      { message: { do: 'write', gref, offset: 0, octets: hexOf(frame) }, answer: Acknowledgement },
      { message: { do: 'unmap', gref }, answer: Acknowledgement },
      rx.page.writeWord('req_event', rx.req_event),
    ]);
    this.#store(rx, rx.rsp_prod, { id, status: frame.length, offset: 0, flags: NETRXF.data_validated });
    await this.#publish(rx, 1);
    return true;
  }

  #store(
    { ring, page }: MappedRing,
    index: number,
    response: {
      readonly id: number;
      readonly status: number;
      readonly offset?: number;
      readonly flags?: number;
    },
  ): void {
    const octets = new Uint8Array(SLOT_SIZE[ring]).fill(UNDEFINED_OCTET);
    SLOTS[ring].response.write(new DataView(octets.buffer), 0, response);
    page.store(index, octets);
  }

  /** RING_PUSH_RESPONSES_AND_CHECK_NOTIFY of so many slots. */
  async #publish(ring: MappedRing, count: number): Promise<void> {
    const old = ring.rsp_prod;
    const rsp_prod = (old + count) >>> 0;
    const slots = ring.page.writeSlots(old, count);
    ring.rsp_prod = rsp_prod;
    const answers: readonly unknown[] = await this.port.ask([
      ...slots,
      ring.page.writeWord('rsp_prod', rsp_prod),
      ring.page.readWord('rsp_event'),
    ] as readonly Exchange<unknown>[]);
    const rsp_event = wordOf(answers.at(-1) as OctetsAnswer);
    if (sub(rsp_prod, rsp_event) < sub(rsp_prod, old) || this.guest.isPolled(ring.ring))
      this.due.add(this.at.ports[ring.ring]);
  }
}

const notWhole = (): Violation =>
  new Violation('PublishedWhole', 'a packet to be published whole', 'its last slots are not there');
