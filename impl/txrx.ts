/**
 * How the pollers of both rings are woken: by one event channel, which is NetfrontTxRx; or, with
 * feature-split-event-channels, by one each. Then each ring is a NetfrontTx or a NetfrontRx by itself.
 */
import type { EventChannel } from './host.js';
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

/**
 * TxTakeEvent or RxTakeEvent: an event on the channel of this ring. A poller that is awake looks at its ring again before it
 * sleeps, so it needs no event; one that stayed pending would keep the next one from being delivered.
 */
const takeOwnEvent = (channel: EventChannel, take: (pending: boolean) => boolean): void => {
  if (!take(channel.pending)) channel.clearPending();
};

/** Calls back after each event of either ring, with what takes it. Throws what the host throws. */
export const listen = (tx: TxDriver, rx: RxDriver, onEvent: (take: () => void) => void): void => {
  if (tx.host === rx.host) {
    tx.host.onEvent(() => onEvent(() => takeEvent(tx, rx)));
    return;
  }
  const ofTx = (): void => takeOwnEvent(tx.host, (pending) => tx.send({ type: 'TxTakeEvent', pending }));
  const ofRx = (): void => takeOwnEvent(rx.host, (pending) => rx.send({ type: 'RxTakeEvent', pending }));
  tx.host.onEvent(() => onEvent(ofTx));
  rx.host.onEvent(() => onEvent(ofRx));
};
