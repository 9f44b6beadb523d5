/** How fast a device sends over four queues, beside a device with one. Both have connected through a store in memory. */
import { DeviceBack } from '../impl/back/device-back.js';
import { MemoryStore } from '../impl/back/memory-store.js';
import { SimulatedSystem } from '../impl/back/simsystem.js';
import { attach } from '../impl/connection/device.js';
import { median, rounded } from './context.js';
import { type Figure, figure } from './figure.js';

const ROUNDS = 5;
const FRAMES = 60_000;
/** Frames under way at a time: more than a ring has slots. */
const CHUNK = 512;
const [FRONT, BACK] = ['device/vif/0', 'backend/vif/1/0'];

/** Frames a second of processor time. @throws Error if there are not so many queues, or a frame is not told OKAY or does not arrive */
async function sent(queues: number): Promise<number> {
  const [system, store] = [new SimulatedSystem(), new MemoryStore()];
  const keys = { [`${FRONT}/backend`]: BACK, [`${FRONT}/backend-id`]: '0', [`${BACK}/online`]: '1' };
  for (const [path, value] of Object.entries({ ...keys, [`${FRONT}/state`]: '1', [`${BACK}/state`]: '1' }))
    store.write(path, value);
  let arrived = 0;
  const back = new DeviceBack(system, store, {
    ...{ back: BACK, front: FRONT, offer: { 'multi-queue-max-queues': '8' } },
    netback: { onFrame: () => arrived++ },
  });
  const device = attach(system, store, FRONT, { queues });
  while (!back.isConnected) await new Promise((resolve) => setImmediate(resolve));
  if (back.queues.length !== queues) throw new Error(`${back.queues.length} queues, and not ${queues}`);
  const frames = Array.from({ length: 64 }, (_, flow) => new Uint8Array(60).fill(flow));
  const begun = process.cpuUsage();
  for (let n = 0; n < FRAMES; n += CHUNK) {
    const count = Math.min(CHUNK, FRAMES - n);
    const told = await Promise.all(
      Array.from({ length: count }, (_, i) => device.send(frames[(n + i) % frames.length]!)),
    );
    if (told.some((status) => status !== 'OKAY')) throw new Error('a frame was not told OKAY');
  }
  const { user, system: kernel } = process.cpuUsage(begun);
  if (arrived !== FRAMES) throw new Error(`${arrived} frames of ${FRAMES} arrived`);
  await device.close();
  return (FRAMES * 1e6) / (user + kernel);
}

/** Frames a second of processor time over four queues, over those of one, in turn in one process. */
export async function benchQueues(): Promise<readonly Figure[]> {
  const [one, four]: [number[], number[]] = [[], []];
  for (let round = 0; round <= ROUNDS; round++) {
    const rates = [await sent(1), await sent(4)] as const;
    // The first round warms up.
    if (round === 0) continue;
    one.push(rates[0]);
    four.push(rates[1]);
  }
  return [
    figure({
      name: 'queues',
      what: 'frames that a device sends a second of processor time with four queues ÷ with one',
      value: rounded(median(four.map((rate, i) => rate / one[i]!))),
      goal: { atLeast: 1 },
      details: { framesWithFour: Math.round(median(four)), framesWithOne: Math.round(median(one)) },
    }),
  ];
}
