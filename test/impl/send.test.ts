import { describe, expect, test } from 'vitest';
import {
  connect,
  counterSkip,
  freeList,
  HostError,
  type Netfront,
  type Offload,
  SendError,
  SimulatedHost,
  type TxOptions,
} from '../../impl/index.js';
import { valuesOf } from '../../impl/list.js';
import type { TxDriver } from '../../impl/tx-driver.js';
import { shortest } from '../fixtures/shortest.js';
import { TxJudge } from '../fixtures/tx-judge.js';

/** A netfront, and the judge for a backend. It takes what is published when it is told, and answers when it is told. */
interface Pair {
  readonly host: SimulatedHost;
  readonly netfront: Netfront;
  readonly driver: TxDriver;
  readonly judge: TxJudge;
  /** Takes what is published, and answers all of it so, the oldest first. */
  answerAll(...statuses: number[]): Promise<void>;
}

const pair = (tx: TxOptions = {}, host = new SimulatedHost()): Pair => {
  const { netfront, tx: driver } = connect(host, { tx, rx: { nr_ents: 1 } });
  const judge = new TxJudge(host, driver.shared.page, driver.config.nr_ents, driver.config.first);
  const answerAll = async (...statuses: number[]): Promise<void> => {
    judge.published();
    expect(judge.complaints).toEqual([]);
    for (let n = 0; judge.unanswered > 0; n++) judge.answer(0, statuses[n] ?? 0);
    await settled();
  };
  return { host, netfront, driver, judge, answerAll };
};

/** Everything that is due now has happened. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What a promise has come to by now: a status, an error, or `waiting`. */
const watch = (promise: Promise<string>): (() => unknown) => {
  let outcome: unknown = 'waiting';
  promise.then(
    (status) => (outcome = status),
    (error: unknown) => (outcome = error),
  );
  return () => outcome;
};

/** A packet that differs from others, in as many whole blocks of a page. */
const blocks = (count: number, octet = count): Uint8Array => new Uint8Array(4096 * count).fill(octet);

const expectAtRest = ({ driver, netfront, host }: Pair, granted: number): void => {
  const { context } = driver.snapshot;
  expect([...valuesOf(context.pool)].toSorted((a, b) => a - b)).toEqual([
    ...Array(driver.config.blocks).keys(),
  ]);
  expect([context.chain, netfront.unsettled, netfront.isBroken, host.granted]).toEqual([
    null,
    0,
    false,
    granted,
  ]);
};

describe('a packet of several slots', () => {
  test('may have 65,535 octets where nothing else was asked for, with segmentation offload', async () => {
    const it = pair();
    const frame = Uint8Array.from({ length: 65_535 }, (_, i) => i ^ (i >> 8));
    const offload: Offload = { csum_blank: true, gso: { size: 1448, type: 'TCPV4' } };
    expect(it.netfront.maxFrame).toBe(65_535);
    const told = it.netfront.send(frame, offload);
    await it.answerAll();
    expect(await told).toBe('OKAY');
    const [packet] = it.judge.taken;
    expect([packet!.requests.length, packet!.extras.length, packet!.csum_blank]).toEqual([16, 1, true]);
    expect(Buffer.compare(packet!.octets, frame)).toBe(0);
    await expect(it.netfront.send(new Uint8Array(65_536))).rejects.toThrow(/XEN_NETIF_MAX_TX_SIZE/);
    expectAtRest(it, 3 + 256);
  });

  test('is as long as the blocks of half a page allow, and no longer', async () => {
    const it = pair({ blocksPerPage: 2 });
    expect(it.netfront.maxFrame).toBe(36_864);
    const told = it.netfront.send(new Uint8Array(36_864));
    await it.answerAll();
    expect(await told).toBe('OKAY');
    await expect(it.netfront.send(new Uint8Array(36_865))).rejects.toThrow(
      /19 slots.*XEN_NETIF_NR_SLOTS_MIN/,
    );
  });

  test('may be given as fragments, which stay what they are', async () => {
    const it = pair();
    const told = it.netfront.send([shortest(1), shortest(2), blocks(1, 3)]);
    await it.answerAll();
    expect(await told).toBe('OKAY');
    expect(it.judge.taken[0]!.requests.map(({ octets }) => octets.length)).toEqual([14, 14, 4096]);
  });

  test.each([
    [[0, 0, 0], 'OKAY', { packets: 1, octets: 3 * 4096, errors: 0, dropped: 0 }],
    [[0, -1, 0], 'ERROR', { packets: 0, octets: 0, errors: 1, dropped: 0 }],
    [[-2, 0, 0], 'DROPPED', { packets: 0, octets: 0, errors: 0, dropped: 1 }],
    [[0, -2, -1], 'ERROR', { packets: 0, octets: 0, errors: 1, dropped: 0 }],
  ])('that is answered %j is told %s, and counted once', async (statuses, status, counted) => {
    const it = pair();
    const told = it.netfront.send(blocks(3));
    await it.answerAll(...statuses);
    expect(await told).toBe(status);
    expect(it.netfront.statistics.tx).toEqual(counted);
  });

  test('that needs more than there is at all is refused at once, and does no harm to the next', async () => {
    const it = pair({ nr_ents: 4, blocks: 2 });
    expect(it.netfront.maxFrame).toBe(8192);
    await expect(it.netfront.send(blocks(3))).rejects.toThrow(/3 blocks: the pool has 2/);
    await expect(pair({ nr_ents: 2 }).netfront.send(blocks(3))).rejects.toThrow(/3 slots: the ring has 2/);
    const told = it.netfront.send(blocks(2));
    await it.answerAll();
    expect(await told).toBe('OKAY');
  });
});

describe('a packet waits for all that it needs, and the next one waits behind it', () => {
  test.each([
    ['slots', { nr_ents: 4, blocks: 8 }],
    ['blocks', { nr_ents: 16, blocks: 4 }],
    ['ids on the list', { nr_ents: 16, blocks: 8, scheme: freeList, ids: 4 }],
    ['ids that are counted', { nr_ents: 16, blocks: 8, scheme: counterSkip, ids: 4 }],
  ])('%s', async (_, options) => {
    const it = pair(options);
    const all = [blocks(3), blocks(2), shortest(9)].map((frame) => watch(it.netfront.send(frame)));
    // One is free of whatever it is. The second packet needs two, and the third does not pass it.
    expect(it.driver.shared.req_prod).toBe(3);
    expect(it.driver.snapshot.context.chain).toBeNull();
    await it.answerAll();
    expect(all.map((outcome) => outcome())).toEqual(['OKAY', 'waiting', 'waiting']);
    expect(it.driver.shared.req_prod).toBe(6);
    await it.answerAll();
    expect(all.map((outcome) => outcome())).toEqual(['OKAY', 'OKAY', 'OKAY']);
    expect(it.judge.taken.map(({ octets }) => octets[0])).toEqual([3, 2, 9]);
    expectAtRest(it, 3 + it.driver.pages.length);
  });

  test('slots for its extras too', async () => {
    const it = pair({ nr_ents: 4 });
    const offload: Offload = { csum_blank: true, gso: { size: 1000, type: 'TCPV6' } };
    void it.netfront.send(blocks(2));
    const told = watch(it.netfront.send(blocks(2), offload));
    expect(it.driver.shared.req_prod).toBe(2);
    await it.answerAll();
    await it.answerAll();
    expect(told()).toBe('OKAY');
  });

  test('but not for the memory that the application took away, of which nothing is sent', async () => {
    const it = pair({ nr_ents: 2 });
    const first = watch(it.netfront.send(blocks(2)));
    const frame = new Uint8Array(8192).fill(2);
    const second = watch(it.netfront.send(frame));
    const third = watch(it.netfront.send(shortest(3)));
    structuredClone(frame.buffer, { transfer: [frame.buffer] });
    await it.answerAll();
    await it.answerAll();
    expect([first(), third()]).toEqual(['OKAY', 'OKAY']);
    expect(second()).toBeInstanceOf(SendError);
    expect(it.judge.taken.map(({ octets }) => octets.length)).toEqual([8192, 14]);
  });
});

describe('where the host runs out of references in the middle of a packet', () => {
  // Both rings, a page to receive into, and some for requests.
  const options: TxOptions = { nr_ents: 16, grantPerRequest: true };

  test('what was written is taken back, and the packet waits for those that are out', async () => {
    const it = pair(options, new SimulatedHost(3 + 4));
    const all = [blocks(2), blocks(3), blocks(1)].map((frame) => watch(it.netfront.send(frame)));
    expect([it.driver.shared.req_prod, it.host.granted]).toEqual([2, 5]);
    expect(it.driver.snapshot.context.chain).toBeNull();
    await it.answerAll();
    expect(all.map((outcome) => outcome())).toEqual(['OKAY', 'waiting', 'waiting']);
    await it.answerAll();
    expect(all.map((outcome) => outcome())).toEqual(['OKAY', 'OKAY', 'OKAY']);
    expectAtRest(it, 3);
  });

  test('and none is out, it fails, and the next one that needs fewer is sent', async () => {
    const it = pair(options, new SimulatedHost(3 + 2));
    const [first, second] = [blocks(3), blocks(2)].map((frame) => watch(it.netfront.send(frame)));
    await settled();
    expect(first!()).toBeInstanceOf(SendError);
    expect(String(first!())).toMatch(/grant table is full/);
    await it.answerAll();
    expect(second!()).toBe('OKAY');
    expectAtRest(it, 3);
  });

  test('another error of the host breaks the interface, and nothing of the packet is left granted', async () => {
    const host = new SimulatedHost();
    const it = pair(options, host);
    const claim = host.claimGref.bind(host);
    const fault = new TypeError('no such thing');
    let calls = 0;
    host.claimGref = () => {
      if (++calls === 2) throw fault;
      return claim();
    };
    const first = watch(it.netfront.send(blocks(2)));
    const second = watch(it.netfront.send(blocks(2)));
    await settled();
    for (const outcome of [first(), second()])
      expect(outcome).toEqual(expect.objectContaining({ name: 'SendError', cause: fault }));
    expect([it.netfront.isBroken, it.driver.shared.req_prod, await it.netfront.close()]).toEqual([
      true,
      0,
      0,
    ]);
    expect(host.granted).toBe(0);
  });

  test('and the backend has mapped a page that it was never told of, the interface is broken', async () => {
    const host = new SimulatedHost();
    const it = pair(options, host);
    const claim = host.claimGref.bind(host);
    let last = -1;
    host.claimGref = () => {
      if (last >= 0) {
        host.back.map(last);
        throw new HostError('none left');
      }
      return (last = claim());
    };
    const all = [blocks(2), blocks(1)].map((frame) => watch(it.netfront.send(frame)));
    await settled();
    for (const outcome of all) expect(outcome()).toBeInstanceOf(SendError);
    expect([it.netfront.isBroken, it.netfront.unsettled, it.driver.shared.req_prod]).toEqual([true, 0, 0]);
    // The page that the backend has got hold of is not used again.
    expect(await it.netfront.close()).toBe(1);
  });
});

describe('a netfront', () => {
  test('that is closed waits for all blocks of a packet', async () => {
    const it = pair({ nr_ents: 4 });
    const told = watch(it.netfront.send(blocks(3)));
    let isClosed = false;
    void it.netfront.close().then(() => (isClosed = true));
    it.judge.published();
    for (let n = 0; n < 3; n++) {
      expect([isClosed, told()]).toEqual([false, 'waiting']);
      it.judge.answer(0, 0);
      await settled();
    }
    expect([isClosed, told(), it.host.granted]).toEqual([true, 'OKAY', 0]);
  });

  test('of which a request is answered with NULL, that is no extra, is broken', async () => {
    const it = pair({ nr_ents: 4 });
    const told = watch(it.netfront.send(shortest(1)));
    await it.answerAll(1);
    expect(told()).toBeInstanceOf(SendError);
    expect(it.netfront.isBroken).toBe(true);
  });

  test('for which the host has too few references holds none of those there were', () => {
    // The pool of 4 pages, the transmit ring, the receive ring.
    for (let grefs = 0; grefs < 6; grefs++) {
      const host = new SimulatedHost(grefs);
      expect(() => connect(host, { tx: { nr_ents: 4 } })).toThrow(HostError);
      expect(host.granted).toBe(0);
      for (let n = 0; n < grefs; n++) host.claimGref();
    }
    expect(connect(new SimulatedHost(6), { tx: { nr_ents: 4 } }).netfront.isBroken).toBe(false);
  });

  test.each([
    ['three blocks on a page', { blocksPerPage: 3 as 2 }],
    [
      'two blocks on a page that is granted for one request',
      { blocksPerPage: 2, grantPerRequest: true } as const,
    ],
  ])('cannot have %s', (_, tx) => {
    expect(() => connect(new SimulatedHost(), { tx })).toThrow(/blocks on a page/);
  });
});
