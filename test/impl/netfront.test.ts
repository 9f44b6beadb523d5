import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TxDriver } from '../../impl/tx-driver.js';
import { blockNumber, counterSkip, freeList, grefPerRequest, type IdScheme } from '../../impl/ids.js';
import {
  connect,
  Netback,
  type NetbackOptions,
  type Netfront,
  SendError,
  SimulatedHost,
  type TxOptions,
  type TxStatus,
} from '../../impl/index.js';
import { valuesOf } from '../../impl/list.js';
import { slotOf, writeTxResponse } from '../../impl/netif.js';
import { keysOf } from '../fixtures/keys-of.js';
import { shortest } from '../fixtures/shortest.js';

/** A netfront and a backend on one host. The backend answers at every event, or where `isStill` when it is told. */
interface Pair {
  readonly host: SimulatedHost;
  readonly netfront: Netfront;
  readonly driver: TxDriver;
  readonly netback: Netback;
  /** What the backend got, in the order in which it answered. */
  readonly got: Uint8Array[];
}

const pair = (
  options: TxOptions = {},
  { isStill = false, ...more }: NetbackOptions & { isStill?: boolean } = {},
): Pair => {
  const host = new SimulatedHost();
  const { netfront, tx: driver, rx } = connect(host, { tx: options, rx: { nr_ents: 1 } });
  const got: Uint8Array[] = [];
  const rings = { tx: driver.shared, rx: rx.shared };
  const netback = new Netback(host.back, rings, { onFrame: (frame) => got.push(frame), ...more });
  const poll = (): void => {
    if (netback.poll()) queueMicrotask(poll);
  };
  if (!isStill) host.back.onEvent(poll);
  return { host, netfront, driver, netback, got };
};

/** Everything that is due now has happened. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Frames that differ, each of a length of its own. */
const frames = (count: number): readonly Uint8Array[] =>
  Array.from({ length: count }, (_, n) => {
    const frame = new Uint8Array(14 + (n % 61)).fill(n * 7);
    new DataView(frame.buffer).setUint32(0, n);
    return frame;
  });

const hexes = (all: readonly Uint8Array[]): readonly string[] =>
  all.map((frame) => Buffer.from(frame).toString('hex'));

/** At the end nothing is held: all blocks are free. */
const expectPoolWhole = ({ driver, netfront }: Pair): void => {
  const { context } = driver.snapshot;
  const all = Array.from({ length: driver.config.blocks }, (_, block) => block);
  expect([...valuesOf(context.pool)].toSorted((a, b) => a - b)).toEqual(all);
  expect(keysOf(context.ids.inFlight)).toEqual([]);
  expect(netfront.unsettled).toBe(0);
  expect(netfront.isBroken).toBe(false);
};

/** And no more is granted than at the beginning: both rings, one page to receive into, and what is granted for life. */
const expectAtRest = (it: Pair): void => {
  expectPoolWhole(it);
  const { grantPerRequest } = it.driver.config;
  expect(it.host.granted).toBe(3 + (grantPerRequest ? 0 : it.driver.pages.length));
};

/** A pick that is the same each time for one seed. */
const seeded = (seed: number): ((count: number) => number) => {
  let state = seed;
  return (count) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state % count;
  };
};

const setups: readonly (readonly [IdScheme, boolean])[] = [
  [blockNumber, false],
  [blockNumber, true],
  [counterSkip, false],
  [counterSkip, true],
  [freeList, false],
  [freeList, true],
  [grefPerRequest, true],
];
const cases = setups.flatMap(([scheme, grantPerRequest]) =>
  [2, 256].map((nr_ents) => ({ name: scheme.name, scheme, grantPerRequest, nr_ents })),
);

describe.each(cases)(
  '$nr_ents slots, ids by $name, a page granted for each request: $grantPerRequest',
  (options) => {
    const { scheme, grantPerRequest, nr_ents } = options;
    const connected = (more: Parameters<typeof pair>[1] = {}, blocks: number = nr_ents): Pair =>
      pair({ scheme, grantPerRequest, nr_ents, blocks, first: 2 ** 32 - 3 }, more);
    // With fewer blocks than slots a sender waits for the pool, with more for the ring.
    const someBlocks = fc.integer({ min: 1, max: 2 * nr_ents });

    test('many more frames than there is room for arrive in order, whole, and each is settled', async () => {
      const it = connected();
      const sent = frames(3 * nr_ents + 5);
      expect(await Promise.all(sent.map((frame) => it.netfront.send(frame)))).toEqual(sent.map(() => 'OKAY'));
      expect(hexes(it.got)).toEqual(hexes(sent));
      expectAtRest(it);
    });

    test('a backend that answers out of order frees no block but the one it answers for', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.nat(),
          fc.integer({ min: 1, max: 5 }),
          someBlocks,
          async (seed, budget, blocks) => {
            const it = connected({ pick: seeded(seed), budget, isStill: true }, blocks);
            const sent = frames(2 * nr_ents + 3);
            const all = Promise.all(sent.map((frame) => it.netfront.send(frame)));
            for (let rounds = 0; it.netfront.unsettled > 0 && rounds < 10_000; rounds++) {
              it.netback.poll();
              await Promise.resolve();
            }
            expect(await all).toEqual(sent.map(() => 'OKAY'));
            expect([...hexes(it.got)].toSorted()).toEqual([...hexes(sent)].toSorted());
            expectAtRest(it);
          },
        ),
        { numRuns: 5 },
      );
    });

    test('frames are sent while others are answered, and none is lost', async () => {
      const it = connected({ pick: seeded(1) });
      const sent = frames(2 * nr_ents + 40);
      const statuses: Promise<TxStatus>[] = [];
      for (const [n, frame] of sent.entries()) {
        statuses.push(it.netfront.send(frame));
        if (n % 3 === 0) await settled();
      }
      expect(new Set(await Promise.all(statuses))).toEqual(new Set(['OKAY']));
      expect([...hexes(it.got)].toSorted()).toEqual([...hexes(sent)].toSorted());
      expectAtRest(it);
    });
  },
);

describe('a sender', () => {
  test('waits for a slot where the ring is full', async () => {
    const it = pair({ nr_ents: 2, blocks: 4 }, { isStill: true });
    const all = frames(3).map((frame) => it.netfront.send(frame));
    expect(it.driver.shared.req_prod).toBe(2);
    expect(it.netfront.unsettled).toBe(3);
    it.netback.poll();
    await settled();
    expect(it.driver.shared.req_prod).toBe(3);
    it.netback.poll();
    expect(await Promise.all(all)).toEqual(['OKAY', 'OKAY', 'OKAY']);
    expect(hexes(it.got)).toEqual(hexes(frames(3)));
  });

  test('waits for a block where the pool is empty', async () => {
    const it = pair({ nr_ents: 8, blocks: 2 }, { isStill: true });
    const all = frames(5).map((frame) => it.netfront.send(frame));
    const seen: number[] = [];
    for (let i = 0; i < 3; i++) {
      seen.push(it.driver.shared.req_prod);
      it.netback.poll();
      await settled();
    }
    expect(seen).toEqual([2, 4, 5]);
    expect(await Promise.all(all)).toHaveLength(5);
    expect(hexes(it.got)).toEqual(hexes(frames(5)));
    expectAtRest(it);
  });

  test('may change its frame once the promise is settled, and what was sent stays', async () => {
    const it = pair();
    const frame = shortest(3);
    await it.netfront.send(frame);
    frame.fill(9);
    expect(hexes(it.got)).toEqual(hexes([shortest(3)]));
  });

  test('is told that an empty frame cannot be sent', async () => {
    const { netfront, driver } = pair();
    await expect(netfront.send(new Uint8Array(0))).rejects.toThrow(SendError);
    expect(driver.shared.req_prod).toBe(0);
  });

  test('is told what the backend made of its frame', async () => {
    const it = pair({ nr_ents: 4 }, { isStill: true });
    const statuses = [0, -1, -2, 2].map(async (status, id) => {
      const told = it.netfront.send(shortest(id + 1));
      writeTxResponse(slotOf(it.driver.shared, id), { id, status });
      return told;
    });
    it.driver.shared.rsp_prod = 4;
    it.host.back.notify();
    expect(await Promise.all(statuses)).toEqual(['OKAY', 'ERROR', 'DROPPED', 'ERROR']);
  });

  test('is told ERROR where the backend cannot reach the page', async () => {
    const it = pair({ nr_ents: 4, blocksPerPage: 2 }, { isStill: true });
    const { grefs } = it.driver.snapshot.context;
    const all = frames(3).map((frame) => it.netfront.send(frame));
    it.host.endAccess(grefs[0]!);
    it.netback.poll();
    // Two blocks share the page that is gone.
    expect(await Promise.all(all)).toEqual(['ERROR', 'ERROR', 'OKAY']);
    expect(hexes(it.got)).toEqual(hexes(frames(3).slice(2)));
  });

  test('notifies once of all the frames that were waiting', async () => {
    const it = pair({ nr_ents: 4 }, { isStill: true });
    let events = 0;
    it.host.back.onEvent(() => {
      events++;
    });
    for (const frame of frames(8)) void it.netfront.send(frame);
    await settled();
    expect(events).toBe(1);
    it.netback.poll();
    await settled();
    expect(events).toBe(2);
    it.netback.poll();
    await settled();
    expect(it.got).toHaveLength(8);
  });
});

describe('a netfront that is closed', () => {
  test('sends what it has accepted, and no more', async () => {
    const it = pair({ nr_ents: 2 }, { isStill: true });
    const all = frames(5).map((frame) => it.netfront.send(frame));
    let isClosed = false;
    const closed = it.netfront.close().then(() => {
      isClosed = true;
    });
    await expect(it.netfront.send(shortest(1))).rejects.toThrow(/closed/);
    for (let i = 0; i < 3; i++) {
      expect(isClosed).toBe(false);
      it.netback.poll();
      await settled();
    }
    await closed;
    expect(await Promise.all(all)).toHaveLength(5);
    expect(hexes(it.got)).toEqual(hexes(frames(5)));
    expectPoolWhole(it);
    expect(it.host.granted).toBe(0);
  });

  test('is closed at once where nothing is on its way', async () => {
    const { netfront } = pair();
    await netfront.close();
    await expect(netfront.send(shortest(1))).rejects.toThrow(SendError);
  });
});

describe('a backend that breaks the protocol', () => {
  const broken = async (it: Pair, fault: () => void): Promise<void> => {
    // On a ring of two slots two frames are with the backend, and one waits.
    const all = frames(3).map((frame) => it.netfront.send(frame).catch((error: unknown) => error));
    await settled();
    fault();
    it.host.back.notify();
    for (const outcome of await Promise.all(all)) expect(outcome).toBeInstanceOf(SendError);
    expect(it.netfront.isBroken).toBe(true);
    expect(it.netfront.unsettled).toBe(0);
  };
  const faults: readonly (readonly [string, (it: Pair) => void])[] = [
    [
      'stores rsp_prod past req_prod',
      ({ driver }) => {
        driver.shared.rsp_prod = (driver.shared.req_prod + 1) >>> 0;
      },
    ],
    [
      'stores rsp_prod behind what was consumed',
      ({ driver }) => {
        driver.shared.rsp_prod = (driver.shared.rsp_prod - 1) >>> 0;
      },
    ],
    [
      'answers an id that is not in flight',
      ({ driver: { shared } }) => {
        writeTxResponse(slotOf(shared, shared.rsp_prod), { id: 77, status: 0 });
        shared.rsp_prod = (shared.rsp_prod + 1) >>> 0;
      },
    ],
  ];

  test.each(faults)('and %s is not sent anything more', async (_, fault) => {
    const it = pair({ nr_ents: 2, first: 2 ** 32 - 1 }, { isStill: true });
    await broken(it, () => fault(it));
    const page = Buffer.from(it.driver.shared.page);
    const memory = it.driver.pages.map(({ octets }) => Buffer.from(octets));
    await expect(it.netfront.send(shortest(1))).rejects.toThrow(SendError);
    it.host.back.notify();
    await settled();
    expect(page.equals(it.driver.shared.page)).toBe(true);
    it.driver.pages.forEach(({ octets }, p) => {
      expect(memory[p]!.equals(octets)).toBe(true);
    });
  });

  test('lets the netfront be closed', async () => {
    const it = pair({ nr_ents: 2 }, { isStill: true });
    await broken(it, () => faults[0]![1](it));
    await it.netfront.close();
  });

  test('twice over the same request settles it once, and breaks at the second', async () => {
    const it = pair({ nr_ents: 2 }, { isStill: true });
    const [first, second] = frames(2).map((frame) => it.netfront.send(frame));
    for (const idx of [0, 1]) writeTxResponse(slotOf(it.driver.shared, idx), { id: 0, status: 0 });
    it.driver.shared.rsp_prod = 2;
    it.host.back.notify();
    expect(await first).toBe('OKAY');
    await expect(second).rejects.toThrow(SendError);
  });
});

describe('the simulated host', () => {
  test('delivers events that came before anybody listened', async () => {
    const host = new SimulatedHost();
    host.back.notify();
    let heard = 0;
    host.onEvent(() => {
      heard++;
    });
    host.back.notify();
    await settled();
    expect([heard, host.pending]).toEqual([1, true]);
    host.clearPending();
    host.back.notify();
    await settled();
    expect(heard).toBe(2);
  });

  test('gives a reference to one page at a time, the lowest first', () => {
    const host = new SimulatedHost(2);
    const page = host.allocatePage();
    const gref = host.claimGref();
    host.grantAccess(gref, page);
    expect(() => host.grantAccess(gref, page)).toThrow(/in use/);
    expect([gref, host.claimGref()]).toEqual([0, 1]);
    expect(() => host.claimGref()).toThrow(/full/);
    host.endAccess(gref);
    expect(() => host.endAccess(gref)).toThrow(/grants nothing/);
    expect(host.claimGref()).toBe(0);
  });

  test('counts how often a page is mapped', () => {
    const host = new SimulatedHost();
    const gref = host.claimGref();
    expect(host.back.map(gref)).toBeUndefined();
    host.grantAccess(gref, host.allocatePage());
    host.back.map(gref);
    host.back.map(gref);
    host.back.unmap(gref);
    expect(host.endAccess(gref)).toBe(false);
    host.back.unmap(gref);
    expect(host.endAccess(gref)).toBe(true);
  });
});

describe('the backend', () => {
  test('finds by its final check a request that came while it was answering', async () => {
    let sent: Promise<TxStatus> | undefined;
    const it: Pair = pair(
      { nr_ents: 4 },
      {
        isStill: true,
        onFrame: () => {
          sent ??= it.netfront.send(shortest(2));
        },
      },
    );
    const first = it.netfront.send(shortest(1));
    expect(it.netback.poll()).toBe(false);
    expect(await Promise.all([first, sent])).toEqual(['OKAY', 'OKAY']);
  });

  test('asks to be called again where it has not answered all', () => {
    const it = pair({ nr_ents: 4 }, { isStill: true, budget: 2 });
    for (const frame of frames(3)) void it.netfront.send(frame);
    expect([it.netback.poll(), it.got.length]).toEqual([true, 2]);
    expect([it.netback.poll(), it.got.length]).toEqual([false, 3]);
  });
});

describe('where something runs out, or options do not fit together', () => {
  /** Settles with what a promise comes to, or with `waiting` if it comes to nothing by itself. */
  const outcome = async (promise: Promise<unknown>): Promise<unknown> => {
    let result: unknown = 'waiting';
    promise.then(
      (value) => {
        result = value;
      },
      (error: unknown) => {
        result = error;
      },
    );
    for (let i = 0; i < 20; i++) await settled();
    return result;
  };

  test.each([freeList, counterSkip])(
    'a frame waits where no id is free, and none is lost, with $name',
    async (scheme) => {
      const it = pair({ nr_ents: 4, ids: 2, scheme });
      const all = Promise.all(frames(6).map((frame) => it.netfront.send(frame)));
      expect(await outcome(all)).toEqual(frames(6).map(() => 'OKAY'));
      expect(hexes(it.got)).toEqual(hexes(frames(6)));
    },
  );

  test('fewer ids than blocks are refused where the id is the number of the block', () => {
    expect(() => pair({ nr_ents: 4, ids: 2, scheme: blockNumber })).toThrow();
  });

  test('ids by grant reference are refused where a page is granted for life: that is MSA00', () => {
    expect(() => pair({ scheme: grefPerRequest, grantPerRequest: false })).toThrow();
  });

  test('a frame that no grant reference is free for does no harm to the next one', async () => {
    // Both rings, a page to receive into, and one frame.
    const host = new SimulatedHost(4);
    const { netfront, tx, rx } = connect(host, {
      tx: { nr_ents: 4, grantPerRequest: true },
      rx: { nr_ents: 1 },
    });
    const got: Uint8Array[] = [];
    const rings = { tx: tx.shared, rx: rx.shared };
    const netback = new Netback(host.back, rings, { onFrame: (frame) => got.push(frame) });
    const [first, second, third] = frames(3).map((frame) => outcome(netfront.send(frame)));
    host.back.onEvent(() => netback.poll());
    await Promise.all([first, second, third]);
    const fourth = shortest(4);
    expect(await outcome(netfront.send(fourth))).toBe('OKAY');
    expect(hexes(got)).toContain(hexes([fourth])[0]);
  });

  test('a backend whose budget is used up by the last request is notified of the next', async () => {
    const it = pair({ nr_ents: 4 }, { budget: 1 });
    expect(await outcome(it.netfront.send(shortest(1)))).toBe('OKAY');
    expect(await outcome(it.netfront.send(shortest(2)))).toBe('OKAY');
  });

  test('a netfront that is closed twice says so twice', async () => {
    const it = pair({ nr_ents: 2 }, { isStill: true });
    void it.netfront.send(shortest(1));
    const closed = Promise.all([it.netfront.close(), it.netfront.close()]);
    it.netback.poll();
    expect(await outcome(closed)).toHaveLength(2);
  });
});

describe('options that cannot be', () => {
  test.each([
    ['no block', { blocks: 0 }],
    ['half a block', { blocks: 1.5 }],
    ['an index below zero', { first: -1 }],
    ['an index of 33 bits', { first: 2 ** 32 }],
    ['no id', { ids: 0 }],
    ['more ids than 16 bits have', { ids: 70000 }],
    [
      'ids by grant reference, and fewer than there can be',
      { scheme: grefPerRequest, grantPerRequest: true, ids: 2 },
    ],
    ['a ring of one slot and a half', { nr_ents: 1.5 }],
  ])('%s', (_, options) => {
    expect(() => connect(new SimulatedHost(), { tx: options })).toThrow(RangeError);
  });
});

describe('the final check', () => {
  /** A response comes when `rsp_event` is stored: after the poller found no more, and before it looks again. */
  test('finds a response that came while the frontend armed, and its frame is settled', async () => {
    const host = new SimulatedHost();
    const { netfront, tx } = connect(host, { tx: { nr_ents: 4 }, rx: { nr_ents: 1 } });
    const answer = (idx: number): void => {
      writeTxResponse(slotOf(tx.shared, idx), { id: idx, status: 0 });
      tx.shared.rsp_prod = idx + 1;
    };
    const sends = [1, 2].map(() => netfront.send(new Uint8Array(60)));
    const { get, set } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(tx.shared), 'rsp_event')!;
    let armed = 0;
    Object.defineProperty(tx.shared, 'rsp_event', {
      get: () => get!.call(tx.shared),
      set: (value: number) => {
        set!.call(tx.shared, value);
        if (armed++ === 0) answer(1);
      },
    });
    answer(0);
    host.back.notify();
    expect(await Promise.all(sends)).toEqual(['OKAY', 'OKAY']);
    expect(armed).toBe(2);
    expect(netfront.isBroken).toBe(false);
    expect(await netfront.close()).toBe(0);
  });
});
