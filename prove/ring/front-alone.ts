/**
 * The front of Ring against a back that may store anything at any time. What the front promises by itself, whatever is in
 * the words that it shares, is proved of this machine.
 */
import type { Action, Machine, StatePredicate } from '../machine.js';
import { front } from './front.js';
import { types } from './invariant.js';
import { atMost, is, slotOf } from './operators.js';
import { frontResponseBound, pollEnds, ringBound } from './properties.js';
import { ring } from './ring.js';
import { constants as ringConstants, type RingVariables, variables } from './state.js';

const constants = {
  ...ringConstants,
  // What the back stores next. Nothing else speaks of them, so they may be others at each step.
  anyRspProd: 'index',
  anyReqEvent: 'index',
  anySlot: 'index',
  anyWord: 'word',
  anyFrontPending: 'bool',
  anyBackPending: 'bool',
} as const;
type Constants = typeof constants;
type OfFront = StatePredicate<Constants, RingVariables>;

/** Any step of any back, and of Xen. */
const AnyBack: Action<Constants, RingVariables> = (at) => {
  const { a, c, s } = at;
  return {
    when: [a.or(...['empty', 'request', 'response'].map((kind) => a.same<'word'>(c.anyWord, a.word(kind))))],
    then: () => ({
      rsp_prod: c.anyRspProd,
      req_event: c.anyReqEvent,
      ring: a.write<'slots'>(s.ring, slotOf(at, c.anySlot), c.anyWord),
      frontPending: c.anyFrontPending,
      backPending: c.anyBackPending,
    }),
  };
};

const order: OfFront = (at) => {
  const { a, c, s } = at;
  const [seen, published, written] = [s.rspSeen, s.req_prod, s.req_prod_pvt].map((index) =>
    a.sub(index, s.rsp_cons),
  );
  return a.and(atMost(at, seen!, published!), atMost(at, published!, written!), atMost(at, written!, c.N));
};

const poller: OfFront = (at) => {
  const { a, s } = at;
  return a.and(a.or(is(at, 'poller', 'polling'), a.same(s.rspSeen, s.rsp_cons)), a.not(s.rsp_cons_past));
};

/** The front, alone. */
export const frontAlone: Machine<Constants, RingVariables> = {
  ...ring,
  name: 'Ring, with any back',
  sizes: 'every N up to 2^31, 32-bit indices, whatever the back stores',
  constants,
  variables,
  actions: { ...front, AnyBack },
  faultyActions: [],
  faults: [
    { constant: 'ring_full_off_by_one', name: 'ring_full_off_by_one', breaks: 'RingBound' },
    { constant: 'loose_response_bound', name: 'loose_response_bound', breaks: 'FrontResponseBound' },
  ],
  invariant: { types, order, poller },
  properties: [ringBound, frontResponseBound, pollEnds],
  possible: {
    'an rsp_prod that no back may store': ({ a, s }) =>
      a.below(a.sub(s.req_prod, s.rsp_cons), a.sub(s.rsp_prod, s.rsp_cons)),
    'a front that has given up': ({ s }) => s.broken,
  },
};
