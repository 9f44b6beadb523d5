/**
 * What every action of TxPackets keeps. Each part speaks of one index, id, block, packet or cell. That an id is at one index,
 * and a block in one cell, is said by maps back, as in NetfrontTx.
 */
import { implies, isAtMost, isIn, isNone, lengthOf, lies } from '../operators.js';
import type { StatePredicate } from '../machine.js';
import type { Terms } from '../terms.js';
import {
  cell,
  isCopied,
  isKind,
  isOwned,
  isOwner,
  isSome,
  isStatus,
  isWord,
  same,
  scheme,
  slotAt,
} from './operators.js';
import { chain, copies, edges, reader, shape } from './shape.js';
import { type AtPackets, type PacketConstants, type PacketVariables } from './state.js';

type OfPackets = StatePredicate<PacketConstants, PacketVariables>;

/** The figure at the head of SharedRing, and the reader between req_cons and req_prod. */
const order: OfPackets = (at) => {
  const { a, c, s } = at;
  const from = (index: typeof s.rsp_cons) => a.sub(index, s.rsp_cons);
  const all = [s.rspSeen, s.rsp_prod, s.rsp_prod_pvt, s.req_cons, s.readFrom, s.readAt, s.req_prod];
  const edges = [...all, s.req_prod_pvt].map(from);
  return a.and(
    ...edges.map((edge, i) => upTo(at, edge, edges[i + 1] ?? c.N)),
    upTo(at, a.index(0), edges[0]!),
    upTo(at, from(s.req_prod), from(s.chainAt)),
    upTo(at, from(s.chainAt), from(s.req_prod_pvt)),
  );
};
const upTo = <T extends Terms>({ a }: AtPackets<T>, i: T['index'], j: T['index']): T['bool'] =>
  a.or(a.below(i, j), a.same<'index'>(i, j));

/** What has been answered is a response. */
const responses: OfPackets = (at, { k }) =>
  implies(
    at,
    lies(at, k, at.s.rsp_cons, at.s.rsp_prod_pvt),
    isKind(at, k, 'response'),
    at.a.or(...['OKAY', 'ERROR', 'NULL'].map((status) => isStatus(at, k, status))),
    implies(at, isStatus(at, k, 'NULL'), at.a.less(slotAt(at, 'Id', k), at.c.Ids)),
  );

/** Between a push and its event check nothing is written. */
const checks: OfPackets = (at) => {
  const { a, s } = at;
  return a.and(
    a.or(a.same<'index'>(s.reqChecked, s.req_prod), a.same<'index'>(s.req_prod_pvt, s.req_prod)),
    a.same<'index'>(s.rsp_prod_pvt, s.rsp_prod),
    a.or(isWord(at, 'poller', 'polling', 'releasing'), a.same<'index'>(s.rspSeen, s.rsp_cons)),
  );
};

/** The sender and the poller have a block while they say so, and no other owner has it. */
const hands: OfPackets = (at) => {
  const { a, s } = at;
  return a.and(
    isWord(at, 'sender', 'idle', 'filled'),
    isWord(at, 'poller', 'asleep', 'polling', 'releasing', 'armed'),
    isWord(at, 'doneStatus', 'OKAY', 'ERROR'),
    isWord(at, 'told', '-', 'OKAY', 'ERROR'),
    a.same<'bool'>(isWord(at, 'sender', 'idle'), isNone(at, s.filling)),
    a.same<'bool'>(a.not(isWord(at, 'poller', 'releasing')), isNone(at, s.done)),
    implies(at, a.not(isNone(at, s.filling)), isOwned(at, s.filling, 'sender')),
    implies(at, a.not(isNone(at, s.done)), isOwned(at, s.done, 'done')),
  );
};

/** Each place of the pool has a block that knows it is there. */
const pool: OfPackets = (at, { x }) =>
  at.a.and(
    implies(at, isIn(at, 'pool', x), isOwned(at, cell.table(at, 'pool', x), 'pool', x)),
    isAtMost(at, at.a.number(0), lengthOf(at, 'pool')),
  );

/** Each place of the free list has an id that is not in flight and knows it is there. */
const freeList: OfPackets = (at, { x }) => {
  const { a, c } = at;
  const id = cell.table(at, 'freeIds', x);
  return implies(
    at,
    scheme(at, 'free_list'),
    isAtMost(at, a.number(0), lengthOf(at, 'free')),
    implies(
      at,
      isIn(at, 'free', x),
      a.less(id, c.Ids),
      isNone(at, cell.table(at, 'inFlight', id)),
      same(at, cell.table(at, 'freeAt', id), x),
    ),
  );
};

/** The id at an index from rsp_cons up to req_prod_pvt: of a response, a request taken, or one on the ring. */
export const idAt = <T extends Terms>(at: AtPackets<T>, k: T['index']): T['number'] =>
  at.a.if<'number'>(
    lies(at, k, at.s.rsp_prod_pvt, at.s.req_cons),
    cell.field(at, 'takenId', k),
    slotAt(at, 'Id', k),
  );

/** Is there a request at such an index, or the answer to one? Otherwise there is an extra, or the answer to one. */
export const hasId = <T extends Terms>(at: AtPackets<T>, k: T['index']): T['bool'] => {
  const { a, s } = at;
  return a.if<'bool'>(
    lies(at, k, s.rsp_prod_pvt, s.req_cons),
    isCopied(at, k, 'request'),
    a.if<'bool'>(
      lies(at, k, s.rsp_cons, s.rsp_prod_pvt),
      a.not(isStatus(at, k, 'NULL')),
      isKind(at, k, 'request'),
    ),
  );
};

/** An id in flight has a block, and a request or response at one index. */
const flight: OfPackets = (at, { x: id }) => {
  const { a, c, s } = at;
  const block = cell.table(at, 'inFlight', id);
  const place = a.read<'places'>(s.placeOf, id);
  return implies(
    at,
    a.not(isNone(at, block)),
    a.less(id, c.Ids),
    isOwned(at, block, 'flight', id),
    lies(at, place, s.rsp_cons, s.req_prod_pvt),
    hasId(at, place),
    same(at, idAt(at, place), id),
    implies(at, scheme(at, 'block_number'), same(at, block, id)),
  );
};

/** The id at each index that has one is in flight, and its place is there. The chain's are behind all others. */
const ids: OfPackets = (at, { k }) => {
  const { a, c, s } = at;
  const id = idAt(at, k);
  const block = cell.table(at, 'inFlight', id);
  const packet = cell.table(at, 'packetOf', block);
  return implies(
    at,
    a.and(lies(at, k, s.rsp_cons, s.req_prod_pvt), hasId(at, k)),
    a.less(id, c.Ids),
    a.not(isNone(at, block)),
    a.same<'index'>(a.read<'places'>(s.placeOf, id), k),
    a.if<'bool'>(
      lies(at, k, s.chainAt, s.req_prod_pvt),
      same(at, packet, s.nextKey),
      a.less(packet, s.nextKey),
    ),
  );
};

/** What is taken is what was sent. */
const taken: OfPackets = (at, { k }) => {
  const { a, s } = at;
  const block = cell.field(at, 'takenGref', k);
  const packet = cell.field(at, 'takenPacket', k);
  const data = (name: 'dataFrags' | 'dataExtras' | 'dataFrag' | 'dataSize') => cell.table(at, name, block);
  return implies(
    at,
    lies(at, k, s.rsp_prod_pvt, s.req_cons),
    a.or(isCopied(at, k, 'request'), isCopied(at, k, 'extra')),
    implies(
      at,
      isCopied(at, k, 'request'),
      same(at, block, cell.table(at, 'inFlight', cell.field(at, 'takenId', k))),
      isOwned(at, block, 'flight'),
      a.less(packet, s.packetsTaken),
      same(at, data('dataFrags'), cell.table(at, 'packFrags', packet)),
      same(at, data('dataExtras'), cell.table(at, 'packExtras', packet)),
      same(at, data('dataFrag'), cell.field(at, 'takenFrag', k)),
      same(at, data('dataSize'), cell.field(at, 'takenSize', k)),
    ),
  );
};

/** Whoever is said to own a block has it. */
export const owners: OfPackets = (at, { x: block }) => {
  const { a, c, s } = at;
  const where = cell.table(at, 'ownedAt', block);
  return implies(
    at,
    a.less(block, c.Blocks),
    a.or(
      a.and(
        isOwner(at, block, 'pool'),
        isIn(at, 'pool', where),
        same(at, cell.table(at, 'pool', where), block),
      ),
      a.and(isOwner(at, block, 'sender'), same(at, s.filling, block)),
      a.and(isOwner(at, block, 'flight'), same(at, cell.table(at, 'inFlight', where), block)),
      a.and(isOwner(at, block, 'done'), same(at, s.done, block)),
    ),
  );
};

/** Is this one of the cells of a packet? The open chain's key is nextKey. */
export const isCellOf = <T extends Terms>(at: AtPackets<T>, key: T['number'], y: T['number']): T['bool'] => {
  const { a, s } = at;
  const count = a.if<'number'>(same(at, key, s.nextKey), s.fragsWritten, cell.table(at, 'left', key));
  return a.less(a.minus(y, key), count);
};

/** The cells of each packet have its blocks. */
export const packets: OfPackets = (at, { x: key, y }) => {
  const { a, c, s } = at;
  const block = cell.table(at, 'members', y);
  const left = cell.table(at, 'left', key);
  return a.and(
    isAtMost(at, a.number(0), left),
    implies(at, isSome(at, left), isAtMost(at, a.number(0), key), isAtMost(at, a.add(key, left), s.nextKey)),
    implies(
      at,
      isCellOf(at, key, y),
      a.less(block, c.Blocks),
      same(at, cell.table(at, 'packetOf', block), key),
      same(at, cell.table(at, 'cellOf', block), y),
      a.or(isOwner(at, block, 'flight'), isOwner(at, block, 'done')),
    ),
  );
};

/** Each block in flight, or whose response is consumed, is in a cell of its packet. */
const membership: OfPackets = (at, { x: block }) => {
  const { a, c, s } = at;
  const key = cell.table(at, 'packetOf', block);
  const isDone = isOwner(at, block, 'done');
  const place = cell.table(at, 'cellOf', block);
  return implies(
    at,
    a.and(a.less(block, c.Blocks), a.or(isOwner(at, block, 'flight'), isDone)),
    isAtMost(at, key, s.nextKey),
    isCellOf(at, key, place),
    same(at, cell.table(at, 'members', place), block),
    a.or(a.not(isDone), a.not(same(at, key, s.nextKey))),
  );
};

/** Of a packet that the back has answered with ERROR, the front knows that, or will learn it of one of its blocks. */
const fares: OfPackets = (at, { x: key }) => {
  const { a, s } = at;
  const one = a.number(1);
  const block = cell.table(at, 'faredBy', key);
  const cellAt = cell.table(at, 'cellOf', block);
  const place = a.read<'places'>(s.placeOf, cell.table(at, 'ownedAt', block));
  return implies(
    at,
    a.and(isSome(at, cell.table(at, 'left', key)), same(at, cell.table(at, 'fared', key), one)),
    a.or(
      same(at, cell.table(at, 'sentStatus', key), one),
      a.and(
        a.less(block, at.c.Blocks),
        same(at, cell.table(at, 'packetOf', block), key),
        isCellOf(at, key, cellAt),
        same(at, cell.table(at, 'members', cellAt), block),
        a.or(
          a.and(isOwner(at, block, 'done'), same(at, s.done, block), isWord(at, 'doneStatus', 'ERROR')),
          a.and(
            isOwner(at, block, 'flight'),
            lies(at, place, s.rsp_cons, s.rsp_prod_pvt),
            isStatus(at, place, 'ERROR'),
          ),
        ),
      ),
    ),
  );
};

/** All of it, by name. */
export const invariant = {
  order,
  responses,
  checks,
  hands,
  chain,
  shape,
  edges,
  reader,
  copies,
  taken,
  pool,
  freeList,
  flight,
  ids,
  owners,
  packets,
  membership,
  fares,
};
