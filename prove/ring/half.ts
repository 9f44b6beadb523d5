/** The ring of a half (NetfrontTx, TxPackets) as the operators of Ring know it. */
import type { sharedRing } from '../shared-ring.js';
import type { Algebra, Terms, Values } from '../terms.js';
import type { AtRing } from './state.js';

/** What a front of a half may do wrong with its ring: RingFaults. */
type RingFaults<T extends Terms> = Readonly<
  Record<'ring_full_off_by_one' | 'no_final_check' | 'loose_response_bound', T['bool']>
>;

/** A state of a half: the variables of SharedRing and RingFront, and the sizes of the ring. */
export interface Half<T extends Terms> {
  readonly a: Algebra<T>;
  readonly c: { readonly N: T['index']; readonly First: T['index'] };
  readonly s: Values<T, typeof sharedRing>;
}

/** The ring of a half. What Ring has and a half has not is FALSE, and so are the faults if none are given. */
export function ringOfHalf<T extends Terms>({ a, c, s }: Half<T>, faults?: RingFaults<T>): AtRing<T> {
  const no = a.bool(false);
  // Field by field: a copy of all the others takes most of the time of a comparison.
  return {
    a,
    c: {
      N: c.N,
      First: c.First,
      ring_full_off_by_one: faults?.ring_full_off_by_one ?? no,
      no_final_check: faults?.no_final_check ?? no,
      loose_response_bound: faults?.loose_response_bound ?? no,
      halfWay: no,
      EmptyPushes: no,
      frontTwoHands: no,
      backTwoHands: no,
      BackBatches: no,
      Spurious: no,
      signed_notify: no,
      unbounded_index: no,
      less_than: no,
      back_signed_notify: no,
      back_no_final_check: no,
      overrun: no,
      forgets: a.bool(true),
    },
    s: {
      req_prod: s.req_prod,
      req_event: s.req_event,
      req_event_passed: s.req_event_passed,
      rsp_prod: s.rsp_prod,
      rsp_event: s.rsp_event,
      rsp_event_passed: s.rsp_event_passed,
      ring: s.ring,
      req_prod_pvt: s.req_prod_pvt,
      rsp_cons: s.rsp_cons,
      reqChecked: s.reqChecked,
      rsp_prod_pvt: s.rsp_prod_pvt,
      req_cons: s.req_cons,
      rspChecked: s.rspChecked,
      frontPending: s.frontPending,
      backPending: s.backPending,
      poller: s.poller,
      rspSeen: s.rspSeen,
      broken: s.broken,
      rsp_cons_past: no,
      taker: a.word('asleep'),
    },
  };
}
