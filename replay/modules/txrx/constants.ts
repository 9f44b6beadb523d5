/** The constants of NetfrontTxRx. */
import type { Constants } from '../../constants.js';
import { type RxConstants, rxConstants } from '../rx/constants.js';
import { type TxConstants, txConstants } from '../tx/constants.js';

/** What the module gives to each of its two rings. */
export interface TxRxConstants {
  readonly tx: TxConstants;
  readonly rx: RxConstants;
}

/** Reads them. Throws ToolError if one is missing or of another kind. */
export const txrxConstants = (constants: Constants): TxRxConstants => {
  const { tx, rx } = constantsOfRings(constants);
  return { tx: txConstants(tx), rx: rxConstants(rx) };
};

/** The constants under the names that the modules of the rings have for them. */
export const constantsOfRings = (
  constants: Constants,
): { readonly tx: Constants; readonly rx: Constants } => {
  const { TxIdScheme, TxIds, TxBlock, TxPage, RxIdScheme, RxIds, RxPage, RxGref, ...both } = constants;
  return {
    // One block a page, granted for life: so the module instantiates NetfrontTx.
    tx: {
      ...both,
      ...{ IdScheme: TxIdScheme!, Ids: TxIds!, Block: TxBlock!, Gref: TxPage! },
      ...{ BlocksPerPage: 1, GrantPerRequest: false },
    },
    rx: { ...both, IdScheme: RxIdScheme!, Ids: RxIds!, Page: RxPage!, Gref: RxGref! },
  };
};
