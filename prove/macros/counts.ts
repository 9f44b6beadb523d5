/** How many there are, and what is too many: the macros without a barrier. */
import type { Terms } from '../terms.js';
import { atMost, hasFreeSlot, isBelievable } from '../ring/operators.js';
import { frontResponseBound, ringBound } from '../ring/properties.js';
import { ring } from '../ring/ring.js';
import { INDEX } from './paths.js';
import {
  actions,
  gives,
  inOrder,
  isTrue,
  lastLook,
  type MacroClaim,
  type OfPath,
  ringAt,
  type Seen,
} from './seen.js';

/** What a predicate of Ring is asked about and these do not look at. */
const none = {} as never;

/** How many responses there are if rsp_prod is this. */
export const responseCount = <T extends Terms>({ a, word }: Seen<T>, rsp_prod: T['index']): T['index'] =>
  a.sub(rsp_prod, word('rsp_cons'));

/** How many requests there are if req_prod is this: no more than there is room for responses. */
export const requestCount = <T extends Terms>({ a, word }: Seen<T>, req_prod: T['index']): T['index'] => {
  const there = a.sub(req_prod, word('req_cons'));
  const room = a.sub(word('nr_ents'), a.sub(word('req_cons'), word('rsp_prod_pvt')));
  return a.if<'index'>(a.below(there, room), there, room);
};

/** The order of the invariant of Ring holds if req_prod is this. What the macro does not look at may be anything. */
export const isInOrder = <T extends Terms>(seen: Seen<T>, req_prod: T['index']): T['bool'] => {
  const others = ['rsp_cons', 'rspSeen', 'rsp_prod', 'rsp_prod_pvt', 'req_cons', 'req_prod_pvt'] as const;
  const words = Object.fromEntries(others.map((name) => [name, seen.word(name)]));
  return ring.invariant.order!(ringAt(seen, { ...words, req_prod }), none);
};

const looksOnce = (word: 'req_prod' | 'rsp_prod'): MacroClaim => inOrder([`load ${word}`]);
const looksNowhere: MacroClaim = inOrder([]);

/** P7 holds of the front's own words. */
const hasRingBound: OfPath = (seen) => {
  const [req_prod_pvt, rsp_cons] = [seen.word('req_prod_pvt'), seen.word('rsp_cons')];
  return ringBound.always!(ringAt(seen, { req_prod_pvt, rsp_cons }), none);
};

/** RING_FREE_REQUESTS */
export const freeRequests: readonly MacroClaim[] = [
  looksNowhere,
  {
    otherwise: 'does not give how many slots are free',
    holds: (seen) => {
      const { a, word } = seen;
      return gives(seen, a.sub(word('nr_ents'), a.sub(word('req_prod_pvt'), word('rsp_cons'))));
    },
  },
];

/** RING_FULL */
export const full: readonly MacroClaim[] = [
  looksNowhere,
  {
    otherwise: 'is not true exactly where FrontWriteRequest finds no free slot, though P7 holds',
    where: hasRingBound,
    holds: (seen) => {
      const [req_prod_pvt, rsp_cons] = [seen.word('req_prod_pvt'), seen.word('rsp_cons')];
      return seen.a.same<'bool'>(
        isTrue(seen),
        seen.a.not(hasFreeSlot(ringAt(seen, { req_prod_pvt, rsp_cons }))),
      );
    },
  },
];

/** RING_HAS_UNCONSUMED_RESPONSES */
export const unconsumedResponses: readonly MacroClaim[] = [
  looksOnce('rsp_prod'),
  {
    otherwise: 'does not give how many responses there are',
    holds: (seen) => gives(seen, responseCount(seen, lastLook(seen, 'rsp_prod'))),
  },
];

/** RING_HAS_UNCONSUMED_REQUESTS */
export const unconsumedRequests: readonly MacroClaim[] = [
  looksOnce('req_prod'),
  {
    otherwise: 'does not give how many requests there are, at most as many as there is room for responses',
    holds: (seen) => gives(seen, requestCount(seen, lastLook(seen, 'req_prod'))),
  },
  {
    otherwise: 'leaves a request out, though the indices are in order',
    where: (seen) => isInOrder(seen, lastLook(seen, 'req_prod')),
    holds: (seen) => gives(seen, seen.a.sub(lastLook(seen, 'req_prod'), seen.word('req_cons'))),
  },
];

/** RING_REQUEST_CONS_OVERFLOW */
export const requestConsOverflow: readonly MacroClaim[] = [
  looksNowhere,
  {
    otherwise: 'is not false exactly where BackTakeRequest has room',
    holds: (seen) => {
      const [rsp_prod_pvt, index] = [seen.word('rsp_prod_pvt'), seen.word(INDEX)];
      // Its last condition; the others are what the macro is not asked about.
      const words = { ...{ rsp_prod_pvt, req_cons: index, req_prod: index }, taker: seen.a.word('taking') };
      const room = actions.BackTakeRequest(ringAt(seen, words)).when.at(-1)!;
      return seen.a.same<'bool'>(isTrue(seen), seen.a.not(room));
    },
  },
];

/** RING_REQUEST_PROD_OVERFLOW */
export const requestProdOverflow: readonly MacroClaim[] = [
  looksNowhere,
  {
    otherwise: 'is not true exactly where there are more requests than slots',
    holds: (seen) => {
      const { a, word } = seen;
      const requests = a.sub(word(INDEX), word('rsp_prod_pvt'));
      return a.same<'bool'>(isTrue(seen), a.not(atMost(seen, requests, word('nr_ents'))));
    },
  },
  {
    otherwise: 'is true of a req_prod with which the indices are in order',
    where: (seen) => isInOrder(seen, seen.word(INDEX)),
    holds: (seen) => seen.a.not(isTrue(seen)),
  },
];

/** What the front believes of rsp_prod, by RING_RESPONSE_PROD_OVERFLOW alone or by P8. */
const believable = <T extends Terms>(seen: Seen<T>, loosely: boolean): T['bool'] => {
  const [rsp_prod, rsp_cons, req_prod] = [seen.word(INDEX), seen.word('rsp_cons'), seen.word('req_prod')];
  return isBelievable(
    ringAt(seen, { rsp_prod, rsp_cons, req_prod }, loosely ? ['loose_response_bound'] : []),
  );
};

/** RING_RESPONSE_PROD_OVERFLOW. It is no response bound: it is false of responses that answer no request. */
export const responseProdOverflow: readonly MacroClaim[] = [
  looksNowhere,
  {
    otherwise: 'is not false exactly where the fault loose_response_bound believes rsp_prod',
    holds: (seen) => seen.a.same<'bool'>(isTrue(seen), seen.a.not(believable(seen, true))),
  },
  {
    otherwise: 'is true of an rsp_prod that the response bound believes, though P7 holds',
    where: (seen) => {
      const { a, word } = seen;
      const published = a.sub(word('req_prod'), word('rsp_cons'));
      return a.and(atMost(seen, published, word('nr_ents')), believable(seen, false));
    },
    holds: (seen) => seen.a.not(isTrue(seen)),
  },
];

/** P8 of what the macro is false of. It does not hold. */
export const responseBoundHeld: MacroClaim = {
  otherwise: 'is false of an rsp_prod that answers no request',
  holds: (seen) => {
    const [rspSeen, rsp_cons, req_prod] = [seen.word(INDEX), seen.word('rsp_cons'), seen.word('req_prod')];
    return seen.a.or(
      isTrue(seen),
      frontResponseBound.always!(ringAt(seen, { rspSeen, rsp_cons, req_prod }), none),
    );
  },
};
