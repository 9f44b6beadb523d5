/** The back's actions of Ring, and Xen's, in its order. */
import type { Action } from '../machine.js';
import type { Terms } from '../terms.js';
import { backCheckIsDue, inc, is, passedAt, rspEvent, slotOf, test } from './operators.js';
import type { AtRing, RingConstants, RingVariables } from './state.js';

type RingAction = Action<RingConstants, RingVariables>;

const responderMayAct = <T extends Terms>(at: AtRing<T>): T['bool'] =>
  at.a.or(at.c.backTwoHands, is(at, 'taker', 'asleep'));

const takerMayWake = <T extends Terms>(at: AtRing<T>): T['bool'] => {
  const { a, c, s } = at;
  return a.or(c.backTwoHands, a.and(a.same(s.rsp_prod, s.rsp_prod_pvt), a.not(backCheckIsDue(at))));
};

const hasRequest = <T extends Terms>({ a, s }: AtRing<T>): T['bool'] => a.not(a.same(s.req_cons, s.req_prod));

const BackWake: RingAction = (at) => {
  const { a, s } = at;
  return {
    when: [is(at, 'taker', 'asleep'), takerMayWake(at), s.backPending],
    then: () => ({ backPending: a.bool(false), taker: a.word('looking') }),
  };
};

const BackReadReqProd: RingAction = (at) => {
  const { a } = at;
  return {
    when: [is(at, 'taker', 'looking')],
    then: () => ({ taker: a.if<'word'>(hasRequest(at), a.word('taking'), a.word('arming')) }),
  };
};

const BackTakeRequest: RingAction = (at) => {
  const { a, c, s } = at;
  return {
    when: [is(at, 'taker', 'taking'), hasRequest(at), a.below(a.sub(s.req_cons, s.rsp_prod_pvt), c.N)],
    then: () => ({
      req_cons: inc(at, s.req_cons),
      ring: a.write<'slots'>(s.ring, slotOf(at, s.req_cons), a.word('empty')),
      taker: a.word('looking'),
    }),
  };
};

const BackArm: RingAction = (at) => {
  const { a, s } = at;
  return {
    when: [is(at, 'taker', 'arming')],
    then: () => ({
      req_event: inc(at, s.req_cons),
      req_event_passed: a.bool(false),
      taker: a.word('armed'),
    }),
  };
};

const BackFinalCheck: RingAction = (at) => {
  const { a, c } = at;
  return {
    when: [is(at, 'taker', 'armed')],
    then: () => ({
      taker: a.if<'word'>(
        a.and(hasRequest(at), a.not(c.back_no_final_check)),
        a.word('taking'),
        a.if<'word'>(c.EmptyPushes, a.word('pushing'), a.word('asleep')),
      ),
    }),
  };
};

const BackPushNothing: RingAction = (at) => {
  const { a, c, s } = at;
  return {
    when: [is(at, 'taker', 'pushing')],
    then: () => ({
      frontPending: a.or(
        s.frontPending,
        test(at, c.back_signed_notify, rspEvent(at), s.rsp_prod, s.rsp_prod),
      ),
      taker: a.word('asleep'),
    }),
  };
};

const BackWriteResponse: RingAction = (at) => {
  const { a, c, s } = at;
  return {
    when: [
      responderMayAct(at),
      a.not(a.same(s.rsp_prod_pvt, s.req_cons)),
      a.or(c.BackBatches, a.same(s.rsp_prod_pvt, s.rsp_prod)),
      a.not(backCheckIsDue(at)),
    ],
    then: () => ({
      ring: a.write<'slots'>(s.ring, slotOf(at, s.rsp_prod_pvt), a.word('response')),
      rsp_prod_pvt: inc(at, s.rsp_prod_pvt),
    }),
  };
};

const BackPushResponses: RingAction = (at) => {
  const { a, s } = at;
  return {
    when: [responderMayAct(at), a.not(a.same(s.rsp_prod, s.rsp_prod_pvt)), a.not(backCheckIsDue(at))],
    then: () => ({
      rsp_prod: s.rsp_prod_pvt,
      rsp_event_passed: passedAt(at, rspEvent(at), s.rsp_prod),
    }),
  };
};

const BackCheckNotify: RingAction = (at) => {
  const { a, c, s } = at;
  return {
    when: [responderMayAct(at), backCheckIsDue(at)],
    then: () => ({
      frontPending: a.or(
        s.frontPending,
        test(at, c.back_signed_notify, rspEvent(at), s.rspChecked, s.rsp_prod),
      ),
      rspChecked: s.rsp_prod,
    }),
  };
};

const BackOverrun: RingAction = (at) => {
  const { a, c, s } = at;
  return {
    when: [
      c.overrun,
      a.same(s.rsp_prod, s.req_prod),
      a.same(s.rsp_prod_pvt, s.rsp_prod),
      a.not(backCheckIsDue(at)),
    ],
    then: () => ({ rsp_prod: inc(at, s.rsp_prod) }),
  };
};

const SpuriousEventToFront: RingAction = ({ a, c, s }) => ({
  when: [c.Spurious, a.not(s.frontPending)],
  then: () => ({ frontPending: a.bool(true) }),
});

const SpuriousEventToBack: RingAction = ({ a, c, s }) => ({
  when: [c.Spurious, a.not(s.backPending)],
  then: () => ({ backPending: a.bool(true) }),
});

/** The actions of Taker, Responder and Xen, and BackOverrun. */
export const back = {
  BackWake,
  BackReadReqProd,
  BackTakeRequest,
  BackArm,
  BackFinalCheck,
  BackPushNothing,
  BackWriteResponse,
  BackPushResponses,
  BackCheckNotify,
  BackOverrun,
  SpuriousEventToFront,
  SpuriousEventToBack,
};
