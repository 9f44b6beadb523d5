/**
 * Cases written by hand: what the state graphs of two slots do not have (rings of 4 and 256, counters that come round,
 * backends that break the protocol), and what history has.
 */
import { hostileRxPackets, rxPacketsCases } from './rxpackets.js';
import { hostileRx, rxCases } from './rx.js';
import type { ExplainedCase } from './builders.js';
import { hostileTxPackets, txPacketsCases } from './txpackets.js';
import { connectionCases } from './connection.js';
import { hostileTx, txCases } from './tx.js';
import { txrxCases } from './txrx.js';

export type { ExplainedCase } from './builders.js';

/** All of them. */
export const writtenCases: readonly ExplainedCase[] = [
  ...[...txCases, ...hostileTx, ...txPacketsCases, ...hostileTxPackets],
  ...[...rxCases, ...hostileRx, ...rxPacketsCases, ...hostileRxPackets],
  ...txrxCases,
  ...connectionCases,
];
