/** NetfrontTxRx: both rings on one event channel, as it is without feature-split-event-channels. */
import type { RxDriver } from './rx-driver.js';
import type { TxDriver } from './tx-driver.js';

/**
 * TakeEvent: an event makes the front look at BOTH rings. It does not say which ring it is for, and a second event merges
 * with one that still waits. A front that took it for one ring alone would let the other sleep on a response.
 * The bit is loaded once, before either machine clears it: an event between two loads would be taken for the second ring only.
 * @returns whether there was an event, and a poller asleep to take it
 */
export const takeEvent = (tx: TxDriver, rx: RxDriver): boolean => {
  const { pending } = tx.host;
  const isTakenByTx = tx.send({ type: 'TxTakeEvent', pending });
  const isTakenByRx = rx.send({ type: 'RxTakeEvent', pending });
  return isTakenByTx || isTakenByRx;
};
