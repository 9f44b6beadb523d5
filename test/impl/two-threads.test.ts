/**
 * Frontend and backend on two processors: no request lost, none twice, order kept, no wake-up lost. And the same
 * with a fault in it, so that it is known that this would be seen.
 */
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { sub } from '../../impl/ring.js';
import { type Outcome, ordinary, stress } from '../stress/harness.js';
import type { RigOptions } from '../stress/rig.js';

/** A million, and in `make check-all` ten. */
const requests = Number(process.env.STRESS_REQUESTS ?? ordinary.requests);
const LIMIT = 100_000;
const compiled = path.resolve(import.meta.dirname, '..', '..', 'dist', 'test', 'stress');

const run = (options: Partial<RigOptions>): Promise<Outcome> =>
  stress({ ...ordinary, requests, ...options }, LIMIT, compiled);

/** The run, which must have come to its end. What each side checks is in front.ts and back.ts. */
const done = async (options: Partial<RigOptions>) => {
  const outcome = await run(options);
  if (outcome.kind !== 'done') throw new Error(`the run ended with ${JSON.stringify(outcome)}`);
  return outcome;
};

describe('two threads on one ring', () => {
  test('pass all requests and responses, and sleep meanwhile', async () => {
    expect(requests).toBeGreaterThanOrEqual(1_000_000);
    const { front, back } = await done({});
    expect(front.sleeps).toBeGreaterThan(0);
    expect(back.sleeps).toBeGreaterThan(0);
    // Nobody wakes without an event, and an event wakes nobody twice.
    expect(front.sleeps).toBeLessThanOrEqual(back.events);
    expect(back.sleeps).toBeLessThanOrEqual(front.events);
  });

  test('send fewer events than without hold-off, where every publish is one', async () => {
    const held = await done({});
    const all = await done({ holdOff: false });
    expect(all.front.events).toBe(requests);
    expect(held.front.events).toBeLessThan(all.front.events);
  });

  test.each([
    { nr_ents: 1, requests: 20_000 },
    { nr_ents: 2, requests: 20_000 },
    { nr_ents: 256, requests: 200_000, batch: 16 },
    { nr_ents: 256, requests: 200_000, batch: 256 },
    { nr_ents: 256, requests: 200_000, first: 0 },
  ])('pass them on another ring: %o', async (options) => {
    await done(options);
  });
});

describe.each(['front', 'back'] as const)('a %s that has found nothing, while something comes', (pause) => {
  // One slot and a pause force what would else be met by chance: see RigOptions.pause.
  const forced = { nr_ents: 1, requests: 1000, pause };

  test('finds it by the final check', async () => {
    const outcome = await done(forced);
    expect(outcome[pause].foundByFinalCheck).toBeGreaterThan(0);
  });

  test('sleeps for good without it', async () => {
    const outcome = await run({ ...forced, fault: `${pause} sleeps unchecked` });
    expect(outcome.kind).toBe('lost wake-up');
    if (outcome.kind !== 'lost wake-up') return;
    const { req_prod, rsp_prod, req_event, rsp_event } = outcome.page;
    // The request, or the response, is there; and the event index has been reached without an event.
    if (pause === 'back') expect([sub(req_prod, rsp_prod), sub(req_prod, req_event)]).toEqual([1, 0]);
    else expect([sub(req_prod, rsp_prod), sub(rsp_prod, rsp_event)]).toEqual([0, 0]);
  });
});

test('a slot that is published before the request is in it is noticed', async () => {
  const outcome = await run({ nr_ents: 1, requests: 1000, fault: 'front publishes first' });
  expect(outcome).toMatchObject({ kind: 'wrong', side: 'back' });
});

test('a run that takes too long is given up', async () => {
  const outcome = await stress({ ...ordinary, requests: 4_000_000_000 }, 300, compiled);
  expect(outcome).toEqual({ kind: 'late', milliseconds: 300 });
});
