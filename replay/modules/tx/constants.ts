/** The constants of NetfrontTx. */
import {
  type Constants,
  countIn,
  framesIn,
  type NetifConstants,
  netifConstants,
  numberIn,
} from '../../constants.js';

/** What a replay of NetfrontTx needs of them. */
export interface TxConstants extends NetifConstants {
  readonly blocks: number;
  readonly BlocksPerPage: 1 | 2;
  readonly GrantPerRequest: boolean;
  readonly frames: readonly string[];
}

/** Reads them. Throws ToolError if one is missing or of another kind. */
export const txConstants = (constants: Constants): TxConstants => ({
  ...netifConstants(constants),
  blocks: countIn(constants, 'Block'),
  BlocksPerPage: numberIn(constants, 'BlocksPerPage', 1, 2) === 1 ? 1 : 2,
  GrantPerRequest: constants.GrantPerRequest === true,
  frames: framesIn(constants, 'Frame'),
});
