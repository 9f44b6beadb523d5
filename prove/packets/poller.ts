/** The poller's actions of TxPackets, in its order. */
import { isNone, none, slotOf } from '../operators.js';
import type { Action } from '../machine.js';
import type { Terms } from '../terms.js';
import { cell, isKind, isSome, isStatus, isWord, ring, ringOf, same, scheme, slotAt } from './operators.js';
import { type AtPackets, OWNER, type PacketConstants, type PacketVariables } from './state.js';

type PacketAction = Action<PacketConstants, PacketVariables>;

/** Nothing */
const nothingTold = <T extends Terms>({ a }: AtPackets<T>) => ({ told: a.word('-') });

const TxTakeEvent: PacketAction = (at) => {
  const { a, s } = at;
  return {
    when: [a.not(s.broken), isWord(at, 'poller', 'asleep'), s.frontPending],
    then: () => ({ frontPending: a.bool(false), poller: a.word('polling'), ...nothingTold(at) }),
  };
};

/** HasConsumedAll, and MayConsume */
const hasConsumedAll = <T extends Terms>(at: AtPackets<T>) => [
  at.a.not(at.s.broken),
  isWord(at, 'poller', 'polling'),
  at.a.same<'index'>(at.s.rsp_cons, at.s.rspSeen),
];

/** Believe */
const believe = <T extends Terms>(at: AtPackets<T>, then: T['word']) => {
  const { a, s } = at;
  const believed = ring.isBelievable(ringOf(at));
  return {
    rspSeen: a.if<'index'>(believed, s.rsp_prod, s.rspSeen),
    poller: a.if<'word'>(believed, then, s.poller),
    broken: a.not(believed),
    ...nothingTold(at),
  };
};

const TxReadRspProd: PacketAction = (at) => ({
  when: hasConsumedAll(at),
  then: () => believe(at, at.a.word('polling')),
});

const TxConsumeResponse: PacketAction = (at) => {
  const { a, c, s } = at;
  const slot = slotOf(at, s.rsp_cons);
  const id = slotAt(at, 'Id', s.rsp_cons);
  const block = cell.table(at, 'inFlight', id);
  const isNull = isStatus(at, s.rsp_cons, 'NULL');
  const isAnswer = a.and(a.not(isNone(at, block)), a.or(a.not(isNull), c.null_by_id));
  const isOfExtra = a.and(a.not(isAnswer), isNull, isSome(at, s.extras));
  const isConsumed = a.or(isAnswer, isOfExtra);
  const head = a.minus(s.freeFrom, a.number(1));
  const goesBack = a.and(isAnswer, scheme(at, 'free_list'));
  const answered = (table: typeof s.owner, x: typeof id, value: typeof id) =>
    a.write<'table'>(table, x, a.if<'number'>(isAnswer, value, a.read<'table'>(table, x)));
  const freed = (table: typeof s.owner, x: typeof id, value: typeof id) =>
    a.write<'table'>(table, x, a.if<'number'>(goesBack, value, a.read<'table'>(table, x)));
  return {
    when: [
      a.not(s.broken),
      isWord(at, 'poller', 'polling'),
      a.not(a.same<'index'>(s.rsp_cons, s.rspSeen)),
      isKind(at, s.rsp_cons, 'response'),
    ],
    then: () => ({
      rsp_cons: a.if<'index'>(isConsumed, ring.inc(at, s.rsp_cons), s.rsp_cons),
      extras: a.if<'number'>(isOfExtra, a.minus(s.extras, a.number(1)), s.extras),
      // Unregister
      inFlight: answered(s.inFlight, id, none(at)),
      freeIds: freed(s.freeIds, head, id),
      freeAt: freed(s.freeAt, id, head),
      freeFrom: a.if<'number'>(goesBack, head, s.freeFrom),
      owner: answered(s.owner, block, a.number(OWNER.done)),
      done: a.if<'number'>(isAnswer, block, s.done),
      doneStatus: a.if<'word'>(
        isAnswer,
        a.if<'word'>(isNull, a.word('OKAY'), a.read<'slots'>(s.slotStatus, slot)),
        s.doneStatus,
      ),
      poller: a.if<'word'>(isAnswer, a.word('releasing'), s.poller),
      broken: a.not(isConsumed),
      ...nothingTold(at),
    }),
  };
};

const TxRelease: PacketAction = (at) => {
  const { a, c, s } = at;
  const one = a.number(1);
  const block = s.done;
  const place = a.minus(s.poolFrom, one);
  const key = cell.table(at, 'packetOf', block);
  const left = cell.table(at, 'left', key);
  const hole = cell.table(at, 'cellOf', block);
  const last = a.minus(a.add(key, left), one);
  const moved = cell.table(at, 'members', last);
  // PacketsOf, IsToldAt, ToldStatus
  const isOfOne = isSome(at, left);
  const isLast = a.and(isOfOne, a.or(same(at, left, one), c.told_early));
  const hasFailed = isWord(at, 'doneStatus', 'ERROR');
  const status = a.if<'bool'>(
    c.last_status,
    hasFailed,
    a.or(hasFailed, same(at, cell.table(at, 'sentStatus', key), one)),
  );
  const ofPacket = (table: typeof s.left, value: typeof key) =>
    a.write<'table'>(table, key, a.if<'number'>(isOfOne, value, a.read<'table'>(table, key)));
  const put = (table: typeof s.left, value: typeof key) => a.write<'table'>(table, block, value);
  const zero = a.number(0);
  return {
    when: [a.not(s.broken), isWord(at, 'poller', 'releasing')],
    then: () => ({
      pool: a.write<'table'>(s.pool, place, block),
      poolFrom: place,
      owner: put(s.owner, a.number(OWNER.pool)),
      ownedAt: put(s.ownedAt, place),
      dataFrags: put(s.dataFrags, zero),
      dataExtras: put(s.dataExtras, zero),
      dataFrag: put(s.dataFrag, zero),
      dataSize: put(s.dataSize, zero),
      // The last block takes the cell of the one that is released.
      members: a.write<'table'>(
        s.members,
        hole,
        a.if<'number'>(isOfOne, moved, cell.table(at, 'members', hole)),
      ),
      cellOf: a.write<'table'>(
        s.cellOf,
        moved,
        a.if<'number'>(isOfOne, hole, cell.table(at, 'cellOf', moved)),
      ),
      left: ofPacket(s.left, a.if<'number'>(isLast, zero, a.minus(left, one))),
      sentStatus: ofPacket(s.sentStatus, a.if<'number'>(status, one, zero)),
      told: a.if<'word'>(isLast, a.if<'word'>(status, a.word('ERROR'), a.word('OKAY')), a.word('-')),
      done: none(at),
      doneStatus: a.word('OKAY'),
      poller: a.word('polling'),
    }),
  };
};

const TxArm: PacketAction = (at) => ({
  when: hasConsumedAll(at),
  then: () => ({
    rsp_event: ring.inc(at, at.s.rsp_cons),
    rsp_event_passed: at.a.bool(false),
    poller: at.a.word('armed'),
    ...nothingTold(at),
  }),
});

const TxFinalCheck: PacketAction = (at) => {
  const { a, s } = at;
  const isRest = a.same<'index'>(s.rsp_prod, s.rsp_cons);
  return {
    when: [a.not(s.broken), isWord(at, 'poller', 'armed')],
    then: () => believe(at, a.if<'word'>(isRest, a.word('asleep'), a.word('polling'))),
  };
};

/** The actions of the poller. */
export const poller = { TxTakeEvent, TxReadRspProd, TxConsumeResponse, TxRelease, TxArm, TxFinalCheck };
