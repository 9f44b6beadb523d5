/** The state of TxPackets. */
import { z } from 'zod';
import type { Constants } from '../../constants.js';
import {
  functionOf,
  idVariables,
  numberOf,
  ringVariables,
  sequenceOf,
  setOfNumbers,
  within,
} from '../../state-schema.js';
import { txPacketsConstants } from './constants.js';

/** What a variable of the state may be. Throws ToolError where the constants do not fit. */
export const txPacketsState = (constants: Constants) => {
  const sizes = txPacketsConstants(constants);
  const { N, Ids, blocks, MaxFrags, MaxExtras } = sizes;
  const id = numberOf(Ids);
  const block = numberOf(blocks, 'none');
  const status = z.enum(['OKAY', 'ERROR']);
  // Of a packet that is none, and of one that the backend takes for one, too.
  const packet = z.strictObject({ frags: within(0, N + MaxFrags), extras: within(0, N + MaxExtras) });
  const size = within(0, (MaxFrags * (MaxFrags + 1)) / 2);
  return z.strictObject({
    ...ringVariables(sizes, [
      z.strictObject({
        ...{ kind: z.literal('request'), id, gref: numberOf(blocks), size },
        ...{ more_data: z.boolean(), extra_info: z.boolean() },
      }),
      z.strictObject({ kind: z.literal('extra'), more: z.boolean() }),
      z.strictObject({ kind: z.literal('response'), id, status: z.enum(['OKAY', 'ERROR', 'NULL']) }),
    ]),
    ...idVariables(Ids, blocks),
    contents: functionOf(blocks, z.strictObject({ packet, frag: within(0, MaxFrags) })),
    pool: sequenceOf(numberOf(blocks), 2 * blocks),
    sender: z.enum(['idle', 'filled']),
    filling: block,
    chain: z.strictObject({
      ...{ packet, blocks: sequenceOf(numberOf(blocks), blocks), extras: within(0, MaxExtras) },
    }),
    sent: sequenceOf(z.strictObject({ packet, blocks: setOfNumbers(blocks), status }), N),
    extras: within(0, N),
    poller: z.enum(['asleep', 'polling', 'releasing', 'armed']),
    done: z.strictObject({ block, status }),
    told: z.enum(['OKAY', 'ERROR', '-']),
    taken: sequenceOf(
      z.strictObject({
        id,
        gref: numberOf(blocks),
        packet,
        frag: within(1, N + MaxFrags),
        size: within(-0xffff, 0xffff),
      }),
      N,
    ),
    takenExtras: within(0, N),
    fared: sequenceOf(status, N),
  });
};
