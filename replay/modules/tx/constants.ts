/** The constants of NetfrontTx. */
import { type Constants, type NetifConstants, netifConstants, numberIn, setOf } from '../../constants.js';

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
  blocks: setOf(constants.Block).length,
  BlocksPerPage: numberIn(constants, 'BlocksPerPage') === 1 ? 1 : 2,
  GrantPerRequest: constants.GrantPerRequest === true,
  frames: setOf(constants.Frame).map(String),
});
