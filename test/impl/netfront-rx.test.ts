import { describe, expect, test } from 'vitest';
import {
  bridge,
  connect,
  counterSkip,
  type Frame,
  freeList,
  grefPerRequest,
  HostError,
  Netback,
  type NetbackOptions,
  type NetfrontOptions,
  ReceiveError,
  type RxOptions,
  SendError,
  SimulatedHost,
} from '../../impl/index.js';
import {
  encodeGso,
  NETRXF,
  readRxRequest,
  slotOf,
  writeExtraInfo,
  writeRxResponse,
  writeTxResponse,
  XEN_NETIF_EXTRA_TYPE,
  XEN_NETIF_GSO_TYPE,
} from '../../impl/netif.js';
import { rxConfig } from '../../impl/options.js';
import { sub } from '../../impl/ring.js';
import { shortest } from '../fixtures/shortest.js';

/** A netfront and a backend on one host. The backend answers at every event. */
const pair = (rx: RxOptions = {}, more: NetbackOptions = {}, host = new SimulatedHost()) => {
  const connected = connect(host, {
    tx: { nr_ents: 2, blocksPerPage: 2 },
    rx: { nr_ents: 4, first: 2 ** 32 - 3, ...rx },
  });
  const rings = { tx: connected.tx.shared, rx: connected.rx.shared };
  const netback = new Netback(host.back, rings, more);
  host.back.onEvent(() => netback.poll());
  /** The backend has these frames for the guest: of one octet each, unless said otherwise. */
  const deliver = async (...frames: readonly (number | Uint8Array)[]): Promise<void> => {
    for (const frame of frames) netback.deliver(typeof frame === 'number' ? Uint8Array.of(frame) : frame);
    netback.poll();
    await settled();
  };
  return { ...connected, host, netback, deliver };
};
type Pair = ReturnType<typeof pair>;

/** Everything that is due now has happened. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The first octet of each frame. */
const firsts = (frames: readonly Frame[]): readonly number[] => frames.map(({ octets }) => octets[0]!);

/** Requests on the ring that are not consumed yet. */
const postedOf = ({ rx }: Pair): number => {
  const { ring } = rx.snapshot.context;
  return sub(ring.req_prod_pvt, ring.rsp_cons);
};

/** The backend answers the next request with what no honest one answers. */
const answer = (
  { rx, host }: Pick<Pair, 'rx' | 'host'>,
  response: { status: number; id?: number; offset?: number; flags?: number },
): void => {
  const { shared } = rx;
  const { id } = readRxRequest(slotOf(shared, shared.rsp_prod));
  writeRxResponse(slotOf(shared, shared.rsp_prod), { id, offset: 0, flags: 0, ...response });
  shared.rsp_prod = (shared.rsp_prod + 1) >>> 0;
  host.back.notify();
};

describe('a listener', () => {
  test('gets the frames in order, those included that came before it listened', async () => {
    const it = pair();
    await it.deliver(1, 2);
    const got: Frame[] = [];
    it.netfront.onReceive((frame) => void got.push(frame));
    expect(firsts(got)).toEqual([1, 2]);
    await it.deliver(3, 4, 5, 6, 7, 8, 9);
    expect(firsts(got)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(it.netfront.statistics.rx).toMatchObject({ packets: 9, octets: 9, errors: 0, dropped: 0 });
    expect(postedOf(it)).toBeGreaterThanOrEqual(2);
  });

  test('is handed the next frame when its promise has settled, and not before', async () => {
    const it = pair();
    const ready: (() => void)[] = [];
    const got: Frame[] = [];
    it.netfront.onReceive((frame) => {
      got.push(frame);
      return new Promise((resolve) => ready.push(resolve));
    });
    await it.deliver(1, 2);
    expect(firsts(got)).toEqual([1]);
    ready[0]!();
    await settled();
    expect(firsts(got)).toEqual([1, 2]);
  });

  test('that is slow makes the backend wait: nothing is consumed or posted, and nothing is lost', async () => {
    const it = pair({ queue: 2, lowWater: 2 });
    const got: Frame[] = [];
    const ready: (() => void)[] = [];
    it.netfront.onReceive((frame) => {
      got.push(frame);
      return new Promise((resolve) => ready.push(resolve));
    });
    await it.deliver(...Array.from({ length: 20 }, (_, n) => n));
    // One is with the listener and two wait; the other slots hold responses, and there is no room to post.
    const consumed = sub(it.rx.snapshot.context.ring.rsp_cons, 2 ** 32 - 3);
    expect([got.length, consumed, it.netfront.statistics.rx.packets]).toEqual([1, 3, 3]);
    expect(it.rx.isPolling).toBe(true);
    const { backlog } = it.netback;
    expect([backlog, postedOf(it)]).toEqual([20 - 4, 1]);
    const page = Buffer.from(it.rx.shared.page);
    it.host.back.notify();
    await settled();
    expect([it.netback.backlog, page.equals(it.rx.shared.page)]).toEqual([backlog, true]);

    for (let n = 0; n < 20; n++) {
      ready[n]!();
      await settled();
    }
    expect(firsts(got)).toEqual(Array.from({ length: 20 }, (_, n) => n));
    expect([it.netback.backlog, it.rx.isPolling]).toEqual([0, false]);
  });

  const fail = (why: string): never => {
    throw new Error(why);
  };

  test('that throws, or whose promise is rejected, gets the next frame, and the error listener the error', async () => {
    const it = pair();
    const errors: unknown[] = [];
    const got: Frame[] = [];
    it.netfront.onReceive(
      (frame) => {
        got.push(frame);
        if (frame.octets[0] === 1) throw new Error('one');
        if (frame.octets[0] === 2) return Promise.reject(new Error('two'));
        if (frame.octets[0] === 3) return { then: () => fail('three') };
        if (frame.octets[0] === 4)
          return Object.defineProperty({}, 'then', { get: () => fail('four') }) as never;
        return undefined;
      },
      (error, frame) => errors.push([(error as Error).message, frame?.octets[0]]),
    );
    await it.deliver(1, 2, 3, 4, 5);
    expect(firsts(got)).toEqual([1, 2, 3, 4, 5]);
    expect(errors).toEqual([
      ['one', 1],
      ['two', 2],
      ['three', 3],
      ['four', 4],
    ]);
    expect(it.netfront.statistics.rx).toMatchObject({ packets: 5, errors: 0, dropped: 0 });
  });

  test('whose errors nobody wants to hear throws them where Node reports them', async () => {
    const it = pair();
    const seen: unknown[] = [];
    const others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', (error) => seen.push(error.message));
    try {
      const got: Frame[] = [];
      it.netfront.onReceive((frame) => {
        got.push(frame);
        throw new Error('unheard');
      });
      await it.deliver(1, 2);
      await settled();
      expect([firsts(got), seen]).toEqual([
        [1, 2],
        ['unheard', 'unheard'],
      ]);
    } finally {
      process.removeAllListeners('uncaughtException');
      for (const other of others) process.on('uncaughtException', other);
    }
  });

  test('may send, release and close while it is called', async () => {
    const it = pair({ copyOut: false, pages: 2 });
    const got: number[] = [];
    const sent: Promise<string>[] = [];
    it.netfront.onReceive((frame) => {
      const [n] = frame.octets;
      got.push(n!);
      frame.release();
      if (n === 2) sent.push(it.netfront.send(shortest(9)));
      if (n === 4) void it.netfront.close();
    });
    await it.deliver(1, 2, 3);
    await it.deliver(4);
    expect([got, await Promise.all(sent), it.host.granted]).toEqual([[1, 2, 3, 4], ['OKAY'], 0]);
  });

  test('is the only one', () => {
    const { netfront } = pair();
    netfront.onReceive(() => {});
    expect(() => netfront.onReceive(() => {})).toThrow(ReceiveError);
    expect(() => netfront[Symbol.asyncIterator]()).toThrow(/one listener, or one iterator/);
  });
});

describe('an iterator', () => {
  test('gives the frames in order, and ends when the netfront is closed, after those that had come', async () => {
    const it = pair();
    await it.deliver(1, 2);
    expect(await it.netfront.close()).toBe(0);
    const got: number[] = [];
    for await (const { octets } of it.netfront) got.push(octets[0]!);
    expect(got).toEqual([1, 2]);
  });

  test('waits for frames, and several calls are answered in their order', async () => {
    const it = pair();
    const iterator = it.netfront[Symbol.asyncIterator]();
    const asked = [iterator.next(), iterator.next(), iterator.next()];
    await it.deliver(1, 2);
    const closed = it.netfront.close();
    expect((await Promise.all(asked)).map(({ value }) => value?.octets[0])).toEqual([1, 2, undefined]);
    expect([(await iterator.next()).done, await closed]).toEqual([true, 0]);
  });

  test('makes the backend wait while nobody asks', async () => {
    const it = pair({ queue: 1 });
    await it.deliver(...Array.from({ length: 12 }, (_, n) => n));
    expect(it.netfront.statistics.rx.packets).toBe(1);
    const got: number[] = [];
    for await (const { octets } of it.netfront) {
      got.push(octets[0]!);
      await settled();
      if (got.length === 12) break;
    }
    expect(got).toEqual(Array.from({ length: 12 }, (_, n) => n));
  });

  test('that is left keeps what it has not taken for the next one', async () => {
    const it = pair();
    await it.deliver(1, 2, 3);
    for await (const { octets } of it.netfront) if (octets[0] === 2) break;
    const got: Frame[] = [];
    it.netfront.onReceive((frame) => void got.push(frame));
    await it.deliver(4);
    expect(firsts(got)).toEqual([3, 4]);
  });

  test('is the only one', async () => {
    const { netfront } = pair();
    const iterator = netfront[Symbol.asyncIterator]();
    expect(() => netfront[Symbol.asyncIterator]()).toThrow(ReceiveError);
    expect(() => netfront.onReceive(() => {})).toThrow(ReceiveError);
    await iterator.return!();
    netfront.onReceive(() => {});
  });
});

describe('a page handed up without a copy', () => {
  test('is not used before it is released, once, and then is', async () => {
    const it = pair({ copyOut: false, pages: 2 });
    const got: Frame[] = [];
    it.netfront.onReceive((frame) => void got.push(frame));
    await it.deliver(1, 2, 3, 4);
    expect([firsts(got), postedOf(it), it.netback.backlog]).toEqual([[1, 2], 0, 2]);
    got[0]!.release();
    got[0]!.release();
    await settled();
    expect([firsts(got).slice(1), it.netback.backlog]).toEqual([[2, 3], 1]);
    got[1]!.release();
    got[2]!.release();
    await settled();
    expect([got.length, got[3]!.octets[0], it.netback.backlog]).toEqual([4, 4, 0]);
  });

  test('may be released after the netfront was closed', async () => {
    const it = pair({ copyOut: false, pages: 1 });
    const got: Frame[] = [];
    it.netfront.onReceive((frame) => void got.push(frame));
    await it.deliver(1);
    expect(await it.netfront.close()).toBe(0);
    expect(firsts(got)).toEqual([1]);
    got[0]!.release();
    expect([it.host.granted, it.rx.snapshot.context.held]).toEqual([0, [false]]);
  });
});

describe('a frame of several slots', () => {
  const { more_data, extra_info, csum_blank } = NETRXF;

  /** The backend answers requests with parts of a frame: each of so many octets of one value. */
  const answerParts = (
    it: Pick<Pair, 'rx' | 'host'>,
    ...parts: readonly (readonly [number, number, number?])[]
  ) => {
    for (const [octet, size, flags = 0] of parts) {
      const { shared } = it.rx;
      const { gref } = readRxRequest(slotOf(shared, shared.rsp_prod));
      it.host.back.map(gref)!.fill(octet, 0, size);
      it.host.back.unmap(gref);
      answer(it, { status: size, flags });
    }
  };

  test('is one copy, and says what was said of it', async () => {
    const it = pair();
    const got: Frame[] = [];
    it.netfront.onReceive((frame) => void got.push(frame));
    answerParts(it, [1, 2, more_data | extra_info | csum_blank]);
    const { shared } = it.rx;
    const u = encodeGso({ size: 1400, type: XEN_NETIF_GSO_TYPE.TCPV6, features: 0 });
    writeExtraInfo(slotOf(shared, shared.rsp_prod), { type: XEN_NETIF_EXTRA_TYPE.GSO, flags: 0, u });
    shared.rsp_prod = (shared.rsp_prod + 1) >>> 0;
    answerParts(it, [3, 1]);
    await settled();
    const [frame] = got;
    expect([got.length, [...frame!.octets], frame!.fragments]).toEqual([1, [1, 1, 3], [frame!.octets]]);
    expect(frame).toMatchObject({ csum_blank: true, data_validated: true, extras: [] });
    expect(frame!.gso).toEqual({ size: 1400, type: 'TCPV6' });
    expect(it.netfront.statistics.rx).toMatchObject({ packets: 1, octets: 3, errors: 0 });
    frame!.release();
    expect([...frame!.octets]).toEqual([1, 1, 3]);
  });

  test('says nothing of itself where the backend did not', async () => {
    const it = pair();
    const got: Frame[] = [];
    it.netfront.onReceive((frame) => void got.push(frame));
    await it.deliver(1);
    expect(got[0]).toMatchObject({ csum_blank: false, data_validated: false, extras: [] });
    expect(got[0]!.gso).toBeUndefined();
  });

  test('is lent in its pages without copyOut, all of which come back when it is released, once', async () => {
    const it = pair({ copyOut: false });
    const got: Frame[] = [];
    it.netfront.onReceive((frame) => void got.push(frame));
    answerParts(it, [1, 4096, more_data], [2, 10, more_data], [3, 1]);
    await settled();
    const [frame] = got;
    expect(frame!.fragments.map(({ length }) => length)).toEqual([4096, 10, 1]);
    expect(it.rx.snapshot.context.held.filter(Boolean)).toHaveLength(3);
    expect(
      frame!.fragments.map(({ buffer }) => it.rx.pages.some(({ octets }) => octets.buffer === buffer)),
    ).toEqual([true, true, true]);
    // Made when it is asked for, and then the same one.
    const { octets } = frame!;
    expect([octets.length, octets[4095], octets[4096], octets[4106]]).toEqual([4107, 1, 2, 3]);
    expect(frame!.octets).toBe(octets);
    frame!.release();
    frame!.release();
    expect(it.rx.snapshot.context.held.filter(Boolean)).toHaveLength(0);
    expect([frame!.fragments[0]![0], octets[0]]).toEqual([0, 1]);
    expect(postedOf(it)).toBe(4);
  });

  test('waits for the pages that it lacks until the application has released some', async () => {
    const it = pair({ copyOut: false, pages: 3 });
    const got: Frame[] = [];
    it.netfront.onReceive((frame) => void got.push(frame));
    await it.deliver(1);
    answerParts(it, [5, 1, more_data], [6, 1, more_data]);
    await settled();
    // One page is the application's, two are the frame's: there is none to post.
    expect([firsts(got), postedOf(it)]).toEqual([[1], 0]);
    got[0]!.release();
    await settled();
    expect(postedOf(it)).toBe(1);
    answerParts(it, [7, 1]);
    await settled();
    expect([...got[1]!.octets]).toEqual([5, 6, 7]);
    got[1]!.release();
    expect([it.rx.snapshot.context.held, postedOf(it)]).toEqual([[false, false, false], 3]);
  });

  test('that needs more pages than there are is dropped, and the next one arrives', async () => {
    const it = pair({ copyOut: false, pages: 2 });
    const got: Frame[] = [];
    it.netfront.onReceive((frame) => void got.push(frame));
    answerParts(it, [5, 1, more_data], [6, 1, more_data]);
    await settled();
    expect(postedOf(it)).toBe(2);
    answerParts(it, [7, 1], [8, 1]);
    await settled();
    expect([firsts(got), it.netfront.statistics.rx.reasons.tooManySlots]).toEqual([[8], 1]);
  });

  test('that is wrong is counted once, by its reason', async () => {
    const it = pair();
    it.netfront.onReceive(() => {});
    answerParts(it, [5, 1, more_data]);
    answer(it, { status: -1, flags: more_data });
    await settled();
    answer(it, { status: -2 });
    answer(it, { status: -2 });
    await settled();
    const { rx } = it.netfront.statistics;
    expect([rx.packets, rx.errors, rx.dropped]).toEqual([0, 1, 1]);
    expect([rx.reasons.error, rx.reasons.dropped]).toEqual([1, 1]);
    // What was looked at stays as it was.
    answer(it, { status: -1 });
    await settled();
    expect([rx.reasons.error, it.netfront.statistics.rx.reasons.error]).toEqual([1, 2]);
  });

  test('that never ends keeps no grant when the netfront is closed', async () => {
    const it = pair();
    const got: Frame[] = [];
    it.netfront.onReceive((frame) => void got.push(frame));
    answerParts(it, [5, 1, more_data], [6, 1, more_data]);
    await settled();
    expect([await it.netfront.close(), it.host.granted, got]).toEqual([0, 0, []]);
  });

  test('finds a request for each of its slots, however few the application leaves posted', async () => {
    // A backend that waits for eighteen, as Linux does for the largest packet.
    const it = pair({ nr_ents: 32, lowWater: 18 });
    it.netfront.onReceive(() => {});
    for (let n = 0; n < 64; n++) {
      expect(postedOf(it)).toBeGreaterThanOrEqual(18);
      await it.deliver(n);
    }
    const { lowWater } = rxConfig({ nr_ents: 32 });
    expect([lowWater, rxConfig({ nr_ents: 64 }).lowWater, rxConfig({ nr_ents: 16 }).lowWater]).toEqual([
      18, 32, 16,
    ]);
  });
});

describe('refill', () => {
  test('posts pages together that are returned while frames are handed over', async () => {
    const it = pair({ copyOut: false, lowWater: 4 });
    let pushes = 0;
    const send = it.rx.send.bind(it.rx);
    it.rx.send = (event) => {
      if (event.type === 'RxPushRequests') pushes++;
      return send(event);
    };
    it.netfront.onReceive((frame) => frame.release());
    await it.deliver(1, 2, 3, 4);
    expect([pushes, postedOf(it)]).toEqual([1, 4]);
  });

  test('posts all it has room for when the netfront connects, and notifies once', async () => {
    const host = new SimulatedHost();
    let events = 0;
    host.back.onEvent(() => events++);
    const { rx } = connect(host, { rx: { nr_ents: 8, pages: 5 } });
    await settled();
    expect([rx.shared.req_prod, events]).toEqual([5, 1]);
  });

  test('waits for low water, and then posts all there is room for', async () => {
    const it = pair({ nr_ents: 8, lowWater: 3 });
    it.netfront.onReceive(() => {});
    const posted: number[] = [postedOf(it)];
    for (let n = 0; n < 8; n++) {
      await it.deliver(n);
      posted.push(postedOf(it));
    }
    expect(posted).toEqual([8, 7, 6, 5, 4, 3, 8, 7, 6]);
  });

  test('is at half the ring if nothing else was said', async () => {
    const it = pair({ nr_ents: 64 });
    it.netfront.onReceive(() => {});
    const posted: number[] = [];
    for (let n = 0; n < 33; n++) {
      await it.deliver(n);
      posted.push(postedOf(it));
    }
    expect(posted.slice(-3)).toEqual([33, 32, 64]);
  });

  test.each([1, 2, 4, 8, 16, 32])(
    'of a ring of %i slots lets the longest packet come that the ring has room for, after one of a slot',
    async (nr_ents) => {
      const host = new SimulatedHost();
      const { netfront, tx, rx } = connect(host, { rx: { nr_ents } });
      const back = new Netback(host.back, { tx: tx.shared, rx: rx.shared });
      host.back.onEvent(() => back.poll());
      const got: number[] = [];
      netfront.onReceive(({ octets }) => void got.push(octets.length));
      const longest = Math.min(nr_ents, 15) * 4096;
      for (const octets of [100, longest, 100, longest]) {
        back.deliver(new Uint8Array(octets));
        back.poll();
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(got).toEqual([100, longest, 100, longest]);
    },
  );

  test('posts what the host has references for, and the rest when it has more', async () => {
    // Both rings, one page of the transmit pool, and one for four pages.
    const host = new SimulatedHost(4);
    const it = pair({}, {}, host);
    expect(postedOf(it)).toBe(1);
    const got: Frame[] = [];
    it.netfront.onReceive((frame) => void got.push(frame));
    await it.deliver(1, 2, 3);
    expect(firsts(got)).toEqual([1, 2, 3]);
  });

  test('tries again at the next event where the host had no reference at all', async () => {
    const host = new SimulatedHost(5);
    const taken = [host.claimGref(), host.claimGref()];
    for (const gref of taken) host.grantAccess(gref, host.allocatePage());
    const it = pair({}, {}, host);
    expect(postedOf(it)).toBe(0);
    for (const gref of taken) host.endAccess(gref);
    // Any event will do: here that of a frame sent.
    expect(await it.netfront.send(shortest(1))).toBe('OKAY');
    await settled();
    expect(postedOf(it)).toBe(2);
  });

  test.each([
    ['as many ids as slots', 4],
    ['fewer ids than slots', 2],
  ])('goes on with a counter and %s', async (_, ids) => {
    const it = pair({ scheme: counterSkip, ids });
    const got: Frame[] = [];
    it.netfront.onReceive((frame) => void got.push(frame));
    expect(postedOf(it)).toBe(ids);
    await it.deliver(1, 2, 3, 4, 5, 6);
    expect(firsts(got)).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

describe('statistics', () => {
  test('count what was sent by the status it was answered with', async () => {
    const host = new SimulatedHost();
    const { netfront, tx } = connect(host, { tx: { nr_ents: 8 } });
    const all = [0, 0, -1, -2, 2, -7].map((status, id) => {
      const told = netfront.send(new Uint8Array(14 + id));
      writeTxResponse(slotOf(tx.shared, id), { id, status });
      return told;
    });
    tx.shared.rsp_prod = 6;
    host.back.notify();
    expect(await Promise.all(all)).toEqual(['OKAY', 'OKAY', 'ERROR', 'DROPPED', 'ERROR', 'ERROR']);
    expect(netfront.statistics.tx).toEqual({ packets: 2, octets: 29, errors: 3, dropped: 1 });
    expect(netfront.statistics.rx).toMatchObject({ packets: 0, octets: 0, errors: 0, dropped: 0 });
  });

  test('count answers without a frame, which are not handed up and whose pages are posted again', async () => {
    const it = pair();
    const got: Frame[] = [];
    it.netfront.onReceive((frame) => void got.push(frame));
    for (const status of [-1, -2, 0, 4097, -3, -2, -1, -1]) {
      answer(it, { status });
      await settled();
    }
    const { reasons, ...counted } = it.netfront.statistics.rx;
    expect([got, counted]).toEqual([[], { packets: 0, octets: 0, errors: 6, dropped: 2 }]);
    expect(reasons).toMatchObject({ error: 4, badSize: 2, dropped: 2 });
  });

  test('do not change once they were looked at', async () => {
    const it = pair();
    const { rx } = it.netfront.statistics;
    await it.deliver(1);
    expect([rx.packets, it.netfront.statistics.rx.packets]).toEqual([0, 1]);
  });
});

describe('a netfront that is closed', () => {
  test('takes back every grant, posts nothing any more and hears of nothing', async () => {
    const it = pair();
    expect(it.host.granted).toBe(1 + 1 + 1 + 4);
    expect(await it.netfront.close()).toBe(0);
    expect(it.host.granted).toBe(0);
    const page = Buffer.from(it.rx.shared.page);
    it.netback.deliver(Uint8Array.of(1));
    it.netback.poll();
    // The backend finds that nothing is granted, and says so; nobody reads it.
    await settled();
    expect([it.netfront.statistics.rx.errors, page.equals(it.rx.shared.page)]).toEqual([0, false]);
    expect(it.host.granted).toBe(0);
  });

  test('leaves on the ring what the application was too slow for', async () => {
    const it = pair({ queue: 1 });
    await it.deliver(1, 2, 3);
    expect(await it.netfront.close()).toBe(0);
    const got: number[] = [];
    for await (const { octets } of it.netfront) got.push(octets[0]!);
    expect([got, it.netfront.statistics.rx.packets, it.host.granted]).toEqual([[1], 1, 0]);
  });

  test('says how many grants the backend has mapped, which stay', async () => {
    const it = pair();
    const { gref } = readRxRequest(slotOf(it.rx.shared, it.rx.shared.rsp_prod));
    it.host.back.map(gref);
    it.host.back.map(it.tx.ringGref);
    expect([await it.netfront.close(), it.host.granted]).toEqual([2, 2]);
    expect(await it.netfront.close()).toBe(2);
  });

  test('receives until what it has sent is settled', async () => {
    const host = new SimulatedHost();
    const { netfront, tx, rx } = connect(host, { tx: { nr_ents: 2 }, rx: { nr_ents: 2 } });
    const netback = new Netback(host.back, { tx: tx.shared, rx: rx.shared });
    const got: Frame[] = [];
    netfront.onReceive((frame) => void got.push(frame));
    const sent = netfront.send(shortest(1));
    let isClosed = false;
    const closed = netfront.close().then(() => {
      isClosed = true;
    });
    // The backend has frames for the guest before it answers.
    const held = new Netback(host.back, { tx: tx.shared, rx: rx.shared }, { room: () => 0 });
    for (const n of [1, 2, 3, 4, 5]) held.deliver(Uint8Array.of(n));
    held.poll();
    for (let n = 0; n < 5; n++) {
      await settled();
      held.poll();
    }
    expect([firsts(got), isClosed]).toEqual([[1, 2, 3, 4, 5], false]);
    netback.poll();
    await closed;
    expect([await sent, host.granted]).toEqual(['OKAY', 0]);
  });
});

describe('a backend that breaks the protocol', () => {
  const faults: readonly (readonly [string, (it: Pair) => void])[] = [
    ['an id that is not that of the slot, on the receive ring', (it) => answer(it, { status: 1, id: 77 })],
    [
      'more responses than requests, on the receive ring',
      ({ rx, host }) => {
        rx.shared.rsp_prod = (rx.shared.req_prod + 1) >>> 0;
        host.back.notify();
      },
    ],
    [
      'more responses than requests, on the transmit ring',
      ({ tx, host }) => {
        tx.shared.rsp_prod = (tx.shared.req_prod + 1) >>> 0;
        host.back.notify();
      },
    ],
  ];

  test.each(faults)('with %s breaks both directions', async (_, fault) => {
    const it = pair({}, { room: () => 0 });
    await it.deliver(1);
    const sent = it.netfront.send(shortest(1)).catch((error: unknown) => error);
    await settled();
    fault(it);
    await settled();
    expect([it.netfront.isBroken, it.netfront.unsettled]).toEqual([true, 0]);
    expect(await sent).toBeInstanceOf(SendError);
    await expect(it.netfront.send(shortest(1))).rejects.toThrow(SendError);
    const pages = [Buffer.from(it.rx.shared.page), Buffer.from(it.tx.shared.page)];
    // What came before is still handed over; then the iterator is told.
    const iterator = it.netfront[Symbol.asyncIterator]();
    expect((await iterator.next()).value?.octets[0]).toBe(1);
    await expect(iterator.next()).rejects.toThrow(ReceiveError);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    it.host.back.notify();
    await settled();
    expect(pages.map((page, n) => page.equals([it.rx, it.tx][n]!.shared.page))).toEqual([true, true]);
    expect([await it.netfront.close(), it.host.granted]).toEqual([0, 0]);
  });

  test('is told of once to the error listener of a listener', async () => {
    const it = pair();
    const errors: unknown[] = [];
    it.netfront.onReceive(
      () => {},
      (error, frame) => errors.push([error instanceof ReceiveError, frame]),
    );
    answer(it, { status: 1, id: 77 });
    await settled();
    await it.netfront.close();
    expect(errors).toEqual([[true, undefined]]);
  });

  test('is found out also when the poller goes on after the application was slow', async () => {
    const it = pair({ queue: 1 });
    await it.deliver(1);
    answer(it, { status: 1, id: 77 });
    await settled();
    expect(it.netfront.isBroken).toBe(false);
    const iterator = it.netfront[Symbol.asyncIterator]();
    expect((await iterator.next()).value?.octets[0]).toBe(1);
    await expect(iterator.next()).rejects.toThrow(ReceiveError);
    await expect(it.netfront.send(shortest(1))).rejects.toThrow(SendError);
  });
});

describe('the backend', () => {
  test('writes a frame where it is told to in the page, and says so', async () => {
    const it = pair({}, { placeAt: () => 100 });
    const got: Frame[] = [];
    it.netfront.onReceive((frame) => void got.push(frame));
    await it.deliver(Uint8Array.of(5, 6, 7));
    expect([...got[0]!.octets]).toEqual([5, 6, 7]);
  });

  test('refuses an empty frame, and a place that is in no page', () => {
    expect(() => pair().netback.deliver(new Uint8Array(0))).toThrow('0 octets');
    expect(() => pair({}, { placeAt: () => 4096 }).netback.deliver(Uint8Array.of(1))).toThrow('no page');
    pair({}, { placeAt: () => 4095 }).netback.deliver(Uint8Array.of(1));
  });

  test('answers ERROR where the page is not granted', async () => {
    const it = pair();
    const { gref } = readRxRequest(slotOf(it.rx.shared, it.rx.shared.rsp_prod));
    const page = it.host.grantedPage(gref)!;
    it.host.endAccess(gref);
    it.netback.deliver(Uint8Array.of(1));
    it.netback.poll();
    it.host.grantAccess(it.host.claimGref(), page);
    await settled();
    expect(it.netfront.statistics.rx).toMatchObject({ packets: 0, errors: 1 });
  });

  test('takes no more requests than there is room for their frames', async () => {
    let room = 1;
    const got: Uint8Array[] = [];
    const it = pair(
      {},
      {
        room: () => room,
        onFrame: (frame) => {
          room--;
          got.push(frame);
        },
      },
    );
    const all = [1, 2, 3].map((n) => it.netfront.send(shortest(n)));
    await settled();
    expect([got.length, it.netfront.unsettled]).toEqual([1, 2]);
    room = 2;
    it.netback.poll();
    await settled();
    expect([await Promise.all(all), got.map(([n]) => n)]).toEqual([
      ['OKAY', 'OKAY', 'OKAY'],
      [1, 2, 3],
    ]);
  });
});

describe('a bridge', () => {
  const guest = (options: NetfrontOptions = {}) => {
    const host = new SimulatedHost();
    const connected = connect(host, options);
    return { ...connected, vif: { host: host.back, tx: connected.tx.shared, rx: connected.rx.shared } };
  };

  test('goes on by itself where a frame that was delivered made room for the next', async () => {
    // The other guest has posted so many pages that it says nothing in the meantime.
    const [a, b] = [guest(), guest()];
    bridge(a.vif, b.vif, { backlog: 1 });
    const got: Frame[] = [];
    b.netfront.onReceive((frame) => void got.push(frame));
    const all = [1, 2, 3, 4, 5].map((n) => a.netfront.send(shortest(n)));
    await settled();
    expect([firsts(got), a.netfront.unsettled]).toEqual([[1, 2, 3, 4, 5], 0]);
    expect(await Promise.all(all)).toEqual(all.map(() => 'OKAY'));
  });
  test('takes no frame from one guest while too many wait for the other', async () => {
    const a = guest({ tx: { nr_ents: 4 } });
    const b = guest({ rx: { nr_ents: 2, queue: 1 } });
    const [, back] = bridge(a.vif, b.vif, { backlog: 3 });
    const all = Array.from({ length: 30 }, (_, n) => a.netfront.send(shortest(n)));
    await settled();
    // One is in the queue, one on the ring and not consumed, three in the bridge; the others are with the sender.
    expect(back.backlog).toBe(3);
    expect(a.netfront.unsettled).toBe(30 - 3 - 1 - 1);
    const got: Frame[] = [];
    b.netfront.onReceive((frame) => void got.push(frame));
    expect(await Promise.all(all)).toEqual(all.map(() => 'OKAY'));
    await settled();
    expect(firsts(got)).toEqual(all.map((_, n) => n));
  });

  test('has room for a frame at least', () => {
    const { tx, rx, host } = pair();
    const vif = { host: host.back, tx: tx.shared, rx: rx.shared };
    for (const backlog of [0, -1, 1.5, Number.NaN])
      expect(() => bridge(vif, vif, { backlog })).toThrow(RangeError);
  });
});

describe('options that cannot be', () => {
  test.each([
    ['no page', { pages: 0 }],
    ['half a page', { pages: 1.5 }],
    ['an index below zero', { first: -1 }],
    ['an index of 33 bits', { first: 2 ** 32 }],
    ['no id', { ids: 0 }],
    ['more ids than 16 bits have', { ids: 65537 }],
    ['fewer ids than slots, by slot', { ids: 3, nr_ents: 4 }],
    ['ids by grant reference, and fewer than there can be', { scheme: grefPerRequest, ids: 2 }],
    ['a ring of three slots', { nr_ents: 3 }],
    ['a ring of 512 slots', { nr_ents: 512 }],
    ['a ring without slots', { nr_ents: 0 }],
    ['no low water', { lowWater: 0 }],
    ['low water above the ring', { nr_ents: 4, lowWater: 5 }],
    ['low water below a packet, where the ring has room for one', { nr_ents: 32, lowWater: 17 }],
    ['a queue without room', { queue: 0 }],
    ['half a frame in the queue', { queue: 0.5 }],
  ])('%s, and nothing is granted for it', (_, rx) => {
    const host = new SimulatedHost();
    expect(() => connect(host, { rx })).toThrow(RangeError);
    expect(host.granted).toBe(0);
  });

  test.each([
    ['ids by grant reference', { scheme: grefPerRequest }],
    ['a free list', { scheme: freeList, ids: 4, nr_ents: 4 }],
    ['a ring of one slot', { nr_ents: 1 }],
    ['a low water as high as the ring', { nr_ents: 4, lowWater: 4 }],
  ])('%s can be', async (_, rx) => {
    const it = pair(rx);
    const got: Frame[] = [];
    it.netfront.onReceive((frame) => void got.push(frame));
    await it.deliver(1, 2, 3, 4, 5);
    expect(firsts(got)).toEqual([1, 2, 3, 4, 5]);
  });

  test('a host without a reference for the second ring grants nothing for the first', () => {
    // The transmit pool of two blocks has one page, and its ring another.
    const host = new SimulatedHost(2);
    expect(() => connect(host, { tx: { nr_ents: 2 } })).toThrow(HostError);
    expect(host.granted).toBe(0);
  });
});

describe('what was once wrong', () => {
  test('close resolves where the application, and no event, comes upon a broken ring', async () => {
    // A backend that answers nothing of what is sent.
    const host = new SimulatedHost();
    const it = { host, ...connect(host, { rx: { nr_ents: 4, queue: 1 } }) };
    const sent = it.netfront.send(shortest(1)).catch((error: Error) => error.name);
    answer(it, { status: 4 });
    await settled();
    answer(it, { status: 4, id: 999 });
    await settled();
    const closed = it.netfront.close();
    expect(it.netfront.isBroken).toBe(false);
    await it.netfront[Symbol.asyncIterator]().next();
    expect(it.netfront.isBroken).toBe(true);
    expect([await sent, await closed]).toEqual(['SendError', 0]);
  });

  test('a listener may return an object whose then is no function', async () => {
    const it = pair();
    const got: Frame[] = [];
    it.netfront.onReceive(((frame: Frame) => {
      got.push(frame);
      return { then: 1 };
    }) as never);
    await it.deliver(1, 2, 3);
    expect(firsts(got)).toEqual([1, 2, 3]);
  });

  test('each iterator ends after close, and not the first alone', async () => {
    const it = pair();
    await it.netfront.close();
    for (let round = 0; round < 2; round++)
      for await (const frame of it.netfront) throw new Error(`a frame of ${frame.octets.length} octets`);
    expect(await it.netfront[Symbol.asyncIterator]().next()).toEqual({ done: true, value: undefined });
  });

  test.each([0, 0.5, -4, 1_000_000])('a ring of %s slots is refused for what it is', (nr_ents) => {
    for (const options of [{ tx: { nr_ents } }, { rx: { nr_ents } }])
      expect(() => connect(new SimulatedHost(), options)).toThrow(
        `a ring of ${nr_ents} slots: take a power of two up to 256`,
      );
  });
});
