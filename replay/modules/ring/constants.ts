/** The constants of Ring. */
import type { BackConfig } from '../../../impl/ring/back-machine.js';
import type { FrontConfig } from '../../../impl/ring/front-machine.js';
import { type Constants, type RingSizes, ringSizes } from '../../constants.js';

/** What a replay of Ring needs of them. */
export interface RingConstants extends RingSizes {
  readonly front: FrontConfig;
  readonly back: BackConfig;
}

/** Reads them. Throws ToolError if one is missing or of another kind. */
export const ringConstants = (constants: Constants): RingConstants => {
  const emptyPushes = constants.EmptyPushes === true;
  return {
    ...ringSizes(constants),
    front: {
      emptyPushes,
      hands: constants.FrontHands === 'one' ? 'one' : 'two',
      rspEventAt: constants.RspEventAt === 'half_way' ? 'half_way' : 'next',
    },
    back: {
      emptyPushes,
      hands: constants.BackHands === 'one' ? 'one' : 'two',
      batches: constants.BackBatches === true,
    },
  };
};
