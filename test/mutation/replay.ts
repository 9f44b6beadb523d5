/**
 * The two tests that mutants are given. Stryker runs only those that reached a mutant when nothing was mutated. What is
 * made once, like a machine, is reached while it is loaded, and such a mutant is given both.
 *
 * The replay is loaded by the test and not before it: a file of tests that a mutant keeps from loading has no test in
 * it, and Stryker takes that for one that passes.
 */
import { test } from 'vitest';

test('the replay finds no difference', async () => {
  const { judge } = await import('./judge.js');
  await judge();
});

test('the scheduler keeps to the graphs', async () => {
  const { judgeScheduler } = await import('./judge.js');
  await judgeScheduler();
});
