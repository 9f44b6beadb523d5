/**
 * What a state of a trace may hold, in the terms of TypeOK of its module: what is read from a file is held against it
 * before anything is replayed.
 */
import { z } from 'zod';
import { type Constants, grefsIn, type RingSizes } from './constants.js';

/** A number from `least` to `most`. */
export const within = (least: number, most: number) => z.int().min(least).max(most);

/** A number of one of `count` things, which begin with 0; with `none`, also -1 for none. */
export const numberOf = (count: number, none?: 'none') => within(none === undefined ? 0 : -1, count - 1);

/** A function of these numbers, or of those from 0 to `domain` - 1; it is written in their order. */
export const functionOf = <T extends z.ZodType>(domain: number | readonly number[], value: T) => {
  const numbers = typeof domain === 'number' ? Array.from({ length: domain }, (_, i) => i) : domain;
  return z.strictObject({
    '#map': z
      .array(z.tuple([z.int(), value]))
      .length(numbers.length)
      .refine(
        (pairs) => pairs.every(([from], i) => from === numbers[i]),
        'not a function of the numbers that it is one of',
      ),
  });
};

/** A grant reference of the model. */
export const grefOf = (constants: Constants) => z.literal(grefsIn(constants, 'Gref'));

/** A sequence. */
export const sequenceOf = <T extends z.ZodType>(value: T, most: number) => z.array(value).max(most);

/** A set of some of the numbers below `count`. */
export const setOfNumbers = (count: number) =>
  z.strictObject({ '#set': z.array(numberOf(count)).max(count) });

const empty = z.strictObject({ kind: z.literal('empty') });

type Slot = z.ZodObject<{ kind: z.ZodLiteral<string> } & z.ZodRawShape>;

/** The variables of SharedRing, and what every front has beside them. `slots` is what a slot may hold if it is not empty. */
export const ringVariables = ({ N, M }: RingSizes, slots: readonly Slot[]) => {
  const index = numberOf(M);
  const event = numberOf(M, 'none');
  return {
    ...{ req_prod: index, rsp_prod: index, req_prod_pvt: index, rsp_cons: index, reqChecked: index },
    ...{ rsp_prod_pvt: index, req_cons: index, rspChecked: index, rspSeen: index },
    ...{ req_event: event, rsp_event: event },
    ring: functionOf(N, z.discriminatedUnion('kind', [empty, ...slots])),
    ...{ frontPending: z.boolean(), backPending: z.boolean(), broken: z.boolean() },
  };
};

/** The variables of RequestIds. A model with a fault in it may free a number twice. */
export const idVariables = (Ids: number, buffers: number) => ({
  nextId: numberOf(Ids),
  freeIds: sequenceOf(numberOf(Ids), 2 * Ids),
  inFlight: functionOf(Ids, sequenceOf(numberOf(buffers), 2 * buffers)),
});

/** The variables of GrantTable. A page may be mapped as often as there are slots. */
export const grantVariables = (constants: Constants, { N }: RingSizes, pages: number) => {
  const grefs = grefsIn(constants, 'Gref');
  return {
    granted: functionOf(grefs, numberOf(pages, 'none')),
    mapped: functionOf(grefs, within(0, N)),
  };
};
