/** The front's actions of NetfrontTx, in its order. */
import { isNone, lengthOf, none, slotOf } from '../operators.js';
import type { Action } from '../machine.js';
import type { Terms } from '../terms.js';
import {
  cell,
  grants,
  hasFreeList,
  isChosen,
  isWord,
  offsetOf,
  pageOf,
  ring,
  ringOf,
  scheme,
} from './operators.js';
import { type AtTx, OWNER, type TxConstants, type TxVariables } from './state.js';

type TxAction = Action<TxConstants, TxVariables>;

const isDue = <T extends Terms>(at: AtTx<T>): T['bool'] => ring.frontCheckIsDue(ringOf(at));

const TxFill: TxAction = (at) => {
  const { a, c, s } = at;
  const block = cell.table(at, 'pool', s.poolFrom);
  return {
    when: [
      a.not(s.broken),
      isWord(at, 'sender', 'idle'),
      a.not(isDue(at)),
      ring.hasFreeSlot(ringOf(at)),
      a.less(a.number(0), lengthOf(at, 'pool')),
    ],
    then: () => ({
      sender: a.word('filled'),
      filling: block,
      poolFrom: a.add(s.poolFrom, a.number(1)),
      contents: a.write<'table'>(s.contents, block, c.frame),
      owner: a.write<'table'>(s.owner, block, a.number(OWNER.sender)),
    }),
  };
};

const TxGrantAccess: TxAction = (at) => {
  const { a, c, s } = at;
  const page = pageOf(at, s.filling);
  return {
    when: [
      a.not(s.broken),
      c.GrantPerRequest,
      isWord(at, 'sender', 'filled'),
      a.less(c.gref, c.Grefs),
      isNone(at, cell.table(at, 'granted', c.gref)),
    ],
    then: () => ({
      granted: a.write<'table'>(s.granted, c.gref, page),
      grefOf: a.write<'table'>(s.grefOf, page, c.gref),
      sender: a.word('granted'),
    }),
  };
};

const TxEnqueue: TxAction = (at) => {
  const { a, c, s } = at;
  const slot = slotOf(at, s.req_prod_pvt);
  const block = s.filling;
  const next = a.add(c.id, a.number(1));
  const put = <F extends 'slotId' | 'slotGref' | 'slotOffset' | 'slotSize'>(field: F, value: typeof block) =>
    a.write<'fields'>(s[field], slot, value);
  return {
    when: [
      a.not(s.broken),
      a.if<'bool'>(c.GrantPerRequest, isWord(at, 'sender', 'granted'), isWord(at, 'sender', 'filled')),
      grants(at, c.gref, block),
      isChosen(at, c.id, slot),
    ],
    then: () => ({
      ring: a.write<'slots'>(s.ring, slot, a.word('request')),
      slotId: put('slotId', c.id),
      slotGref: put('slotGref', c.gref),
      slotOffset: put('slotOffset', offsetOf(at, block)),
      slotSize: put('slotSize', cell.table(at, 'contents', block)),
      req_prod_pvt: ring.inc(at, s.req_prod_pvt),
      // Register
      inFlight: a.write<'table'>(s.inFlight, c.id, block),
      nextId: a.if<'number'>(
        scheme(at, 'counter', 'counter_skip'),
        a.if<'number'>(a.same<'number'>(next, c.Ids), a.number(0), next),
        s.nextId,
      ),
      freeFrom: a.if<'number'>(hasFreeList(at), a.add(s.freeFrom, a.number(1)), s.freeFrom),
      owner: a.write<'table'>(s.owner, block, a.number(OWNER.flight)),
      ownedAt: a.write<'table'>(s.ownedAt, block, c.id),
      placeOf: a.write<'places'>(s.placeOf, c.id, s.req_prod_pvt),
      ...putBack(at, c.early_free, block),
      sender: a.word('idle'),
      filling: none(at),
    }),
  };
};

/** The pool with a block at its head, if so. */
const putBack = <T extends Terms>({ a, s }: AtTx<T>, so: T['bool'], block: T['number']) => {
  const head = a.minus(s.poolFrom, a.number(1));
  return {
    pool: a.if<'table'>(so, a.write<'table'>(s.pool, head, block), s.pool),
    poolFrom: a.if<'number'>(so, head, s.poolFrom),
  };
};

const TxPushRequests: TxAction = (at) => {
  const { a, s } = at;
  return {
    when: [
      a.not(s.broken),
      isWord(at, 'sender', 'idle'),
      a.not(a.same<'index'>(s.req_prod, s.req_prod_pvt)),
      a.not(isDue(at)),
    ],
    then: () => ({
      req_prod: s.req_prod_pvt,
      req_event_passed: ring.passedAt(ringOf(at), ring.reqEvent(ringOf(at)), s.req_prod),
    }),
  };
};

const TxCheckNotify: TxAction = (at) => {
  const { a, s } = at;
  const r = ringOf(at);
  return {
    when: [a.not(s.broken), isWord(at, 'sender', 'idle'), isDue(at)],
    then: () => ({
      backPending: a.or(
        s.backPending,
        ring.test(r, a.bool(false), ring.reqEvent(r), s.reqChecked, s.req_prod),
      ),
      reqChecked: s.req_prod,
    }),
  };
};

const TxTakeEvent: TxAction = (at) => {
  const { a, s } = at;
  return {
    when: [a.not(s.broken), isWord(at, 'poller', 'asleep'), s.frontPending],
    then: () => ({ frontPending: a.bool(false), poller: a.word('polling') }),
  };
};

/** HasConsumedAll, and MayConsume */
const hasConsumedAll = <T extends Terms>(at: AtTx<T>) => [
  at.a.not(at.s.broken),
  isWord(at, 'poller', 'polling'),
  at.a.same<'index'>(at.s.rsp_cons, at.s.rspSeen),
];

/** Believe */
const believe = <T extends Terms>(at: AtTx<T>, next: T['word'], unless: T['bool']) => {
  const { a, s } = at;
  const believed = ring.isBelievable(ringOf(at));
  return {
    rspSeen: a.if<'index'>(a.and(a.not(unless), believed), s.rsp_prod, s.rspSeen),
    poller: a.if<'word'>(believed, next, s.poller),
    broken: a.not(a.or(unless, believed)),
  };
};

const TxReadRspProd: TxAction = (at) => ({
  when: hasConsumedAll(at),
  then: () => believe(at, at.a.word('polling'), at.a.bool(false)),
});

const TxConsumeResponse: TxAction = (at) => {
  const { a, s } = at;
  const slot = slotOf(at, s.rsp_cons);
  // KeyOf
  const key = a.if<'number'>(scheme(at, 'slot'), a.numberOf(slot), cell.field(at, 'slotId', slot));
  const block = cell.table(at, 'inFlight', key);
  const isInFlight = a.not(isNone(at, block));
  const isConsumed = a.or(isInFlight, scheme(at, 'free_list_unchecked'));
  const head = a.minus(s.freeFrom, a.number(1));
  const goesBack = a.and(isConsumed, hasFreeList(at));
  const [doneNow, flying] = [a.number(OWNER.done), isInFlight];
  return {
    when: [
      a.not(s.broken),
      isWord(at, 'poller', 'polling'),
      a.not(a.same<'index'>(s.rsp_cons, s.rspSeen)),
      a.same<'word'>(a.read<'slots'>(s.ring, slot), a.word('response')),
    ],
    then: () => ({
      rsp_cons: a.if<'index'>(isConsumed, ring.inc(at, s.rsp_cons), s.rsp_cons),
      ring: a.if<'slots'>(isConsumed, a.write<'slots'>(s.ring, slot, a.word('empty')), s.ring),
      // Unregister, UnregisterUnchecked
      inFlight: a.if<'table'>(flying, a.write<'table'>(s.inFlight, key, none(at)), s.inFlight),
      freeIds: a.if<'table'>(goesBack, a.write<'table'>(s.freeIds, head, key), s.freeIds),
      freeFrom: a.if<'number'>(goesBack, head, s.freeFrom),
      done: a.if<'number'>(flying, block, s.done),
      doneStatus: a.if<'word'>(flying, a.read<'slots'>(s.slotStatus, slot), s.doneStatus),
      owner: a.if<'table'>(flying, a.write<'table'>(s.owner, block, doneNow), s.owner),
      freeAt: a.if<'table'>(goesBack, a.write<'table'>(s.freeAt, key, head), s.freeAt),
      poller: a.if<'word'>(flying, a.word('releasing'), s.poller),
      broken: a.not(isConsumed),
    }),
  };
};

const TxRelease: TxAction = (at) => {
  const { a, c, s } = at;
  const mayEnd = a.or(
    a.same<'number'>(cell.table(at, 'mapped', c.gref), a.number(0)),
    c.end_access_unchecked,
  );
  const goesOn = a.or(a.not(c.GrantPerRequest), mayEnd);
  // Freed, but for double_free.
  const isFreed = a.and(
    goesOn,
    a.not(c.early_free),
    a.not(a.and(c.leak_on_error, isWord(at, 'doneStatus', 'ERROR'), a.not(c.double_free))),
  );
  const one = a.number(1);
  const atHead = a.or(c.lifo, c.double_free);
  const place = a.if<'number'>(atHead, a.minus(s.poolFrom, one), s.poolTo);
  const once = a.write<'table'>(s.pool, place, s.done);
  const twice = a.if<'table'>(c.double_free, a.write<'table'>(once, a.minus(place, one), s.done), once);
  const head = a.if<'number'>(c.double_free, a.minus(place, one), place);
  return {
    when: [a.not(s.broken), isWord(at, 'poller', 'releasing'), grants(at, c.gref, s.done)],
    then: () => ({
      broken: a.not(goesOn),
      pool: a.if<'table'>(isFreed, twice, s.pool),
      poolFrom: a.if<'number'>(a.and(isFreed, atHead), head, s.poolFrom),
      poolTo: a.if<'number'>(a.and(isFreed, a.not(atHead)), a.add(s.poolTo, one), s.poolTo),
      owner: a.if<'table'>(isFreed, a.write<'table'>(s.owner, s.done, a.number(OWNER.pool)), s.owner),
      ownedAt: a.if<'table'>(isFreed, a.write<'table'>(s.ownedAt, s.done, place), s.ownedAt),
      granted: a.if<'table'>(
        a.and(c.GrantPerRequest, goesOn),
        a.write<'table'>(s.granted, c.gref, none(at)),
        s.granted,
      ),
      done: a.if<'number'>(goesOn, none(at), s.done),
      doneStatus: a.if<'word'>(goesOn, a.word('OKAY'), s.doneStatus),
      poller: a.if<'word'>(goesOn, a.word('polling'), s.poller),
    }),
  };
};

const TxArm: TxAction = (at) => ({
  when: hasConsumedAll(at),
  then: () => ({
    rsp_event: ring.inc(at, at.s.rsp_cons),
    rsp_event_passed: at.a.bool(false),
    poller: at.a.word('armed'),
  }),
});

const TxFinalCheck: TxAction = (at) => {
  const { a, c, s } = at;
  const asleep = a.word('asleep');
  const rest = a.if<'word'>(a.same<'index'>(s.rsp_prod, s.rsp_cons), asleep, a.word('polling'));
  return {
    when: [a.not(s.broken), isWord(at, 'poller', 'armed')],
    then: () => {
      const believed = believe(at, rest, c.no_final_check);
      return { ...believed, poller: a.if<'word'>(c.no_final_check, asleep, believed.poller) };
    },
  };
};

/** The actions of the sender and the poller. */
export const front = {
  TxFill,
  TxGrantAccess,
  TxEnqueue,
  TxPushRequests,
  TxCheckNotify,
  TxTakeEvent,
  TxReadRspProd,
  TxConsumeResponse,
  TxRelease,
  TxArm,
  TxFinalCheck,
};
