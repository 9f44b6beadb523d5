import { describe, expect, test } from 'vitest';
import { bridge } from '../../../impl/index.js';
import {
  CSUM_BLANK,
  DATA_VALIDATED,
  EXTRA_INFO,
  MORE_DATA,
  type RawExtra,
  RawFront,
  type RawRequest,
} from '../../fixtures/raw-front.js';

const FIRST = 2 ** 32 - 3;
const [ERROR, OKAY, NULL, DROPPED] = [-1, 0, 1, -2];
/** A granted page has references below this; nobody grants this one. */
const NOT_GRANTED = 0x00c0ffee;
/** An extra for segments of 1448 octets of TCP over IPv4. */
const GSO = [1, 0, 0xa8, 0x05, 1, 0, 0, 0] as const;

/** A chain of so many requests of 100 octets each, the first one of the rest of 2000; no id but its place. */
const chainOf = (requests: number, each = 100) =>
  Array.from({ length: requests }, (_, id) => ({
    id,
    flags: id < requests - 1 ? MORE_DATA : 0,
    size: id === 0 ? 100 + each * (requests - 1) : each,
  }));

/** Everything stays: nothing is answered, nothing is written, and the next packet is not looked at either. */
const expectDisabled = (it: RawFront, fault: object): void => {
  const answered = it.txResponses(FIRST);
  expect(it.netback.fault).toEqual(fault);
  expect(it.netback.isDisabled).toBe(true);
  expect(answered).toEqual([]);
  it.send({ size: 60 });
  it.post(1);
  it.netback.deliver(new Uint8Array(60));
  expect(it.netback.poll()).toBe(false);
  expect([it.txResponses(FIRST), it.rxResponses(FIRST), it.got]).toEqual([[], [], []]);
};

describe('an honest frontend', () => {
  test('a packet of one slot is sent on and answered OKAY', () => {
    const it = new RawFront();
    const [gref] = it.send({ id: 7, offset: 30, size: 60 });
    it.netback.poll();
    expect(it.got).toEqual([{ octets: it.octetsOf(gref!, 30, 90), offload: {} }]);
    expect(it.txResponses(FIRST)).toEqual([[7, OKAY]]);
  });

  test('the first slot of a chain says the total, and has what the others leave of it', () => {
    const it = new RawFront();
    const [a, b, c] = it.send(
      { size: 14 + 4096 + 100, flags: MORE_DATA, offset: 4082, id: 5 },
      { size: 4096, flags: MORE_DATA, id: 6 },
      { size: 100, offset: 8, id: 9 },
    );
    it.netback.poll();
    expect(it.got.map(({ octets }) => octets)).toEqual([
      [...it.octetsOf(a!, 4082, 4096), ...it.octetsOf(b!, 0, 4096), ...it.octetsOf(c!, 8, 108)],
    ]);
    expect(it.txResponses(FIRST)).toEqual([
      [5, OKAY],
      [6, OKAY],
      [9, OKAY],
    ]);
  });

  test('a packet of 65,535 octets arrives whole', () => {
    const it = new RawFront();
    const grefs = it.send(
      { size: 65535, flags: MORE_DATA },
      ...Array.from({ length: 15 }, (_, n) => ({ size: 4096, flags: n < 14 ? MORE_DATA : 0 })),
    );
    it.netback.poll();
    const octets = grefs.flatMap((gref, n) => it.octetsOf(gref, 0, n === 0 ? 4095 : 4096));
    expect([it.got.length, octets.length]).toEqual([1, 65535]);
    expect(it.got[0]!.octets).toEqual(octets);
  });

  test('flags and extras go with the packet, and an extra is answered NULL right behind the first request', () => {
    const it = new RawFront();
    it.send(
      { id: 3, size: 200, flags: CSUM_BLANK | DATA_VALIDATED | EXTRA_INFO | MORE_DATA },
      [1, 1, 0xa8, 0x05, 2, 0, 0, 0],
      [4, 0, 1, 2, 3, 4, 5, 6],
      { id: 4, size: 100 },
    );
    it.netback.poll();
    expect(it.got.map(({ offload }) => offload)).toEqual([
      {
        csum_blank: true,
        data_validated: true,
        gso: { size: 1448, type: 'TCPV6' },
        extras: [{ type: 4, flags: 0, u: Uint8Array.of(1, 2, 3, 4, 5, 6) }],
      },
    ]);
    expect(it.txResponses(FIRST).map(([, status]) => status)).toEqual([OKAY, NULL, NULL, OKAY]);
  });

  test('the id of an answer to an extra is what the slot held: nothing of it is written but the status', () => {
    const it = new RawFront();
    it.send({ id: 3, size: 60, flags: EXTRA_INFO }, [...GSO]);
    it.netback.poll();
    // Octets 0 and 1 of the extra, which is where a response has its id.
    expect(it.txResponses(FIRST)).toEqual([
      [3, OKAY],
      [0x0001, NULL],
    ]);
    expect(it.got[0]?.offload).toEqual({ gso: { size: 1448, type: 'TCPV4' } });
  });

  test('requests of several packets are answered out of order, where the backend is told to, and all arrive whole', () => {
    const it = new RawFront({ pick: (count) => count - 1 });
    const [a, b, c] = it.send(
      { id: 0, size: 160, flags: MORE_DATA | EXTRA_INFO },
      [...GSO],
      { id: 1, size: 60 },
      { id: 2, size: 80 },
    );
    it.netback.poll();
    const [first] = it.octetsOf(a!, 0, 100);
    expect(it.txResponses(FIRST).map(([, status]) => status)).toEqual([OKAY, OKAY, OKAY, NULL]);
    expect(
      it
        .txResponses(FIRST)
        .map(([id]) => id)
        .slice(0, 3),
    ).toEqual([2, 1, 0]);
    expect(it.got.map(({ octets }) => [octets.length, octets[0]])).toEqual([
      [80, it.octetsOf(c!, 0, 1)[0]],
      [160, first],
    ]);
    expect(it.got[1]!.octets).toEqual([...it.octetsOf(a!, 0, 100), ...it.octetsOf(b!, 0, 60)]);
  });

  test('a fragment is read when it is answered, and not before', () => {
    const it = new RawFront({ budget: 1 });
    const [, b] = it.send({ size: 160, flags: MORE_DATA }, { size: 60 });
    expect(it.netback.poll()).toBe(true);
    it.pages.get(b!)!.octets.fill(0x55);
    it.netback.poll();
    expect(it.got[0]!.octets.slice(100)).toEqual(Array.from({ length: 60 }, () => 0x55));
  });

  test('statuses may be mixed, and then the packet is not sent on', () => {
    const it = new RawFront({ status: ({ id }) => (id === 1 ? DROPPED! : OKAY!) });
    it.send(...chainOf(3), { id: 3, size: 60 });
    it.netback.poll();
    expect(it.txResponses(FIRST).map(([, status]) => status)).toEqual([OKAY, DROPPED, OKAY, OKAY]);
    expect(it.got.map(({ octets }) => octets.length)).toEqual([60]);
  });

  test('no more packets are taken than there is room for, whatever their slots', () => {
    const it: RawFront = new RawFront({ room: () => 1 - it.got.length });
    it.send(...chainOf(3), ...chainOf(2));
    it.netback.poll();
    expect([it.txResponses(FIRST).length, it.got.length]).toEqual([3, 1]);
    const roomy = new RawFront({ room: () => 2, budget: 1 });
    roomy.send(...chainOf(3), ...chainOf(2), ...chainOf(2));
    roomy.netback.poll();
    expect(roomy.netback.taken).toBe(3 + 2 - 1);
  });
});

describe('a dummy request that carries a change of the multicast filter', () => {
  test.each([
    ['MCAST_ADD', 2],
    ['MCAST_DEL', 3],
  ])('%s is answered OKAY, and nothing is sent on', (_, type) => {
    const it = new RawFront();
    it.send({ id: 9, gref: NOT_GRANTED, size: 0, flags: EXTRA_INFO }, [type, 0, 1, 0, 0x5e, 0, 0, 1], {
      id: 10,
      size: 60,
    });
    it.netback.poll();
    expect(it.txResponses(FIRST).map(([, status]) => status)).toEqual([OKAY, NULL, OKAY]);
    expect(it.got.map(({ octets }) => octets.length)).toEqual([60]);
  });
});

describe('what the backend answers with ERROR, and carries on', () => {
  test('a reference that grants nothing', () => {
    const it = new RawFront();
    it.send({ id: 1, gref: NOT_GRANTED, size: 60 }, { id: 2, size: 60 });
    it.netback.poll();
    expect(it.txResponses(FIRST)).toEqual([
      [1, ERROR],
      [2, OKAY],
    ]);
    expect([it.got.length, it.netback.isDisabled]).toEqual([1, false]);
  });

  test('one that grants nothing in the middle of a chain: only its own slot, and the packet is not sent on', () => {
    const it = new RawFront();
    const [a, b, c] = chainOf(3);
    it.send(a!, { ...b!, gref: NOT_GRANTED }, c!, { id: 3, size: 60 });
    it.netback.poll();
    expect(it.txResponses(FIRST).map(([, status]) => status)).toEqual([OKAY, ERROR, OKAY, OKAY]);
    expect(it.got.map(({ octets }) => octets.length)).toEqual([60]);
  });

  test('a packet of ten octets, less than an Ethernet header', () => {
    const it = new RawFront();
    it.send({ id: 1, size: 10 }, { id: 2, size: 14 });
    it.netback.poll();
    expect(it.txResponses(FIRST)).toEqual([
      [1, ERROR],
      [2, OKAY],
    ]);
    expect([it.got.length, it.netback.isDisabled]).toEqual([1, false]);
  });

  test('a chain of which less than an Ethernet header is in the first slot, however long the packet: every slot', () => {
    const it = new RawFront();
    it.send({ id: 1, size: 1013, flags: MORE_DATA | EXTRA_INFO }, [...GSO], { id: 2, size: 1000 });
    it.netback.poll();
    expect(it.txResponses(FIRST).map(([, status]) => status)).toEqual([ERROR, NULL, ERROR]);
    expect([it.got.length, it.netback.isDisabled]).toEqual([0, false]);
  });

  test('fragments that are more than the total, as of a packet of 64 KiB: every slot', () => {
    const it = new RawFront();
    it.send({ id: 1, size: 65536 & 0xffff, flags: MORE_DATA }, { id: 2, size: 4096 }, { id: 3, size: 60 });
    it.netback.poll();
    expect(it.txResponses(FIRST)).toEqual([
      [1, ERROR],
      [2, ERROR],
      [3, OKAY],
    ]);
  });

  test.each([18, 19])('a chain of %i requests is taken', (requests) => {
    const it = new RawFront();
    it.send(...chainOf(requests));
    it.netback.poll();
    expect(it.txResponses(FIRST).map(([, status]) => status)).toEqual(Array(requests).fill(OKAY));
    expect(it.got.map(({ octets }) => octets.length)).toEqual([100 * requests]);
  });

  test.each([20, 21])('a chain of %i requests: every slot, and the next packet is served', (requests) => {
    const it = new RawFront();
    it.send(...chainOf(requests), { id: 77, size: 60 });
    it.netback.poll();
    const statuses = it.txResponses(FIRST).map(([, status]) => status);
    expect(statuses).toEqual([...Array<number>(requests).fill(ERROR!), OKAY]);
    expect(it.got.map(({ octets }) => octets.length)).toEqual([60]);
  });

  test('extras are not counted among them', () => {
    const it = new RawFront();
    const [first, ...rest] = chainOf(19);
    it.send({ ...first!, flags: MORE_DATA | EXTRA_INFO }, [...GSO], ...rest);
    it.netback.poll();
    expect(it.got.map(({ octets }) => octets.length)).toEqual([1900]);
  });
});

describe('what the backend does not mind', () => {
  test('an id that is not below the ring size: it is echoed, and the status is OKAY', () => {
    const it = new RawFront();
    it.send({ id: 0xbeef, size: 60 });
    it.netback.poll();
    expect(it.txResponses(FIRST)).toEqual([[0xbeef, OKAY]]);
  });

  test('two requests with one id: each is answered', () => {
    const it = new RawFront();
    it.send({ id: 1, size: 60 }, { id: 1, size: 60 });
    it.netback.poll();
    expect(it.txResponses(FIRST)).toEqual([
      [1, OKAY],
      [1, OKAY],
    ]);
  });

  test('a fragment of no octets behind the first one, whose page it does not look at', () => {
    const it = new RawFront();
    it.send({ id: 1, size: 60, flags: MORE_DATA }, { id: 2, size: 0, gref: NOT_GRANTED });
    it.netback.poll();
    expect(it.txResponses(FIRST).map(([, status]) => status)).toEqual([OKAY, OKAY]);
    expect(it.got.map(({ octets }) => octets.length)).toEqual([60]);
  });
});

describe('what the interface is disabled for, without an answer', () => {
  test('more_data, and no next slot', () => {
    const it = new RawFront();
    it.send({ size: 160, flags: MORE_DATA });
    it.netback.poll();
    expectDisabled(it, { kind: 'MissingRequest', slots: 1 });
  });

  test('more_data in the last of three', () => {
    const it = new RawFront();
    const [a, b, c] = chainOf(4);
    it.send(a!, b!, c!);
    it.netback.poll();
    expectDisabled(it, { kind: 'MissingRequest', slots: 3 });
  });

  test('extra_info, and no next slot', () => {
    const it = new RawFront();
    it.send({ size: 60, flags: EXTRA_INFO });
    it.netback.poll();
    expectDisabled(it, { kind: 'MissingExtra', slots: 1 });
  });

  test('a page that a fragment crosses: offset + size of the only slot', () => {
    const it = new RawFront();
    it.send({ offset: 4000, size: 97 });
    it.netback.poll();
    expectDisabled(it, { kind: 'CrossesPage', offset: 4000, size: 97 });
  });

  test('a page that a later fragment crosses', () => {
    const it = new RawFront();
    it.send({ size: 160, flags: MORE_DATA }, { offset: 4095, size: 60 });
    it.netback.poll();
    expectDisabled(it, { kind: 'CrossesPage', offset: 4095, size: 60 });
  });

  test('a page that the first slot crosses with its own octets, as where its size is not the total', () => {
    const it = new RawFront();
    it.send({ offset: 100, size: 4096 + 60, flags: MORE_DATA }, { size: 60 });
    it.netback.poll();
    expectDisabled(it, { kind: 'CrossesPage', offset: 100, size: 4096 });
  });

  test.each([0, 5, 255])('an extra of type %i, which there is not', (type) => {
    const it = new RawFront();
    it.send({ size: 60, flags: EXTRA_INFO }, [type, 0, 0, 0, 0, 0, 0, 0]);
    it.netback.poll();
    expectDisabled(it, { kind: 'InvalidExtraType', type });
  });

  test('req_prod past the ring', () => {
    const it = new RawFront();
    it.publish(33);
    it.netback.poll();
    expectDisabled(it, { kind: 'RequestOverflow', req_prod: 30, nr_ents: 32 });
  });

  test('req_prod past what is not answered yet', () => {
    const it = new RawFront({ budget: 0 });
    it.send(...Array.from({ length: 32 }, () => ({ size: 60 })));
    it.netback.poll();
    it.publish(1);
    it.netback.poll();
    expect(it.netback.fault).toEqual({ kind: 'RequestOverflow', req_prod: 30, nr_ents: 32 });
  });

  test('req_prod past the receive ring', () => {
    const it = new RawFront();
    it.post(1, 32);
    it.netback.deliver(new Uint8Array(60));
    it.netback.poll();
    expectDisabled(it, { kind: 'RequestOverflow', req_prod: 30, nr_ents: 32 });
  });

  test('a chain of 22 requests', () => {
    const it = new RawFront();
    it.send(...chainOf(22));
    it.netback.poll();
    expectDisabled(it, { kind: 'TooManyRequests', requests: 22 });
  });

  test.each([
    ['segments of no octets', 0, 1],
    ['segments of no protocol', 1448, 0],
    ['segments of a protocol that there is not', 1448, 3],
  ])('%s', (_, size, type) => {
    const it = new RawFront();
    it.send({ size: 60, flags: EXTRA_INFO }, [1, 0, size & 0xff, size >> 8, type, 0, 0, 0]);
    it.netback.poll();
    expectDisabled(it, { kind: 'BadGso', size, type });
  });

  test('but what was taken before is answered', () => {
    const it = new RawFront();
    it.send({ id: 1, size: 60 }, { id: 2, size: 60 }, { id: 3, size: 60, flags: MORE_DATA });
    it.netback.poll();
    expect(it.txResponses(FIRST)).toEqual([
      [1, OKAY],
      [2, OKAY],
    ]);
    expect([it.got.length, it.netback.isDisabled]).toEqual([2, true]);
  });

  test('and what waited for the guest is lost', () => {
    const it = new RawFront();
    it.netback.deliver(new Uint8Array(60));
    it.send({ size: 60, flags: MORE_DATA });
    it.netback.poll();
    it.post(2);
    it.netback.poll();
    expect([it.netback.backlog, it.rxResponses(FIRST)]).toEqual([0, []]);
  });
});

describe('a packet for the guest', () => {
  const octets = (count: number): Uint8Array =>
    Uint8Array.from({ length: count }, (_, n) => n * 3 + (n >> 8));
  /** id, offset, flags and status of a response. */
  const fields = (response: readonly number[]): readonly number[] => {
    const view = new DataView(Uint8Array.from(response).buffer);
    return [0, 2, 4].map((at) => view.getUint16(at, true)).concat(view.getInt16(6, true));
  };

  test('is cut into pages, and each slot says its own size', () => {
    const it = new RawFront();
    const posted = it.post(4);
    const frame = octets(2 * 4096 + 100);
    it.netback.deliver(frame);
    it.netback.poll();
    const ids = posted.map(({ gref }) => 100 + gref);
    expect(it.rxResponses(FIRST).map(fields)).toEqual([
      [ids[0], 0, MORE_DATA, 4096],
      [ids[1], 0, MORE_DATA, 4096],
      [ids[2], 0, 0, 100],
    ]);
    const arrived = posted.slice(0, 3).flatMap(({ page }) => [...page.octets]);
    expect(arrived.slice(0, frame.length)).toEqual([...frame]);
  });

  test('of several fragments has a slot for each', () => {
    const it = new RawFront({ placeAt: (count) => count });
    const posted = it.post(3);
    it.netback.deliver([octets(60), octets(500), octets(7)]);
    it.netback.poll();
    expect(it.rxResponses(FIRST).map((response) => fields(response).slice(1))).toEqual([
      [60, MORE_DATA, 60],
      [500, MORE_DATA, 500],
      [7, 0, 7],
    ]);
    expect([...posted[1]!.page.octets.subarray(500, 1000)]).toEqual([...octets(500)]);
  });

  test('of more fragments than 18 is packed into as few slots as it fits', () => {
    const it = new RawFront();
    const { page } = it.post(19)[0]!;
    it.netback.deliver(Array.from({ length: 19 }, (_, n) => Uint8Array.of(n, n)));
    it.netback.poll();
    expect(it.rxResponses(FIRST).map((response) => fields(response).slice(1))).toEqual([[0, 0, 38]]);
    expect([...page.octets.subarray(0, 38)]).toEqual(Array.from({ length: 38 }, (_, n) => n >> 1));
  });

  test('has flags in the order of NETRXF, the first two the other way round than on the transmit ring', () => {
    const it = new RawFront();
    it.post(3);
    it.netback.deliver(octets(60), { data_validated: true });
    it.netback.deliver(octets(60), { csum_blank: true });
    it.netback.deliver(octets(60));
    it.netback.poll();
    expect(it.rxResponses(FIRST).map((response) => fields(response)[2])).toEqual([1, 3, 0]);
  });

  test('has its extras behind the first slot, and each uses up a request and overwrites its id', () => {
    const it = new RawFront();
    const posted = it.post(5);
    it.netback.deliver(octets(4096 + 60), {
      csum_blank: true,
      gso: { size: 1448, type: 'TCPV4' },
      extras: [{ type: 4, flags: 0xff, u: Uint8Array.of(1, 2, 3, 4, 5, 6) }],
    });
    it.netback.deliver(octets(60));
    it.netback.poll();
    const [first, gso, hash, second, next] = it.rxResponses(FIRST);
    const ids = posted.map(({ gref }) => 100 + gref);
    expect(fields(first!)).toEqual([ids[0], 0, 2 | 1 | MORE_DATA | EXTRA_INFO, 4096]);
    expect(gso).toEqual([1, 1, 0xa8, 0x05, 1, 0, 0, 0]);
    expect(hash).toEqual([4, 0, 1, 2, 3, 4, 5, 6]);
    expect(fields(second!)).toEqual([ids[3], 0, 0, 60]);
    expect(fields(next!)).toEqual([ids[4], 0, 0, 60]);
    // The pages of the extras are as they were.
    for (const { page } of posted.slice(1, 3))
      expect(page.octets.every((octet) => octet === 0xee)).toBe(true);
  });

  test('is published whole: it waits until there are requests enough, and asks for an event at the next one', () => {
    const it = new RawFront();
    it.post(2);
    it.netback.deliver(octets(4096 + 60), { gso: { size: 1448, type: 'TCPV6' } });
    it.netback.poll();
    expect([it.rxResponses(FIRST).length, it.netback.backlog]).toEqual([0, 1]);
    expect(it.rings.rx.req_event).toBe((FIRST + 3) >>> 0);
    it.post(1);
    it.netback.poll();
    expect([it.rxResponses(FIRST).length, it.netback.backlog]).toEqual([3, 0]);
  });

  test('is published in parts, where the backend is told to', () => {
    const it = new RawFront({ inParts: (slots) => Math.ceil(slots / 2) });
    it.post(3);
    it.netback.deliver(octets(4 * 4096));
    const published: (readonly [boolean, number])[] = [];
    const poll = (): void => {
      const isUnfinished = it.netback.poll();
      published.push([isUnfinished, it.rxResponses(FIRST).length]);
    };
    poll();
    poll();
    poll();
    it.post(1);
    poll();
    expect(published).toEqual([
      [true, 2],
      [true, 3],
      [false, 3],
      [false, 4],
    ]);
    expect(it.rxResponses(FIRST).map((response) => fields(response)[2])).toEqual([
      MORE_DATA,
      MORE_DATA,
      MORE_DATA,
      0,
    ]);
  });

  test('has an ERROR in the slot whose page is not granted, and its chain goes on', () => {
    const it = new RawFront();
    const posted = it.post(3);
    it.host.endAccess(posted[1]!.gref);
    it.netback.deliver(octets(2 * 4096 + 60));
    it.netback.poll();
    expect(it.rxResponses(FIRST).map((response) => fields(response).slice(2))).toEqual([
      [MORE_DATA, 4096],
      [MORE_DATA, ERROR],
      [0, 60],
    ]);
  });

  test('has 65,535 octets at most, and 18 slots', () => {
    const it = new RawFront();
    it.post(32);
    it.netback.deliver(octets(65535), { gso: { size: 1448, type: 'TCPV4' } });
    it.netback.poll();
    expect(it.rxResponses(FIRST).length).toBe(17);
    const extra = { type: 4, flags: 0, u: new Uint8Array(6) };
    expect(() => it.netback.deliver(octets(65536))).toThrow('65535');
    expect(() => it.netback.deliver([])).toThrow(RangeError);
    expect(() => it.netback.deliver(octets(65535), { extras: [extra, extra, extra] })).toThrow('19 slots');
    expect(() => it.netback.deliver(octets(60), { gso: { size: 0, type: 'TCPV4' } })).toThrow(RangeError);
    expect(it.netback.offer(octets(65536))).toMatch('65535');
    expect(it.netback.backlog).toBe(0);
  });

  test('is refused where the ring has not slots enough for it, unless it goes in parts', () => {
    const whole = new RawFront({ nr_ents: 2 });
    expect(() => whole.netback.deliver(octets(2 * 4096 + 1))).toThrow('3 slots');
    const parts = new RawFront({ nr_ents: 2, inParts: (slots) => slots });
    parts.netback.deliver(octets(2 * 4096 + 1));
    expect(parts.netback.backlog).toBe(1);
  });
});

describe('a bridge', () => {
  /** Two guests, the second with so many pages posted; their backends are the bridge's. */
  const joined = (pages: number, { nr_ents = 32, backlog = 256 } = {}) => {
    const [a, b] = [new RawFront(), new RawFront({ nr_ents })];
    const posted = b.post(pages);
    const [, back] = bridge(
      { host: a.host.back, ...a.rings },
      { host: b.host.back, ...b.rings },
      { backlog },
    );
    const send = async (...slots: readonly (RawRequest | RawExtra)[]): Promise<void> => {
      a.send(...slots);
      a.host.notify();
      await Promise.resolve();
    };
    return { a, b, back, posted, send };
  };

  test('carries a packet of several slots and what is said of it from guest to guest', async () => {
    const { a, b, posted, send } = joined(5);
    const slots = [
      { size: 5000, flags: CSUM_BLANK | DATA_VALIDATED | EXTRA_INFO | MORE_DATA },
      [1, 1, 0xa8, 0x05, 2, 0, 0, 0],
      [4, 0, 1, 2, 3, 4, 5, 6],
      { size: 3000 },
    ] as const;
    await send(...slots);
    expect(a.txResponses(FIRST).map(([, status]) => status)).toEqual([OKAY, NULL, NULL, OKAY]);
    const [first, gso, hash, second] = b.rxResponses(FIRST);
    // csum_blank and data_validated have changed places; 4096 octets here and 904 in the other page.
    expect(first!.slice(2)).toEqual([0, 0, 2 | 1 | MORE_DATA | EXTRA_INFO, 0, 0x00, 0x10]);
    expect([gso, hash]).toEqual([slots[1], slots[2]]);
    expect(second!.slice(2)).toEqual([0, 0, 0, 0, 0x88, 0x03]);
    const arrived = [...posted[0]!.page.octets, ...posted[3]!.page.octets.subarray(0, 904)];
    // The pages that `send` granted were the first ones of this guest.
    expect(arrived).toEqual([...a.octetsOf(0, 0, 2000), ...a.octetsOf(1, 0, 3000)]);
  });

  test('drops a packet that takes more slots than the other ring has, and goes on', async () => {
    const { b, back, send } = joined(2, { nr_ents: 2 });
    await send(
      { size: 3 * 4096, flags: MORE_DATA },
      { size: 4096, flags: MORE_DATA },
      { size: 4096 },
      { size: 60 },
    );
    expect([b.rxResponses(FIRST).length, back.backlog]).toEqual([1, 0]);
  });

  test('is not held up by a guest whose interface is disabled', async () => {
    const { a, b, back, send } = joined(1, { backlog: 4 });
    b.send({ size: 60, flags: MORE_DATA });
    b.host.notify();
    await Promise.resolve();
    expect(back.fault).toEqual({ kind: 'MissingRequest', slots: 1 });
    await send(...Array.from({ length: 32 }, () => ({ size: 60 })));
    expect(a.txResponses(FIRST).length).toBe(32);
  });
});
