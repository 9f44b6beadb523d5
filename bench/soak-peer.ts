/**
 * node dist/bench/soak-peer.js [--packets N] [--seed N] [--against back|front]: a million mixed packets each way against the C peer,
 * first our netfront with the backend in C, then the frontend in C with our backend. Each packet is compared with the one
 * that was due. Ends with status 1 at the first difference, where a buffer or a grant is not back, and where memory grows.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readPeer } from '../peer/peer.js';
import { heldMemory } from './held-memory.js';
import { exchangeWithBack, exchangeWithFront, type PeerExchanged } from './peer-exchange.js';

const { values } = parseArgs({
  options: {
    packets: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    against: { type: 'string' },
  },
});
const [packets, seed] = [Number(values.packets), Number(values.seed)];
for (const [name, value] of Object.entries({ packets, seed }))
  if (!Number.isInteger(value) || value < 1) {
    console.error(`--${name} ${value}: give a whole number, 1 or more`);
    process.exit(2);
  }

const exchanges = { back: exchangeWithBack, front: exchangeWithFront };
const names = { back: 'our netfront, backend in C', front: 'frontend in C, our backend' };
const against = (Object.keys(exchanges) as (keyof typeof exchanges)[]).filter(
  (end) => values.against === undefined || values.against === end,
);
if (against.length === 0) {
  console.error(`--against ${values.against}: give back or front`);
  process.exit(2);
}

/** Near enough to 2^32 that the indices cross it at the middle of the run: a packet has more than two slots on average. */
const first = 2 ** 32 - packets;
/** The heap may be so many times what it was after a tenth of the packets; and it may have so much more, which code takes. */
const MOST_GROWTH = 1.1;
const CODE = 2 ** 21;
const wasm = readPeer(path.resolve(import.meta.dirname, '..', '..'));

try {
  for (const end of against) {
    const heaps: number[] = [];
    const done = await exchanges[end]({
      wasm,
      packets,
      first,
      seed,
      progress: {
        every: Math.max(1, Math.floor(packets / 5)),
        tell: (arrived) => {
          heaps.push(heldMemory().heapUsed);
          console.error(`${names[end]}: ${arrived} of ${2 * packets} packets`);
        },
      },
    });
    const growth = heaps.at(-1)! / heaps[0]!;
    if (!done.hasWrapped) throw new Error('the indices of a ring did not cross 2^32');
    if (!(growth <= MOST_GROWTH || heaps.at(-1)! - heaps[0]! < CODE))
      throw new Error(`the heap is ${growth.toFixed(2)} times what it was at the beginning`);
    console.log(summary(names[end], done, growth));
  }
} catch (error) {
  console.error(`FAILED  ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}

function summary(name: string, { slots, octets, seconds }: PeerExchanged, growth: number): string {
  return (
    `ok  ${name}: ${packets} packets each way, ${slots} slots, ${octets} octets, none lost, altered or out of order; ` +
    `all buffers and grants back; indices crossed 2^32; heap ${growth.toFixed(2)} times that of a tenth; ` +
    `${seconds.toFixed(0)} s, ${Math.round(packets / seconds)} packets a second each way`
  );
}
