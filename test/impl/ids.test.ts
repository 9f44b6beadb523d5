import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  blockNumber,
  counterSkip,
  freeList,
  grefPerRequest,
  type IdScheme,
  type IdSource,
  type IdState,
  idSchemes,
  slot,
} from '../../impl/ids.js';
import { listOf, push, valuesOf } from '../../impl/list.js';
import { emptyTable, get, set } from '../../impl/table.js';
import { keysOf } from '../fixtures/keys-of.js';

describe('a list', () => {
  test('has the values it was made of, first one first', () => {
    expect([...valuesOf(listOf([1, 2, 3]))]).toEqual([1, 2, 3]);
    expect(listOf([])).toBeNull();
    expect([...valuesOf(listOf([]))]).toEqual([]);
  });

  test('is a stack, like an array that is pushed to in front', () => {
    const step = fc.oneof(fc.nat(9), fc.constant('pop' as const));
    fc.assert(
      fc.property(fc.array(fc.nat(9)), fc.array(step), (start, steps) => {
        let list = listOf(start);
        const model = [...start];
        for (const next of steps) {
          if (next === 'pop') {
            expect(list?.head).toBe(model.shift());
            list = list?.tail ?? null;
          } else {
            const longer = push(list, next);
            expect(longer?.tail).toBe(list);
            list = longer;
            model.unshift(next);
          }
          expect([...valuesOf(list)]).toEqual(model);
        }
      }),
    );
  });
});

describe('a table', () => {
  const key = fc.oneof(fc.integer({ min: 0, max: 65535 }), fc.constantFrom(0, 1, 255, 256, 257, 65535));

  test('is a map from 16-bit numbers that keeps its old versions', () => {
    const steps = fc.array(fc.tuple(key, fc.option(fc.nat(), { nil: undefined })), { maxLength: 30 });
    fc.assert(
      fc.property(steps, (all) => {
        let table = emptyTable<number>(65536);
        let model = new Map<number, number>();
        for (const [at, value] of all) {
          const [before, wasInMap] = [table, model];
          table = set(table, at, value);
          model = new Map(model);
          if (value === undefined) model.delete(at);
          else model.set(at, value);
          expect(keysOf(table)).toEqual([...model.keys()].toSorted((a, b) => a - b));
          for (const [k] of all) {
            expect(get(table, k)).toBe(model.get(k));
            expect(get(before, k)).toBe(wasInMap.get(k));
          }
        }
      }),
    );
  });

  test.each([1, 2, 255, 256, 257, 65536])('of size %i has the keys below it and no other', (size) => {
    const table = set(set(emptyTable<string>(size), 0, 'first'), size - 1, 'last');
    expect(get(table, size - 1)).toBe('last');
    expect(keysOf(table)).toEqual([...new Set([0, size - 1])]);
    // Were a key cut to its bits, these would be the first and the last.
    for (const none of [size, -1, 65536, -65536]) {
      expect(get(table, none)).toBeUndefined();
      expect(() => set(table, none, 'more')).toThrow(RangeError);
    }
  });
});

const source = (block: number): IdSource => ({ block, gref: 100 + block, slot: block });

/** A request for a block goes out; the id, and the state after. */
const sent = (scheme: IdScheme, state: IdState, block: number): readonly [number, IdState] => {
  const id = scheme.choose(state, source(block));
  if (id === null) throw new Error(`no id for block ${block}`);
  return [id, scheme.register(state, id, source(block))];
};

/** The ids that requests for these blocks get, none of them answered. */
const idsFor = (scheme: IdScheme, state: IdState, blocks: readonly number[]): readonly number[] => {
  let now = state;
  return blocks.map((block) => {
    const [id, next] = sent(scheme, now, block);
    now = next;
    return id;
  });
};

describe.each(Object.values(idSchemes))('the scheme $name', (scheme) => {
  test('has that name in the specification', () => {
    expect(idSchemes[scheme.name]).toBe(scheme);
  });

  test('gives no two requests in flight one id, and frees the block that an id was given for', () => {
    // A number below 16 sends that block, if it is free; a larger one answers one of those in flight.
    const steps = fc.array(fc.nat(31), { maxLength: 100, size: 'max' });
    fc.assert(
      fc.property(steps, fc.integer({ min: 16, max: 20 }), (all, ids) => {
        let state = scheme.init(ids);
        const inFlight = new Map<number, number>();
        for (const n of all) {
          if (n < 16 && ![...inFlight.values()].includes(n)) {
            const id = scheme.choose(state, source(n));
            expect(id).not.toBeNull();
            expect(inFlight.has(id!)).toBe(false);
            expect(id).toBeGreaterThanOrEqual(0);
            expect(id).toBeLessThan(ids);
            state = scheme.register(state, id!, source(n));
            inFlight.set(id!, n);
          } else if (inFlight.size > 0) {
            const [id, block] = [...inFlight][n % inFlight.size]!;
            expect(scheme.answeredBlock(state, id, id)).toBe(block);
            state = scheme.unregister(state, id, id);
            inFlight.delete(id);
          }
          expect(state.nextId).toBeLessThan(ids);
          expect(keysOf(state.inFlight)).toEqual([...inFlight.keys()].toSorted((a, b) => a - b));
        }
      }),
    );
  });

  test.each([0, 1, 15, 16, 255, 65535])('knows no block for the id %i where none is in flight', (id) => {
    expect(scheme.answeredBlock(scheme.init(16), id, id)).toBeNull();
    expect(scheme.answeredBlock(scheme.init(65536), id, id)).toBeNull();
  });

  test('knows no block for an id that was answered', () => {
    const [id, state] = sent(scheme, scheme.init(16), 3);
    expect(scheme.answeredBlock(scheme.unregister(state, id, id), id, id)).toBeNull();
  });

  test('leaves a state that it was given as it was', () => {
    const before = scheme.init(4);
    const [id, after] = sent(scheme, before, 0);
    scheme.unregister(after, id, id);
    expect(before).toEqual(scheme.init(4));
    expect(scheme.answeredBlock(after, id, id)).toBe(0);
  });
});

describe('ids by block', () => {
  test('are the number of the block, 16 bits of it', () => {
    expect(idsFor(blockNumber, blockNumber.init(65536), [0, 7, 65535])).toEqual([0, 7, 65535]);
  });
});

describe('ids by grant reference', () => {
  test('are the reference modulo the number of ids', () => {
    const choose = (gref: number) =>
      grefPerRequest.choose(grefPerRequest.init(65536), { ...source(0), gref });
    expect([choose(8), choose(65535), choose(65536 + 9)]).toEqual([8, 65535, 9]);
  });
});

describe('a counter that skips', () => {
  test('gives ids in order, and steps over those in flight', () => {
    const state = counterSkip.init(4);
    const [first, second] = sent(counterSkip, state, 10);
    let now = second;
    expect(first).toBe(0);
    for (const [block, expected] of [
      [11, 1],
      [12, 2],
    ] as const) {
      const [id, next] = sent(counterSkip, now, block);
      expect(id).toBe(expected);
      now = counterSkip.unregister(next, id, 0);
    }
    expect(idsFor(counterSkip, now, [13, 14, 15])).toEqual([3, 1, 2]);
  });

  test('wraps at 2^16', () => {
    const start: IdState = { ...counterSkip.init(65536), nextId: 65535 };
    expect(idsFor(counterSkip, start, [0, 1, 2])).toEqual([65535, 0, 1]);
  });

  test('steps over an id in flight when it has wrapped at 2^16', () => {
    const [zero, state] = sent(counterSkip, counterSkip.init(65536), 0);
    expect(zero).toBe(0);
    expect(idsFor(counterSkip, { ...state, nextId: 65535 }, [1, 2])).toEqual([65535, 1]);
  });

  test('has no id to give where all are in flight', () => {
    let state = counterSkip.init(3);
    for (const block of [0, 1, 2]) [, state] = sent(counterSkip, state, block);
    expect(counterSkip.choose(state, source(3))).toBeNull();
    expect(counterSkip.choose(counterSkip.unregister(state, 1, 0), source(3))).toBe(1);
  });
});

describe('a free list', () => {
  test('gives the id next that was put back last', () => {
    let state = freeList.init(4);
    for (const block of [0, 1, 2]) [, state] = sent(freeList, state, block);
    for (const id of [0, 2]) state = freeList.unregister(state, id, id);
    expect([...valuesOf(state.freeIds)]).toEqual([2, 0, 3]);
    expect(idsFor(freeList, state, [3, 4, 5])).toEqual([2, 0, 3]);
  });

  test('has no id to give where all are in flight', () => {
    let state = freeList.init(2);
    for (const block of [0, 1]) [, state] = sent(freeList, state, block);
    expect(freeList.choose(state, source(2))).toBeNull();
  });

  test('gives all 65536 ids, each once', () => {
    const state = freeList.init(65536);
    expect(new Set(valuesOf(state.freeIds)).size).toBe(65536);
  });
});

describe('ids by slot', () => {
  const settings = { ids: 16, nr_ents: 16, blocks: 16, grantPerRequest: true, inOrder: true };

  test('are believed only where the response says the same as its slot', () => {
    const [id, state] = sent(slot, slot.init(16), 5);
    expect(id).toBe(5);
    expect(slot.answeredBlock(state, 5, 5)).toBe(5);
    expect(slot.answeredBlock(state, 5, 6)).toBeNull();
    expect(slot.answeredBlock(state, 6, 5)).toBeNull();
  });

  test('are for a ring whose responses keep their order, with an id for each slot', () => {
    expect(slot.unfit?.(settings)).toBeUndefined();
    expect(slot.unfit?.({ ...settings, inOrder: false })).toMatch(/out of order/);
    expect(slot.unfit?.({ ...settings, ids: 15 })).toMatch(/16 slots .* 15 ids/);
  });
});
