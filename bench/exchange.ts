/**
 * Two netfronts joined by the reference bridge exchange frames in both directions, and each frame that arrives is
 * compared with the one that was due. `test/impl/loopback.test.ts` does it with some, `make check-all` with a million.
 */
import {
  bridge,
  connect,
  type Connected,
  ETH_HLEN,
  type Frame,
  type NetfrontOptions,
  type Offload,
  SimulatedHost,
} from '../impl/index.js';
import { valuesOf } from '../impl/list.js';
import { packetSource, piecesOf, type Said, sameOffload } from './packet-mix.js';
import { sub } from '../impl/ring.js';
import type { RingLog } from '../logs/event.js';
import { RecordingHost } from '../logs/recorder.js';

/** What is exchanged, and how. */
export interface ExchangeOptions {
  /** Frames in each direction. */
  readonly frames: number;
  /** Packets of all shapes, with what is said of them, in place of frames of one slot. */
  readonly isMixed?: boolean;
  /** Of both netfronts. */
  readonly netfront?: NetfrontOptions;
  /** Frames that may wait in the bridge, each way. */
  readonly backlog?: number;
  /** Where in its page the bridge puts a frame. */
  readonly placeAt?: (octets: number) => number;
  /** Frames are taken by iteration, and not by a listener. */
  readonly iterate?: boolean;
  /** What an application does with a frame before it is ready for the next; nothing if absent. */
  readonly digest?: (n: number) => Promise<void> | undefined;
  /** Told what the first netfront and its backend did to their rings, as a log, when all frames have arrived. */
  readonly onLog?: (log: RingLog) => void;
  /** Told after every so many frames have arrived at both ends together. */
  readonly progress?: { readonly every: number; readonly tell: (frames: number) => void };
}

/** What an exchange came to. */
export interface Exchanged {
  /** Frames that arrived, and were those that were due, each way. */
  readonly frames: number;
  /** Octets of them, both ways. */
  readonly octets: number;
  readonly seconds: number;
  /** The indices of all four rings passed 2^32. */
  readonly hasWrapped: boolean;
}

/** The longest frame of an Ethernet without jumbo frames, in octets. */
const LONGEST = 1514;
/** How many frames a sender has under way before it waits: twice this. */
const CHUNK = 128;

/** A guest: its host, and its end of the wire. */
interface Guest extends Connected {
  readonly host: SimulatedHost | RecordingHost;
}

/**
 * Exchanges frames.
 * @throws Error at the first frame that is not the one that was due, and where a buffer or a grant is not back
 */
export async function exchange(options: ExchangeOptions): Promise<Exchanged> {
  const recording = options.onLog && new RecordingHost({ ids: { rx: 'slot' } });
  const guests = [guestOf(options, recording), guestOf(options)] as const;
  const [a, b] = guests;
  bridge(vifOf(a), vifOf(b), {
    ...(options.backlog === undefined ? {} : { backlog: options.backlog }),
    ...(options.placeAt === undefined ? {} : { placeAt: options.placeAt }),
  });
  const begun = performance.now();
  let arrived = 0;
  const count = (): void => {
    arrived++;
    const { progress } = options;
    if (progress !== undefined && arrived % progress.every === 0) progress.tell(arrived);
  };
  await Promise.all([
    receiveAll(b, sourceOf(options, 1), options, count),
    receiveAll(a, sourceOf(options, 2), options, count),
    sendAll(a, sourceOf(options, 1), options.frames),
    sendAll(b, sourceOf(options, 2), options.frames),
  ]);
  const seconds = (performance.now() - begun) / 1000;
  if (recording) options.onLog!(recording.log('exchange'));
  for (const guest of guests) checkAtRest(guest, options.frames);
  const hasWrapped = guests.every(({ tx, rx }) =>
    [tx, rx].every(({ shared, config }) => shared.rsp_prod < config.first),
  );
  const octets = guests.reduce((sum, { netfront }) => sum + netfront.statistics.rx.octets, 0);
  for (const guest of guests) await checkClosed(guest);
  return { frames: options.frames, octets, seconds, hasWrapped };
}

/** What is sent and what is due; of a frame of one slot nothing is said. */
interface Packet {
  readonly fragments: readonly Uint8Array[];
  readonly octets: Uint8Array;
  readonly offload: Offload;
}

/** The next packet. Its octets are good until the one after is asked for. */
const sourceOf = ({ isMixed = false }: ExchangeOptions, seed: number): (() => Packet) => {
  if (isMixed) {
    const next = packetSource(seed);
    return () => {
      const packet = next();
      return { fragments: piecesOf(packet), octets: packet.octets, offload: packet.offload };
    };
  }
  const next = frameSource(seed);
  return () => {
    const octets = next();
    return { fragments: [octets], octets, offload: {} };
  };
};

/** Frames of random lengths and contents, the same ones for the same seed. The octets of one are good until the next. */
export const frameSource = (seed: number): (() => Uint8Array) => {
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    // The low bits of such a generator repeat soon.
    return state >>> 8;
  };
  const pool = Uint8Array.from({ length: 64 * 1024 }, random);
  return () => {
    const size = ETH_HLEN + (random() % (LONGEST - ETH_HLEN + 1));
    const from = random() % (pool.length - LONGEST);
    return pool.subarray(from, from + size);
  };
};

const guestOf = (
  { netfront = {} }: ExchangeOptions,
  host: SimulatedHost | RecordingHost = new SimulatedHost(),
): Guest => {
  return { host, ...connect(host, netfront) };
};

const vifOf = ({ host, tx, rx }: Guest) => {
  const rings = { tx: tx.shared, rx: rx.shared };
  return { host: host.back, ...(host instanceof RecordingHost ? host.backRings(rings) : rings) };
};

async function sendAll({ netfront }: Guest, next: () => Packet, frames: number): Promise<void> {
  let before: Promise<void> = Promise.resolve();
  for (let sent = 0; sent < frames;) {
    const statuses = [];
    for (; statuses.length < CHUNK && sent < frames; sent++) {
      const { fragments, offload } = next();
      statuses.push(netfront.send(fragments, offload));
    }
    const all = Promise.all(statuses).then((settled) => {
      const bad = settled.find((status) => status !== 'OKAY');
      if (bad !== undefined) throw new Error(`a frame before ${sent} was answered ${bad}`);
    });
    await before;
    before = all;
  }
  await before;
}

/** Resolves when all frames have come that are due, and no more. */
async function receiveAll(
  { netfront }: Guest,
  next: () => Packet,
  { frames, iterate = false, digest }: ExchangeOptions,
  count: () => void,
): Promise<void> {
  let n = 0;
  const check = (frame: Frame): void => {
    const due = next();
    if (n === frames) throw new Error(`frame ${n} is one more than was sent`);
    if (Buffer.compare(frame.octets, due.octets) !== 0)
      throw new Error(
        `frame ${n} is not the one that was due: ${frame.octets.length} octets in place of ${due.octets.length}`,
      );
    if (!sameOffload(saidOf(frame), due.offload))
      throw new Error(
        `of frame ${n} is said ${JSON.stringify(saidOf(frame))} in place of ${JSON.stringify(due.offload)}`,
      );
    count();
    n++;
  };
  if (iterate) {
    for await (const frame of netfront) {
      check(frame);
      await digest?.(n);
      frame.release();
      if (n === frames) return;
    }
    throw new Error(`the interface was closed after ${n} frames`);
  }
  await new Promise<void>((resolve, reject) => {
    const done = (frame: Frame): void => {
      frame.release();
      if (n === frames) resolve();
    };
    netfront.onReceive((frame) => {
      check(frame);
      const digested = digest?.(n);
      if (digested === undefined) return done(frame);
      return digested.then(() => done(frame));
    }, reject);
  });
}

const saidOf = ({ csum_blank, data_validated, gso, extras }: Frame): Said => ({
  csum_blank,
  data_validated,
  gso,
  extras,
});

/** Every buffer is free, or posted to receive into; nothing else is granted; and the statistics say what was done. */
function checkAtRest({ host, netfront, tx, rx }: Guest, frames: number): void {
  const { config, pool, grefs, held, ring } = rx.snapshot.context;
  const posted = sub(ring.req_prod_pvt, ring.rsp_cons);
  const free = [...valuesOf(pool)].length;
  expectSame('free blocks', new Set(valuesOf(tx.snapshot.context.pool)).size, tx.config.blocks);
  expectSame('free and posted pages', free + posted, config.pages);
  expectSame('pages posted under a grant', grefs.filter((gref) => gref !== null).length, posted);
  expectSame('pages that the application has', held.filter(Boolean).length, 0);
  const pagesForLife = tx.config.grantPerRequest ? 0 : tx.pages.length;
  expectSame('grants', host.granted, 2 + pagesForLife + posted);
  const { tx: sent, rx: received } = netfront.statistics;
  expectSame('frames sent, by the statistics', sent.packets, frames);
  expectSame('frames received, by the statistics', received.packets, frames);
  expectSame('errors', sent.errors + sent.dropped + received.errors + received.dropped, 0);
}

async function checkClosed({ host, netfront }: Guest): Promise<void> {
  expectSame('grants mapped when closed', await netfront.close(), 0);
  expectSame('grants after the end', host.granted, 0);
}

const expectSame = (what: string, found: number, due: number): void => {
  if (found !== due) throw new Error(`${what}: ${found} in place of ${due}`);
};
