/**
 * How fast two netfronts exchange frames through the reference bridge, what the time goes into, and whether memory stays
 * flat. Both guests, the bridge and whoever compares the frames share one thread.
 */
import {
  readRxRequest,
  readRxResponse,
  readTxRequest,
  readTxResponse,
  RX_SLOT,
  slotOf,
  TX_SLOT,
  writeRxRequest,
  writeRxResponse,
  writeTxRequest,
  writeTxResponse,
} from '../impl/netif.js';
import { PAGE_SIZE, SharedRing } from '../impl/ring.js';
import { cpuSecondsOf, median, rounded } from './context.js';
import { exchange, type ExchangeOptions, frameSource } from './exchange.js';
import { type Figure, figure } from './figure.js';
import { heldMemory } from './held-memory.js';
import { GARBAGE, profileOf } from './profile.js';

const FRAMES = 30_000;
const ROUNDS = 3;

/** Frames a second of processor time, the shares of it, and the memory held at the beginning and at the end. */
export async function benchLoopback(): Promise<readonly Figure[]> {
  const run = (options: Partial<ExchangeOptions> = {}) => exchange({ frames: FRAMES, ...options });
  // The first one warms up.
  await run({ frames: FRAMES / 10 });
  const seconds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) seconds.push(await cpuSecondsOf(run));
  const taken = median(seconds);
  const profile = await profileOf(run);
  const memory = await memoryOver(run);
  return [
    figure({
      name: 'loopback',
      what: 'frames each way a second of processor time, both guests and the bridge together',
      value: Math.round(FRAMES / taken),
      goal: { atLeast: 100_000 },
      details: {
        'share in xstate (profiled)': rounded(profile.shareOf('/xstate/')),
        'share in collecting garbage (profiled)': rounded(profile.shareOf(GARBAGE)),
        'share in the codec (the same calls made again)': rounded((await cpuSecondsOf(codeAgain)) / taken),
        'share in copying (the same copies made again)': rounded((await cpuSecondsOf(copyAgain)) / taken),
      },
    }),
    figure({
      name: 'loopback memory',
      what: 'heap after all frames ÷ heap after a tenth of them, garbage collected before each look',
      value: rounded(memory.last.heapUsed / memory.first.heapUsed),
      goal: { atMost: 1.05 },
      details: {
        'heap at 10 %, MiB': mebibytes(memory.first.heapUsed),
        'heap at 100 %, MiB': mebibytes(memory.last.heapUsed),
        'resident at 10 %, MiB': mebibytes(memory.first.rss),
        'resident at 100 %, MiB': mebibytes(memory.last.rss),
      },
    }),
  ];
}

const mebibytes = (octets: number): number => rounded(octets / 2 ** 20);

/** What is held when a tenth of the frames has arrived, and when all have. */
async function memoryOver(
  run: (options: Partial<ExchangeOptions>) => Promise<unknown>,
): Promise<{ first: NodeJS.MemoryUsage; last: NodeJS.MemoryUsage }> {
  const seen: NodeJS.MemoryUsage[] = [];
  const tell = (): void => void seen.push(heldMemory());
  await run({ progress: { every: (2 * FRAMES) / 10, tell } });
  const [first, last] = [seen[0], seen.at(-1)];
  if (first === undefined || last === undefined || seen.length !== 10)
    throw new Error(`memory was looked at ${seen.length} times in place of 10`);
  return { first, last };
}

/**
 * The copies that the frames of one run go through, and nothing else: into the block, out of it, into the page, out of
 * that, and the page cleared. The profiler cannot tell them from the functions that make them.
 */
const copyAgain = (): void => {
  const [block, page] = [new Uint8Array(PAGE_SIZE / 2), new Uint8Array(PAGE_SIZE)];
  for (const seed of [1, 2]) {
    const next = frameSource(seed);
    for (let n = 0; n < FRAMES; n++) {
      const frame = next();
      block.set(frame);
      page.set(block.slice(0, frame.length));
      page.slice(0, frame.length);
      page.fill(0);
    }
  }
};

/** Each request and each response of one run written and read once more; those are too short for the profiler to see. */
const codeAgain = (): void => {
  const tx = new SharedRing(new Uint8Array(PAGE_SIZE), TX_SLOT, 256);
  const rx = new SharedRing(new Uint8Array(PAGE_SIZE), RX_SLOT, 256);
  for (let idx = 0; idx < 2 * FRAMES; idx++) {
    writeTxRequest(slotOf(tx, idx), { gref: idx, offset: 0, flags: 0, id: idx, size: 60 });
    const sent = readTxRequest(slotOf(tx, idx));
    writeTxResponse(slotOf(tx, idx), { id: sent.id, status: 0 });
    writeRxRequest(slotOf(rx, idx), { id: readTxResponse(slotOf(tx, idx)).id, gref: sent.gref });
    const posted = readRxRequest(slotOf(rx, idx));
    writeRxResponse(slotOf(rx, idx), { id: posted.id, offset: 0, flags: 0, status: sent.size });
    readRxResponse(slotOf(rx, idx));
  }
};
