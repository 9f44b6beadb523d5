/**
 * Cases written by hand: what the state graphs of two slots do not have (rings of 4 and 256, counters that come round,
 * backends that break the protocol), and what history has.
 */
import { hostileRxChains, rxChains } from './told/rx-chains.js';
import { hostileRx, rxCases } from './told/rx.js';
import type { ToldCase } from './told/told.js';
import { hostileTxChains, txChains } from './told/tx-chains.js';
import { hostileTx, txCases } from './told/tx.js';
import { both } from './told/txrx.js';

export type { ToldCase } from './told/told.js';

/** All of them. */
export const toldCases: readonly ToldCase[] = [
  ...[...txCases, ...hostileTx, ...txChains, ...hostileTxChains],
  ...[...rxCases, ...hostileRx, ...rxChains, ...hostileRxChains],
  ...both,
];
