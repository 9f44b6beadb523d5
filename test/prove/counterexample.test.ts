/** What is said of a fault when z3 does not decide in time. */
import { describe, expect, test } from 'vitest';
import { counterexample } from '../../prove/counterexample.js';
import { isProved } from '../../prove/index.js';
import { ring } from '../../prove/ring/ring.js';
import type { Answer, Solver } from '../../prove/solver.js';

describe('what z3 does not decide', () => {
  const [fault] = ring.faults;
  const saying = (answer: Answer): Solver => ({
    check: async () => answer,
    model: async () => undefined,
    close: async () => {},
  });

  test('is not said to be no counterexample', async () => {
    expect(await counterexample(ring, fault!, saying('unsat'))).toBe('none');
    expect(await counterexample(ring, fault!, saying('unknown'))).toBe('not decided');
  });

  test('nor is one whose numbers z3 does not find in time', async () => {
    expect(await counterexample(ring, fault!, saying('sat'))).toBe('not decided');
  });

  test('is nothing shown', () => {
    const proof = { machine: '', number: '', name: '', says: '', open: [], seconds: 0 };
    const proofs = [{ ...proof, obligations: 1, proved: 1 }];
    const shown = { machine: '', fault: '', breaks: '', seconds: 0 };
    expect(isProved({ proofs, shown: [{ ...shown, step: 'N = 1', open: undefined }] })).toBe(true);
    expect(isProved({ proofs, shown: [{ ...shown, step: undefined, open: 'not decided' }] })).toBe(false);
  });
});
