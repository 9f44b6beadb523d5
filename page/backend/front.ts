/** The reference front on memory of its own, asked as the driver of a port is. */
import { connect, type Netfront, type Page, SimulatedHost } from '../../impl/index.js';
import type { Frame } from '../../impl/inbox.js';
import { PageMemory } from '../../impl/page-memory.js';
import type { FrontRing, SharedRing } from '../../impl/ring.js';
import type { Answers, Exchange, Port } from '../../conform/port.js';
import { type Effects, hexOf, type Message, octetsOf, type Start } from '../../conform/protocol.js';
import { NETIF_RSP, type RingName, statusNumber } from '../../replay/netif.js';
import { grefPerPage } from './msa00.js';

/** Which front runs: the reference as it is, or with the ids of mirage-net-xen 1.3.0 to 1.4.1. */
export type FrontKind = 'reference' | 'msa00';

/** How a kind of front sends. */
const SENDING = {
  reference: { blocksPerPage: 1 },
  msa00: { blocksPerPage: 2, scheme: grefPerPage },
} as const;

/** So many pages: two rings, and the buffers of each. */
const PAGES = 64;

type Noted = { -readonly [Name in keyof Effects]: Effects[Name] };

/** A host that tells what leaves the guest. */
class NotingHost extends SimulatedHost {
  constructor(
    memory: PageMemory,
    readonly tell: (what: Effects) => void,
  ) {
    super(256, memory);
  }

  override grantAccess(gref: number, page: Page, access: 'read-only' | 'writable' = 'writable'): void {
    super.grantAccess(gref, page);
    this.tell({ granted: [{ gref, access }] });
  }

  override endAccess(gref: number): boolean {
    const isEnded = super.endAccess(gref);
    if (isEnded) this.tell({ ended: [gref] });
    return isEnded;
  }

  override notify(): void {
    this.tell({ notified: 1 });
  }
}

/** A front. What leaves the guest is noted until it is taken as an answer. */
export class FrontInMemory implements Port {
  /** What it said in its answers since this was last emptied. */
  readonly said: Effects[] = [];
  readonly #host: SimulatedHost;
  readonly #frames = new Map<number, Frame>();
  #rings: Readonly<Record<RingName, () => FrontRing>> | undefined;
  #shared: Readonly<Record<RingName, SharedRing>> | undefined;
  #netfront: Netfront | undefined;
  #noted: Noted = {};
  #wasBroken = false;

  constructor(readonly kind: FrontKind) {
    const memory = new PageMemory(new ArrayBuffer(PAGES * 4096));
    this.#host = new NotingHost(memory, (more) => {
      const { granted = [], ended = [], notified = 0 } = this.#noted;
      this.#noted = {
        ...this.#noted,
        granted: [...granted, ...(more.granted ?? [])],
        ended: [...ended, ...(more.ended ?? [])],
        notified: notified + (more.notified ?? 0),
      };
    });
  }

  /** What the front itself keeps of a ring. */
  private(ring: RingName): FrontRing {
    return this.#rings![ring]();
  }

  /** The page of a ring, which both ends load and store. */
  shared(ring: RingName): SharedRing {
    return this.#shared![ring];
  }

  /** Has it found that the backend broke the protocol? */
  get isBroken(): boolean {
    return this.#netfront?.isBroken === true;
  }

  async ask<const E extends readonly Exchange<unknown>[]>(exchanges: E): Promise<Answers<E>> {
    const answers: unknown[] = [];
    for (const { message } of exchanges) answers.push(await this.#answer(message));
    return answers as unknown as Answers<E>;
  }

  async #answer(message: Message): Promise<unknown> {
    switch (message.do) {
      case 'start':
        return this.#start(message);
      case 'send':
        this.#send(message);
        return this.#rest();
      case 'event':
        this.#host.back.notify();
        return this.#rest();
      case 'return':
        this.#frames.get(message.frame)!.release();
        return this.#rest();
      case 'look':
        return { octets: hexOf(this.#frames.get(message.frame)!.octets) };
      case 'read':
        return {
          octets: hexOf(this.#page(message.gref).subarray(message.offset, message.offset + message.length)),
        };
      case 'write':
        this.#page(message.gref).set(octetsOf(message.octets), message.offset);
        return {};
      case 'map':
      case 'unmap':
        this.#host.back[message.do](message.gref);
        return {};
      case 'hello':
      case 'resume':
        throw new Error(`nobody here asks ${message.do}`);
    }
  }

  #page(gref: number): Uint8Array {
    const page = this.#host.grantedPage(gref);
    if (page === undefined) throw new Error(`grant ${gref} grants nothing`);
    return page.octets;
  }

  async #start({ tx, rx }: Start): Promise<unknown> {
    const of = ({ nr_ents, first }: { readonly nr_ents: number; readonly first: number }) => ({
      nr_ents,
      first,
    });
    const { netfront, ...drivers } = connect(this.#host, {
      tx: tx === undefined ? { nr_ents: 1 } : { ...of(tx), blocks: tx.buffers, ...SENDING[this.kind] },
      rx:
        rx === undefined
          ? { nr_ents: 1 }
          : { ...of(rx), pages: rx.buffers, copyOut: rx.copy, lowWater: rx.nr_ents },
    });
    this.#netfront = netfront;
    this.#rings = {
      tx: () => drivers.tx.snapshot.context.ring,
      rx: () => drivers.rx.snapshot.context.ring,
    };
    this.#shared = { tx: drivers.tx.shared, rx: drivers.rx.shared };
    netfront.onReceive((frame) => {
      const n = this.#frames.size + 1;
      this.#frames.set(n, frame);
      const { octets } = frame;
      this.#noted.received = [...(this.#noted.received ?? []), { frame: n, octets: hexOf(octets) }];
    });
    // It has both rings always. Of one that is not asked for nothing is said.
    if (rx === undefined) delete this.#noted.notified;
    const said = await this.#rest();
    return {
      ...said,
      ...(tx && { tx: { gref: drivers.tx.ringGref, block: 4096 / SENDING[this.kind].blocksPerPage } }),
      ...(rx && { rx: { gref: drivers.rx.ringGref } }),
    };
  }

  #send({ send, frame }: Message & { readonly do: 'send' }): void {
    const sent = (status: number): void => {
      this.#noted.sent = [...(this.#noted.sent ?? []), { send, status }];
    };
    this.#netfront!.send(octetsOf(frame)).then(
      (status) => sent(statusNumber(status)),
      // Of a broken interface the application is told once, and not for each send.
      () => this.isBroken || sent(NETIF_RSP.ERROR),
    );
  }

  /** Until nothing more is due: events are delivered, and promises settled, before the next task of the browser. */
  async #rest(): Promise<Effects> {
    const { port1, port2 } = new MessageChannel();
    await new Promise((resolve) => {
      port1.onmessage = resolve;
      port2.postMessage(0);
    });
    port1.close();
    const isNew = this.isBroken && !this.#wasBroken;
    this.#wasBroken = this.isBroken;
    const answer: Effects = { ...this.#noted, ...(isNew && { broken: true }) };
    this.#noted = {};
    this.said.push(answer);
    return answer;
  }
}
