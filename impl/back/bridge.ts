/**
 * A bridge in the driver domain that joins the interfaces of two guests. What one guest sends is delivered to the other, in
 * order and with its metadata. While one guest is slow to post pages, the other's packets stay on its ring. Only a packet
 * that takes more slots than the other guest's ring has is dropped.
 */
import { Netback, type NetbackOptions, type Rings } from './netback.js';
import type { BackHost } from './simhost.js';

/** An interface of a guest, seen from the driver domain. */
export interface Vif extends Rings {
  readonly host: BackHost;
}

/** How the bridge behaves. */
export interface BridgeOptions extends Pick<NetbackOptions, 'placeAt'> {
  /** How many frames may wait for a guest to post pages before nothing more is taken from the other; 256 by default. */
  readonly backlog?: number;
}

/**
 * Joins the interfaces of two guests, and listens for the events of both.
 * @returns their backends
 */
export const bridge = (a: Vif, b: Vif, options: BridgeOptions = {}): readonly [Netback, Netback] => {
  const { backlog: bound = 256, ...more } = options;
  if (!Number.isInteger(bound) || bound < 1)
    throw new RangeError(`a backlog of ${bound} frames: take a whole number from 1`);
  // Neither calls the other before both are made: nothing is polled until there is an event.
  const backs: readonly [Netback, Netback] = [half(a, () => backs[1]), half(b, () => backs[0])];
  const run = (): void => {
    // After progress on one side the other may have frames to deliver, or room to take more.
    for (let before = -1; before !== answered(backs);) {
      before = answered(backs);
      for (const back of backs) back.poll();
    }
  };
  a.host.onEvent(run);
  b.host.onEvent(run);
  return backs;

  function half(vif: Vif, peer: () => Netback): Netback {
    return new Netback(vif.host, vif, {
      ...more,
      onFrame: (frame, offload) => void peer().offer(frame, offload),
      room: () => bound - peer().backlog,
    });
  }
};

const answered = (backs: readonly Netback[]): number => backs.reduce((sum, back) => sum + back.answered, 0);
