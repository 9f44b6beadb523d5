/** The back's actions of NetfrontTx, in its order. */
import { isNone, lies, slotOf } from '../operators.js';
import type { Action } from '../machine.js';
import type { Terms } from '../terms.js';
import { blockAt, cell, ring, ringOf } from './operators.js';
import { type AtTx, type TxConstants, type TxVariables, UNREAD } from './state.js';

type TxAction = Action<TxConstants, TxVariables>;

type TakenField = 'takenId' | 'takenGref' | 'takenOffset' | 'takenSize' | 'takenGot';

const BackTakeRequest: TxAction = (at) => {
  const { a, c, s } = at;
  const slot = slotOf(at, s.req_cons);
  const gref = cell.field(at, 'slotGref', slot);
  const isGranted = a.not(isNone(at, cell.table(at, 'granted', gref)));
  const next = ring.inc(at, s.req_cons);
  const arms = a.and(c.CoarseBack, a.same<'index'>(next, s.req_prod));
  const taken = (field: TakenField, value: T[`number`]) => a.write<'fields'>(s[field], s.req_cons, value);
  type T = { number: typeof gref };
  return {
    when: [
      a.same<'word'>(a.read<'slots'>(s.ring, slot), a.word('request')),
      a.not(a.same<'index'>(s.req_cons, s.req_prod)),
      a.below(a.sub(s.req_cons, s.rsp_prod_pvt), c.N),
    ],
    then: () => ({
      req_cons: next,
      ring: a.write<'slots'>(s.ring, slot, a.word('empty')),
      req_event: a.if<'index'>(arms, ring.inc(at, next), s.req_event),
      req_event_passed: a.and(s.req_event_passed, a.not(arms)),
      backPending: a.and(s.backPending, a.not(c.CoarseBack)),
      takenId: taken('takenId', cell.field(at, 'slotId', slot)),
      takenGref: taken('takenGref', gref),
      takenOffset: taken('takenOffset', cell.field(at, 'slotOffset', slot)),
      takenSize: taken('takenSize', cell.field(at, 'slotSize', slot)),
      takenGot: taken('takenGot', a.number(UNREAD)),
      // Map
      mapped: a.if<'table'>(
        isGranted,
        a.write<'table'>(s.mapped, gref, a.add(cell.table(at, 'mapped', gref), a.number(1))),
        s.mapped,
      ),
    }),
  };
};

/** Is the argument `at` one of the requests taken? */
const isTaken = <T extends Terms>(at: AtTx<T>): T['bool'] =>
  lies(at, at.c.at, at.s.rsp_prod_pvt, at.s.req_cons);

const BackReadBlock: TxAction = (at) => {
  const { a, c, s } = at;
  const page = cell.table(at, 'granted', cell.field(at, 'takenGref', c.at));
  const block = blockAt(at, page, cell.field(at, 'takenOffset', c.at));
  return {
    when: [
      isTaken(at),
      a.same<'number'>(cell.field(at, 'takenGot', c.at), a.number(UNREAD)),
      a.not(isNone(at, page)),
    ],
    then: () => ({ takenGot: a.write<'fields'>(s.takenGot, c.at, cell.table(at, 'contents', block)) }),
  };
};

const BackRespond: TxAction = (at) => {
  const { a, c, s } = at;
  const r = ringOf(at);
  const slot = slotOf(at, s.rsp_prod_pvt);
  const next = ring.inc(at, s.rsp_prod_pvt);
  const [id, gref] = [cell.field(at, 'takenId', c.at), cell.field(at, 'takenGref', c.at)];
  const count = cell.table(at, 'mapped', gref);
  // The first takes the place of the one that is answered.
  const without = (field: TakenField) =>
    a.write<'fields'>(s[field], c.at, cell.field(at, field, s.rsp_prod_pvt));
  // RespondAtOnce
  const due = ring.test(r, a.bool(false), ring.rspEvent(r), s.rsp_prod, next);
  const coarse = <S extends 'index'>(now: typeof next, before: typeof next) =>
    a.if<S>(c.CoarseBack, now, before);
  return {
    when: [
      isTaken(at),
      a.or(c.OutOfOrder, a.same<'index'>(c.at, s.rsp_prod_pvt)),
      a.or(...['OKAY', 'ERROR'].map((word) => a.same<'word'>(c.status, a.word(word)))),
      a.or(
        a.not(a.same<'word'>(c.status, a.word('OKAY'))),
        a.not(a.same<'number'>(cell.field(at, 'takenGot', c.at), a.number(UNREAD))),
      ),
      a.or(
        a.not(c.CoarseBack),
        a.and(a.same<'index'>(s.rsp_prod, s.rsp_prod_pvt), a.not(ring.backCheckIsDue(r))),
      ),
    ],
    then: () => ({
      ring: a.write<'slots'>(s.ring, slot, a.word('response')),
      slotId: a.write<'fields'>(s.slotId, slot, id),
      slotStatus: a.write<'slots'>(s.slotStatus, slot, c.status),
      rsp_prod_pvt: next,
      rsp_prod: coarse(next, s.rsp_prod),
      rspChecked: coarse(next, s.rspChecked),
      rsp_event_passed: a.if<'bool'>(
        c.CoarseBack,
        ring.passedAt(r, ring.rspEvent(r), s.rsp_prod),
        s.rsp_event_passed,
      ),
      frontPending: a.or(s.frontPending, a.and(c.CoarseBack, due)),
      takenId: without('takenId'),
      takenGref: without('takenGref'),
      takenOffset: without('takenOffset'),
      takenSize: without('takenSize'),
      takenGot: without('takenGot'),
      // Unmap
      mapped: a.if<'table'>(
        a.less(a.number(0), count),
        a.write<'table'>(s.mapped, gref, a.minus(count, a.number(1))),
        s.mapped,
      ),
      placeOf: a.write<'places'>(
        a.write<'places'>(s.placeOf, cell.field(at, 'takenId', s.rsp_prod_pvt), c.at),
        id,
        s.rsp_prod_pvt,
      ),
    }),
  };
};

const BackPushResponses: TxAction = (at) => {
  const { a, s } = at;
  const r = ringOf(at);
  return {
    when: [a.not(a.same<'index'>(s.rsp_prod, s.rsp_prod_pvt)), a.not(ring.backCheckIsDue(r))],
    then: () => ({
      rsp_prod: s.rsp_prod_pvt,
      rsp_event_passed: ring.passedAt(r, ring.rspEvent(r), s.rsp_prod),
    }),
  };
};

const BackCheckNotify: TxAction = (at) => {
  const { a, s } = at;
  const r = ringOf(at);
  return {
    when: [ring.backCheckIsDue(r)],
    then: () => ({
      frontPending: a.or(
        s.frontPending,
        ring.test(r, a.bool(false), ring.rspEvent(r), s.rspChecked, s.rsp_prod),
      ),
      rspChecked: s.rsp_prod,
    }),
  };
};

const BackArm: TxAction = (at) => {
  const { a, c, s } = at;
  const next = ring.inc(at, s.req_cons);
  return {
    when: [a.not(c.CoarseBack), a.or(s.req_event_passed, a.not(a.same<'index'>(s.req_event, next)))],
    then: () => ({ req_event: next, req_event_passed: a.bool(false) }),
  };
};

const BackWake: TxAction = (at) => {
  const { a, c, s } = at;
  return {
    when: [a.not(c.CoarseBack), s.backPending],
    then: () => ({ backPending: a.bool(false) }),
  };
};

/** The actions of an honest back. */
export const back = {
  BackTakeRequest,
  BackReadBlock,
  BackRespond,
  BackPushResponses,
  BackCheckNotify,
  BackArm,
  BackWake,
};
