/**
 * Cases written by hand: what the state graphs of two slots do not have (rings of 4 and 256, counters that come round,
 * backends that break the protocol), and what history has.
 */
import { hostileRxChains, rxChains } from './rxpackets.js';
import { hostileRx, rxCases } from './rx.js';
import type { ToldCase } from './written.js';
import { hostileTxChains, txChains } from './txpackets.js';
import { hostileTx, txCases } from './tx.js';
import { both } from './txrx.js';

export type { ToldCase } from './written.js';

/** All of them. */
export const toldCases: readonly ToldCase[] = [
  ...[...txCases, ...hostileTx, ...txChains, ...hostileTxChains],
  ...[...rxCases, ...hostileRx, ...rxChains, ...hostileRxChains],
  ...both,
];
