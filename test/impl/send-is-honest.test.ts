/**
 * Whatever an application gives to `send`, the backend is shown nothing that Linux's would answer with an error or give
 * the interface up for. The judge is a backend that reads the ring's octets for itself (`fixtures/tx-judge.ts`).
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  blockNumber,
  connect,
  counterSkip,
  type ExtraInfo,
  freeList,
  grefPerRequest,
  type Gso,
  type Offload,
  SendError,
  SimulatedHost,
  type TxOptions,
  type TxStatus,
} from '../../impl/index.js';
import { valuesOf } from '../../impl/list.js';
import { keysOf } from '../fixtures/keys-of.js';
import { TxJudge } from '../fixtures/tx-judge.js';

const schemes = { blockNumber, counterSkip, freeList, grefPerRequest };

/** What one packet is made of: the lengths of its fragments, and what is said of it. */
interface Attempt {
  readonly lengths: readonly number[];
  readonly offload: Offload;
}

/** How the ring is laid out, and how many references the host has beside those granted for life. */
interface Layout extends Omit<TxOptions, 'scheme'> {
  readonly nr_ents: number;
  readonly blocks: number;
  readonly ids: number;
  readonly blocksPerPage: 1 | 2;
  readonly grantPerRequest: boolean;
  readonly scheme: keyof typeof schemes;
  readonly spare: number;
}

type Step =
  | { readonly kind: 'send'; readonly attempt: Attempt }
  | { readonly kind: 'answer'; readonly picks: readonly number[]; readonly status: number };

const often = <T>(weight: number, arbitrary: fc.Arbitrary<T>) => ({ weight, arbitrary });

const lengths = fc.oneof(
  often(4, fc.array(fc.nat(1600), { maxLength: 4 })),
  often(2, fc.array(fc.nat(20), { maxLength: 30 })),
  // As many as a packet may have slots, or nearly.
  often(1, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 16, maxLength: 20 })),
  often(2, fc.array(fc.nat(9000), { maxLength: 8 })),
  often(2, fc.tuple(fc.integer({ min: 65_400, max: 65_600 }))),
  often(1, fc.tuple(fc.nat(70_000), fc.nat(20))),
);

const gso: fc.Arbitrary<Gso> = fc.record({
  size: fc.oneof(
    often(8, fc.integer({ min: 1, max: 65_535 })),
    often(1, fc.constantFrom(0, -1, 1.5, 65_536)),
  ),
  type: fc.oneof(
    often(8, fc.constantFrom('TCPV4' as const, 'TCPV6' as const)),
    often(1, fc.constantFrom('NONE', 'UDP') as fc.Arbitrary<never>),
  ),
});

const extra = fc.record<ExtraInfo>({
  type: fc.oneof(often(12, fc.constantFrom(2, 3, 4, 4)), often(1, fc.constantFrom(0, 1, 5, 255, 2.5))),
  flags: fc.nat(255),
  u: fc.uint8Array({ minLength: 6, maxLength: 6 }),
});
const oddExtra = fc.record<ExtraInfo>({
  type: fc.constant(4),
  flags: fc.constant(0),
  u: fc.uint8Array({ maxLength: 9 }),
});

const offload: fc.Arbitrary<Offload> = fc.oneof(
  often(3, fc.constant({})),
  often(
    5,
    fc.record(
      {
        csum_blank: fc.constantFrom(true, true, true, false),
        data_validated: fc.boolean(),
        gso,
        extras: fc.oneof(
          often(6, fc.array(extra, { maxLength: 2 })),
          often(1, fc.array(fc.oneof(extra, oddExtra), { maxLength: 20 })),
        ),
      },
      { requiredKeys: ['csum_blank'] },
    ) as fc.Arbitrary<Offload>,
  ),
);

const step: fc.Arbitrary<Step> = fc.oneof(
  often(3, fc.record({ kind: fc.constant('send' as const), attempt: fc.record({ lengths, offload }) })),
  often(
    2,
    fc.record({
      kind: fc.constant('answer' as const),
      picks: fc.array(fc.nat(300), { maxLength: 30 }),
      status: fc.constantFrom(0, 0, 0, -1, -2),
    }),
  ),
);

const layout: fc.Arbitrary<Layout> = fc
  .record({
    nr_ents: fc.constantFrom(1, 4, 16, 32, 32, 64),
    pool: fc.constantFrom(1, 3, 16, 20, 40),
    grants: fc.constantFrom('for life', 'for life, two blocks a page', 'per request'),
    scheme: fc.constantFrom(...(Object.keys(schemes) as (keyof typeof schemes)[])),
    few: fc.boolean(),
    spare: fc.nat(40),
  })
  .map(({ nr_ents, pool, grants, scheme, few, spare }) => {
    const grantPerRequest = grants === 'per request' || scheme === 'grefPerRequest';
    // Ids of these schemes may run out; those of the others are refused where they could.
    const ids = few && (scheme === 'counterSkip' || scheme === 'freeList') ? 8 : 65_536;
    const blocksPerPage = grantPerRequest || grants === 'for life' ? 1 : 2;
    return { nr_ents, blocks: pool, ids, blocksPerPage, grantPerRequest, scheme, spare, first: 2 ** 32 - 5 };
  });

/** Octets that are another packet's in no place. */
const octetsOf = (serial: number, size: number): Uint8Array => {
  const octets = new Uint8Array(size);
  for (let i = 0; i < size; i++) octets[i] = Math.imul(i + 1, 2 * serial + 1) >>> 3;
  if (size >= 4) new DataView(octets.buffer).setUint32(0, serial);
  return octets;
};

const cut = (octets: Uint8Array, by: readonly number[]): Uint8Array[] => {
  let at = 0;
  return by.map((length) => octets.subarray(at, (at += length)));
};

/** Can it be sent, if there are references enough? Counted for itself, and not as `impl/tx-packet.ts` does. */
const isSendable = ({ lengths: by, offload: said }: Attempt, it: Layout): boolean => {
  const size = by.reduce((sum, length) => sum + length, 0);
  const { gso: segments, extras = [], csum_blank = false } = said;
  const blocks = Math.ceil(size / (it.blocksPerPage === 1 ? 4096 : 2048));
  const slots = blocks + extras.length + (segments === undefined ? 0 : 1);
  const isGsoGood =
    segments === undefined ||
    (csum_blank &&
      [1, 2].includes(['', 'TCPV4', 'TCPV6'].indexOf(segments.type)) &&
      segments.size >= 1 &&
      segments.size <= 65_535 &&
      segments.size % 1 === 0);
  const isExtraGood = ({ type, u }: ExtraInfo): boolean =>
    (type === 4 || ((type === 2 || type === 3) && blocks === 1)) && u.length === 6;
  return (
    size >= 14 &&
    size <= 65_535 &&
    slots <= Math.min(18, it.nr_ents) &&
    blocks <= Math.min(it.blocks, it.ids) &&
    isGsoGood &&
    extras.every(isExtraGood)
  );
};

/** What came about in all runs: a property that nothing comes to is green whatever the code does. */
const seen = {
  sent: 0,
  chains: 0,
  longest: 0,
  extras: 0,
  refused: 0,
  abandoned: 0,
  waited: 0,
  unreferenced: 0,
};

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const run = async (it: Layout, steps: readonly Step[]): Promise<void> => {
  const pages = Math.ceil(it.blocks / it.blocksPerPage);
  // Both rings' pages, one page to receive into, and the pool; or what there is for requests.
  const host = new SimulatedHost(it.grantPerRequest ? 3 + it.spare : 3 + pages);
  const tx = { ...it, scheme: schemes[it.scheme] };
  const { netfront, tx: driver } = connect(host, { tx, rx: { nr_ents: 1 } });
  const judge = new TxJudge(host, driver.shared.page, it.nr_ents, driver.config.first);
  spyOn(driver, judge);
  const granted = host.granted;
  const outcomes: {
    readonly attempt: Attempt;
    readonly serial: number;
    told: TxStatus | Error | undefined;
  }[] = [];
  for (const [serial, one] of steps.entries()) {
    if (one.kind === 'send') {
      const { lengths: by, offload: said } = one.attempt;
      const octets = octetsOf(
        serial,
        by.reduce((sum, length) => sum + length, 0),
      );
      const outcome: (typeof outcomes)[number] = { attempt: one.attempt, serial, told: undefined };
      outcomes.push(outcome);
      netfront.send(by.length === 1 ? octets : cut(octets, by), said).then(
        (status) => (outcome.told = status),
        (error: Error) => (outcome.told = error),
      );
      if (driver.snapshot.context.chain !== null) throw new Error('half a chain was left');
    } else {
      for (const pick of one.picks)
        if (judge.unanswered > 0) judge.answer(pick % judge.unanswered, one.status);
      await settled();
    }
  }
  for (let rounds = 0; netfront.unsettled + judge.unanswered > 0 && rounds < 1000; rounds++) {
    seen.waited++;
    while (judge.unanswered > 0) judge.answer(rounds % judge.unanswered, 0);
    await settled();
  }
  await settled();
  expect(judge.complaints).toEqual([]);
  expect([netfront.unsettled, netfront.isBroken, judge.unanswered]).toEqual([0, false, 0]);
  checkOutcomes(outcomes, judge, it);
  expect(host.granted).toBe(granted);
  expect([...valuesOf(driver.snapshot.context.pool)].toSorted((a, b) => a - b)).toEqual([
    ...Array(it.blocks).keys(),
  ]);
  const { unansweredExtras, sent } = driver.snapshot.context;
  expect([unansweredExtras, keysOf(sent)]).toEqual([0, []]);
};

/** The judge looks at everything that is published, when it is; and that a chain was given up is counted. */
const spyOn = (driver: ReturnType<typeof connect>['tx'], judge: TxJudge): void => {
  const { shared } = driver;
  const { get, set } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(shared), 'req_prod')!;
  Object.defineProperty(shared, 'req_prod', {
    get: () => get!.call(shared) as unknown,
    set: (value: number) => {
      set!.call(shared, value);
      judge.published();
    },
  });
  const send = driver.send.bind(driver);
  driver.send = (event) => {
    if (event.type === 'TxAbandon') seen.abandoned++;
    return send(event);
  };
};

const checkOutcomes = (
  outcomes: readonly { attempt: Attempt; serial: number; told: TxStatus | Error | undefined }[],
  judge: TxJudge,
  it: Layout,
): void => {
  const taken = judge.taken[Symbol.iterator]();
  for (const { attempt, serial, told } of outcomes) {
    if (told instanceof Error) {
      expect(told).toBeInstanceOf(SendError);
      // All references were there once, when nothing was out.
      const isUnreferenced = it.grantPerRequest && told.message.includes('grant table');
      expect([serial, isUnreferenced || !isSendable(attempt, it)]).toEqual([serial, true]);
      seen[isUnreferenced ? 'unreferenced' : 'refused']++;
      continue;
    }
    expect(['OKAY', 'ERROR', 'DROPPED']).toContain(told);
    expect([serial, isSendable(attempt, it)]).toEqual([serial, true]);
    const { value: packet, done } = taken.next();
    if (done === true) throw new Error(`packet ${serial} was not seen by the backend`);
    const { offload: said, lengths: by } = attempt;
    const size = by.reduce((sum, length) => sum + length, 0);
    expect(Buffer.compare(packet.octets, octetsOf(serial, size))).toBe(0);
    expect(packet.csum_blank).toBe(said.csum_blank ?? false);
    expect(packet.data_validated).toBe((said.csum_blank ?? false) || (said.data_validated ?? false));
    const due = (said.extras ?? []).map(({ type, u }) => [type, ...u]);
    if (said.gso !== undefined)
      due.unshift([1, said.gso.size & 255, said.gso.size >> 8, said.gso.type === 'TCPV4' ? 1 : 2, 0, 0, 0]);
    expect(packet.extras.map(({ type, u }) => [type, ...u])).toEqual(due);
    seen.sent++;
    seen.extras += packet.extras.length;
    if (packet.requests.length > 1) seen.chains++;
    seen.longest = Math.max(seen.longest, packet.requests.length + packet.extras.length);
  }
  expect(taken.next().done).toBe(true);
};

describe('whatever is given to send', () => {
  test('the backend sees whole packets by the rules, in order, or the sender is told why not', async () => {
    await fc.assert(fc.asyncProperty(layout, fc.array(step, { minLength: 1, maxLength: 24 }), run), {
      numRuns: 1000,
      seed: 6,
    });
    const { longest, ...rest } = seen;
    expect(longest).toBe(18);
    for (const [what, times] of Object.entries(rest)) expect([what, times > 40]).toEqual([what, true]);
  }, 120_000);
});

describe('the judge complains', () => {
  const host = new SimulatedHost();
  const gref = host.claimGref();
  const setUp = () => {
    const page = new Uint8Array(4096);
    const view = new DataView(page.buffer);
    const judge = new TxJudge(host, page, 32, 0);
    const request = (
      n: number,
      fields: { flags?: number; size?: number; offset?: number; id?: number; gref?: number },
    ) => {
      const at = 64 + 12 * n;
      view.setUint32(at, fields.gref ?? gref, true);
      view.setUint16(at + 4, fields.offset ?? 0, true);
      view.setUint16(at + 6, fields.flags ?? 0, true);
      view.setUint16(at + 8, fields.id ?? n, true);
      view.setUint16(at + 10, fields.size ?? 14, true);
    };
    const info = (n: number, ...octets: number[]) => page.set(octets, 64 + 12 * n);
    const publish = (req_prod: number) => {
      view.setUint32(0, req_prod, true);
      judge.published();
      return judge.complaints;
    };
    return { judge, request, info, publish, page };
  };
  type Bench = ReturnType<typeof setUp>;
  host.grantAccess(gref, host.allocatePage());

  test('of nothing where a packet is as it should be', () => {
    const { request, info, publish, judge } = setUp();
    request(0, { flags: 8 | 4 | 3, size: 100 });
    info(1, 4, 1, 0, 0, 0, 0, 0, 0);
    info(2, 1, 0, 200, 5, 1, 0, 0, 0);
    request(3, { size: 86 });
    expect(publish(4)).toEqual([]);
    expect(judge.unanswered).toBe(4);
  });

  const faults: readonly (readonly [string, RegExp, (bench: Bench) => number])[] = [
    ['a reference that grants nothing', /grants nothing/, ({ request }) => (request(0, { gref: 99 }), 1)],
    ['less than an Ethernet header', /Ethernet/, ({ request }) => (request(0, { size: 13 }), 1)],
    [
      'less than that in the first slot',
      /Ethernet/,
      ({ request }) => (request(0, { flags: 4, size: 23 }), request(1, { size: 10 }), 2),
    ],
    [
      'a size in the first slot that is its own',
      /Ethernet/,
      ({ request }) => (request(0, { flags: 4, size: 14 }), request(1, { size: 14 }), 2),
    ],
    ['an id that is in use', /not answered/, ({ request }) => (request(0, {}), request(1, { id: 0 }), 2)],
    [
      'an id twice in one packet',
      /not answered/,
      ({ request }) => (request(0, { flags: 4, size: 50 }), request(1, { id: 0 }), 2),
    ],
    ['more_data and no next slot', /goes on/, ({ request }) => (request(0, { flags: 4 }), 1)],
    ['extra_info and no next slot', /goes on/, ({ request }) => (request(0, { flags: 8 }), 1)],
    [
      'another extra promised and no next slot',
      /goes on/,
      ({ request, info }) => (request(0, { flags: 8 }), info(1, 4, 1, 0, 0, 0, 0, 0, 0), 2),
    ],
    ['a slot that crosses its page', /cross/, ({ request }) => (request(0, { offset: 4083 }), 1)],
    ['an empty slot', /slot of 0/, ({ request }) => (request(0, { flags: 4 }), request(1, { size: 0 }), 2)],
    ...[0, 5].map((type): (typeof faults)[number] => [
      `an extra of type ${type}`,
      /of type/,
      ({ request, info }) => (request(0, { flags: 8 }), info(1, type, 0, 0, 0, 0, 0, 0, 0), 2),
    ]),
    [
      'a GSO size of 0',
      /GSO size/,
      ({ request, info }) => (request(0, { flags: 8 }), info(1, 1, 0, 0, 0, 1, 0, 0, 0), 2),
    ],
    [
      'a GSO type that there is not',
      /GSO type/,
      ({ request, info }) => (request(0, { flags: 8 }), info(1, 1, 0, 9, 0, 3, 0, 0, 0), 2),
    ],
    ['req_prod past the ring', /past the ring/, ({ request }) => (request(0, {}), 33)],
    [
      '19 slots',
      /19 slots/,
      ({ request }) => {
        for (let n = 0; n < 19; n++) request(n, { flags: n < 18 ? 4 : 0, size: n === 0 ? 14 * 19 : 14 });
        return 19;
      },
    ],
    [
      'flags in a later slot',
      /later/,
      ({ request }) => (request(0, { flags: 4, size: 28 }), request(1, { flags: 1 }), 2),
    ],
  ];

  test.each(faults)('of %s', (_, complaint, fault) => {
    const bench = setUp();
    expect(bench.publish(fault(bench))[0]).toMatch(complaint);
  });

  test('of a block that was written before its answer', () => {
    const { request, publish, judge } = setUp();
    request(0, {});
    expect(publish(1)).toEqual([]);
    host.grantedPage(gref)!.octets[3]! ^= 1;
    judge.answer(0, 0);
    expect(judge.complaints).toEqual(['a block changed before its answer']);
  });
});
