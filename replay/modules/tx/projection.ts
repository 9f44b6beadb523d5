/** What is compared of a frontend of NetfrontTx after each step. */
import type { TxSnapshot } from '../../../impl/tx-machine.js';
import { statusNumber } from '../../netif.js';
import { common, grants, plain, type Projection } from '../../projection.js';
import type { TxConstants } from './constants.js';

/** All projections of NetfrontTx, but for those of the two hands. */
export const txProjections = (
  constants: TxConstants,
  firstGref: number,
): readonly Projection<TxSnapshot>[] => [
  grants(constants.blocks, (block) => Math.floor(block / constants.BlocksPerPage), firstGref),
  ...common(constants),
  { variable: 'filling', expected: plain, actual: ({ context: { filling } }) => filling?.block ?? -1 },
  {
    variable: 'done',
    expected: (value) => {
      const { block, status } = value as { block: number; status: string };
      return block === -1 ? 'none' : `${block} ${statusNumber(status)}`;
    },
    actual: ({ context: { done } }) => (done === null ? 'none' : `${done.block} ${done.status}`),
  },
];
