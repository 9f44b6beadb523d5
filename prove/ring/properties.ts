/** The properties of Ring that are proved, under their numbers in the modules. */
import type { Property, StepPredicate } from '../machine.js';
import type { Terms } from '../terms.js';
import { atMost, consDiffers, is, moreSeen, reqEvent, responseBound, rspEvent, test } from './operators.js';
import { slots } from './invariant.js';
import type { AtRing, RingConstants, RingVariables } from './state.js';

type RingProperty = Property<RingConstants, RingVariables>;
type OfStep = StepPredicate<RingConstants, RingVariables>;

/** RingBound */
export const ringBound: RingProperty = {
  number: 'P7',
  name: 'RingBound',
  says: 'At most N requests are written whose responses are not consumed',
  always: (at) => atMost(at, at.a.sub(at.s.req_prod_pvt, at.s.rsp_cons), at.c.N),
};

/** FrontResponseBound */
export const frontResponseBound: RingProperty = {
  number: 'P8',
  name: 'FrontResponseBound',
  says: 'No response is believed that answers no request',
  always: (at) => responseBound(at, at.s.rspSeen),
};

const noLostWakeUp: RingProperty = {
  number: 'P16',
  name: 'NoLostWakeUp',
  says: 'An end that sleeps on something has been notified, or its peer is still to decide',
  // An event half-way to what is to come is not for the next response, so P16 is not asked of it.
  where: ({ a, c }) => a.not(c.halfWay),
  always: (at) => {
    const { a, s } = at;
    const front = [is(at, 'poller', 'asleep'), consDiffers(at, s.rsp_prod), a.same(s.rspChecked, s.rsp_prod)];
    const back = [
      is(at, 'taker', 'asleep'),
      a.not(a.same(s.req_prod, s.req_cons)),
      a.same(s.reqChecked, s.req_prod),
    ];
    return a.and(a.or(a.not(a.and(...front)), s.frontPending), a.or(a.not(a.and(...back)), s.backPending));
  },
};

/** What P16 is where the front may arm for a later response: whoever sleeps unnotified is ahead of the peer's check. */
const eventStillAhead: RingProperty = {
  number: 'P16',
  name: 'EventStillAhead',
  says: 'The same for an event index half-way: who sleeps unnotified will be notified at that index',
  always: (at) => {
    const { a, s } = at;
    const reached = (checked: typeof s.rspChecked, cons: typeof s.rsp_cons, event: typeof s.rsp_event) =>
      a.not(a.below(a.sub(checked, cons), a.sub(event, cons)));
    const front = a.and(
      is(at, 'poller', 'asleep'),
      a.same(s.rspChecked, s.rsp_prod),
      reached(s.rspChecked, s.rsp_cons, s.rsp_event),
    );
    const back = a.and(
      is(at, 'taker', 'asleep'),
      a.same(s.reqChecked, s.req_prod),
      reached(s.reqChecked, s.req_cons, s.req_event),
    );
    return a.and(a.or(a.not(front), s.frontPending), a.or(a.not(back), s.backPending));
  },
};

/**
 * IsAmong: the event index is `old + k` for some k from 1 to the distance from `old` to `now`. Only k = event - old can be
 * that number, so there is nothing to search.
 */
const isAmong = <T extends Terms>(
  at: AtRing<T>,
  event: { readonly at: T['index']; readonly passed: T['bool'] },
  old: T['index'],
  now: T['index'],
): T['bool'] => {
  const { a, c } = at;
  const k = a.sub(event.at, old);
  return a.and(a.not(a.and(c.forgets, event.passed)), a.below(a.index(0), k), atMost(at, k, a.sub(now, old)));
};

const notifies =
  (pending: 'frontPending' | 'backPending'): OfStep =>
  (before, { s: after }) => {
    const { a, s } = before;
    const due =
      pending === 'backPending'
        ? isAmong(before, reqEvent(before), s.reqChecked, s.req_prod)
        : isAmong(before, rspEvent(before), s.rspChecked, s.rsp_prod);
    return a.same<'bool'>(after[pending], a.or(s[pending], due));
  };

const leaves =
  (pending: 'frontPending' | 'backPending'): OfStep =>
  ({ a, s }, { s: after }) =>
    a.same<'bool'>(after[pending], s[pending]);

const notifyExact: RingProperty = {
  number: 'P20',
  name: 'NotifyExact',
  says: 'A push notifies exactly when the event index is one of those just published',
  steps: {
    FrontCheckNotify: notifies('backPending'),
    BackCheckNotify: notifies('frontPending'),
    FrontPushNothing: leaves('backPending'),
    BackPushNothing: leaves('frontPending'),
  },
};

/** What the modules decide, and what the shared memory decides, of one event check. */
const bothWays = <T extends Terms>(at: AtRing<T>, who: 'front' | 'back') => {
  const as = (forgets: boolean): T['bool'] => {
    const { a, c, s } = at;
    const here = { ...at, c: { ...c, forgets: a.bool(forgets) } };
    return who === 'back'
      ? test(here, c.signed_notify, reqEvent(here), s.reqChecked, s.req_prod)
      : test(here, c.back_signed_notify, rspEvent(here), s.rspChecked, s.rsp_prod);
  };
  return { module: as(true), memory: as(false) };
};

/** The event index of this end was passed, and has come round to be one of those just published. */
export const matchesAgain = <T extends Terms>(at: AtRing<T>, who: 'front' | 'back'): T['bool'] => {
  const { module, memory } = bothWays(at, who);
  return at.a.and(memory, at.a.not(module));
};

const onlySpurious =
  (who: 'front' | 'back'): OfStep =>
  (at) => {
    const { a, s } = at;
    const { module, memory } = bothWays(at, who);
    const [hand, pending, passed] =
      who === 'front'
        ? (['poller', s.frontPending, s.rsp_event_passed] as const)
        : (['taker', s.backPending, s.req_event_passed] as const);
    return a.and(
      a.or(a.not(module), memory),
      a.or(a.not(a.and(memory, a.not(module))), passed),
      a.or(a.not(is(at, hand, 'asleep', 'pushing')), pending, a.same<'bool'>(module, memory)),
    );
  };

const passedEventIndex: RingProperty = {
  number: 'P16, P20',
  name: 'PassedEventIndex',
  says: 'An event index that was passed and comes round again adds events that nobody waits for, and takes none away',
  steps: { FrontCheckNotify: onlySpurious('back'), BackCheckNotify: onlySpurious('front') },
};

/** PollEnds */
export const pollEnds: RingProperty = {
  number: 'P25',
  name: 'PollEnds',
  says: 'A poll finds a response exactly while it has not consumed all that it has seen, and each brings it nearer',
  always: (at) => {
    const { a, s } = at;
    return a.or(
      a.not(is(at, 'poller', 'polling')),
      a.same<'bool'>(moreSeen(at), a.not(a.same(a.sub(s.rspSeen, s.rsp_cons), a.index(0)))),
    );
  },
  steps: {
    FrontConsumeResponse: ({ a, s }, { s: after }) =>
      a.below(a.sub(after.rspSeen, after.rsp_cons), a.sub(s.rspSeen, s.rsp_cons)),
  },
};

const slotsAsIndexed: RingProperty = {
  number: 'P26',
  name: 'SlotsAsIndexed',
  says: 'Every slot holds what the indices say',
  always: slots,
};

/** All of them, by number. */
export const properties = [
  ringBound,
  frontResponseBound,
  noLostWakeUp,
  eventStillAhead,
  notifyExact,
  passedEventIndex,
  pollEnds,
  slotsAsIndexed,
] as const;
