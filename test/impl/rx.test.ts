import { describe, expect, test } from 'vitest';
import { counterSkip } from '../../impl/ids.js';
import { NETIF_RSP, readRxRequest, slotOf } from '../../impl/netif.js';
import { TxDriver } from '../../impl/tx-driver.js';
import { takeEvent } from '../../impl/txrx.js';
import { txConfig } from '../../impl/options.js';
import { actions, Bench, FIRST } from '../fixtures/rx-bench.js';

describe('a new receive ring', () => {
  test('is empty, asleep, and nothing is granted but the ring', () => {
    const { ring, host, driver, state, pool } = new Bench();
    expect(state).toBe('idle asleep');
    expect([ring.req_prod, ring.rsp_prod, ring.req_event, ring.rsp_event]).toEqual([FIRST, FIRST, 0, 0]);
    expect(host.granted).toBe(1);
    expect(host.grantedPage(driver.ringGref)?.octets).toBe(ring.page);
    expect(pool).toEqual([0, 1, 2]);
  });

  test('allows a page to be granted and nothing else', () => {
    expect(new Bench().allowed).toEqual(['RxGrantAccess']);
  });
});

describe('the poster', () => {
  test('takes a page from the pool to a published request, a step at a time', () => {
    const bench = new Bench().do('RxGrantAccess');
    expect([bench.state, bench.allowed]).toEqual(['granted asleep', ['RxPost']]);
    expect([bench.pool, bench.host.granted]).toEqual([[1, 2], 2]);

    bench.do('RxPost');
    expect([bench.state, bench.allowed]).toEqual(['idle asleep', ['RxGrantAccess', 'RxPushRequests']]);
    const { id, gref } = readRxRequest(slotOf(bench.ring, FIRST));
    expect([id, bench.host.grantedPage(gref)]).toEqual([1, bench.driver.pages[0]]);
    expect(bench.ring.req_prod).toBe(FIRST);

    bench.do('RxPushRequests');
    expect([bench.state, bench.allowed]).toEqual(['published asleep', ['RxCheckNotify']]);
    expect([bench.ring.req_prod, bench.host.back.pending]).toEqual([0, false]);

    bench.do('RxCheckNotify');
    expect([bench.state, bench.host.back.pending]).toEqual(['idle asleep', true]);
  });

  test('gives each request the number of its slot for an id', () => {
    const bench = new Bench({ nr_ents: 4, pages: 4 }).publish(4);
    expect([3, 0, 1, 2].map((at) => readRxRequest(slotOf(bench.ring, at)).id)).toEqual([3, 0, 1, 2]);
  });

  test('waits where the ring is full, though there are pages', () => {
    const bench = new Bench().do('RxGrantAccess', 'RxPost', 'RxGrantAccess', 'RxPost');
    expect([bench.pool, bench.allowed]).toEqual([[2], ['RxPushRequests']]);
  });

  test('waits where the pool is empty, though there are slots', () => {
    const bench = new Bench({ nr_ents: 8, pages: 1 }).do('RxGrantAccess', 'RxPost');
    expect(bench.allowed).toEqual(['RxPushRequests']);
  });

  test('waits where no id is free', () => {
    const bench = new Bench({ scheme: counterSkip, ids: 1 }).do('RxGrantAccess', 'RxPost', 'RxGrantAccess');
    expect(bench.allowed).toEqual([]);
  });

  test('does not notify of a publish that the backend did not ask for', () => {
    const bench = new Bench().publish();
    bench.host.back.clearPending();
    bench.publish();
    expect(bench.host.back.pending).toBe(false);
  });
});

describe('the poller', () => {
  test('takes a response to a frame and a free page, a step at a time, and sleeps again', () => {
    const bench = new Bench().publish();
    expect(bench.allowed).not.toContain('RxTakeEvent');
    bench.respond([7, 8, 9]).wake();
    expect(bench.host.pending).toBe(false);
    expect(bench.allowed).toEqual(['RxGrantAccess', 'RxConsumeResponse']);

    bench.do('RxConsumeResponse');
    expect(bench.context.done).toEqual({ page: 0, status: 3, offset: 0 });
    expect([bench.host.granted, bench.allowed]).toEqual([2, ['RxGrantAccess', 'RxRelease']]);

    bench.do('RxRelease');
    expect([bench.host.granted, bench.frames, bench.pool]).toEqual([1, [], [1, 2]]);
    expect([bench.state, bench.driver.isDelivering]).toEqual(['idle delivering', true]);

    bench.do('RxDeliver');
    expect([bench.frames, bench.pool]).toEqual([[{ page: 0, octets: [7, 8, 9] }], [0, 1, 2]]);
    expect(bench.driver.page(0).every((octet) => octet === 0)).toBe(true);
    expect(bench.allowed).toEqual(['RxGrantAccess', 'RxReadRspProd', 'RxArm']);

    bench.do('RxArm');
    expect(bench.ring.rsp_event).toBe(1);
    expect(bench.do('RxFinalCheck').state).toBe('idle asleep');
  });

  test('finds by the final check what came before it had armed', () => {
    const bench = new Bench().publish(2).respond([1]).wake();
    bench.do('RxConsumeResponse', 'RxRelease', 'RxDeliver').respond([2]).do('RxArm', 'RxFinalCheck');
    expect([bench.state, bench.driver.isPolling]).toEqual(['idle polling', true]);
    expect(bench.allowed).toContain('RxConsumeResponse');
  });

  test('hands up what is at the offset, and nothing beside it', () => {
    const bench = new Bench().publish().respond([5, 6], { offset: 4094 }).wake();
    bench.do('RxConsumeResponse', 'RxRelease', 'RxDeliver');
    expect(bench.frames).toEqual([{ page: 0, octets: [5, 6] }]);
  });

  test('hands up a copy that does not change when the page is used again', () => {
    const bench = new Bench({ pages: 1 }).publish().respond([1, 2]).wake();
    bench.do('RxConsumeResponse', 'RxRelease', 'RxDeliver').publish().respond([3, 4]);
    expect([...bench.lent[0]!]).toEqual([1, 2]);
  });

  test('hands up the page itself without copyOut, and has it back when the application returns it', () => {
    const bench = new Bench({ copyOut: false, pages: 1 }).publish().respond([1, 2]).wake();
    bench.do('RxConsumeResponse', 'RxRelease', 'RxDeliver');
    expect(bench.lent[0]!.buffer).toBe(bench.driver.pages[0]!.octets.buffer);
    expect([bench.pool, bench.context.held, bench.allowed]).toEqual([
      [],
      [true],
      ['RxReadRspProd', 'RxArm', 'AppReturn'],
    ]);
    bench.do('AppReturn');
    expect([bench.pool, bench.context.held]).toEqual([[0], [false]]);
    expect([...bench.lent[0]!]).toEqual([0, 0]);
    expect(bench.allowed).not.toContain('AppReturn');
  });

  test.each([
    ['ERROR', { status: NETIF_RSP.ERROR }],
    ['DROPPED', { status: NETIF_RSP.DROPPED }],
    ['a length of 0', { status: 0 }],
    ['the least status there is', { status: -0x8000 }],
    ['a length past the page', { status: 4097 }],
    ['an offset and a length past the page', { offset: 4095, status: 2 }],
  ])('recovers the page of a request answered with %s, and hands nothing up', (_, response) => {
    const bench = new Bench().publish();
    bench.driver.page(0).fill(9, 0, 5);
    bench.respond([], response).wake().do('RxConsumeResponse', 'RxRelease');
    expect(bench.failed).toEqual([{ page: 0, offset: 0, ...response }]);
    expect([bench.frames, bench.pool, bench.host.granted, bench.state]).toEqual([
      [],
      [0, 1, 2],
      1,
      'idle polling',
    ]);
    expect(bench.driver.page(0)[0]).toBe(0);
  });

  test('takes a frame that ends with its page', () => {
    const bench = new Bench().publish().respond(new Array<number>(4096).fill(3)).wake();
    bench.do('RxConsumeResponse', 'RxRelease', 'RxDeliver');
    expect(bench.frames[0]?.octets).toHaveLength(4096);
  });
});

describe('a backend that does what it must not', () => {
  test.each([
    ['one more', 2],
    ['as many as there are slots and one', 3],
    ['one less, which is 2^32-1 more', 2 ** 32 - 1],
  ])('with %s responses than requests breaks the frontend', (_, count) => {
    const bench = new Bench().publish().overstore(count).wake();
    expect([bench.state, bench.driver.isBroken, bench.allowed]).toEqual(['broken', true, []]);
  });

  test('with a response too many breaks the frontend at the final check too', () => {
    const bench = new Bench().publish().respond([1]).wake();
    bench.do('RxConsumeResponse', 'RxRelease', 'RxDeliver').overstore(1).do('RxArm', 'RxFinalCheck');
    expect(bench.state).toBe('broken');
  });

  test.each([0, 2, 17, 65535])('with the id %i, which is not that of the slot, breaks the frontend', (id) => {
    const bench = new Bench().publish().respond([1], { id }).wake().do('RxConsumeResponse');
    expect([bench.state, bench.frames]).toEqual(['broken', []]);
  });

  test('which keeps the page mapped that it has answered for breaks the frontend', () => {
    const bench = new Bench().publish();
    const { gref } = readRxRequest(slotOf(bench.ring, FIRST));
    bench.host.back.map(gref);
    bench.respond([1]).wake().do('RxConsumeResponse', 'RxRelease');
    expect([bench.state, bench.frames, bench.pool]).toEqual(['broken', [], [1, 2]]);
    expect(bench.host.grantedPage(gref)).toBe(bench.driver.pages[0]);
    // The ring and what is not mapped go; the mapped page stays.
    expect([bench.driver.disconnect(), bench.host.granted]).toEqual([1, 1]);
  });

  test('does not keep the application from returning its page', () => {
    const bench = new Bench({ copyOut: false }).publish().respond([1]).wake();
    bench.do('RxConsumeResponse', 'RxRelease', 'RxDeliver').overstore(5).do('RxReadRspProd');
    expect([bench.state, bench.allowed]).toEqual(['broken', ['AppReturn']]);
    bench.do('AppReturn');
    expect(bench.pool).toEqual([0, 1, 2]);
  });
});

describe('the driver', () => {
  test('changes nothing by an event that the machine does not take', () => {
    const bench = new Bench().do('RxGrantAccess');
    const page = Buffer.from(bench.ring.page);
    const before = bench.driver.snapshot;
    for (const action of actions.filter((name) => name !== 'RxPost'))
      expect([action, bench.try(action)]).toEqual([action, false]);
    expect(bench.driver.snapshot).toBe(before);
    expect(page.equals(bench.ring.page)).toBe(true);
  });

  test('has as many pages as it was given', () => {
    const { driver } = new Bench();
    expect(driver.page(2)).toHaveLength(4096);
    expect(() => driver.page(3)).toThrow(RangeError);
  });
});

describe('one event for two rings', () => {
  /** Both rings of an interface on one host. */
  const both = () => {
    const rx = new Bench();
    const tx = new TxDriver(rx.host, txConfig({ nr_ents: 2 }));
    return { host: rx.host, rx: rx.driver, tx };
  };

  test('is taken for both, and cleared', () => {
    const { host, tx, rx } = both();
    host.back.notify();
    expect(takeEvent(tx, rx)).toBe(true);
    expect([tx.isPolling, rx.isPolling, host.pending]).toEqual([true, true, false]);
  });

  test('is not taken where there is none', () => {
    const { tx, rx } = both();
    expect(takeEvent(tx, rx)).toBe(false);
    expect([tx.isPolling, rx.isPolling]).toEqual([false, false]);
  });

  test('is taken for the one that sleeps while the other is at work, and stays where neither does', () => {
    const { host, tx, rx } = both();
    host.back.notify();
    takeEvent(tx, rx);
    tx.send(tx.load('TxReadRspProd'));
    tx.send(tx.load('TxArm'));
    tx.send(tx.load('TxFinalCheck'));
    host.back.notify();
    expect([takeEvent(tx, rx), tx.isPolling, rx.isPolling, host.pending]).toEqual([true, true, true, false]);
    host.back.notify();
    expect([takeEvent(tx, rx), host.pending]).toEqual([false, true]);
  });
});
