/**
 * node dist/bench/soak.js [--frames N] [--mixed] [--record FILE]: two netfronts exchange a million frames each way, or packets of
 * all shapes with what is said of them, and each is compared with the one that was due. Ends with status 1 at the first difference,
 * where a buffer or a grant is not back, and where memory grows with the frames. With --record what the first of them and its backend
 * did to their rings is written as a log, for netfront validate; then memory does grow.
 */
import { parseArgs } from 'node:util';
import { writeFileSync } from 'node:fs';
import type { RingLog } from '../logs/event.js';
import { logText } from '../logs/read.js';
import { exchange } from './exchange.js';
import { heldMemory } from './held-memory.js';

const { values } = parseArgs({
  options: {
    frames: { type: 'string', default: '1000000' },
    mixed: { type: 'boolean', default: false },
    record: { type: 'string' },
  },
});
const { record } = values;
const frames = Number(values.frames);
if (!Number.isInteger(frames) || frames < 1) {
  console.error(`--frames ${values.frames}: give a whole number, 1 or more`);
  process.exit(2);
}

/** Near enough to 2^32 that the indices cross it at the middle of the run. */
const first = 2 ** 32 - Math.ceil(frames / 2);
/** The heap may be so many times what it was after a tenth of the frames. */
const MOST_GROWTH = 1.1;
const heaps: number[] = [];
try {
  const done = await exchange({
    frames,
    isMixed: values.mixed,
    netfront: { tx: { first }, rx: { first } },
    ...(record !== undefined && {
      onLog: ({ header, events }: RingLog) => writeFileSync(record, logText(header, events)),
    }),
    progress: {
      every: Math.max(1, Math.floor(frames / 5)),
      tell: (arrived) => {
        heaps.push(heldMemory().heapUsed);
        console.error(`${arrived} of ${2 * frames} frames`);
      },
    },
  });
  if (!done.hasWrapped) throw new Error('the indices of some ring did not cross 2^32');
  const growth = heaps.at(-1)! / heaps[0]!;
  // What is recorded is kept.
  if (record === undefined && !(growth <= MOST_GROWTH))
    throw new Error(`the heap is ${growth.toFixed(2)} times what it was at the beginning`);
  const perSecond = Math.round(frames / done.seconds);
  console.log(
    `ok  ${frames} frames each way, ${done.octets} octets, none lost, altered or out of order; ` +
      `all buffers and grants back; indices crossed 2^32; heap ${growth.toFixed(2)} times that of a tenth; ${done.seconds.toFixed(0)} s, ${perSecond} frames a second each way`,
  );
} catch (error) {
  console.error(`FAILED  ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
