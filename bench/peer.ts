/**
 * How many octets a second `send` gets across to the backend in C, for short, ordinary and the longest packets; how much of that
 * is copying; and whether memory stays flat. Both ends share one thread and one memory.
 */
import { connect, SimulatedHost } from '../impl/index.js';
import { NET_TX_RING_SIZE } from '../impl/netif.js';
import { PAGE_SIZE } from '../impl/ring.js';
import { Peer, readPeer } from '../peer/peer.js';
import { PeerBack } from '../peer/peer-back.js';
import { type BenchContext, cpuSecondsOf, median, rounded } from './context.js';
import { type Figure, figure } from './figure.js';
import { heldMemory } from './held-memory.js';

/** By the length of a packet: how many are sent. */
const PACKETS: Readonly<Record<number, number>> = { 64: 30_000, 1514: 30_000, 65_000: 3_000 };
const [SHORT, ORDINARY, LONG] = [64, 1514, 65_000] as const;
const ROUNDS = 3;
/** How many packets the application has under way. */
const CHUNK = 64;

interface Rate {
  readonly octetsPerSecond: number;
  /** Of the time, how much the same copies take that the octets go through. */
  readonly copying: number;
}

/** Octets a second by length, and the memory held at the beginning and at the end. */
export async function benchPeer({ root }: BenchContext): Promise<readonly Figure[]> {
  const wasm = readPeer(root);
  const sent = (octets: number, packets = PACKETS[octets]!): Promise<void> => sendAll(wasm, octets, packets);
  // The first ones warm up.
  for (const octets of [SHORT, ORDINARY, LONG]) await sent(octets, PACKETS[octets]! / 10);
  const rates = new Map<number, Rate>();
  for (const octets of [SHORT, ORDINARY, LONG]) rates.set(octets, await rateOf(octets, () => sent(octets)));
  const of = (octets: number): Rate => rates.get(octets)!;
  const memory = await memoryOver(wasm);
  return [
    figure({
      name: 'send',
      what: `octets a second of processor time with packets of ${LONG} octets ÷ with packets of ${SHORT}, backend in C`,
      value: rounded(of(LONG).octetsPerSecond / of(SHORT).octetsPerSecond),
      goal: { atLeast: 40 },
      details: Object.fromEntries(
        [...rates].flatMap(([octets, { octetsPerSecond, copying }]) => [
          [`octets a second, packets of ${octets}`, rounded(octetsPerSecond)],
          [`share in copying, packets of ${octets} (the same copies made again)`, rounded(copying)],
        ]),
      ),
    }),
    figure({
      name: 'send memory',
      what: 'memory after all packets ÷ after a tenth of them, garbage collected before each look',
      value: rounded(memory.last / memory.first),
      goal: { atMost: 1.05 },
      details: {
        'MiB at 10 %': rounded(memory.first / 2 ** 20),
        'MiB at 100 %': rounded(memory.last / 2 ** 20),
        'MiB at the most': rounded(memory.most / 2 ** 20),
      },
    }),
  ];
}

const rateOf = async (octets: number, work: () => Promise<void>): Promise<Rate> => {
  const seconds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) seconds.push(await cpuSecondsOf(work));
  const taken = median(seconds);
  const packets = PACKETS[octets]!;
  const copying = await cpuSecondsOf(() => copyAgain(octets, packets));
  return { octetsPerSecond: (packets * octets) / taken, copying: copying / taken };
};

/** Sends packets; the backend in C copies each out of its blocks, and answers. */
async function sendAll(
  wasm: Uint8Array,
  octets: number,
  packets: number,
  tell: () => void = () => {},
): Promise<void> {
  const peer = new Peer(wasm);
  const host = new SimulatedHost(2048, peer.pages);
  const { netfront, tx, rx } = connect(host);
  let arrived = 0;
  const onFrame = (frame: Uint8Array): void => {
    arrived += frame.length;
  };
  const back = new PeerBack(peer, host.back, { tx: tx.shared, rx: rx.shared }, { onFrame });
  host.back.onEvent(() => back.poll());
  const frame = Uint8Array.from({ length: octets }, (_, i) => i);
  for (let sent = 0; sent < packets; sent += CHUNK) {
    await Promise.all(Array.from({ length: Math.min(CHUNK, packets - sent) }, () => netfront.send(frame)));
    tell();
  }
  await netfront.close();
  if (arrived !== packets * octets)
    throw new Error(`${arrived} octets arrived in place of ${packets * octets}`);
}

/** The copies that the octets of all packets go through, and nothing else: into the blocks, and out of them. */
const copyAgain = (octets: number, packets: number): void => {
  const [from, to] = [new Uint8Array(octets), new Uint8Array(octets)];
  // As many blocks in turn as the pool has, so that they are as far from the processor as there.
  const blocks = Array.from({ length: NET_TX_RING_SIZE }, () => new Uint8Array(PAGE_SIZE));
  let next = 0;
  for (let n = 0; n < packets; n++)
    for (let at = 0; at < octets; at += PAGE_SIZE) {
      const [piece, block] = [from.subarray(at, at + PAGE_SIZE), blocks[next++ % blocks.length]!];
      block.set(piece);
      to.set(block.subarray(0, piece.length), at);
    }
};

/** What is held when a tenth of the longest packets is sent, and when all are. */
async function memoryOver(
  wasm: Uint8Array,
): Promise<{ readonly first: number; readonly last: number; readonly most: number }> {
  const packets = PACKETS[LONG]!;
  const seen: number[] = [];
  let chunks = 0;
  const every = Math.ceil(packets / CHUNK / 10);
  await sendAll(wasm, LONG, packets, () => {
    if (++chunks % every !== 0) return;
    const { heapUsed, external } = heldMemory();
    seen.push(heapUsed + external);
  });
  const [first, last] = [seen[0], seen.at(-1)];
  if (first === undefined || last === undefined || seen.length < 8)
    throw new Error(`memory was looked at ${seen.length} times`);
  return { first, last, most: Math.max(...seen) };
}
