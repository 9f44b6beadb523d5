/** Ring of spec/Ring.tla, with what it takes from RingFront and SharedRing, for a ring of any size. */
import type { Machine, StatePredicate } from '../machine.js';
import { fromRspCons } from '../shared-ring.js';
import type { Algebra, Terms, Values } from '../terms.js';
import { back } from './back.js';
import { front } from './front.js';
import { invariant } from './invariant.js';
import { inc } from './operators.js';
import { matchesAgain, properties } from './properties.js';
import { wrapSafe } from './wrap-safe.js';
import { constants, ringFaults, type RingConstants, type RingVariables, variables, words } from './state.js';

/** The largest ring of which a full one and an empty one can be told apart by 32-bit indices, and a power of two. */
export const LARGEST_RING = 2 ** 31;

const assume = <T extends Terms>(a: Algebra<T>, c: Values<T, RingConstants>): T['bool'] =>
  a.and(a.isPowerOfTwo(c.N), a.not(a.below(a.index(LARGEST_RING), c.N)));

const init: StatePredicate<RingConstants, RingVariables> = (at, { k }) => {
  const { a, c, s } = at;
  const indices = [s.req_prod, s.rsp_prod, s.req_prod_pvt, s.rsp_cons, s.reqChecked] as const;
  const more = [s.rsp_prod_pvt, s.req_cons, s.rspChecked, s.rspSeen] as const;
  return a.and(
    ...[...indices, ...more].map((index) => a.same<'index'>(index, c.First)),
    ...[s.req_event, s.rsp_event].map((event) => a.same<'index'>(event, inc(at, c.First))),
    ...[s.req_event_passed, s.rsp_event_passed, s.rsp_cons_past].map((flag) => a.not(flag)),
    ...[s.frontPending, s.backPending, s.broken].map((flag) => a.not(flag)),
    ...[s.poller, s.taker].map((hand) => a.same<'word'>(hand, a.word('asleep'))),
    a.same<'word'>(a.read<'slots'>(s.ring, a.modulo(k, c.N)), a.word('empty')),
  );
};

/** Ring, with these actions. */
export const ringWith = (
  actions: Machine<RingConstants, RingVariables>['actions'],
): Machine<RingConstants, RingVariables> => ({
  name: 'Ring',
  sizes: 'every N up to 2^31, 32-bit indices',
  constants,
  variables,
  words,
  distances: fromRspCons,
  sizeOf: ({ N }) => N,
  instances: () => ({}),
  uses: {},
  possibleWhere: ({ a }) => a.bool(true),
  everywhere: ({ a, s }, n) => Array.from({ length: n }, (_, i) => ({ k: a.plus(s.rsp_cons, a.index(i)) })),
  isSmall: ({ a }) => a.bool(true),
  usual: { frontTwoHands: true, backTwoHands: true, BackBatches: true },
  assume,
  faults: [
    { constant: 'ring_full_off_by_one', name: 'ring_full_off_by_one', breaks: 'RingBound' },
    { constant: 'ring_full_off_by_one', name: 'ring_full_off_by_one', breaks: 'SlotsAsIndexed' },
    { constant: 'no_final_check', name: 'no_final_check', breaks: 'NoLostWakeUp' },
    { constant: 'back_no_final_check', name: 'no_final_check of the back', breaks: 'NoLostWakeUp' },
    { constant: 'signed_notify', name: 'signed_notify', breaks: 'NotifyExact' },
    { constant: 'back_signed_notify', name: 'signed_notify of the back', breaks: 'NotifyExact' },
    { constant: 'unbounded_index', name: 'unbounded_index', breaks: 'PollEnds' },
    { constant: 'less_than', name: 'less_than', breaks: 'PollEnds' },
    { constant: 'less_than', name: 'less_than', breaks: 'WrapSafe' },
  ],
  faultConstants: ringFaults,
  faultyActions: ['BackOverrun'],
  init,
  actions,
  invariant,
  properties: [...properties, wrapSafe(actions)],
  possible: {
    'a full ring of 2^31 slots': ({ a, c, s }) =>
      a.and(a.same(c.N, a.index(LARGEST_RING)), a.same(a.sub(s.req_prod_pvt, s.rsp_cons), c.N)),
    'responses to consume across the wrap of the index': ({ a, s }) =>
      a.and(a.below(s.rspSeen, s.rsp_cons), a.below(a.index(1), a.sub(s.rspSeen, s.rsp_cons))),
    'a req_event that was passed matches again': (at) => matchesAgain(at, 'back'),
    'a rsp_event that was passed matches again': (at) => matchesAgain(at, 'front'),
  },
});

/** Ring. */
export const ring = ringWith({ ...front, ...back });
