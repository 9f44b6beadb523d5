import { expect, test } from 'vitest';
import { connect, SimulatedHost } from '../../impl/index.js';
import { takeEvent } from '../../impl/txrx.js';

test('an event that comes while the bit is loaded is taken for both rings, or for neither', () => {
  const host = new SimulatedHost();
  const { tx, rx } = connect(host, { tx: { nr_ents: 2 }, rx: { nr_ents: 2 } });
  let loads = 0;
  Object.defineProperty(host, 'pending', { get: () => loads++ > 0 });
  expect(takeEvent(tx, rx)).toBe(false);
  expect([loads, tx.isPolling, rx.isPolling]).toEqual([1, false, false]);
  expect(takeEvent(tx, rx)).toBe(true);
  expect([loads, tx.isPolling, rx.isPolling]).toEqual([2, true, true]);
});
