/**
 * The tests that mutants are given, one for each thing that is replayed. Stryker runs only those that reached a mutant
 * when nothing was mutated, in this order, until one fails. So what tells most mutants soonest comes first.
 *
 * The judge is loaded here and not inside a test. What is made on loading, like a table of a machine, then belongs to
 * no test, and Stryker gives such a mutant all of them. A mutant that keeps the judge from loading fails each test: a
 * file that cannot be loaded has no test in it, and Stryker takes that for one that passes.
 */
import { expect, test } from 'vitest';
import type * as judge from './judge.js';
import { explored, graphs } from './subject.js';

const loaded: typeof judge | Error = await import('./judge.js').catch((cause: unknown) => cause as Error);

/** One part of the judge as a test. It fails if the judge was not loaded. */
const part = (what: string, run: (loaded: typeof judge) => Promise<void>): void => {
  test(what, async () => {
    if (loaded instanceof Error) throw loaded;
    await expect(run(loaded)).resolves.toBeUndefined();
  });
};

part('the corpus', (parts) => parts.judgeCorpus());
for (const name of graphs) part(`the graph ${name}`, (parts) => parts.judgeGraph(name));
for (const name of explored) part(`the scheduler on ${name}`, (parts) => parts.judgeScheduler(name));
