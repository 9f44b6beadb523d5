/**
 * Whatever the command is given, it ends: with 0, 1 or 2, with one sentence where it is not content with it, and with
 * nothing left behind. `FUZZ=20000` runs as many inputs; `FUZZ_SEED` other ones.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { input, type Input } from './inputs.js';
import { Lane, type Ran } from './lane.js';

const LANES = 2;
const inputs = Number(process.env.FUZZ ?? 500);
const seed = Number(process.env.FUZZ_SEED ?? 1);

/** Where a run breaks the rule that is the same for all. */
function broken({ args }: Input, { status, stdout, stderr, uncaught }: Ran): string | undefined {
  if (uncaught !== undefined) return uncaught;
  if (![0, 1, 2].includes(status!)) return `status ${status}`;
  if (/^ +at .*(:\d+:\d+|<anonymous>)/m.test(stdout + stderr)) return 'a stack';
  if (/mistake of netfront's/.test(stderr)) return stderr;
  if (status !== 2) return undefined;
  // Help is no sentence, and is what a command without a command has.
  if (/^Usage: netfront/m.test(stderr)) return undefined;
  const lines = stderr.trimEnd().split('\n');
  const sentences = lines.filter((line) => line.startsWith('netfront: '));
  return sentences.length === 1 && /^netfront: .*[.!?]$/.test(lines.at(-1)!)
    ? undefined
    : `no sentence (${args.join(' ')}): ${stderr}`;
}

describe.concurrent('whatever it is given', () => {
  test.for(Array.from({ length: LANES }, (_, lane) => lane))(
    'the command ends as it should, part %i',
    { timeout: 3_600_000 },
    async (number) => {
      const lane = await Lane.make();
      try {
        await fc.assert(
          fc.asyncProperty(input, async (given) => {
            const ran = await lane.run(given);
            expect(broken(given, ran)).toBeUndefined();
            // A driver is ended before the command ends; what it wrote is whole by then.
            if (given.args.includes('conform') || given.args.some((arg) => arg.startsWith('out')))
              expect(await lane.leftOvers()).toEqual([]);
          }),
          { numRuns: Math.ceil(inputs / LANES), seed: seed * LANES + number, endOnFailure: false },
        );
        expect(await lane.leftOvers()).toEqual([]);
      } finally {
        await lane.end();
      }
    },
  );
});
