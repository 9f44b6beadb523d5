/** The state of NetfrontTxRx: that of both rings, and one event channel. */
import { z } from 'zod';
import type { Constants } from '../../constants.js';
import { rxState } from '../rx/state.js';
import { txState } from '../tx/state.js';
import { constantsOfRings } from './constants.js';

const SHARED: readonly string[] = ['frontPending', 'backPending'];

/** What a variable of the state may be. Throws ToolError where the constants do not fit. */
export const txrxState = (constants: Constants) => {
  const { tx, rx } = constantsOfRings(constants);
  const named = (prefix: string, shape: z.ZodRawShape) =>
    Object.entries(shape).map(([name, value]) => [SHARED.includes(name) ? name : prefix + name, value]);
  return z.strictObject(
    Object.fromEntries([
      ...named('tx_', txState(tx).shape),
      ...named('rx_', rxState(rx).shape),
    ]) as z.ZodRawShape,
  );
};
