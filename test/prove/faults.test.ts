/** The faults of the transcription are those of the models: what can be reached with each is what TLC reached. */
import { describe, expect, test } from 'vitest';
import { type Concrete, concrete } from '../../prove/concrete.js';
import { after, type At } from '../../prove/machine.js';
import { constantsOfRing, textOfRing } from '../../prove/ring/graph.js';
import { ring } from '../../prove/ring/ring.js';
import type { RingConstants, RingVariables } from '../../prove/ring/state.js';
import type { Values } from '../../prove/terms.js';
import { readConstants } from '../../replay/constants.js';
import { type Model, modelFiles, readManifest } from '../../tlc/models.js';

type State = Values<Concrete, RingVariables>;

/** The state in which a ring of this size begins. */
const startAt = (N: number, First: number, M: number): State => ({
  ...{ req_prod: First, rsp_prod: First, req_prod_pvt: First, rsp_cons: First, reqChecked: First },
  ...{ rsp_prod_pvt: First, req_cons: First, rspChecked: First, rspSeen: First },
  ...{ req_event: (First + 1) % M, rsp_event: (First + 1) % M },
  ...{ req_event_passed: false, rsp_event_passed: false, rsp_cons_past: false },
  ...{ frontPending: false, backPending: false, broken: false, poller: 'asleep', taker: 'asleep' },
  ring: Array.from({ length: N }, () => 'empty'),
});

/**
 * Every state that can be reached; or, where a property is named, the states up to the first that violates it.
 * @returns how many states there are, and how many stand in the shortest run to the last that was looked at
 */
async function explore(
  model: Model,
  property: string | undefined,
): Promise<{ readonly states: number; readonly length: number; readonly isViolated: boolean }> {
  const { M, constants: c } = constantsOfRing(await readConstants(modelFiles('.', model).config));
  const a = concrete(M);
  const at = (s: State): At<Concrete, RingConstants, RingVariables> => ({ a, c, s });
  const every = Array.from({ length: M }, (_, k) => ({ k, j: 0, x: 0, y: 0 }));
  const { always, steps } = ring.properties.find(({ name }) => name === property) ?? {};

  const start = startAt(c.N, c.First, M);
  expect(every.every((k) => ring.init<Concrete>(at(start), k))).toBe(true);
  const seen = new Set([textOfRing(start)]);
  let level = [start];
  for (let length = 1; ; length++) {
    const next: State[] = [];
    for (const s of level) {
      if (always !== undefined && !every.every((k) => always<Concrete>(at(s), k)))
        return { states: seen.size, length, isViolated: true };
      for (const [name, action] of Object.entries(ring.actions)) {
        const step = action<Concrete>(at(s));
        if (!step.when.every(Boolean)) continue;
        const then = after<Concrete, RingVariables>(s, step);
        if (steps?.[name]?.<Concrete>(at(s), at(then), every[0]!) === false)
          return { states: seen.size, length: length + 1, isViolated: true };
        const text = textOfRing(then);
        if (seen.has(text)) continue;
        seen.add(text);
        next.push(then);
      }
    }
    if (next.length === 0) return { states: seen.size, length, isViolated: false };
    level = next;
  }
}

const named = async (name: string): Promise<Model> =>
  (await readManifest('.')).models.find((model) => model.name === name)!;

describe('the states that the transcription reaches', () => {
  // A property about what happens in the end is asked of the whole graph, so TLC found all of it.
  test.each([
    'ring_1',
    'ring_empty_push',
    'ring_event_halfway',
    'ring_no_final_check',
    'ring_no_final_check_back',
    'ring_signed_notify_storm',
    'ring_unbounded_index',
    'ring_less_than',
  ])('are as many as those of %s', async (name) => {
    const model = await named(name);
    expect(await explore(model, undefined)).toMatchObject({ states: model.distinctStates });
  });

  test.each([
    ['ring_full_off_by_one', 'RingBound'],
    ['ring_full_overwritten', 'SlotsAsIndexed'],
    ['ring_loose_response_bound', 'FrontResponseBound'],
    ['ring_no_final_check_wake_up', 'NoLostWakeUp'],
    ['ring_signed_notify', 'NotifyExact'],
    ['ring_signed_notify_batch', 'NotifyExact'],
  ])('of %s violate %s after as many steps', async (name, property) => {
    const model = await named(name);
    expect(model.expected).toBe(property);
    expect(await explore(model, property)).toMatchObject({ isViolated: true, length: model.depth });
  });
});
