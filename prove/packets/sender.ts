/** The sender's actions of TxPackets, in its order. */
import { implies, isAtMost, isNone, lengthOf, none, slotOf } from '../operators.js';
import type { Action } from '../machine.js';
import type { Terms } from '../terms.js';
import {
  cell,
  extrasAreDue,
  flag,
  isChosen,
  isOfChain,
  isOpen,
  isSome,
  isWord,
  next,
  ring,
  ringOf,
  same,
  scheme,
  written,
} from './operators.js';
import { type AtPackets, OWNER, type PacketConstants, type PacketVariables } from './state.js';

type PacketAction = Action<PacketConstants, PacketVariables>;

/** Nothing */
const nothingTold = <T extends Terms>({ a }: AtPackets<T>) => ({ told: a.word('-') });

const TxFill: PacketAction = (at) => {
  const { a, c, s } = at;
  const slots = a.add(c.ofFrags, c.ofExtras);
  const inUse = a.numberOf(a.sub(s.req_prod_pvt, s.rsp_cons));
  const needed = a.if<'number'>(c.room_for_first, a.number(1), slots);
  const frag = next(at, s.fragsWritten);
  const isWithin = (left: typeof slots, frags: typeof slots) =>
    a.and(isAtMost(at, c.octets, left), implies(at, same(at, frag, frags), same(at, c.octets, left)));
  const opens = a.and(
    a.not(isOpen(at)),
    a.not(ring.frontCheckIsDue(ringOf(at))),
    isAtMost(at, a.add(inUse, needed), a.numberOf(c.N)),
    isSome(at, c.ofFrags),
    isAtMost(at, c.ofFrags, c.MaxFrags),
    isAtMost(at, a.number(0), c.ofExtras),
    isAtMost(at, c.ofExtras, c.MaxExtras),
    a.or(c.too_many_slots, isAtMost(at, slots, c.MaxSlots)),
    isWithin(c.ofOctets, c.ofFrags),
  );
  const goesOn = a.and(
    isOpen(at),
    same(at, c.ofFrags, s.chainFrags),
    same(at, c.ofExtras, s.chainExtras),
    same(at, c.ofOctets, s.chainOctets),
    a.not(extrasAreDue(at)),
    isWithin(s.toFill, s.chainFrags),
  );
  const block = cell.table(at, 'pool', s.poolFrom);
  const put = (table: typeof s.pool, value: typeof block) => a.write<'table'>(table, block, value);
  return {
    when: [
      a.not(s.broken),
      isWord(at, 'sender', 'idle'),
      isSome(at, lengthOf(at, 'pool')),
      a.or(opens, goesOn),
      // SizeOf
      implies(at, c.plainSizes, same(at, c.octets, frag)),
    ],
    then: () => ({
      chainFrags: c.ofFrags,
      chainExtras: c.ofExtras,
      chainOctets: c.ofOctets,
      toFill: a.minus(a.if<'number'>(isOpen(at), s.toFill, c.ofOctets), c.octets),
      sender: a.word('filled'),
      filling: block,
      poolFrom: next(at, s.poolFrom),
      dataFrags: put(s.dataFrags, c.ofFrags),
      dataExtras: put(s.dataExtras, c.ofExtras),
      dataFrag: put(s.dataFrag, frag),
      dataSize: put(s.dataSize, c.octets),
      owner: put(s.owner, a.number(OWNER.sender)),
      ...nothingTold(at),
    }),
  };
};

/** What only the proof has of a slot that is written: `rest` octets are from there on. */
const noted = <T extends Terms>(at: AtPackets<T>, rest: T['number']) => {
  const { a, s } = at;
  const note = (field: T['fields'], value: T['number']) => a.write<'fields'>(field, s.req_prod_pvt, value);
  return {
    posAt: note(s.posAt, written(at)),
    fragsAt: note(s.fragsAt, s.chainFrags),
    extrasAt: note(s.extrasAt, s.chainExtras),
    keyAt: note(s.keyAt, s.nextKey),
    restAt: note(s.restAt, rest),
  };
};

/** Advance, with so many of the chain's fragments and extras written. */
const advance = <T extends Terms>(at: AtPackets<T>, frags: T['number'], extras: T['number']) => {
  const { a, s } = at;
  const isWhole = a.and(same(at, frags, s.chainFrags), same(at, extras, s.chainExtras));
  const whole = (then: T['number'], otherwise: T['number']) => a.if<'number'>(isWhole, then, otherwise);
  const zero = a.number(0);
  const sent = (table: T['table'], value: T['number']) =>
    a.write<'table'>(table, s.nextKey, whole(value, a.read<'table'>(table, s.nextKey)));
  const behind = ring.inc(at, s.req_prod_pvt);
  return {
    req_prod_pvt: behind,
    chainFrags: whole(zero, s.chainFrags),
    chainExtras: whole(zero, s.chainExtras),
    chainOctets: whole(zero, s.chainOctets),
    toFill: whole(zero, s.toFill),
    fragsWritten: whole(zero, frags),
    extrasWritten: whole(zero, extras),
    chainAt: a.if<'index'>(isWhole, behind, s.chainAt),
    nextKey: whole(a.add(s.nextKey, s.chainFrags), s.nextKey),
    left: sent(s.left, s.chainFrags),
    sentFrags: sent(s.sentFrags, s.chainFrags),
    sentExtras: sent(s.sentExtras, s.chainExtras),
    sentStatus: sent(s.sentStatus, zero),
    fared: sent(s.fared, zero),
    extras: whole(a.add(s.extras, extras), s.extras),
  };
};

const TxEnqueue: PacketAction = (at) => {
  const { a, c, s } = at;
  const slot = slotOf(at, s.req_prod_pvt);
  const [block, frag] = [s.filling, next(at, s.fragsWritten)];
  const isFirst = same(at, frag, a.number(1));
  const own = cell.table(at, 'dataSize', block);
  const size = a.if<'number'>(a.and(isFirst, a.not(c.first_size_own)), s.chainOctets, own);
  const place = a.add(s.nextKey, s.fragsWritten);
  const after = next(at, c.id);
  const put = (field: typeof s.slotId, value: typeof block) => a.write<'fields'>(field, slot, value);
  const know = (table: typeof s.owner, value: typeof block) => a.write<'table'>(table, block, value);
  return {
    when: [a.not(s.broken), isWord(at, 'sender', 'filled'), isChosen(at, c.id)],
    then: () => ({
      ring: a.write<'slots'>(s.ring, slot, a.word('request')),
      slotId: put(s.slotId, c.id),
      slotGref: put(s.slotGref, block),
      slotSize: put(s.slotSize, size),
      slotMore: put(s.slotMore, flag(at, a.less(frag, s.chainFrags))),
      slotExtra: put(s.slotExtra, flag(at, a.and(isFirst, isSome(at, s.chainExtras)))),
      // Register
      inFlight: a.write<'table'>(s.inFlight, c.id, block),
      nextId: a.if<'number'>(
        scheme(at, 'counter_skip'),
        a.if<'number'>(same(at, after, c.Ids), a.number(0), after),
        s.nextId,
      ),
      freeFrom: a.if<'number'>(scheme(at, 'free_list'), next(at, s.freeFrom), s.freeFrom),
      members: a.write<'table'>(s.members, place, block),
      owner: know(s.owner, a.number(OWNER.flight)),
      ownedAt: know(s.ownedAt, c.id),
      packetOf: know(s.packetOf, s.nextKey),
      cellOf: know(s.cellOf, place),
      placeOf: a.write<'places'>(s.placeOf, c.id, s.req_prod_pvt),
      ...noted(at, a.add(own, s.toFill)),
      ...advance(at, frag, s.extrasWritten),
      sender: a.word('idle'),
      filling: none(at),
      ...nothingTold(at),
    }),
  };
};

const TxEnqueueExtra: PacketAction = (at) => {
  const { a, s } = at;
  const slot = slotOf(at, s.req_prod_pvt);
  const extra = next(at, s.extrasWritten);
  return {
    when: [a.not(s.broken), isWord(at, 'sender', 'idle'), isOpen(at), extrasAreDue(at)],
    then: () => ({
      ring: a.write<'slots'>(s.ring, slot, a.word('extra')),
      slotMore: a.write<'fields'>(s.slotMore, slot, flag(at, a.less(extra, s.chainExtras))),
      ...noted(at, s.toFill),
      ...advance(at, s.fragsWritten, extra),
      ...nothingTold(at),
    }),
  };
};

const TxAbandon: PacketAction = (at) => {
  const { a, c, s } = at;
  const zero = a.number(0);
  const isLeft = a.and(c.unended_chain, isSome(at, s.fragsWritten));
  const either = (left: typeof zero, back: typeof zero) => a.if<'number'>(isLeft, left, back);
  const count = either(zero, s.fragsWritten);
  const isFilled = a.not(isNone(at, s.filling));
  const blocks = a.if<'number'>(
    a.and(c.abandon_leaks, a.not(isLeft)),
    zero,
    a.add(count, flag(at, isFilled)),
  );
  const poolFrom = a.minus(s.poolFrom, blocks);
  const ids = a.if<'number'>(c.abandon_keeps_ids, zero, count);
  const freeFrom = a.if<'number'>(scheme(at, 'free_list'), a.minus(s.freeFrom, ids), s.freeFrom);
  const member = (i: typeof zero) => cell.table(at, 'members', a.add(s.nextKey, i));
  const place = (block: typeof zero) => a.minus(cell.table(at, 'cellOf', block), s.nextKey);
  const isFilling = (block: typeof zero) => a.and(isFilled, same(at, block, s.filling));
  const goesBack = (block: typeof zero) => a.and(a.not(isLeft), isOfChain(at, block));
  const isForgotten = (block: typeof zero) => a.or(goesBack(block), a.and(a.not(isLeft), isFilling(block)));
  const ofBlocks = (
    table: typeof s.owner,
    changes: (block: typeof zero) => typeof isLeft,
    value: (block: typeof zero) => typeof zero,
  ) =>
    a.across(table, zero, c.Blocks, (block) =>
      a.if<'number'>(changes(block), value(block), a.read<'table'>(table, block)),
    );
  const forgotten = (table: typeof s.owner) => ofBlocks(table, isForgotten, () => zero);
  const isPooled = (block: typeof zero) => a.or(goesBack(block), isFilling(block));
  const idGoesBack = (id: typeof zero) =>
    a.and(a.not(c.abandon_keeps_ids), goesBack(cell.table(at, 'inFlight', id)));
  const ofIds = (table: typeof s.owner, value: (id: typeof zero) => typeof zero) =>
    a.across(table, zero, c.Ids, (id) =>
      a.if<'number'>(idGoesBack(id), value(id), a.read<'table'>(table, id)),
    );
  const sent = (table: typeof s.owner, value: typeof zero) =>
    a.write<'table'>(table, s.nextKey, either(value, a.read<'table'>(table, s.nextKey)));
  return {
    when: [a.not(s.broken), isOpen(at)],
    then: () => ({
      // TakeBackRequests
      req_prod_pvt: a.if<'index'>(isLeft, s.req_prod_pvt, s.chainAt),
      chainAt: a.if<'index'>(isLeft, s.req_prod_pvt, s.chainAt),
      // TakeBackIds
      inFlight: ofIds(s.inFlight, () => none(at)),
      freeIds: a.across(s.freeIds, freeFrom, a.minus(s.freeFrom, freeFrom), (x) =>
        cell.table(at, 'ownedAt', member(a.minus(x, freeFrom))),
      ),
      freeAt: ofIds(s.freeAt, (id) => a.add(freeFrom, place(cell.table(at, 'inFlight', id)))),
      freeFrom,
      pool: a.across(s.pool, poolFrom, blocks, (x) => {
        const i = a.minus(x, poolFrom);
        return a.if<'number'>(a.less(i, count), member(i), s.filling);
      }),
      poolFrom,
      owner: ofBlocks(s.owner, isPooled, () => a.number(OWNER.pool)),
      ownedAt: ofBlocks(s.ownedAt, isPooled, (block) =>
        a.add(poolFrom, a.if<'number'>(isFilling(block), count, place(block))),
      ),
      dataFrags: forgotten(s.dataFrags),
      dataExtras: forgotten(s.dataExtras),
      dataFrag: forgotten(s.dataFrag),
      dataSize: forgotten(s.dataSize),
      ...{ chainFrags: zero, chainExtras: zero, chainOctets: zero, toFill: zero },
      ...{ fragsWritten: zero, extrasWritten: zero },
      left: sent(s.left, s.fragsWritten),
      sentFrags: sent(s.sentFrags, s.chainFrags),
      sentExtras: sent(s.sentExtras, s.chainExtras),
      sentStatus: sent(s.sentStatus, a.number(1)),
      fared: sent(s.fared, zero),
      nextKey: either(a.add(s.nextKey, s.chainFrags), s.nextKey),
      sender: a.word('idle'),
      filling: none(at),
      ...nothingTold(at),
    }),
  };
};

const TxPushRequests: PacketAction = (at) => {
  const { a, c, s } = at;
  return {
    when: [
      a.not(s.broken),
      isWord(at, 'sender', 'idle'),
      a.or(a.not(isOpen(at)), c.push_in_parts),
      a.not(a.same<'index'>(s.req_prod, s.req_prod_pvt)),
      a.not(ring.frontCheckIsDue(ringOf(at))),
    ],
    then: () => ({
      req_prod: s.req_prod_pvt,
      req_event_passed: ring.passedAt(ringOf(at), ring.reqEvent(ringOf(at)), s.req_prod),
      ...nothingTold(at),
    }),
  };
};

const TxCheckNotify: PacketAction = (at) => {
  const { a, s } = at;
  const r = ringOf(at);
  return {
    when: [a.not(s.broken), isWord(at, 'sender', 'idle'), ring.frontCheckIsDue(r)],
    then: () => ({
      backPending: a.or(
        s.backPending,
        ring.test(r, a.bool(false), ring.reqEvent(r), s.reqChecked, s.req_prod),
      ),
      reqChecked: s.req_prod,
      ...nothingTold(at),
    }),
  };
};

/** The actions of the sender. */
export const sender = { TxFill, TxEnqueue, TxEnqueueExtra, TxAbandon, TxPushRequests, TxCheckNotify };
