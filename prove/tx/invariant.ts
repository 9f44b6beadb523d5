/**
 * What every action of NetfrontTx keeps. Each part speaks of one index, id, block, page or reference. That two requests
 * have two ids is said by a map back: from an id to the one index at which its request or response is.
 */
import { implies, isAtMost, isIn, isNone, lengthOf, lies, slotOf } from '../operators.js';
import type { StatePredicate } from '../machine.js';
import type { Terms } from '../terms.js';
import { invariant as ofRing } from '../ring/invariant.js';
import { blockAt, cell, hasFreeList, isPage, isWord, offsetOf, pageOf, ringOf, scheme } from './operators.js';
import { type AtTx, OWNER, type TxConstants, type TxVariables, UNREAD } from './state.js';

type OfTx = StatePredicate<TxConstants, TxVariables>;

/** Who owns a block, and where. */
const isOwned = <T extends Terms>(
  at: AtTx<T>,
  block: T['number'],
  by: keyof typeof OWNER,
  ...where: readonly T['number'][]
): T['bool'] => {
  const { a, c } = at;
  return a.and(
    a.less(block, c.Blocks),
    a.same<'number'>(cell.table(at, 'owner', block), a.number(OWNER[by])),
    ...where.map((place) => a.same<'number'>(cell.table(at, 'ownedAt', block), place)),
  );
};

/** The figure at the head of SharedRing, and what each slot has; as in Ring. */
const order: OfTx = (at) => {
  const { a, c, s } = at;
  const edges = [s.rspSeen, s.rsp_prod, s.rsp_prod_pvt, s.req_cons, s.req_prod, s.req_prod_pvt].map((index) =>
    a.sub(index, s.rsp_cons),
  );
  const isAtMost = (i: typeof c.N, j: typeof c.N) => a.or(a.below(i, j), a.same<'index'>(i, j));
  return a.and(
    ...edges.map((edge, i) => isAtMost(edge, edges[i + 1] ?? c.N)),
    isAtMost(a.index(0), edges[0]!),
  );
};
const slots: OfTx = (at, any) => ofRing.slots(ringOf(at), any);

/** Between a push and its event check nothing is written. */
const checks: OfTx = (at) => {
  const { a, c, s } = at;
  return a.and(
    a.or(a.same<'index'>(s.reqChecked, s.req_prod), a.same<'index'>(s.req_prod_pvt, s.req_prod)),
    a.or(a.not(c.CoarseBack), a.same<'index'>(s.rsp_prod_pvt, s.rsp_prod)),
    a.or(
      isWord(at, 'poller', 'polling'),
      a.same<'index'>(s.rspSeen, s.rsp_cons),
      isWord(at, 'poller', 'releasing'),
    ),
  );
};

/** The sender and the poller have a block while they say so, and no other owner has it. */
const hands: OfTx = (at) => {
  const { a, c, s } = at;
  return a.and(
    isWord(at, 'sender', 'idle', 'filled', 'granted'),
    isWord(at, 'poller', 'asleep', 'polling', 'releasing', 'armed'),
    a.same<'bool'>(isWord(at, 'sender', 'idle'), isNone(at, s.filling)),
    a.same<'bool'>(a.not(isWord(at, 'poller', 'releasing')), isNone(at, s.done)),
    a.or(c.GrantPerRequest, a.not(isWord(at, 'sender', 'granted'))),
    implies(at, a.not(isNone(at, s.filling)), isOwned(at, s.filling, 'sender')),
    implies(at, a.not(isNone(at, s.done)), isOwned(at, s.done, 'done')),
    // A free slot was found before the block was filled, and nothing was written since.
    implies(at, a.not(isNone(at, s.filling)), a.below(a.sub(s.req_prod_pvt, s.rsp_cons), c.N)),
    implies(at, a.not(isNone(at, s.filling)), a.same<'index'>(s.reqChecked, s.req_prod)),
  );
};

/** Each place of the pool has a block that knows it is there; the pool has all blocks that have no other owner. */
const pool: OfTx = (at, { x }) => {
  const { a, c, s } = at;
  const one = (there: ReturnType<typeof a.not>) => a.if<'number'>(there, a.number(0), a.number(1));
  const out = a.add(
    a.numberOf(a.sub(s.req_prod_pvt, s.rsp_cons)),
    a.add(one(isNone(at, s.filling)), one(isNone(at, s.done))),
  );
  return a.and(
    implies(at, isIn(at, 'pool', x), isOwned(at, cell.table(at, 'pool', x), 'pool', x)),
    a.same<'number'>(a.add(lengthOf(at, 'pool'), out), c.Blocks),
    isAtMost(at, a.number(0), lengthOf(at, 'pool')),
    isAtMost(at, lengthOf(at, 'pool'), c.Blocks),
  );
};

/** Each place of the free list has an id that is not in flight and knows it is there. */
const freeList: OfTx = (at, { x }) => {
  const { a, c, s } = at;
  const id = cell.table(at, 'freeIds', x);
  return implies(
    at,
    hasFreeList(at),
    implies(
      at,
      isIn(at, 'free', x),
      a.less(id, c.Ids),
      isNone(at, cell.table(at, 'inFlight', id)),
      a.same<'number'>(cell.table(at, 'freeAt', id), x),
    ),
    a.same<'number'>(a.add(lengthOf(at, 'free'), a.numberOf(a.sub(s.req_prod_pvt, s.rsp_cons))), c.Ids),
    isAtMost(at, a.number(0), lengthOf(at, 'free')),
    isAtMost(at, lengthOf(at, 'free'), c.Ids),
  );
};

/** An id in flight has a block; by block, by reference and by slot the id says which. */
const flight: OfTx = (at, { x: id }) => {
  const { a, c, s } = at;
  const block = cell.table(at, 'inFlight', id);
  const place = a.read<'places'>(s.placeOf, id);
  return implies(
    at,
    a.not(isNone(at, block)),
    a.less(id, c.Ids),
    isOwned(at, block, 'flight', id),
    lies(at, place, s.rsp_cons, s.req_prod_pvt),
    a.same<'number'>(idAt(at, place), id),
    implies(at, scheme(at, 'block_number'), a.same<'number'>(block, id)),
    implies(at, scheme(at, 'slot'), a.same<'number'>(a.numberOf(slotOf(at, place)), id)),
    implies(
      at,
      scheme(at, 'gref_per_request'),
      a.same<'number'>(cell.table(at, 'granted', id), pageOf(at, block)),
    ),
  );
};

/** The id at an index from rsp_cons up to req_prod_pvt: of a response, a request taken, or one on the ring. */
export const idAt = <T extends Terms>(at: AtTx<T>, k: T['index']): T['number'] =>
  at.a.if<'number'>(
    lies(at, k, at.s.rsp_prod_pvt, at.s.req_cons),
    cell.field(at, 'takenId', k),
    cell.field(at, 'slotId', slotOf(at, k)),
  );

/** What a request that is still to be answered has in a field. */
export const unansweredAt = <T extends Terms>(
  at: AtTx<T>,
  field: 'Gref' | 'Offset' | 'Size',
  k: T['index'],
): T['number'] =>
  at.a.if<'number'>(
    lies(at, k, at.s.rsp_prod_pvt, at.s.req_cons),
    cell.field(at, `taken${field}`, k),
    cell.field(at, `slot${field}`, slotOf(at, k)),
  );

/** The id at each index is in flight, and its place is there. */
const ids: OfTx = (at, { k }) => {
  const { a, s } = at;
  const id = idAt(at, k);
  return implies(
    at,
    lies(at, k, s.rsp_cons, s.req_prod_pvt),
    a.less(id, at.c.Ids),
    a.not(isNone(at, cell.table(at, 'inFlight', id))),
    a.same<'index'>(a.read<'places'>(s.placeOf, id), k),
  );
};

/** A request that is still to be answered speaks of its block, whose page is granted, and which has the frame promised. */
const requests: OfTx = (at, { k }) => {
  const { a, s } = at;
  const block = cell.table(at, 'inFlight', idAt(at, k));
  const gref = unansweredAt(at, 'Gref', k);
  const same = (x: typeof gref, y: typeof gref) => a.same<'number'>(x, y);
  const got = cell.field(at, 'takenGot', k);
  return a.and(
    implies(
      at,
      lies(at, k, s.rsp_prod_pvt, s.req_prod_pvt),
      a.less(gref, at.c.Grefs),
      same(cell.table(at, 'granted', gref), pageOf(at, block)),
      same(unansweredAt(at, 'Offset', k), offsetOf(at, block)),
      same(unansweredAt(at, 'Size', k), cell.table(at, 'contents', block)),
    ),
    implies(
      at,
      lies(at, k, s.rsp_prod_pvt, s.req_cons),
      a.or(same(got, a.number(UNREAD)), same(got, unansweredAt(at, 'Size', k))),
    ),
  );
};

/** A reference grants a page, and no other reference does. For life its number is the page's. */
const grantTable: OfTx = (at, { x: gref }) => {
  const { a, c } = at;
  const page = cell.table(at, 'granted', gref);
  const owner = cell.table(at, 'owner', page);
  const isMapped = a.less(a.number(0), cell.table(at, 'mapped', gref));
  return a.and(
    implies(
      at,
      a.and(c.GrantPerRequest, a.not(isNone(at, page))),
      a.less(gref, c.Grefs),
      a.less(page, c.Blocks),
      a.same<'number'>(cell.table(at, 'grefOf', page), gref),
      a.not(a.same<'number'>(owner, a.number(OWNER.pool))),
      a.or(a.not(a.same<'number'>(owner, a.number(OWNER.sender))), isWord(at, 'sender', 'granted')),
    ),
    implies(
      at,
      a.not(c.GrantPerRequest),
      a.same<'number'>(page, a.if<'number'>(isPage(at, gref), gref, page)),
    ),
    implies(at, isMapped, a.less(gref, c.Grefs), a.not(isNone(at, page))),
  );
};

/** Whoever is said to own a block has it. */
export const owners: OfTx = (at, { x: block }) => {
  const { a, c, s } = at;
  const where = cell.table(at, 'ownedAt', block);
  const is = (x: typeof where) => a.same<'number'>(x, block);
  const by = (owner: keyof typeof OWNER) =>
    a.same<'number'>(cell.table(at, 'owner', block), a.number(OWNER[owner]));
  return implies(
    at,
    a.less(block, c.Blocks),
    a.or(
      a.and(by('pool'), isIn(at, 'pool', where), is(cell.table(at, 'pool', where))),
      a.and(by('sender'), is(s.filling)),
      a.and(by('flight'), is(cell.table(at, 'inFlight', where))),
      a.and(by('done'), is(s.done)),
    ),
  );
};

/** The block that a request speaks of: by its grant and its offset. */
export const blockOf = <T extends Terms>(at: AtTx<T>, k: T['index']): T['number'] =>
  blockAt(at, cell.table(at, 'granted', unansweredAt(at, 'Gref', k)), unansweredAt(at, 'Offset', k));

/** All of it, by name. */
export const invariant = {
  order,
  slots,
  checks,
  hands,
  pool,
  freeList,
  flight,
  ids,
  requests,
  grantTable,
  owners,
};
