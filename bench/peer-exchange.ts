/**
 * Packets exchanged with the C peer, in both directions at once, each compared with the one that was due: our netfront with
 * the backend in C, or the frontend in C with our backend. `test/peer/peer.test.ts` does it with some, `make check-all` with a million.
 */
import { connect, type Connected, Netback, type NetfrontOptions, SimulatedHost } from '../impl/index.js';
import { valuesOf } from '../impl/list.js';
import type { TxStatus } from '../impl/netif.js';
import { type SharedRing, sub } from '../impl/ring.js';
import { Peer } from '../peer/peer.js';
import { PeerBack } from '../peer/peer-back.js';
import { PeerFront } from '../peer/peer-front.js';
import type { Module } from '../peer/webassembly.js';
import { type Mix, type MixedPacket, packetSource, piecesOf, type Said, sameOffload } from './packet-mix.js';

/** What is exchanged with the peer, and how. */
export interface PeerExchangeOptions {
  /** The peer, compiled or not yet. */
  readonly wasm: Uint8Array | Module;
  /** Packets in each direction. */
  readonly packets: number;
  /** Where the indices of both rings start. */
  readonly first: number;
  readonly seed?: number;
  readonly mix?: Mix;
  /** Told after every so many packets have arrived at both ends together. */
  readonly progress?: { readonly every: number; readonly tell: (packets: number) => void };
  /** Of our netfront, where the peer is the backend. */
  readonly netfront?: NetfrontOptions;
}

/** What an exchange with the peer came to. */
export interface PeerExchanged {
  /** Packets that arrived, and were those that were due, each way. */
  readonly packets: number;
  /** Slots and octets of them, both ways. */
  readonly slots: number;
  readonly octets: number;
  readonly seconds: number;
  /** The indices of both rings passed 2^32. */
  readonly hasWrapped: boolean;
}

/** How many packets a sender has under way before it waits: twice this. */
const CHUNK = 64;

/**
 * Our netfront with the backend in C, which answers out of order.
 * @throws Error at the first packet that is not the one that was due, and where a buffer or a grant is not back
 */
export async function exchangeWithBack(options: PeerExchangeOptions): Promise<PeerExchanged> {
  const { first, seed = 1 } = options;
  const peer = new Peer(options.wasm);
  const host = new SimulatedHost(2048, peer.pages);
  const connected = connect(host, {
    tx: { first, ...options.netfront?.tx },
    rx: { first, ...options.netfront?.rx },
  });
  const { netfront, tx, rx } = connected;
  const run = new Run(options);
  const sent = run.judge('sent', seed);
  const received = run.judge('received', seed + 1);
  const back = new PeerBack(
    peer,
    host.back,
    { tx: tx.shared, rx: rx.shared },
    { onFrame: (octets, offload) => sent.check(octets, offload), disorder: seed },
  );
  host.back.onEvent(() => back.poll());
  netfront.onReceive(
    (frame) => {
      received.check(frame.octets, frame);
      frame.release();
    },
    (error) => run.fail(error),
  );
  await run.all([
    sendAll(options, packetSource(seed, options.mix), (packet) =>
      netfront.send(piecesOf(packet), packet.offload),
    ),
    deliverAll(options, packetSource(seed + 1, options.mix), back, ({ octets, offload, cut }) =>
      back.deliver(octets, offload, { cut, offset: octets.length % Math.min(64, 4097 - cut) }),
    ),
  ]);
  expectSame('reason of the backend in C', back.fatalReason, undefined);
  checkAtRest(connected, host);
  const outcome = run.outcome(tx.shared, rx.shared);
  expectSame('grants mapped when closed', await netfront.close(), 0);
  expectSame('grants after the end', host.granted, 0);
  return outcome;
}

/**
 * The frontend in C with our backend.
 * @throws Error as {@link exchangeWithBack} does
 */
export async function exchangeWithFront(options: PeerExchangeOptions): Promise<PeerExchanged> {
  const { first, seed = 1 } = options;
  const peer = new Peer(options.wasm);
  const host = new SimulatedHost(2048, peer.pages);
  const run = new Run(options);
  const sent = run.judge('sent', seed);
  const received = run.judge('received', seed + 1);
  const front = new PeerFront(peer, host, {
    first,
    onFrame: (octets, offload) => received.check(octets, offload),
  });
  const { tx, rx } = front.rings;
  const back = new Netback(host.back, front.rings, {
    onFrame: (octets, offload) => sent.check(octets, offload),
  });
  host.back.onEvent(() => back.poll());
  await run.all([
    sendAll(options, packetSource(seed, options.mix), ({ octets, offload, cut }) =>
      front.send(octets, offload, cut),
    ),
    deliverAll(options, packetSource(seed + 1, options.mix), back, (packet) =>
      back.deliver(piecesOf(packet), packet.offload),
    ),
  ]);
  expectSame('reason of the frontend in C', front.brokenReason, undefined);
  expectSame('slots without an answer', front.unanswered, 0);
  const { posted, free } = front.pages;
  expectSame('free and posted pages', free + posted, rx.nr_ents);
  expectSame('grants', host.granted, 2 + posted);
  const outcome = run.outcome(tx, rx);
  expectSame('all pages are back when closed', front.close(), true);
  expectSame('grants after the end', host.granted, 0);
  return outcome;
}

/** One exchange: what it has judged, and what went wrong where nobody awaits it. */
class Run {
  readonly #begun = performance.now();
  readonly #judges: Judge[] = [];
  readonly #failed: Promise<never>;
  #fail: (error: unknown) => void = () => {};
  #arrived = 0;

  constructor(readonly options: PeerExchangeOptions) {
    this.#failed = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.#failed.catch(() => {});
  }

  judge(what: string, seed: number): Judge {
    const { packets, mix, progress } = this.options;
    const judge = new Judge(what, packets, packetSource(seed, mix), () => {
      this.#arrived++;
      if (progress !== undefined && this.#arrived % progress.every === 0) progress.tell(this.#arrived);
    });
    judge.isComplete.catch((error: unknown) => this.fail(error));
    this.#judges.push(judge);
    return judge;
  }

  fail(error: unknown): void {
    this.#fail(error);
  }

  /** Resolves when all of it is done and every packet has arrived; rejects at the first failure. */
  async all(work: readonly Promise<void>[]): Promise<void> {
    const complete = this.#judges.map(({ isComplete }) => isComplete);
    await Promise.race([Promise.all([...work, ...complete]), this.#failed]);
  }

  outcome(...rings: readonly SharedRing[]): PeerExchanged {
    const { packets, first } = this.options;
    const sum = (of: (judge: Judge) => number): number =>
      this.#judges.reduce((total, judge) => total + of(judge), 0);
    return {
      packets,
      slots: sum(({ slots }) => slots),
      octets: sum(({ octets }) => octets),
      seconds: (performance.now() - this.#begun) / 1000,
      hasWrapped: rings.every(({ rsp_prod }) => rsp_prod < first),
    };
  }
}

/** Compares the packets that arrive at one end with those that are due. */
class Judge {
  arrived = 0;
  slots = 0;
  octets = 0;
  readonly isComplete: Promise<void>;
  #complete: () => void = () => {};
  #fail: (error: Error) => void = () => {};

  constructor(
    readonly what: string,
    readonly packets: number,
    readonly next: () => MixedPacket,
    readonly count: () => void,
  ) {
    this.isComplete = new Promise((resolve, reject) => {
      this.#complete = resolve;
      this.#fail = reject;
    });
  }

  check(octets: Uint8Array, offload: Said): void {
    const n = this.arrived++;
    if (n === this.packets) return this.#fail(new Error(`one packet more was ${this.what} than there are`));
    const due = this.next();
    if (Buffer.compare(octets, due.octets) !== 0)
      return this.#fail(
        new Error(
          `packet ${n} that was ${this.what} is not the one that was due: ${octets.length} octets in place of ${due.octets.length}`,
        ),
      );
    if (!sameOffload(offload, due.offload))
      return this.#fail(
        new Error(
          `packet ${n} that was ${this.what} is not what was said of it: ${said(offload)} in place of ${said(due.offload)}`,
        ),
      );
    this.slots += due.slots;
    this.octets += octets.length;
    this.count();
    if (this.arrived === this.packets) this.#complete();
  }
}

const said = ({ csum_blank, data_validated, gso, extras }: Said): string =>
  JSON.stringify({ csum_blank, data_validated, gso, extras });

async function sendAll(
  { packets }: PeerExchangeOptions,
  next: () => MixedPacket,
  send: (packet: MixedPacket) => Promise<TxStatus>,
): Promise<void> {
  let before: Promise<void> = Promise.resolve();
  for (let sent = 0; sent < packets;) {
    const statuses = [];
    for (; statuses.length < CHUNK && sent < packets; sent++) statuses.push(send(next()));
    const all = Promise.all(statuses).then((settled) => {
      const bad = settled.find((status) => status !== 'OKAY');
      if (bad !== undefined) throw new Error(`a packet before ${sent} was answered ${bad}`);
    });
    await before;
    before = all;
  }
  await before;
}

/** Hands packets to a backend, and polls it; where many wait for pages, waits too. */
async function deliverAll(
  { packets }: PeerExchangeOptions,
  next: () => MixedPacket,
  back: { poll(): unknown; readonly backlog: number },
  deliver: (packet: MixedPacket) => void,
): Promise<void> {
  for (let given = 0; given < packets;) {
    for (let n = 0; n < CHUNK && given < packets; n++, given++) deliver(next());
    back.poll();
    do await new Promise((resolve) => setImmediate(resolve));
    while (back.backlog > CHUNK);
  }
}

/** Every buffer is free, or posted to receive into, and nothing else is granted. */
function checkAtRest({ tx, rx, netfront }: Connected, host: SimulatedHost): void {
  const { config, pool, ring } = rx.snapshot.context;
  const posted = sub(ring.req_prod_pvt, ring.rsp_cons);
  expectSame('free blocks', new Set(valuesOf(tx.snapshot.context.pool)).size, tx.config.blocks);
  expectSame('free and posted pages', [...valuesOf(pool)].length + posted, config.pages);
  expectSame('grants', host.granted, 2 + (tx.config.grantPerRequest ? 0 : tx.pages.length) + posted);
  const { tx: sent, rx: received } = netfront.statistics;
  expectSame('errors', sent.errors + sent.dropped + received.errors + received.dropped, 0);
}

const expectSame = <T>(what: string, found: T, due: T): void => {
  if (found !== due) throw new Error(`${what}: ${String(found)} in place of ${String(due)}`);
};
