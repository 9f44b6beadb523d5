/** Which condition of a false ASSUME is false. TLC says of an ASSUME only that it is. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { RunRequest } from './command-line.js';
import { CONFIG, gather } from './gather.js';
import type { Assumption } from './modules.js';
import { runModel } from './run.js';

/**
 * Runs TLC on a copy of the specification in which each condition is an ASSUME of its own.
 * @returns the first that is false, or undefined if that could not be found out
 */
export async function falseConditionOf(
  request: RunRequest,
  { name, file, lines: [first, last], conditions }: Assumption,
): Promise<string | undefined> {
  if (conditions.length === 1) return conditions[0];
  const folder = await mkdtemp(join(tmpdir(), 'netfront-assume-'));
  try {
    const spec = await gather(request, folder);
    const copy = join(folder, basename(file));
    const lines = (await readFile(copy, 'utf8')).split('\n');
    const apart = conditions.map((condition, i) => `ASSUME ${name}${i} == ${condition}`);
    await writeFile(copy, [...lines.slice(0, first - 1), ...apart, ...lines.slice(last)].join('\n'));
    const { java, jar, signal } = request;
    const run = { java, jar, spec, config: join(folder, CONFIG), brief: true, stopAfter: 1 };
    const outcome = await runModel({ ...run, ...(signal && { signal }) });
    if (outcome.kind !== 'assumptionFailed' || outcome.line === undefined) return undefined;
    return outcome.file === copy ? conditions[outcome.line - first] : undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
