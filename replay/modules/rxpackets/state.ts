/** The state of RxPackets. */
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
  within,
} from '../../state-schema.js';
import { rxPacketsConstants } from './constants.js';

/** What a variable of the state may be. Throws ToolError where the constants do not fit. */
export const rxPacketsState = (constants: Constants) => {
  const sizes = rxPacketsConstants(constants);
  const { N, M, Ids, pages } = sizes;
  const id = numberOf(Ids);
  const page = numberOf(pages, 'none');
  const extra = z.enum(['known', 'unknown']);
  const [status, fragment] = [within(-1, 0xffff), within(0, 0xffff)];
  const octets = { status, extra_info: z.boolean(), more_data: z.boolean() };
  const extraSlot = z.strictObject({ kind: z.literal('extra'), type: extra, more: z.boolean() });
  const says = z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('response'), ...octets }),
    extraSlot,
  ]);
  // A backend may go on with a packet for ever; no trace of a finite ring is as long as all its indices.
  const parts = <T extends z.ZodType>(value: T) => sequenceOf(value, M + N);
  const packet = z.strictObject({ frags: parts(status), extras: parts(extra) });
  return z.strictObject({
    ...ringVariables(sizes, [
      z.strictObject({ kind: z.literal('request'), id, gref: grefOf(constants) }),
      z.strictObject({ kind: z.literal('response'), id, ...octets }),
      extraSlot,
    ]),
    ...idVariables(Ids, pages),
    ...grantVariables(constants, sizes, pages),
    contents: functionOf(pages, fragment),
    pool: sequenceOf(numberOf(pages), 2 * pages),
    poster: z.enum(['idle', 'granted']),
    posting: page,
    posted: functionOf(N, z.strictObject({ id: numberOf(Ids, 'none'), page })),
    poller: z.enum(['asleep', 'polling', 'releasing', 'delivering', 'armed']),
    done: z.strictObject({ page, says }),
    chain: z.strictObject({
      ...{ next: z.enum(['start', 'extra', 'octets']), slots: within(0, M + N), id: numberOf(Ids, 'none') },
      ...{ more_data: z.boolean(), dropped: z.boolean() },
      ...{ pages: sequenceOf(numberOf(pages), pages), sizes: parts(fragment), extras: parts(extra) },
    }),
    delivered: z.strictObject({
      sizes: parts(within(-0xffff, 0xffff)),
      got: parts(fragment),
      extras: parts(extra),
      sent: packet,
    }),
    held: functionOf(pages, status),
    sending: parts(says),
    sent: sequenceOf(packet, M),
  });
};
