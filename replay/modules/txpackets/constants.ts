/** The constants of TxPackets. */
import { type Constants, numberIn } from '../../constants.js';
import { type TxConstants, txConstants } from '../tx/constants.js';

/** What a replay of TxPackets needs of them. A block is a page, granted for life under the block's number. */
export interface TxPacketsConstants extends TxConstants {
  readonly MaxFrags: number;
  readonly MaxExtras: number;
  readonly MaxSlots: number;
}

/** Reads them. Throws ToolError if one is missing or of another kind. */
export const txPacketsConstants = (constants: Constants): TxPacketsConstants => ({
  ...txConstants({ ...constants, BlocksPerPage: 1, GrantPerRequest: false, Frame: { '#set': [] } }),
  MaxFrags: numberIn(constants, 'MaxFrags', 1, 256),
  MaxExtras: numberIn(constants, 'MaxExtras', 0, 256),
  MaxSlots: numberIn(constants, 'MaxSlots', 1, 256),
});
