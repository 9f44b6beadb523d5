/**
 * node dist/bench/soak.js [--frames N]: two netfronts exchange a million frames each way, and each is compared with the
 * one that was due. Ends with status 1 at the first difference, and where a buffer or a grant is not back.
 */
import { parseArgs } from 'node:util';
import { exchange } from './exchange.js';

const { values } = parseArgs({ options: { frames: { type: 'string', default: '1000000' } } });
const frames = Number(values.frames);
if (!Number.isInteger(frames) || frames < 1) {
  console.error(`--frames ${values.frames}: give a whole number, 1 or more`);
  process.exit(2);
}

/** Near enough to 2^32 that the indices cross it at the middle of the run. */
const first = 2 ** 32 - Math.ceil(frames / 2);
try {
  const done = await exchange({
    frames,
    netfront: { tx: { first }, rx: { first } },
    progress: {
      every: Math.max(1, Math.floor(frames / 5)),
      tell: (arrived) => console.error(`${arrived} of ${2 * frames} frames`),
    },
  });
  if (!done.hasWrapped) throw new Error('the indices of some ring did not cross 2^32');
  const perSecond = Math.round(frames / done.seconds);
  console.log(
    `ok  ${frames} frames each way, ${done.octets} octets, none lost, altered or out of order; ` +
      `all buffers and grants back; indices crossed 2^32; ${done.seconds.toFixed(0)} s, ${perSecond} frames a second each way`,
  );
} catch (error) {
  console.error(`FAILED  ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
