import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  add,
  finalCheckForRequests,
  type FrontRing,
  freeRequests,
  frontRing,
  hasUnpublished,
  isBelievable,
  isDrained,
  isFull,
  isRequestOverflow,
  notifyDue,
  PAGE_SIZE,
  pushResponses,
  type RingIdx,
  ringSize,
  SharedRing,
  sub,
} from '../../impl/ring.js';

const WIDTH = 2n ** 32n;

/** What RING_IDX does, in numbers that cannot lose a digit. */
const wrapped = (value: bigint): number => Number(((value % WIDTH) + WIDTH) % WIDTH);

const anyIndex = fc.oneof(
  fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  fc.constantFrom(0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 2, 2 ** 32 - 1),
);
const anySize = fc.constantFrom(1, 2, 256);

/** The indices of a front, each so many after the one before it, as the protocol keeps them. */
const anyFront: fc.Arbitrary<FrontRing> = fc
  .tuple(anySize, anyIndex, fc.nat(256), fc.nat(256))
  .map(([nr_ents, rsp_cons, published, written]) => {
    const req_prod = add(rsp_cons, published % (nr_ents + 1));
    const room = nr_ents - (published % (nr_ents + 1));
    const req_prod_pvt = add(req_prod, written % (room + 1));
    return { nr_ents, rsp_cons, req_prod, req_prod_pvt, reqChecked: req_prod, rspSeen: rsp_cons };
  });

/** The indices that one passes on the way from `old` to `now`, `now` included: (old, now]. */
const passed = (old: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, i) => wrapped(BigInt(old) + BigInt(i) + 1n));

describe('an index', () => {
  test('is subtracted modulo 2^32', () => {
    fc.assert(
      fc.property(anyIndex, anyIndex, (i, j) => {
        expect(sub(i, j)).toBe(wrapped(BigInt(i) - BigInt(j)));
      }),
    );
  });

  test('is added to modulo 2^32', () => {
    fc.assert(
      fc.property(anyIndex, anyIndex, (i, count) => {
        expect(add(i, count)).toBe(wrapped(BigInt(i) + BigInt(count)));
      }),
    );
  });

  test.each([
    ['0 - 1', sub(0, 1), 2 ** 32 - 1],
    ['2^31 - 0, which is negative in 32 bits with a sign', sub(2 ** 31, 0), 2 ** 31],
    ['2^32-1 + 1', add(2 ** 32 - 1, 1), 0],
    ['2^32-3 + 256', add(2 ** 32 - 3, 256), 253],
  ])('has no sign: %s', (_, actual, expected) => {
    expect(actual).toBe(expected);
  });
});

describe('a front ring', () => {
  test('has all slots free at first, wherever it starts', () => {
    fc.assert(
      fc.property(anySize, anyIndex, (nr_ents, first) => {
        const ring = frontRing(nr_ents, first);
        expect(freeRequests(ring)).toBe(nr_ents);
        expect(isFull(ring)).toBe(false);
        expect(isDrained(ring)).toBe(true);
        expect(hasUnpublished(ring)).toBe(false);
      }),
    );
  });

  test('has as many slots free as are not between rsp_cons and req_prod_pvt', () => {
    fc.assert(
      fc.property(anyFront, (ring) => {
        const used = wrapped(BigInt(ring.req_prod_pvt) - BigInt(ring.rsp_cons));
        expect(freeRequests(ring)).toBe(ring.nr_ents - used);
        expect(isFull(ring)).toBe(used === ring.nr_ents);
        expect(hasUnpublished(ring)).toBe(ring.req_prod !== ring.req_prod_pvt);
      }),
    );
  });

  test('is drained where all responses that were seen are consumed, across the wrap too', () => {
    const ring = { ...frontRing(2, 2 ** 32 - 1), rspSeen: 0 };
    expect(isDrained(ring)).toBe(false);
    expect(isDrained({ ...ring, rsp_cons: 0 })).toBe(true);
  });

  test('believes in no more responses than there are published requests', () => {
    fc.assert(
      fc.property(anyFront, fc.nat(512), (ring, count) => {
        const requests = wrapped(BigInt(ring.req_prod) - BigInt(ring.rsp_cons));
        expect(isBelievable(ring, wrapped(BigInt(ring.rsp_cons) + BigInt(count)))).toBe(count <= requests);
      }),
    );
  });

  test('believes in no rsp_prod that has gone back', () => {
    fc.assert(
      fc.property(anyFront, fc.integer({ min: 1, max: 1000 }), (ring, count) => {
        expect(isBelievable(ring, sub(ring.rsp_cons, count))).toBe(false);
      }),
    );
  });
});

describe('the notify test', () => {
  test('holds where the event index is one of those just published', () => {
    fc.assert(
      fc.property(anyIndex, fc.nat(256), fc.integer({ min: -300, max: 600 }), (old, count, distance) => {
        const now = wrapped(BigInt(old) + BigInt(count));
        const event = wrapped(BigInt(old) + BigInt(distance));
        expect(notifyDue(event, old, now)).toBe(passed(old, count).includes(event));
      }),
    );
  });

  test('never holds where nothing was published', () => {
    fc.assert(
      fc.property(anyIndex, anyIndex, (event, at) => {
        expect(notifyDue(event, at, at)).toBe(false);
      }),
    );
  });
});

/** A page with these words. */
const ringWith = (words: Partial<Record<'req_prod' | 'req_event' | 'rsp_prod' | 'rsp_event', RingIdx>>) =>
  Object.assign(new SharedRing(new Uint8Array(PAGE_SIZE), 12, 256), words);

describe('a back ring', () => {
  test('has as many requests as it can answer, or the frontend is ill-behaved', () => {
    fc.assert(
      fc.property(anySize, anyIndex, fc.nat(600), (nr_ents, rsp_prod_pvt, count) => {
        const req_prod = wrapped(BigInt(rsp_prod_pvt) + BigInt(count));
        expect(isRequestOverflow(nr_ents, rsp_prod_pvt, req_prod)).toBe(count > nr_ents);
      }),
    );
  });

  test('takes a req_prod that has gone back for one that is far ahead', () => {
    fc.assert(
      fc.property(anySize, anyIndex, fc.integer({ min: 1, max: 1000 }), (nr_ents, rsp_prod_pvt, count) => {
        const req_prod = wrapped(BigInt(rsp_prod_pvt) - BigInt(count));
        expect(isRequestOverflow(nr_ents, rsp_prod_pvt, req_prod)).toBe(true);
      }),
    );
  });

  test('publishes its responses, and notifies where the front asked for one of them', () => {
    fc.assert(
      fc.property(anyIndex, fc.nat(256), fc.integer({ min: -300, max: 600 }), (old, count, distance) => {
        const now = wrapped(BigInt(old) + BigInt(count));
        const rsp_event = wrapped(BigInt(old) + BigInt(distance));
        const shared = ringWith({ rsp_prod: old, rsp_event, req_prod: 7, req_event: 8 });
        expect(pushResponses(shared, now)).toBe(passed(old, count).includes(rsp_event));
        expect(shared).toMatchObject({ rsp_prod: now, rsp_event, req_prod: 7, req_event: 8 });
      }),
    );
  });

  test('asks for the next request before it sleeps, and only then', () => {
    fc.assert(
      fc.property(anyIndex, fc.nat(2), anyIndex, (req_cons, count, req_event) => {
        const req_prod = wrapped(BigInt(req_cons) + BigInt(count));
        const shared = ringWith({ req_prod, req_event, rsp_prod: 7, rsp_event: 8 });
        expect(finalCheckForRequests(shared, req_cons)).toBe(count > 0);
        const asked = count > 0 ? req_event : wrapped(BigInt(req_cons) + 1n);
        expect(shared).toMatchObject({ req_prod, req_event: asked, rsp_prod: 7, rsp_event: 8 });
      }),
    );
  });

  test('looks again after it has asked: a request that came meanwhile is found', () => {
    fc.assert(
      fc.property(anyIndex, (req_cons) => {
        const shared = ringWith({ req_prod: req_cons, req_event: req_cons });
        const arriving = wrapped(BigInt(req_cons) + 1n);
        // The front publishes at the very moment at which the back stores req_event.
        Object.defineProperty(shared, 'req_event', { set: () => (shared.req_prod = arriving) });
        expect(finalCheckForRequests(shared, req_cons)).toBe(true);
      }),
    );
  });
});

describe('the shared page', () => {
  const page = (): Uint8Array => new Uint8Array(PAGE_SIZE);

  test.each([
    [12, 256],
    [8, 256],
    [112, 32],
  ])('has room for slots of %i octets, %i of them', (slotSize, nr_ents) => {
    expect(ringSize(slotSize)).toBe(nr_ents);
  });

  test.each([1, 2, 256])('has its %i slots one after another, from octet 64', (nr_ents) => {
    const ring = new SharedRing(page(), 12, nr_ents);
    fc.assert(
      fc.property(anyIndex, (idx) => {
        expect(ring.offsetOf(idx)).toBe(64 + Number(BigInt(idx) % BigInt(nr_ents)) * 12);
      }),
    );
    expect(ring.offsetOf(2 ** 32 - 1)).toBe(64 + (nr_ents - 1) * 12);
    expect(ring.offsetOf(0)).toBe(64);
  });

  test.each([0, 3, 512, -2])('cannot have %d slots', (nr_ents) => {
    expect(() => new SharedRing(page(), 12, nr_ents)).toThrow(RangeError);
  });

  test('is a whole page', () => {
    expect(() => new SharedRing(new Uint8Array(4095), 12, 1)).toThrow(RangeError);
  });

  test('begins where a word begins', () => {
    const memory = new Uint8Array(2 * PAGE_SIZE);
    expect(() => new SharedRing(memory.subarray(2, 2 + PAGE_SIZE), 12, 1)).toThrow(RangeError);
  });

  test('gives every index back as it was stored, without a sign', () => {
    const ring = new SharedRing(page(), 12, 2);
    fc.assert(
      fc.property(anyIndex, anyIndex, anyIndex, anyIndex, (req_prod, req_event, rsp_prod, rsp_event) => {
        Object.assign(ring, { req_prod, req_event, rsp_prod, rsp_event });
        expect([ring.req_prod, ring.req_event, ring.rsp_prod, ring.rsp_event]).toEqual([
          req_prod,
          req_event,
          rsp_prod,
          rsp_event,
        ]);
      }),
    );
  });

  test('has its four words first, little endian, in the order of struct sring', () => {
    const octets = page();
    const ring = new SharedRing(octets, 12, 2);
    ring.req_prod = 0x04030201;
    ring.req_event = 0x08070605;
    ring.rsp_prod = 0x0c0b0a09;
    ring.rsp_event = 0xf0_0f_0e_0d;
    expect(Buffer.from(octets.subarray(0, 17)).toString('hex')).toBe('0102030405060708090a0b0c0d0e0ff000');
    expect([ring.req_prod, ring.req_event, ring.rsp_prod, ring.rsp_event]).toEqual([
      0x04030201, 0x08070605, 0x0c0b0a09, 0xf00f0e0d,
    ]);
  });

  test('is loaded anew each time: what the peer stores is seen', () => {
    const octets = page();
    const ring = new SharedRing(octets, 12, 2);
    octets[8] = 7;
    expect(ring.rsp_prod).toBe(7);
    octets[8] = 8;
    expect(ring.rsp_prod).toBe(8);
  });

  test('is initialised with nothing in it, and both event indices one further', () => {
    const octets = page().fill(0xaa);
    new SharedRing(octets, 12, 2).init(2 ** 32 - 1);
    const hex = Buffer.from(octets).toString('hex');
    expect(hex).toBe(`ffffffff00000000ffffffff00000000${'00'.repeat(PAGE_SIZE - 16)}`);
  });

  test('may lie anywhere in a larger memory', () => {
    const memory = new Uint8Array(3 * PAGE_SIZE);
    const ring = new SharedRing(memory.subarray(PAGE_SIZE, 2 * PAGE_SIZE), 12, 256);
    ring.init(1);
    expect(memory[PAGE_SIZE]).toBe(1);
    expect(memory.subarray(0, PAGE_SIZE).every((octet) => octet === 0)).toBe(true);
    expect(memory.subarray(2 * PAGE_SIZE).every((octet) => octet === 0)).toBe(true);
  });
});
