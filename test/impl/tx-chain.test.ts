import { describe, expect, test } from 'vitest';
import { blockNumber, counterSkip, freeList } from '../../impl/ids.js';
import { valuesOf } from '../../impl/list.js';
import {
  encodeGso,
  type ExtraInfo,
  NETIF_RSP,
  NETTXF,
  readExtraInfo,
  readTxRequest,
  slotOf,
  writeTxResponse,
} from '../../impl/netif.js';
import { SimulatedHost } from '../../impl/back/simhost.js';
import type { TxConfig } from '../../impl/tx.js';
import type { Completion, TxPacket } from '../../impl/tx-chain.js';
import { type TxAction, type TxArgs, TxDriver } from '../../impl/tx-driver.js';
import { keysOf } from '../fixtures/keys-of.js';

const actions: readonly TxAction[] = [
  'TxFill',
  'TxGrantAccess',
  'TxEnqueue',
  'TxEnqueueExtra',
  'TxAbandon',
  'TxPushRequests',
  'TxCheckNotify',
];

const FIRST = 2 ** 32 - 2;

const GSO: ExtraInfo = { type: 1, flags: 0, u: encodeGso({ size: 1448, type: 1, features: 0 }) };
const HASH: ExtraInfo = { type: 4, flags: 0, u: Uint8Array.of(1, 2, 3, 4, 5, 6) };

/** A packet of so many requests of 20 octets each. */
const packetOf = (requests: number, ...extras: ExtraInfo[]): TxPacket => ({
  requests,
  size: 20 * requests,
  flags: 0,
  extras,
});

/** A driver, and what a test does to it by hand. */
class Bench {
  readonly host: SimulatedHost;
  readonly completed: Completion[] = [];
  readonly driver: TxDriver;

  constructor(config: Partial<TxConfig> = {}, grefs = 100) {
    this.host = new SimulatedHost(grefs);
    this.driver = new TxDriver(
      this.host,
      {
        nr_ents: 8,
        first: FIRST,
        scheme: blockNumber,
        ids: 16,
        blocks: 6,
        blocksPerPage: 1,
        grantPerRequest: false,
        ...config,
      },
      (completion) => this.completed.push(completion),
    );
  }

  get context() {
    return this.driver.snapshot.context;
  }

  get ring() {
    return this.driver.shared;
  }

  get pool(): readonly number[] {
    return [...valuesOf(this.context.pool)];
  }

  get isBroken(): boolean {
    return this.driver.isBroken;
  }

  /** The sender's actions that would be taken now. */
  get allowed(): readonly TxAction[] {
    return actions.filter((action) => this.driver.can(this.driver.load(action)));
  }

  do(action: TxAction, args: TxArgs = {}): this {
    expect([action, this.driver.send(this.driver.load(action, args))]).toEqual([action, true]);
    return this;
  }

  /** A slot of 20 octets; the first one says what packet it is of. */
  request(octet: number, packet?: TxPacket, token?: number): this {
    this.do('TxFill', {
      frame: new Uint8Array(20).fill(octet),
      ...(packet === undefined ? {} : { packet }),
      ...(token === undefined ? {} : { token }),
    });
    if (this.driver.config.grantPerRequest) this.do('TxGrantAccess', { gref: this.host.claimGref() });
    return this.do('TxEnqueue');
  }

  push(): this {
    return this.do('TxPushRequests').do('TxCheckNotify');
  }

  /** The slot so far from the first. */
  slot(n: number) {
    return slotOf(this.ring, (FIRST + n) >>> 0);
  }

  /** The backend answers so, and the poller consumes and releases it. */
  answer(id: number, status: number = NETIF_RSP.OKAY): this {
    writeTxResponse(slotOf(this.ring, this.ring.rsp_prod), { id, status });
    this.ring.rsp_prod = (this.ring.rsp_prod + 1) >>> 0;
    this.host.back.notify();
    if (!this.driver.isPolling) this.do('TxTakeEvent');
    this.do('TxReadRspProd').do('TxConsumeResponse');
    return this.context.done === null ? this : this.do('TxRelease');
  }
}

describe('a packet of several slots', () => {
  test('is its first request, its extras, and its further requests, and every slot says what follows', () => {
    const bench = new Bench();
    const packet = { ...packetOf(3, GSO, HASH), flags: NETTXF.csum_blank | NETTXF.data_validated };
    bench.request(1, packet).do('TxEnqueueExtra').do('TxEnqueueExtra').request(2).request(3);
    const requests = [0, 3, 4].map((n) => readTxRequest(bench.slot(n)));
    expect(requests.map(({ id, size, flags }) => [id, size, flags])).toEqual([
      // The first one's size is the whole packet's.
      [0, 60, 1 | 2 | 4 | 8],
      [1, 20, 4],
      [2, 20, 0],
    ]);
    expect([1, 2].map((n) => readExtraInfo(bench.slot(n)))).toEqual([
      { ...GSO, flags: 1 },
      { ...HASH, flags: 0 },
    ]);
    expect([0, 1, 2].map((block) => bench.driver.block(block)[19])).toEqual([1, 2, 3]);
  });

  test('allows in each state what comes next, and to be given up, and nothing else', () => {
    const bench = new Bench();
    const packet = packetOf(2, GSO, HASH);
    bench.do('TxFill', { frame: new Uint8Array(20), packet });
    expect(bench.allowed).toEqual(['TxEnqueue', 'TxAbandon']);
    bench.do('TxEnqueue');
    expect(bench.allowed).toEqual(['TxEnqueueExtra', 'TxAbandon']);
    bench.do('TxEnqueueExtra');
    expect(bench.allowed).toEqual(['TxEnqueueExtra', 'TxAbandon']);
    bench.do('TxEnqueueExtra');
    expect(bench.allowed).toEqual(['TxFill', 'TxAbandon']);
    bench.do('TxFill', { frame: new Uint8Array(20) });
    expect(bench.allowed).toEqual(['TxEnqueue', 'TxAbandon']);
    expect(bench.do('TxEnqueue').allowed).toEqual(['TxFill', 'TxPushRequests']);
  });

  test('is published whole: until its last slot is written nothing is, not even what was before it', () => {
    const bench = new Bench().request(1);
    bench.request(2, packetOf(2));
    expect(bench.allowed).not.toContain('TxPushRequests');
    bench.request(3).push();
    expect(bench.ring.req_prod).toBe((FIRST + 3) >>> 0);
  });

  test('ends with an extra where it has one request', () => {
    const bench = new Bench();
    bench.request(1, packetOf(1, HASH)).do('TxEnqueueExtra');
    expect(readTxRequest(bench.slot(0)).flags).toBe(8);
    expect(bench.allowed).toEqual(['TxFill', 'TxPushRequests']);
  });

  test('is not begun where the ring has no room for all of it', () => {
    const bench = new Bench({ nr_ents: 4 }).request(1);
    const fits = (packet: TxPacket): boolean =>
      bench.driver.can(bench.driver.load('TxFill', { frame: new Uint8Array(20), packet }));
    expect([packetOf(3), packetOf(2, GSO), packetOf(4), packetOf(3, GSO)].map(fits)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test('has at least one request, and no more slots than every backend takes', () => {
    const bench = new Bench({ nr_ents: 32, blocks: 30, ids: 32 });
    const few = new Bench({ nr_ents: 32, blocks: 30, ids: 32, maxSlots: 3 });
    const fits = ({ driver }: Bench, packet: TxPacket): boolean =>
      driver.can(driver.load('TxFill', { frame: new Uint8Array(20), packet }));
    expect([0, 1, 18, 19].map((n) => fits(bench, packetOf(n)))).toEqual([false, true, true, false]);
    expect([packetOf(16, GSO, HASH), packetOf(17, GSO, HASH)].map((p) => fits(bench, p))).toEqual([
      true,
      false,
    ]);
    expect([packetOf(3), packetOf(3, GSO)].map((p) => fits(few, p))).toEqual([true, false]);
  });
});

describe('the answers to a packet', () => {
  test('release a block each, and the application is told once, with the last one', () => {
    const bench = new Bench().request(1, packetOf(3)).request(2).request(3).push();
    bench.answer(2).answer(0);
    expect([bench.completed, bench.pool]).toEqual([[], [0, 2, 3, 4, 5]]);
    bench.answer(1);
    expect(bench.completed).toEqual([{ token: 0, first: 0, status: 0 }]);
    expect(keysOf(bench.context.sent)).toEqual([]);
  });

  test.each([
    [[0, 0, 0], 0],
    [[0, -1, 0], -1],
    [[-1, 0, 0], -1],
    [[-2, 0, -2], -2],
    [[-2, 0, -1], -1],
    [[-1, -2, 0], -1],
    [[0, 0, -7], -7],
    [[-7, -2, 0], -1],
  ])('%j come to %i', (statuses, told) => {
    const bench = new Bench().request(1, packetOf(3)).request(2).request(3).push();
    statuses.forEach((status, id) => bench.answer(id, status));
    expect(bench.completed).toEqual([{ token: 0, first: 0, status: told }]);
  });

  test('are told apart where the first block is in another packet by then', () => {
    const bench = new Bench().request(1, packetOf(2), 7).request(2).push();
    bench.answer(0);
    bench.request(3, packetOf(2), 8).request(4).push();
    expect(readTxRequest(bench.slot(2)).id).toBe(0);
    bench.answer(0, -1).answer(2).answer(1);
    expect(bench.completed).toEqual([
      { token: 8, first: 0, status: -1 },
      { token: 7, first: 0, status: 0 },
    ]);
  });

  test('bring the token back that came with the packet', () => {
    const bench = new Bench();
    for (let n = 0; n < 20; n++) bench.request(1, packetOf(2), n).request(2).push().answer(0).answer(1);
    expect(bench.completed.map(({ token }) => token)).toEqual([...Array(20).keys()]);
  });

  test('with the status NULL are for an extra, whatever their id is, and free nothing', () => {
    const bench = new Bench()
      .request(1, packetOf(2, GSO, HASH))
      .do('TxEnqueueExtra')
      .do('TxEnqueueExtra');
    bench.request(2).push();
    bench.answer(0, NETIF_RSP.NULL).answer(0xbeef, NETIF_RSP.NULL);
    expect([bench.pool, bench.completed, keysOf(bench.context.ids.inFlight)]).toEqual([
      [2, 3, 4, 5],
      [],
      [0, 1],
    ]);
    expect(bench.context.unansweredExtras).toBe(0);
    expect(bench.answer(0).answer(1).completed).toEqual([{ token: 0, first: 0, status: 0 }]);
  });

  test('with the status NULL break the frontend where no extra is unanswered', () => {
    const bench = new Bench().request(1, packetOf(2, GSO)).do('TxEnqueueExtra').request(2).push();
    bench.answer(7, NETIF_RSP.NULL);
    expect(bench.isBroken).toBe(false);
    bench.answer(0, NETIF_RSP.NULL);
    expect(bench.isBroken).toBe(true);
    expect(bench.completed).toEqual([]);
  });

  test('with the status NULL break it where the extra is in the open chain, which the backend cannot see', () => {
    const bench = new Bench().request(1).push();
    bench.request(2, packetOf(2, GSO)).do('TxEnqueueExtra');
    bench.answer(0, NETIF_RSP.NULL);
    expect(bench.isBroken).toBe(true);
  });

  test('break the frontend where they have an id of the open chain', () => {
    const bench = new Bench().request(1).push();
    bench.request(2, packetOf(2));
    bench.answer(1);
    expect([bench.isBroken, bench.completed]).toEqual([true, []]);
  });
});

describe('a chain that is given up', () => {
  test.each([
    ['idle', (bench: Bench) => bench.request(2, packetOf(3, GSO)).do('TxEnqueueExtra').request(3)],
    ['idle, with an extra due', (bench: Bench) => bench.request(2, packetOf(3, GSO))],
    ['filled', (bench: Bench) => bench.request(2, packetOf(3)).do('TxFill', { frame: Uint8Array.of(9) })],
    [
      'filled with the first',
      (bench: Bench) => bench.do('TxFill', { frame: Uint8Array.of(9), packet: packetOf(2) }),
    ],
  ])('in the state %s has never been: ring, ids and pool are as they were', (_, begin) => {
    for (const scheme of [blockNumber, freeList]) {
      const bench = new Bench({ scheme });
      bench.request(1).push();
      const before = bench.context;
      begin(bench).do('TxAbandon');
      expect(bench.context).toEqual(before);
      expect(bench.allowed).toEqual(['TxFill']);
      // The same slots, ids and blocks are used by the next one, and nothing is left of the last.
      bench.request(5, packetOf(2)).request(6).push();
      expect([1, 2].map((n) => readTxRequest(bench.slot(n))).map(({ id, flags }) => [id, flags])).toEqual([
        [1, 4],
        [2, 0],
      ]);
      bench.answer(0).answer(1).answer(2);
      expect(bench.completed).toHaveLength(2);
    }
  });

  test('leaves what was written before it to be published', () => {
    const bench = new Bench().request(1);
    bench.request(2, packetOf(2)).do('TxAbandon');
    expect(bench.allowed).toEqual(['TxFill', 'TxPushRequests']);
    expect(bench.push().ring.req_prod).toBe((FIRST + 1) >>> 0);
  });

  test('does not keep its ids, where they are counted', () => {
    const bench = new Bench({ scheme: counterSkip, ids: 3 });
    bench.request(1, packetOf(3)).request(2).do('TxAbandon');
    expect(keysOf(bench.context.ids.inFlight)).toEqual([]);
    bench.request(1, packetOf(3)).request(2).request(3).push();
    expect(keysOf(bench.context.ids.inFlight)).toEqual([0, 1, 2]);
  });

  test('has its grants ended, also of the block that is not written yet, and no others', () => {
    const bench = new Bench({ grantPerRequest: true });
    bench.request(1).push();
    expect(bench.host.granted).toBe(2);
    bench.request(2, packetOf(3)).do('TxFill', { frame: Uint8Array.of(3) });
    bench.do('TxGrantAccess', { gref: bench.host.claimGref() });
    expect(bench.host.granted).toBe(4);
    bench.do('TxAbandon');
    expect(bench.host.granted).toBe(2);
    expect(bench.context.grefs).toEqual([1, null, null, null, null, null]);
    expect(bench.answer(0).host.granted).toBe(1);
  });

  test('breaks the frontend where the backend has mapped a page of it: it has guessed the reference', () => {
    const bench = new Bench({ grantPerRequest: true });
    bench.request(1, packetOf(2));
    bench.host.back.map(readTxRequest(bench.slot(0)).gref);
    bench.do('TxAbandon');
    expect([bench.isBroken, bench.host.granted]).toEqual([true, 2]);
    expect(bench.pool).toEqual([1, 2, 3, 4, 5]);
  });

  test('is given up though its page is mapped that is granted for life', () => {
    const bench = new Bench();
    bench.request(1, packetOf(2));
    bench.host.back.map(readTxRequest(bench.slot(0)).gref);
    bench.do('TxAbandon');
    expect(bench.isBroken).toBe(false);
  });
});

describe('a driver for whose ring the host has too few references', () => {
  test.each([
    ['the pool', false, 3],
    ['the ring', false, 6],
    ['the ring, and nothing else is granted', true, 0],
  ])('keeps none of those it was given: %s', (_, grantPerRequest, grefs) => {
    const host = new SimulatedHost(grefs);
    const config = {
      nr_ents: 8,
      first: 0,
      scheme: blockNumber,
      ids: 16,
      blocks: 6,
      blocksPerPage: 1,
    } as const;
    expect(() => new TxDriver(host, { ...config, grantPerRequest })).toThrow('grant table is full');
    expect(host.granted).toBe(0);
    for (let n = 0; n < grefs; n++) expect(host.claimGref()).toBeGreaterThanOrEqual(0);
  });
});
