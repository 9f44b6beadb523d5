/** The state of NetfrontTx. */
import { z } from 'zod';
import type { Constants } from '../../constants.js';
import {
  functionOf,
  grantVariables,
  grefOf,
  idVariables,
  numberOf,
  ringVariables,
  sequenceOf,
} from '../../state-schema.js';
import { txConstants } from './constants.js';

/** What a variable of the state may be. Throws ToolError where the constants do not fit. */
export const txState = (constants: Constants) => {
  const sizes = txConstants(constants);
  const { N, Ids, blocks, BlocksPerPage, frames } = sizes;
  const frame = z.enum(frames);
  const status = z.enum(['OKAY', 'ERROR']);
  const request = {
    ...{ id: numberOf(Ids), gref: grefOf(constants) },
    ...{ offset: numberOf(BlocksPerPage), size: frame },
  };
  return z.strictObject({
    ...ringVariables(sizes, [
      z.strictObject({ kind: z.literal('request'), ...request }),
      z.strictObject({ kind: z.literal('response'), id: numberOf(Ids), status }),
    ]),
    ...idVariables(Ids, blocks),
    ...grantVariables(constants, sizes, Math.ceil(blocks / BlocksPerPage)),
    contents: functionOf(blocks, z.enum([...frames, '-'])),
    pool: sequenceOf(numberOf(blocks), 2 * blocks),
    sender: z.enum(['idle', 'filled', 'granted']),
    filling: numberOf(blocks, 'none'),
    poller: z.enum(['asleep', 'polling', 'releasing', 'armed']),
    done: z.strictObject({ block: numberOf(blocks, 'none'), status }),
    taken: sequenceOf(z.strictObject({ ...request, got: z.enum([...frames, '-', '?']) }), N),
  });
};
