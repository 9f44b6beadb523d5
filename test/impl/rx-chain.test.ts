/** Packets of several slots, a step at a time. */
import { describe, expect, test } from 'vitest';
import { blockNumber, counterSkip, freeList, grefPerRequest, slot } from '../../impl/ids.js';
import {
  encodeGso,
  type ExtraInfo,
  NETIF_RSP,
  NETRXF,
  readRxRequest,
  slotOf,
  XEN_NETIF_EXTRA_FLAG_MORE,
  XEN_NETIF_EXTRA_TYPE,
  XEN_NETIF_GSO_TYPE,
} from '../../impl/netif.js';
import type { RxConfig } from '../../impl/rx.js';
import { Bench } from '../fixtures/rx-bench.js';

const { more_data, extra_info, csum_blank, data_validated, gso_prefix } = NETRXF;
const MORE = XEN_NETIF_EXTRA_FLAG_MORE;
const { HASH, MCAST_ADD } = XEN_NETIF_EXTRA_TYPE;

/** An extra for segmentation offload. */
const gso = (size: number, type: number, flags = 0): ExtraInfo => ({
  type: XEN_NETIF_EXTRA_TYPE.GSO,
  flags,
  u: encodeGso({ size, type, features: 0 }),
});
const TCPV4 = gso(1448, XEN_NETIF_GSO_TYPE.TCPV4);

/** A ring with all its pages posted, across the wrap. */
const posted = (nr_ents: number, config: Partial<RxConfig> = {}): Bench => {
  const first = 2 ** 32 - nr_ents / 2;
  return new Bench({ nr_ents, first, ids: 65536, pages: nr_ents, ...config }).publish(nr_ents);
};

/** Everything is as before the first packet: all pages are in the pool or on the ring, and nothing is put together. */
const expectAllBack = (bench: Bench): void => {
  const { ring, chain, config, done } = bench.context;
  const onRing = (ring.req_prod_pvt - ring.rsp_cons) >>> 0;
  expect(new Set(bench.pool).size).toBe(bench.pool.length);
  expect([bench.pool.length + onRing, bench.host.granted]).toEqual([config.pages, onRing + 1]);
  expect([chain.next, chain.fragments, chain.dropped, done]).toEqual(['start', [], null, null]);
  for (const page of bench.pool) expect(bench.driver.page(page).every((octet) => octet === 0)).toBe(true);
};

const lengths = (bench: Bench): readonly number[] => bench.lent.map(({ length }) => length);

describe('a packet of several slots', () => {
  test('is handed up when the last has come, each slot with its own size', () => {
    const bench = posted(4);
    bench.respond([1, 2, 3], { flags: more_data }).respond([4], { flags: more_data, offset: 4095 });
    bench.respond([5, 6], { offset: 7 }).wake();
    bench.do('RxConsumeResponse', 'RxRelease');
    expect([bench.state, bench.host.granted, bench.context.done]).toEqual(['idle polling', 4, null]);
    expect(bench.context.chain).toMatchObject({ next: 'fragment', slots: 1, octets: 3 });
    bench.do('RxConsumeResponse', 'RxRelease', 'RxConsumeResponse', 'RxRelease');
    expect([bench.state, bench.frames, bench.pool]).toEqual(['idle delivering', [], []]);
    expect(bench.allowed).toEqual(['RxDeliver']);
    bench.do('RxDeliver');
    expect([bench.frames.map(({ octets }) => octets), bench.pool]).toEqual([[[1, 2, 3, 4, 5, 6]], [0, 1, 2]]);
    expectAllBack(bench);
  });

  test('is handed up in its pages without copyOut, which come back one by one', () => {
    const bench = posted(4, { copyOut: false }).respond([1, 2], { flags: more_data });
    bench.respond([3], { offset: 100 }).wake().consume();
    expect(bench.lent.map((part) => [...part])).toEqual([[1, 2], [3]]);
    expect(bench.lent.map(({ buffer }) => buffer)).toEqual(
      [0, 1].map((page) => bench.driver.page(page).buffer),
    );
    expect(bench.context.held).toEqual([true, true, false, false]);
    expect([bench.try('AppReturn', 1), bench.try('AppReturn', 1)]).toEqual([true, false]);
    expect([bench.pool, bench.context.held]).toEqual([[1], [true, false, false, false]]);
    expect(bench.try('AppReturn', 0)).toBe(true);
    expectAllBack(bench);
  });

  test('waits where rsp_prod cuts it, through a sleep, and is no packet of its own', () => {
    const bench = posted(4).respond([1], { flags: more_data }).wake().consume();
    bench.do('RxArm', 'RxFinalCheck');
    expect([bench.state, bench.frames]).toEqual(['idle asleep', []]);
    bench.respond([2], { flags: more_data }).wake().consume().do('RxArm', 'RxFinalCheck');
    bench.respond([3]).wake().consume();
    expect(bench.frames.map(({ octets }) => octets)).toEqual([[1, 2, 3]]);
    expectAllBack(bench);
  });

  test('has its pages to itself until it is handed up: they are not posted meanwhile', () => {
    const bench = new Bench({ nr_ents: 4, pages: 3 }).publish(2).respond([1], { flags: more_data });
    bench.wake().consume();
    expect(bench.pool).toEqual([2]);
    bench.publish();
    expect([bench.pool, bench.allowed]).toEqual([[], ['RxReadRspProd', 'RxArm']]);
    bench.respond([2]).do('RxReadRspProd').consume();
    expect(bench.frames.map(({ octets }) => octets)).toEqual([[1, 2]]);
    expectAllBack(bench);
  });

  test('may have as many slots as netif.h promises, and 65535 octets', () => {
    const bench = posted(32);
    for (let n = 0; n < 17; n++) bench.answer(n === 0 ? 3600 : 3640, more_data);
    bench
      .answer(0xffff - 3600 - 16 * 3640)
      .wake()
      .consume();
    expect([lengths(bench), bench.reasons]).toEqual([[0xffff], []]);
    expectAllBack(bench);
  });

  test('is appended by the next one, which has nothing of it', () => {
    const bench = posted(8)
      .answer(5, more_data | extra_info | csum_blank)
      .respondExtra(TCPV4)
      .answer(6);
    bench.answer(7).wake().consume();
    expect([lengths(bench), bench.offloads]).toEqual([
      [11, 7],
      [{ csum_blank: true, data_validated: true, gso: { size: 1448, type: 'TCPV4' } }, {}],
    ]);
  });

  test('of whose later slots no flag but more_data is looked at', () => {
    const bench = posted(4).answer(5, more_data | data_validated);
    bench
      .answer(6, more_data | extra_info | csum_blank | gso_prefix)
      .answer(7)
      .wake()
      .consume();
    expect([lengths(bench), bench.offloads]).toEqual([[18], [{ data_validated: true }]]);
  });
});

describe('an extra', () => {
  test('uses up a page, which is free at once, and comes before the rest of the packet', () => {
    const bench = posted(4)
      .respond([1], { flags: extra_info | more_data })
      .respondExtra(TCPV4)
      .respond([2]);
    bench.wake().do('RxConsumeResponse', 'RxRelease', 'RxConsumeResponse');
    expect([bench.state, bench.context.done]).toEqual(['idle releasing', { page: 1, status: 0, offset: 0 }]);
    bench.driver.page(1).fill(9);
    bench.do('RxRelease');
    expect([bench.pool, bench.host.granted, bench.driver.page(1)[0]]).toEqual([[1], 3, 0]);
    bench.consume();
    expect(bench.frames.map(({ octets }) => octets)).toEqual([[1, 2]]);
    expect(bench.offloads).toEqual([{ gso: { size: 1448, type: 'TCPV4' } }]);
    expectAllBack(bench);
  });

  test('may be the last slot of its packet, and its page is free before that is handed up', () => {
    const bench = posted(4).respond([1], { flags: extra_info }).respondExtra(TCPV4).wake();
    bench.do('RxConsumeResponse', 'RxRelease', 'RxConsumeResponse', 'RxRelease');
    expect([bench.state, bench.pool, bench.context.done]).toEqual(['idle delivering', [1], null]);
    // The poster may use it at once.
    bench.do('RxGrantAccess', 'RxPost', 'RxDeliver');
    expect([bench.frames.map(({ octets }) => octets), bench.pool]).toEqual([[[1]], [0]]);
    expectAllBack(bench);
  });

  test('says TCPv6 as well, and others are carried through in their order', () => {
    const u = Uint8Array.of(6, 5, 4, 3, 2, 1);
    const bench = posted(8).answer(9, extra_info | more_data);
    bench.respondExtra({ type: MCAST_ADD, flags: MORE | 0x80, u });
    bench.respondExtra(gso(1, XEN_NETIF_GSO_TYPE.TCPV6, MORE)).respondExtra({ type: HASH });
    bench.answer(1).wake().consume();
    expect(bench.offloads).toEqual([
      {
        gso: { size: 1, type: 'TCPV6' },
        extras: [
          { type: MCAST_ADD, flags: 0x80, u },
          { type: HASH, flags: 0, u: Uint8Array.of(1, 2, 3, 4, 5, 6) },
        ],
      },
    ]);
    expectAllBack(bench);
  });

  test.each([slot, blockNumber, counterSkip, freeList, grefPerRequest])(
    'has no id, and its page is found by its slot with the scheme $name',
    (scheme) => {
      const bench = posted(4, { scheme, pages: 5 });
      for (let round = 0; round < 9; round++) {
        bench
          .respond([round], { flags: extra_info | more_data })
          .respondExtra({ flags: MORE, u: new Uint8Array(6) });
        bench
          .respondExtra({ u: Uint8Array.of(255, 255, 255, 255, 255, 255) })
          .respond([round, 9])
          .wake()
          .consume();
        bench.do('RxArm', 'RxFinalCheck').publish(4);
        expectAllBack(bench);
      }
      expect(bench.frames.map(({ octets }) => octets)).toEqual(
        Array.from({ length: 9 }, (_, round) => [round, round, 9]),
      );
    },
  );

  test('in a slot whose request was answered from another slot breaks the frontend', () => {
    const bench = posted(4, { scheme: blockNumber });
    const [first, second] = [0, 1].map((n) => readRxRequest(slotOf(bench.ring, bench.ring.rsp_prod + n)).id);
    bench.respond([1], { id: second!, flags: extra_info }).respondExtra().wake();
    bench.do('RxConsumeResponse', 'RxRelease', 'RxConsumeResponse');
    expect([bench.state, bench.frames, first === second]).toEqual(['broken', [], false]);
  });
});

describe('the flags of the first slot', () => {
  test.each([
    [0, {}],
    [data_validated, { data_validated: true }],
    [csum_blank, { csum_blank: true, data_validated: true }],
    [csum_blank | data_validated, { csum_blank: true, data_validated: true }],
    [0x20, {}],
  ])('%i says of the packet %j', (flags, expected) => {
    const bench = posted(2).answer(5, flags).wake().consume();
    expect(bench.offloads).toEqual([expected]);
  });
});

describe('a packet that is wrong is dropped whole', () => {
  /** What the backend answers, and for which reason all of it is dropped. */
  const wrong: readonly (readonly [string, string, (bench: Bench) => Bench])[] = [
    ['an error in its first slot', 'error', (b) => b.answer(-1, more_data).answer(5, more_data).answer(6)],
    ['an error in the middle', 'error', (b) => b.answer(5, more_data).answer(-1, more_data).answer(6)],
    ['an error in its last slot', 'error', (b) => b.answer(5, more_data).answer(6, more_data).answer(-7)],
    ['the least status there is', 'error', (b) => b.answer(5, more_data).answer(-0x8000)],
    ['two errors, of which the first counts', 'dropped', (b) => b.answer(-2, more_data).answer(-1)],
    ['a slot DROPPED', 'dropped', (b) => b.answer(5, more_data).answer(NETIF_RSP.DROPPED)],
    ['a slot without octets', 'badSize', (b) => b.answer(5, more_data).answer(0)],
    ['a slot that reaches past its page', 'badSize', (b) => b.answer(5, more_data).answer(2, 0, 4095)],
    ['no extra of a known type: 0', 'badExtra', (b) => b.answer(5, extra_info).respondExtra({ type: 0 })],
    [
      'no extra of a known type, and further slots',
      'badExtra',
      (b) =>
        b
          .answer(5, extra_info | more_data)
          .respondExtra({ type: 5, flags: MORE })
          .respondExtra()
          .answer(6, more_data)
          .answer(7),
    ],
    ['segments of no size', 'badExtra', (b) => b.answer(5, extra_info).respondExtra(gso(0, 1))],
    ['segments of no protocol', 'badExtra', (b) => b.answer(5, extra_info).respondExtra(gso(1448, 0))],
    [
      'segments of an unknown protocol',
      'badExtra',
      (b) => b.answer(5, extra_info).respondExtra(gso(1448, 3)),
    ],
    [
      'two sizes of segments',
      'badExtra',
      (b) =>
        b
          .answer(5, extra_info)
          .respondExtra(gso(1448, 1, MORE))
          .respondExtra(TCPV4),
    ],
    [
      'gso_prefix, for which nobody has asked',
      'gsoPrefix',
      (b) => b.respond([], { status: 0, offset: 1448, flags: gso_prefix | more_data }).answer(5),
    ],
    [
      'one slot too many',
      'tooManySlots',
      (b) => {
        for (let n = 0; n < 18; n++) b.answer(1, more_data);
        return b.answer(1);
      },
    ],
    [
      'one slot too many, and so on',
      'tooManySlots',
      (b) => {
        for (let n = 0; n < 30; n++) b.answer(1, more_data);
        return b.answer(1);
      },
    ],
    [
      'one slot too many with its extras',
      'tooManySlots',
      (b) => {
        b.answer(1, more_data | extra_info)
          .respondExtra({ flags: MORE })
          .respondExtra();
        for (let n = 0; n < 15; n++) b.answer(1, more_data);
        return b.answer(1);
      },
    ],
    [
      'one octet too many',
      'tooLong',
      (b) => {
        for (let n = 0; n < 15; n++) b.answer(4096, more_data);
        return b.answer(4095, more_data).answer(1);
      },
    ],
  ];

  test.each(wrong)('%s: %s', (_, reason, respond) => {
    const bench = respond(posted(32)).answer(11).wake().consume();
    // Counted once, and the next packet is whole.
    expect([bench.reasons, lengths(bench)]).toEqual([[reason], [11]]);
    expect(bench.state).toBe('idle polling');
    expectAllBack(bench);
  });

  test.each(wrong)('%s: %s, also where each slot is published by itself', (_, reason, respond) => {
    const bench = posted(32);
    const overstore = bench.overstore.bind(bench);
    bench.overstore = (count) => {
      overstore(count).wake().consume().do('RxArm', 'RxFinalCheck');
      return bench;
    };
    respond(bench).answer(11);
    expect([bench.reasons, lengths(bench)]).toEqual([[reason], [11]]);
    expectAllBack(bench);
  });

  test('at once, with the pages that had come, and the rest when it comes', () => {
    const bench = posted(8).answer(5, more_data).answer(6, more_data).answer(-1, more_data).wake().consume();
    expect([bench.failed, bench.pool]).toEqual([[{ page: 2, status: -1, offset: 0 }], [0, 1, 2]]);
    bench.answer(7, more_data).answer(8).do('RxReadRspProd').consume();
    expect([bench.failed.length, bench.frames, bench.pool]).toEqual([1, [], [4, 3, 0, 1, 2]]);
    expectAllBack(bench);
  });

  test('where it would need more pages than there are, so that those go on that there are', () => {
    const bench = posted(2, { pages: 2 }).answer(5, more_data).answer(6, more_data).wake().consume();
    expect([bench.reasons, bench.pool]).toEqual([['tooManySlots'], [0, 1]]);
    bench.publish(2).answer(7).answer(8).do('RxReadRspProd').consume();
    expect([bench.reasons.length, lengths(bench)]).toEqual([1, [8]]);
    expectAllBack(bench);
  });

  test('with the last slot that it may have, where that says that more follow', () => {
    const bench = posted(32);
    for (let n = 0; n < 18; n++) bench.answer(1, more_data);
    bench.wake().consume();
    expect([bench.reasons, bench.pool.length]).toEqual([['tooManySlots'], 18]);
    bench.answer(1).do('RxReadRspProd').consume();
    expect([bench.reasons.length, bench.frames]).toEqual([1, []]);
    expectAllBack(bench);
  });

  test('but not where it has all pages there are, and is whole', () => {
    const bench = posted(2, { pages: 2 }).answer(5, more_data).answer(6).wake().consume();
    expect([bench.reasons, lengths(bench)]).toEqual([[], [11]]);
  });

  test('but breaks the frontend where the backend keeps one of its pages mapped', () => {
    const bench = posted(4);
    const { gref } = readRxRequest(slotOf(bench.ring, (bench.ring.rsp_prod + 1) >>> 0));
    bench.host.back.map(gref);
    bench.answer(5, more_data).answer(6).wake().consume();
    expect([bench.state, bench.frames]).toEqual(['broken', []]);
    expect([bench.driver.disconnect(), bench.host.granted]).toEqual([1, 1]);
  });
});
