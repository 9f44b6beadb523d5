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
  const { TxIdScheme, TxIds, TxBlock, RxIdScheme, RxIds, RxPage, ...both } = constants;
  return {
    // One block a page, granted for life: so the module instantiates NetfrontTx.
    tx: txConstants({
      ...both,
      ...{ IdScheme: TxIdScheme!, Ids: TxIds!, Block: TxBlock! },
      ...{ BlocksPerPage: 1, GrantPerRequest: false },
    }),
    rx: rxConstants({ ...both, IdScheme: RxIdScheme!, Ids: RxIds!, Page: RxPage! }),
  };
};
