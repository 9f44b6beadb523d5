/** NetfrontTxRx: both rings on one event channel. */
import type { RxDriver } from './rx-driver.js';
import type { TxDriver } from './tx-driver.js';

/**
 * TakeEvent: an event does not say which ring it is for, and two are one while the first waits; so it makes the front
 * look at both. Each machine that sleeps wakes up.
 * @returns whether there was an event and a sleeper to take it
 */
export const takeEvent = (tx: TxDriver, rx: RxDriver): boolean => {
  // Both look at the bit before either clears it.
  const events = [tx.load('TxTakeEvent'), rx.load('RxTakeEvent')] as const;
  const txTook = tx.send(events[0]);
  return rx.send(events[1]) || txTook;
};
