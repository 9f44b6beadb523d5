/**
 * The one test that mutants are given. One, because Stryker runs those tests only that came by a mutant when
 * nothing was mutated; and what is made once, like a machine with its effects, is come by in one test and used in all.
 *
 * The replay is loaded by the test and not before it: a file of tests that a mutant keeps from loading has no test in
 * it, and Stryker takes that for one that passes.
 */
import { test } from 'vitest';

test('the replay finds no difference', async () => {
  const { judge } = await import('./judge.js');
  await judge();
});
