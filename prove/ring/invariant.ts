/**
 * What every action of Ring keeps. The modules say what has to hold; this says why it goes on holding, which is more.
 * A producer or consumer index is compared by its distance from another: as a number it may have wrapped.
 */
import type { StatePredicate } from '../machine.js';
import type { Terms } from '../terms.js';
import { atMost, backCheckIsDue, frontCheckIsDue, is, slotOf } from './operators.js';
import type { AtRing, RingConstants, RingVariables } from './state.js';

type OfRing = StatePredicate<RingConstants, RingVariables>;

/** The figure at the head of SharedRing, from left to right, within N. */
const order: OfRing = (at) => {
  const { a, c, s } = at;
  const from = (index: typeof s.rsp_cons) => a.sub(index, s.rsp_cons);
  const edges = [s.rspSeen, s.rsp_prod, s.rsp_prod_pvt, s.req_cons, s.req_prod, s.req_prod_pvt].map(from);
  return a.and(...edges.map((edge, i) => atMost(at, edge, edges[i + 1] ?? c.N)));
};

/** TypeOK, of the poller, the taker and the slots. */
export const types: OfRing = (at, { k }) => {
  const { a, c, s } = at;
  const word = a.read<'slots'>(s.ring, slotOf(at, k));
  return a.and(
    is(at, 'poller', 'asleep', 'reading', 'polling', 'armed', 'pushing'),
    is(at, 'taker', 'asleep', 'looking', 'taking', 'arming', 'armed', 'pushing'),
    a.or(c.EmptyPushes, a.not(a.or(is(at, 'poller', 'pushing'), is(at, 'taker', 'pushing')))),
    a.or(...['empty', 'request', 'response'].map((kind) => a.same<'word'>(word, a.word(kind)))),
  );
};

/** The poller means to consume something only while it polls, and has never met a broken back. */
const poller: OfRing = (at) => {
  const { a, s } = at;
  return a.and(
    a.or(is(at, 'poller', 'polling'), a.same(s.rspSeen, s.rsp_cons)),
    a.not(s.broken),
    a.not(s.rsp_cons_past),
  );
};

/** The taker takes only what is there. */
const taker: OfRing = (at) => {
  const { a, s } = at;
  return a.or(a.not(is(at, 'taker', 'taking')), a.not(a.same(s.req_cons, s.req_prod)));
};

/** Between a push and its event check nothing is written, and a push publishes at most N. */
const checks: OfRing = (at) => {
  const { a, c, s } = at;
  return a.and(
    a.or(a.not(frontCheckIsDue(at)), a.same(s.req_prod_pvt, s.req_prod)),
    a.or(a.not(backCheckIsDue(at)), a.same(s.rsp_prod_pvt, s.rsp_prod)),
    atMost(at, a.sub(s.req_prod, s.reqChecked), c.N),
    atMost(at, a.sub(s.rsp_prod, s.rspChecked), c.N),
  );
};

/**
 * The peer's event check has not passed the event index: it stands no further than the consumer, or before the event.
 */
const stillAhead = <T extends Terms>(
  { a }: AtRing<T>,
  { prod, cons, checked, event }: Readonly<Record<'prod' | 'cons' | 'checked' | 'event', T['index']>>,
): T['bool'] =>
  a.or(
    a.not(a.below(a.sub(prod, checked), a.sub(prod, cons))),
    a.below(a.sub(checked, cons), a.sub(event, cons)),
  );

/** A front that has armed waits for a response still to come; one that rests unnotified will be notified of it. */
const frontWaits: OfRing = (at) => {
  const { a, c, s } = at;
  const ahead = a.sub(s.rsp_event, s.rsp_cons);
  const event = { prod: s.rsp_prod, cons: s.rsp_cons, checked: s.rspChecked, event: s.rsp_event };
  return a.and(
    a.or(
      a.not(is(at, 'poller', 'armed', 'pushing', 'asleep')),
      a.and(
        a.below(a.index(0), ahead),
        atMost(at, ahead, a.if<'index'>(c.halfWay, a.plus(a.half(c.N), a.index(1)), a.index(1))),
      ),
    ),
    a.or(
      a.not(is(at, 'poller', 'pushing', 'asleep')),
      s.frontPending,
      a.and(a.not(s.rsp_event_passed), stillAhead(at, event)),
    ),
    // If the event index was passed since it was stored, the final check will find why.
    a.or(a.not(is(at, 'poller', 'armed')), a.not(s.rsp_event_passed), a.not(a.same(s.rsp_prod, s.rsp_cons))),
  );
};

/** The same of the back, which always waits for the next request. */
const backWaits: OfRing = (at) => {
  const { a, s } = at;
  const event = { prod: s.req_prod, cons: s.req_cons, checked: s.reqChecked, event: s.req_event };
  return a.and(
    a.or(
      a.not(is(at, 'taker', 'armed', 'pushing', 'asleep')),
      a.same(a.sub(s.req_event, s.req_cons), a.index(1)),
    ),
    a.or(
      a.not(is(at, 'taker', 'pushing', 'asleep')),
      s.backPending,
      a.and(a.not(s.req_event_passed), stillAhead(at, event)),
    ),
    a.or(a.not(is(at, 'taker', 'armed')), a.not(s.req_event_passed), a.not(a.same(s.req_prod, s.req_cons))),
  );
};

/** Slot by slot: whatever index k is, its slot has a response, or a request, if the indices say so. */
export const slots: OfRing = (at, { k }) => {
  const { a, s } = at;
  const lies = (from: typeof k, to: typeof k) => a.below(a.sub(k, from), a.sub(to, from));
  const holds = (word: string) => a.same<'word'>(a.read<'slots'>(s.ring, slotOf(at, k)), a.word(word));
  return a.and(
    a.or(a.not(lies(s.rsp_cons, s.rsp_prod_pvt)), holds('response')),
    a.or(a.not(lies(s.req_cons, s.req_prod_pvt)), holds('request')),
  );
};

/** All of it, by name. */
export const invariant = { types, order, poller, taker, checks, frontWaits, backWaits, slots };
