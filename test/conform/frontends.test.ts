import { describe, expect, test } from 'vitest';
import { writtenCases } from '../../conform/cases/index.js';
import { readPortCorpus } from '../../conform/corpus.js';
import type { Case } from '../../conform/case.js';
import { runCase } from '../../conform/run-case.js';
import { type Habits, SmallFrontend } from '../fixtures/small-frontend.js';

// Frontends differ in the order of what they do. What ring.h and netif.h leave open must not be held against them.

/** A frame is one slot, and the backend keeps to the protocol. */
const isPlain = ({ needs, name, cannot }: Case): boolean =>
  needs.every((need) => need === 'tx' || need === 'pause') &&
  !/hostile|256|65536/.test(name) &&
  cannot !== true;

const failuresOf = async (cases: readonly Case[], habits: Habits) => {
  const found: string[] = [];
  for (const given of cases) {
    const verdict = await runCase(new SmallFrontend(habits), given);
    if (verdict.kind === 'left out') found.push(`${given.name}: ${verdict.why}`);
    if (verdict.kind !== 'failed') continue;
    const { property, expected, actual } = verdict.failure;
    found.push(`${given.name}: ${property}: ${expected}; ${actual}`);
  }
  return found;
};

describe('a frontend that arms, looks once more, and then calls the application', () => {
  test('passes: a response that comes during the call has an event pending', async () => {
    const covers = (await readPortCorpus('traces')).filter(
      ({ see, name }) => see !== undefined && name.startsWith('tx/cover'),
    );
    const cases = [...writtenCases, ...covers].filter(isPlain);
    expect(cases.filter(({ needs }) => needs.includes('pause')).length).toBeGreaterThan(100);
    expect(await failuresOf(cases, { order: 'arm-first' })).toEqual([]);
  });
});

describe('a frontend that calls the application, and then arms without a further look', () => {
  test('fails: nothing wakes it for a response that came during the call', async () => {
    const cases = writtenCases.filter((each) => isPlain(each) && each.needs.includes('pause'));
    const failures = await failuresOf(cases, { order: 'call-first' });
    expect(failures).toEqual([expect.stringContaining('tx/final-check: NoLostWakeUp')]);
  });
});
