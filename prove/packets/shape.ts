/**
 * Of the invariant, what the slots of a packet have: each says what is due after it, up to the last. The place behind the last
 * slot that is written counts as the next slot of the open chain, so the first slot of a packet is told by its number, 0,
 * wherever it is.
 */
import { implies, isAtMost, isNone, lies, slotOf } from '../operators.js';
import type { StatePredicate } from '../machine.js';
import type { Terms } from '../terms.js';
import {
  cell,
  extrasAreDue,
  flag,
  isCopied,
  isKind,
  isOpen,
  isOwned,
  isReadWhole,
  isSome,
  isWord,
  next,
  ring,
  ringOf,
  same,
  slotAt,
  written,
} from './operators.js';
import type { AtPackets, PacketConstants, PacketVariables } from './state.js';

type OfPackets = StatePredicate<PacketConstants, PacketVariables>;

/** What is known of an index up to req_prod_pvt: of a slot, or of the place behind the last. */
const known = <T extends Terms>(at: AtPackets<T>, k: T['index']) => {
  const { a, s } = at;
  const isBehind = a.same<'index'>(k, s.req_prod_pvt);
  const of = (name: 'posAt' | 'fragsAt' | 'extrasAt' | 'keyAt' | 'restAt', open: T['number']) =>
    a.if<'number'>(isBehind, open, cell.field(at, name, k));
  const inHand = a.if<'number'>(isNone(at, s.filling), a.number(0), cell.table(at, 'dataSize', s.filling));
  return {
    pos: of('posAt', written(at)),
    frags: of('fragsAt', s.chainFrags),
    extras: of('extrasAt', s.chainExtras),
    key: of('keyAt', s.nextKey),
    /** The octets from here to the end of the packet. */
    rest: of('restAt', a.add(inHand, s.toFill)),
  };
};

/** Does a packet begin at this index? */
export const begins = <T extends Terms>(at: AtPackets<T>, k: T['index']): T['bool'] =>
  same(at, known(at, k).pos, at.a.number(0));

/** Is the slot with this number in a packet one of an extra? */
const isOfExtra = <T extends Terms>(at: AtPackets<T>, pos: T['number'], extras: T['number']): T['bool'] =>
  at.a.and(isSome(at, pos), isAtMost(at, pos, extras));

/** Which fragment the request has that is in the slot with this number. */
const fragAt = <T extends Terms>(at: AtPackets<T>, pos: T['number'], extras: T['number']): T['number'] =>
  at.a.if<'number'>(same(at, pos, at.a.number(0)), at.a.number(1), next(at, at.a.minus(pos, extras)));

/** The open chain: how much of it is written, that there is room for the rest, and that nothing of it is published. */
export const chain: OfPackets = (at) => {
  const { a, c, s } = at;
  const zero = a.number(0);
  const filled = a.if<'number'>(isNone(at, s.filling), s.fragsWritten, next(at, s.fragsWritten));
  const [frags, extras] = [s.chainFrags, s.chainExtras];
  const hasWritten = same(at, a.numberOf(a.sub(s.req_prod_pvt, s.chainAt)), written(at));
  const slots = a.add(frags, extras);
  const unpublished = a.sub(s.req_prod_pvt, s.chainAt);
  const isFilled = isWord(at, 'sender', 'filled');
  const hasAllExtras = same(at, s.extrasWritten, extras);
  return a.and(
    hasWritten,
    isAtMost(at, zero, s.nextKey),
    ring.atMost(at, unpublished, a.sub(s.req_prod_pvt, s.req_prod)),
    implies(
      at,
      a.not(isOpen(at)),
      ...[frags, extras, s.fragsWritten, s.extrasWritten].map((count) => same(at, count, zero)),
      a.not(isFilled),
    ),
    implies(
      at,
      isOpen(at),
      isAtMost(at, slots, c.MaxSlots),
      isAtMost(at, zero, s.fragsWritten),
      isAtMost(at, zero, s.extrasWritten),
      isAtMost(at, s.fragsWritten, frags),
      isAtMost(at, s.extrasWritten, extras),
      a.or(a.less(s.fragsWritten, frags), a.less(s.extrasWritten, extras)),
      a.or(isFilled, isSome(at, s.fragsWritten)),
      implies(at, same(at, s.fragsWritten, zero), same(at, s.extrasWritten, zero)),
      implies(at, a.less(a.number(1), s.fragsWritten), hasAllExtras),
      implies(at, isFilled, a.less(s.fragsWritten, frags), a.not(extrasAreDue(at))),
      isAtMost(at, zero, s.toFill),
      implies(at, same(at, filled, frags), same(at, s.toFill, zero)),
      implies(at, same(at, s.fragsWritten, zero), same(at, s.chainOctets, known(at, s.req_prod_pvt).rest)),
      a.not(ring.frontCheckIsDue(ringOf(at))),
      // The slots in use up to the first of the chain, and those of the chain.
      isAtMost(at, a.add(a.numberOf(a.sub(s.chainAt, s.rsp_cons)), slots), a.numberOf(c.N)),
    ),
    implies(
      at,
      isFilled,
      same(at, cell.table(at, 'dataFrags', s.filling), frags),
      same(at, cell.table(at, 'dataExtras', s.filling), extras),
      same(at, cell.table(at, 'dataFrag', s.filling), next(at, s.fragsWritten)),
    ),
  );
};

/** A slot that is written and not taken: what it says, and what is behind it. */
export const shape: OfPackets = (at, { k }) => {
  const { a, c, s } = at;
  const zero = a.number(0);
  const here = known(at, k);
  const then = known(at, ring.inc(at, k));
  const { pos, frags, extras, key } = here;
  const slots = a.add(frags, extras);
  const isExtra = isOfExtra(at, pos, extras);
  const frag = fragAt(at, pos, extras);
  const block = slotAt(at, 'Gref', k);
  const own = cell.table(at, 'dataSize', block);
  const isLast = same(at, next(at, pos), slots);
  const more = a.if<'bool'>(isExtra, a.less(pos, extras), a.less(frag, frags));
  const isFirst = same(at, pos, zero);
  const isOfOpen = lies(at, k, s.chainAt, s.req_prod_pvt);
  const octets = a.if<'number'>(isExtra, zero, own);
  return implies(
    at,
    lies(at, k, s.req_cons, s.req_prod_pvt),
    isSome(at, frags),
    isAtMost(at, zero, extras),
    isAtMost(at, slots, c.MaxSlots),
    a.less(pos, slots),
    a.if<'bool'>(isExtra, isKind(at, k, 'extra'), isKind(at, k, 'request')),
    same(at, slotAt(at, 'More', k), flag(at, more)),
    implies(
      at,
      a.not(isExtra),
      same(at, slotAt(at, 'Extra', k), flag(at, a.and(isFirst, isSome(at, extras)))),
      same(at, slotAt(at, 'Size', k), a.if<'number'>(isFirst, here.rest, own)),
      same(at, block, cell.table(at, 'inFlight', slotAt(at, 'Id', k))),
      isOwned(at, block, 'flight'),
      same(at, cell.table(at, 'packetOf', block), key),
      same(at, cell.table(at, 'dataFrags', block), frags),
      same(at, cell.table(at, 'dataExtras', block), extras),
      same(at, cell.table(at, 'dataFrag', block), frag),
    ),
    implies(
      at,
      a.not(isLast),
      same(at, then.pos, next(at, pos)),
      same(at, then.frags, frags),
      same(at, then.extras, extras),
      same(at, then.key, key),
      same(at, here.rest, a.add(octets, then.rest)),
    ),
    implies(
      at,
      isLast,
      same(at, then.pos, zero),
      same(at, then.key, a.add(key, frags)),
      same(at, here.rest, octets),
    ),
    a.if<'bool'>(
      isOfOpen,
      a.and(
        same(at, key, s.nextKey),
        same(at, frags, s.chainFrags),
        same(at, extras, s.chainExtras),
        same(at, pos, a.numberOf(a.sub(k, s.chainAt))),
      ),
      a.and(
        isAtMost(at, next(at, key), s.nextKey),
        same(at, cell.table(at, 'sentFrags', key), frags),
        same(at, cell.table(at, 'sentExtras', key), extras),
      ),
    ),
  );
};

/** Packets begin where the back goes on to take them, and where nothing is published any more. */
export const edges: OfPackets = (at) => at.a.and(begins(at, at.s.req_cons), begins(at, at.s.req_prod));

/** The reader: what is due is what the slots have, and what it has counted is what it has read. */
export const reader: OfPackets = (at) => {
  const { a, s } = at;
  const zero = a.number(0);
  const [first, here] = [known(at, s.readFrom), known(at, s.readAt)];
  const { frags, extras } = first;
  const count = a.numberOf(a.sub(s.readAt, s.readFrom));
  const hasAllExtras = a.less(extras, count);
  const firstOwn = cell.table(at, 'dataSize', slotAt(at, 'Gref', s.readFrom));
  const isSameIndex = (i: typeof s.readAt, j: typeof s.readAt) => a.same<'index'>(i, j);
  return a.and(
    isAtMost(at, zero, s.packetsTaken),
    same(at, first.pos, zero),
    implies(at, isSameIndex(s.readAt, s.readFrom), isReadWhole(at)),
    implies(
      at,
      a.not(isSameIndex(s.readAt, s.readFrom)),
      isAtMost(at, count, a.add(frags, extras)),
      same(at, s.readExtras, a.if<'number'>(hasAllExtras, extras, a.minus(count, a.number(1)))),
      same(at, s.readFrags, a.if<'number'>(hasAllExtras, a.minus(count, extras), a.number(1))),
      a.same<'bool'>(s.readExtra, a.less(s.readExtras, extras)),
      a.same<'bool'>(s.readMore, a.less(s.readFrags, frags)),
    ),
    implies(
      at,
      a.not(isReadWhole(at)),
      same(at, here.pos, count),
      same(at, here.frags, frags),
      same(at, here.extras, extras),
      same(at, here.key, first.key),
      same(at, s.readLeft, a.add(firstOwn, here.rest)),
    ),
    implies(
      at,
      isReadWhole(at),
      same(at, here.pos, zero),
      implies(
        at,
        a.not(isSameIndex(s.readAt, s.readFrom)),
        same(at, s.readLeft, firstOwn),
        same(at, here.key, a.add(first.key, frags)),
      ),
    ),
  );
};

/** What the reader has read of the chain it is at, it has copied. */
export const copies: OfPackets = (at, { k }) => {
  const { a, s } = at;
  const first = known(at, s.readFrom);
  const { pos, frags, extras, key } = known(at, k);
  const copied = (name: 'takenId' | 'takenGref', field: 'Id' | 'Gref') =>
    same(at, cell.field(at, name, k), slotAt(at, field, k));
  return implies(
    at,
    lies(at, k, s.readFrom, s.readAt),
    same(at, pos, a.numberOf(a.sub(k, s.readFrom))),
    same(at, frags, first.frags),
    same(at, extras, first.extras),
    same(at, key, first.key),
    a.same<'word'>(a.read<'slots'>(s.takenKind, k), a.read<'slots'>(s.ring, slotOf(at, k))),
    same(at, cell.field(at, 'takenPacket', k), s.packetsTaken),
    implies(
      at,
      isCopied(at, k, 'request'),
      copied('takenId', 'Id'),
      copied('takenGref', 'Gref'),
      same(at, cell.field(at, 'takenFrag', k), fragAt(at, pos, extras)),
      same(at, cell.field(at, 'takenSize', k), slotAt(at, 'Size', k)),
    ),
  );
};
