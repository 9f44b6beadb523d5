/** The state of NetfrontRx. */
import { z } from 'zod';
import { type Constants, framesIn } from '../../constants.js';
import {
  functionOf,
  grantVariables,
  grefOf,
  idVariables,
  numberOf,
  ringVariables,
  sequenceOf,
} from '../../state-schema.js';
import { rxConstants } from './constants.js';

/** What a variable of the state may be. Throws ToolError where the constants do not fit. */
export const rxState = (constants: Constants) => {
  const sizes = rxConstants(constants);
  const { N, Ids, pages } = sizes;
  const frames = framesIn(constants, 'Frame');
  const status = z.enum([...frames, 'ERROR']);
  const request = { id: numberOf(Ids), gref: grefOf(constants) };
  const page = numberOf(pages, 'none');
  const content = z.enum([...frames, '-']);
  return z.strictObject({
    ...ringVariables(sizes, [
      z.strictObject({ kind: z.literal('request'), ...request }),
      z.strictObject({ kind: z.literal('response'), id: numberOf(Ids), status }),
    ]),
    ...idVariables(Ids, pages),
    ...grantVariables(constants, sizes, pages),
    contents: functionOf(pages, content),
    pool: sequenceOf(numberOf(pages), 2 * pages),
    poster: z.enum(['idle', 'granted']),
    posting: page,
    poller: z.enum(['asleep', 'polling', 'releasing', 'delivering', 'armed', 'refilling']),
    done: z.strictObject({ page, status }),
    delivered: z.strictObject({ size: z.enum([...frames, 'ERROR', '-']), got: content }),
    held: functionOf(pages, z.enum([...frames, '-', '.'])),
    taken: sequenceOf(z.strictObject({ ...request, page, wrote: content }), N),
  });
};
