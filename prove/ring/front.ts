/** The front's actions of Ring, in its order. */
import type { Action } from '../machine.js';
import {
  consDiffers,
  frontCheckIsDue,
  hasFreeSlot,
  inc,
  is,
  isBelievable,
  moreSeen,
  passedAt,
  reqEvent,
  slotOf,
  test,
} from './operators.js';
import type { AtRing, RingConstants, RingVariables } from './state.js';
import type { Terms } from '../terms.js';

type RingAction = Action<RingConstants, RingVariables>;

const writerMayAct = <T extends Terms>(at: AtRing<T>): T['bool'] =>
  at.a.or(at.c.frontTwoHands, is(at, 'poller', 'asleep'));

const pollerMayWake = <T extends Terms>(at: AtRing<T>): T['bool'] => {
  const { a, c, s } = at;
  return a.or(c.frontTwoHands, a.and(a.same(s.req_prod, s.req_prod_pvt), a.not(frontCheckIsDue(at))));
};

const atRest = <T extends Terms>({ a, c }: AtRing<T>): T['word'] =>
  a.if<'word'>(c.EmptyPushes, a.word('pushing'), a.word('asleep'));

const FrontWriteRequest: RingAction = (at) => {
  const { a, s } = at;
  return {
    when: [a.not(s.broken), writerMayAct(at), hasFreeSlot(at), a.not(frontCheckIsDue(at))],
    then: () => ({
      ring: a.write<'slots'>(s.ring, slotOf(at, s.req_prod_pvt), a.word('request')),
      req_prod_pvt: inc(at, s.req_prod_pvt),
    }),
  };
};

const FrontPushRequests: RingAction = (at) => {
  const { a, s } = at;
  return {
    when: [
      a.not(s.broken),
      writerMayAct(at),
      a.not(a.same(s.req_prod, s.req_prod_pvt)),
      a.not(frontCheckIsDue(at)),
    ],
    then: () => ({
      req_prod: s.req_prod_pvt,
      req_event_passed: passedAt(at, reqEvent(at), s.req_prod),
    }),
  };
};

const FrontCheckNotify: RingAction = (at) => {
  const { a, c, s } = at;
  return {
    when: [a.not(s.broken), writerMayAct(at), frontCheckIsDue(at)],
    then: () => ({
      backPending: a.or(s.backPending, test(at, c.signed_notify, reqEvent(at), s.reqChecked, s.req_prod)),
      reqChecked: s.req_prod,
    }),
  };
};

const FrontWake: RingAction = (at) => {
  const { a, s } = at;
  return {
    when: [pollerMayWake(at), a.not(s.broken), is(at, 'poller', 'asleep'), s.frontPending],
    then: () => ({ frontPending: a.bool(false), poller: a.word('reading') }),
  };
};

const FrontReadRspProd: RingAction = (at) => {
  const { a, s } = at;
  return {
    when: [a.not(s.broken), is(at, 'poller', 'reading')],
    then: () => {
      const believed = isBelievable(at);
      return {
        rspSeen: a.if<'index'>(believed, s.rsp_prod, s.rspSeen),
        poller: a.if<'word'>(believed, a.word('polling'), s.poller),
        broken: a.not(believed),
      };
    },
  };
};

const FrontConsumeResponse: RingAction = (at) => {
  const { a, c, s } = at;
  return {
    when: [a.not(s.broken), is(at, 'poller', 'polling'), moreSeen(at)],
    then: () => {
      const next = inc(at, s.rsp_cons);
      return {
        rsp_cons: next,
        // IncUnwrapped: at M for the first time, or there since then.
        rsp_cons_past: a.and(c.unbounded_index, a.or(s.rsp_cons_past, a.same(next, a.index(0)))),
        ring: a.write<'slots'>(s.ring, slotOf(at, s.rsp_cons), a.word('empty')),
      };
    },
  };
};

const FrontArm: RingAction = (at) => {
  const { a, c, s } = at;
  return {
    when: [a.not(s.broken), is(at, 'poller', 'polling'), a.not(moreSeen(at))],
    then: () => {
      // HalfWay
      const half = a.half(a.sub(s.req_prod, s.rsp_cons));
      return {
        rsp_event: inc(at, a.if<'index'>(c.halfWay, a.plus(s.rsp_cons, half), s.rsp_cons)),
        rsp_event_passed: a.bool(false),
        poller: a.word('armed'),
      };
    },
  };
};

const FrontFinalCheck: RingAction = (at) => {
  const { a, c, s } = at;
  return {
    when: [a.not(s.broken), is(at, 'poller', 'armed')],
    then: () => ({
      poller: a.if<'word'>(
        a.and(consDiffers(at, s.rsp_prod), a.not(c.no_final_check)),
        a.word('reading'),
        atRest(at),
      ),
    }),
  };
};

const FrontPushNothing: RingAction = (at) => {
  const { a, c, s } = at;
  return {
    when: [a.not(s.broken), is(at, 'poller', 'pushing')],
    then: () => ({
      backPending: a.or(s.backPending, test(at, c.signed_notify, reqEvent(at), s.req_prod, s.req_prod)),
      poller: a.word('asleep'),
    }),
  };
};

/** The actions of Publisher and Poller, and FrontWriteRequest. */
export const front = {
  FrontWriteRequest,
  FrontPushRequests,
  FrontCheckNotify,
  FrontWake,
  FrontReadRspProd,
  FrontConsumeResponse,
  FrontArm,
  FrontFinalCheck,
  FrontPushNothing,
};
