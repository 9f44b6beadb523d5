import { describe, expect, test } from 'vitest';
import { type TxAction, TxDriver } from '../../impl/tx-driver.js';
import { blockNumber, freeList, type IdScheme } from '../../impl/ids.js';
import { valuesOf } from '../../impl/list.js';
import { NETIF_RSP, readTxRequest, slotOf, writeTxResponse } from '../../impl/netif.js';
import { SimulatedHost } from '../../impl/back/simhost.js';
import type { TxConfig } from '../../impl/tx.js';
import type { Completion } from '../../impl/tx-chain.js';

const actions: readonly TxAction[] = [
  'TxFill',
  'TxGrantAccess',
  'TxEnqueue',
  'TxPushRequests',
  'TxCheckNotify',
  'TxTakeEvent',
  'TxReadRspProd',
  'TxConsumeResponse',
  'TxRelease',
  'TxArm',
  'TxFinalCheck',
];

const FIRST = 2 ** 32 - 1;

/** A driver, and what a test does to it by hand. */
class Bench {
  readonly host = new SimulatedHost();
  readonly completed: Completion[] = [];
  readonly driver: TxDriver;

  constructor(config: Partial<TxConfig> = {}) {
    const scheme: IdScheme = blockNumber;
    this.driver = new TxDriver(
      this.host,
      {
        nr_ents: 2,
        first: FIRST,
        scheme,
        ids: 16,
        blocks: 3,
        blocksPerPage: 2,
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

  /** Where the two hands are, or `broken`. */
  get state(): string {
    const { value } = this.driver.snapshot as { value: unknown };
    if (value === 'broken') return 'broken';
    const { running } = value as { running: { sender: string; poller: string } };
    return `${running.sender} ${running.poller}`;
  }

  /** The action is taken. */
  do(action: TxAction, ...octets: number[]): this {
    expect([action, this.try(action, ...octets)]).toEqual([action, true]);
    return this;
  }

  try(action: TxAction, ...octets: number[]): boolean {
    const gref = action === 'TxGrantAccess' ? { gref: this.host.claimGref() } : {};
    return this.driver.send(this.driver.load(action, { frame: Uint8Array.from(octets), ...gref }));
  }

  /** The actions that would be taken now. */
  get allowed(): readonly TxAction[] {
    return actions.filter((action) => this.driver.can(this.driver.load(action)));
  }

  /** One frame is written to the ring, published, and the notify check made. */
  publish(...octets: number[]): this {
    this.do('TxFill', ...octets);
    if (this.driver.config.grantPerRequest) this.do('TxGrantAccess');
    return this.do('TxEnqueue').do('TxPushRequests').do('TxCheckNotify');
  }

  /** The backend answers with this id, in the next slot, and sends an event. */
  respond(id: number, status: number = NETIF_RSP.OKAY): this {
    writeTxResponse(slotOf(this.ring, this.ring.rsp_prod), { id, status });
    return this.overstore(1);
  }

  /** The backend stores rsp_prod so much further, whatever is in the slots. */
  overstore(count: number): this {
    this.ring.rsp_prod = (this.ring.rsp_prod + count) >>> 0;
    this.host.back.notify();
    return this;
  }
}

describe('a new transmit ring', () => {
  test('is empty, asleep and granted, and so are the pages of the pool', () => {
    const { ring, host, driver, state, context } = new Bench();
    expect(state).toBe('idle asleep');
    expect([ring.req_prod, ring.rsp_prod, ring.req_event, ring.rsp_event]).toEqual([FIRST, FIRST, 0, 0]);
    expect(host.granted).toBe(3);
    expect(driver.pages).toHaveLength(2);
    expect(host.grantedPage(driver.ringGref)?.octets).toBe(ring.page);
    expect(context.grefs).toEqual([0, 0, 1]);
  });

  test('grants nothing but the ring where pages are granted for a request', () => {
    const { host, driver } = new Bench({ grantPerRequest: true, blocksPerPage: 1 });
    expect(host.granted).toBe(1);
    expect(driver.pages).toHaveLength(3);
  });

  test('allows a frame to be filled and nothing else', () => {
    expect(new Bench().allowed).toEqual(['TxFill']);
  });
});

describe('the sender', () => {
  test('takes a frame from the pool to a published request, a step at a time', () => {
    const bench = new Bench();
    bench.do('TxFill', 1, 2, 3);
    expect([bench.state, bench.allowed]).toEqual(['filled asleep', ['TxEnqueue']]);
    expect([...valuesOf(bench.context.pool)]).toEqual([1, 2]);
    expect([...bench.driver.block(0).subarray(0, 4)]).toEqual([1, 2, 3, 0]);

    bench.do('TxEnqueue');
    expect([bench.state, bench.allowed]).toEqual(['idle asleep', ['TxFill', 'TxPushRequests']]);
    expect(readTxRequest(slotOf(bench.ring, FIRST))).toEqual({
      gref: 0,
      offset: 0,
      flags: 0,
      id: 0,
      size: 3,
    });
    expect(bench.ring.req_prod).toBe(FIRST);

    bench.do('TxPushRequests');
    expect([bench.state, bench.allowed]).toEqual(['published asleep', ['TxCheckNotify']]);
    expect(bench.ring.req_prod).toBe(0);
    expect(bench.host.back.pending).toBe(false);

    bench.do('TxCheckNotify');
    expect([bench.state, bench.allowed]).toEqual(['idle asleep', ['TxFill']]);
    expect(bench.host.back.pending).toBe(true);
  });

  test('gives the second block of a page its offset, and the third the next page', () => {
    const bench = new Bench({ nr_ents: 4 });
    for (const n of [1, 2, 3]) bench.do('TxFill', n).do('TxEnqueue');
    const places = [0, 1, 2].map((i) => readTxRequest(slotOf(bench.ring, (FIRST + i) >>> 0)));
    expect(places.map(({ gref, offset, id }) => [gref, offset, id])).toEqual([
      [0, 0, 0],
      [0, 2048, 1],
      [1, 0, 2],
    ]);
    expect(bench.driver.pages[0]?.octets[2048]).toBe(2);
  });

  test('waits where the ring is full, though there are blocks', () => {
    const bench = new Bench();
    bench.do('TxFill', 1).do('TxEnqueue').do('TxFill', 2).do('TxEnqueue');
    expect(bench.context.pool).not.toBeNull();
    expect(bench.allowed).toEqual(['TxPushRequests']);
  });

  test('waits where the pool is empty, though there are slots', () => {
    const bench = new Bench({ nr_ents: 8, blocks: 1 });
    expect(bench.do('TxFill', 1).do('TxEnqueue').allowed).toEqual(['TxPushRequests']);
  });

  test('waits where no id is free', () => {
    const bench = new Bench({ scheme: freeList, ids: 1 });
    bench.do('TxFill', 1).do('TxEnqueue').do('TxFill', 2);
    expect(bench.allowed).toEqual([]);
  });

  test('does not notify of a publish that the backend did not ask for', () => {
    const bench = new Bench();
    bench.publish(1);
    bench.host.back.clearPending();
    bench.publish(2);
    expect(bench.host.back.pending).toBe(false);
  });

  test('grants a page for a request before it is written, under the reference in the request', () => {
    const bench = new Bench({ grantPerRequest: true, blocksPerPage: 1 });
    bench.do('TxFill', 1);
    expect(bench.allowed).toEqual(['TxGrantAccess']);
    bench.do('TxGrantAccess').do('TxEnqueue');
    const { gref } = readTxRequest(slotOf(bench.ring, FIRST));
    expect(bench.host.grantedPage(gref)).toBe(bench.driver.pages[0]);
  });
});

describe('the poller', () => {
  test('sleeps until there is an event', () => {
    const bench = new Bench().publish(1);
    expect(bench.allowed).not.toContain('TxTakeEvent');
    bench.respond(0);
    expect(bench.do('TxTakeEvent').state).toBe('idle polling');
    expect(bench.host.pending).toBe(false);
  });

  test('takes a response to a free block, a step at a time, and sleeps again', () => {
    const bench = new Bench().publish(1).respond(0, NETIF_RSP.ERROR);
    bench.do('TxTakeEvent').do('TxReadRspProd');
    expect(bench.allowed).toEqual(['TxFill', 'TxConsumeResponse']);

    bench.do('TxConsumeResponse');
    expect(bench.context.done).toEqual({ block: 0, status: -1 });
    expect([...valuesOf(bench.context.pool)]).toEqual([1, 2]);
    expect(bench.completed).toEqual([]);
    expect(bench.allowed).toEqual(['TxFill', 'TxRelease']);

    bench.do('TxRelease');
    expect(bench.completed).toEqual([{ token: 0, first: 0, status: -1 }]);
    expect([...valuesOf(bench.context.pool)]).toEqual([0, 1, 2]);
    expect(bench.allowed).toEqual(['TxFill', 'TxReadRspProd', 'TxArm']);

    bench.do('TxArm');
    expect(bench.ring.rsp_event).toBe(1);
    expect(bench.do('TxFinalCheck').state).toBe('idle asleep');
  });

  test('finds by the final check what came before it had armed', () => {
    const bench = new Bench().publish(1).respond(0).publish(2);
    bench.do('TxTakeEvent').do('TxReadRspProd').do('TxConsumeResponse').do('TxRelease');
    bench.respond(1).do('TxArm');
    expect(bench.do('TxFinalCheck').state).toBe('idle polling');
    expect(bench.allowed).toContain('TxConsumeResponse');
  });

  test('takes a page back that was granted for the request', () => {
    const bench = new Bench({ grantPerRequest: true, blocksPerPage: 1 }).publish(1).respond(0);
    bench.do('TxTakeEvent').do('TxReadRspProd').do('TxConsumeResponse');
    expect(bench.host.granted).toBe(2);
    bench.do('TxRelease');
    expect(bench.host.granted).toBe(1);
    expect(bench.context.grefs).toEqual([null, null, null]);
  });
});

describe('a backend that does what it must not', () => {
  const polling = (bench: Bench): Bench => bench.do('TxTakeEvent');

  test.each([
    ['one more', 2],
    ['as many as there are slots and one', 3],
    ['one less, which is 2^32-1 more', 2 ** 32 - 1],
  ])('with %s responses than requests breaks the frontend', (_, count) => {
    const bench = polling(new Bench().publish(1).overstore(count)).do('TxReadRspProd');
    expect([bench.state, bench.allowed]).toEqual(['broken', []]);
  });

  test('with a response too many breaks the frontend at the final check too', () => {
    const bench = polling(new Bench().publish(1).respond(0));
    bench.do('TxReadRspProd').do('TxConsumeResponse').do('TxRelease').overstore(1);
    expect(bench.do('TxArm').do('TxFinalCheck').state).toBe('broken');
  });

  test.each([1, 2, 15, 16, 65535])('with the id %i, which is not in flight, breaks the frontend', (id) => {
    const bench = polling(new Bench().publish(1).respond(id)).do('TxReadRspProd');
    expect(bench.do('TxConsumeResponse').state).toBe('broken');
    expect(bench.completed).toEqual([]);
  });

  test('which keeps the page mapped that it has answered for breaks the frontend', () => {
    const bench = new Bench({ grantPerRequest: true, blocksPerPage: 1 }).publish(1);
    const { gref } = readTxRequest(slotOf(bench.ring, FIRST));
    bench.host.back.map(gref);
    polling(bench.respond(0)).do('TxReadRspProd').do('TxConsumeResponse').do('TxRelease');
    expect(bench.state).toBe('broken');
    expect(bench.host.grantedPage(gref)).toBe(bench.driver.pages[0]);
    expect([...valuesOf(bench.context.pool)]).toEqual([1, 2]);
  });
});

describe('the driver', () => {
  test('changes nothing by an event that the machine does not take', () => {
    const bench = new Bench().do('TxFill', 7);
    const page = Buffer.from(bench.ring.page);
    const before = bench.driver.snapshot;
    for (const action of actions.filter((name) => name !== 'TxEnqueue'))
      expect([action, bench.try(action, 9)]).toEqual([action, false]);
    expect(bench.driver.snapshot).toBe(before);
    expect(page.equals(bench.ring.page)).toBe(true);
    expect(bench.driver.block(0)[0]).toBe(7);
  });

  test('has as many blocks as it was given', () => {
    const { driver } = new Bench();
    expect(driver.block(2)).toHaveLength(2048);
    expect(() => driver.block(4)).toThrow(RangeError);
  });
});
