/** TxPackets of spec/TxPackets.tla, with the modules it extends, for any number of slots, ids and blocks, and chains of any length. */
import { isNone, ofSlots } from '../operators.js';
import type { Any, Machine, StatePredicate } from '../machine.js';
import { LARGEST_RING } from '../ring/ring.js';
import { fromRspCons } from '../shared-ring.js';
import { CELLS } from '../shown.js';
import type { Algebra, Terms, Values } from '../terms.js';
import type { Reading } from '../tie.js';
import { back } from './back.js';
import { choicesOfPackets, constantsOfPackets, nullIdsOf, stateOfPackets } from './graph.js';
import { idAt, invariant } from './invariant.js';
import { cell, flag, isOpen, isReadWhole, isWord, ring, same, scheme } from './operators.js';
import { poller } from './poller.js';
import { properties } from './properties.js';
import { sender } from './sender.js';
import {
  type AtPackets,
  constants,
  frontFaults,
  OWNER,
  type PacketConstants,
  type PacketVariables,
  soundSchemes,
  variables,
  words,
} from './state.js';
import { textOfPackets } from './text.js';
import { uses } from './uses.js';

/** As many as can be numbered, one number being NONE. */
const LARGEST = 2 ** 31;

/** How many blocks, ids and fragments a counterexample may have: then every cell that counts is looked at. */
const FEW = CELLS / 2;

const assume = <T extends Terms>(a: Algebra<T>, c: Values<T, PacketConstants>): T['bool'] => {
  const is = (word: string) => a.same<'word'>(c.IdScheme, a.word(word));
  const atMost = (x: T['number'], y: T['number']) => a.or(a.less(x, y), a.same<'number'>(x, y));
  const some = (x: T['number']) => a.less(a.number(0), x);
  return a.and(
    a.isPowerOfTwo(c.N),
    a.not(a.below(a.index(LARGEST_RING), c.N)),
    ...[c.Ids, c.Blocks].map((count) => a.and(some(count), atMost(count, a.number(LARGEST)))),
    a.and(some(c.MaxFrags), atMost(c.MaxFrags, c.Blocks)),
    atMost(a.number(0), c.MaxExtras),
    a.and(some(c.MaxSlots), atMost(c.MaxSlots, a.numberOf(c.N))),
    a.or(...soundSchemes.map(is)),
    // What of a block's number is an id.
    a.or(a.not(is('block_number')), atMost(c.Blocks, c.Ids)),
  );
};

const init: StatePredicate<PacketConstants, PacketVariables> = (at, { x }) => {
  const { a, c, s } = at;
  const zero = a.number(0);
  const indices = [s.req_prod, s.rsp_prod, s.req_prod_pvt, s.rsp_cons, s.reqChecked, s.chainAt] as const;
  const more = [s.rsp_prod_pvt, s.req_cons, s.rspChecked, s.rspSeen, s.readFrom, s.readAt] as const;
  const none = [s.chainFrags, s.chainExtras, s.fragsWritten, s.extrasWritten, s.nextKey] as const;
  const isBlock = a.less(x, c.Blocks);
  const isFree = a.and(scheme(at, 'free_list'), a.less(x, c.Ids));
  const table = (name: 'pool' | 'ownedAt' | 'owner' | 'freeIds' | 'freeAt' | 'left' | 'inFlight') =>
    cell.table(at, name, x);
  return a.and(
    ...[...indices, ...more].map((index) => a.same<'index'>(index, c.First)),
    ...[s.req_event, s.rsp_event].map((event) => a.same<'index'>(event, a.plus(c.First, a.index(1)))),
    ...[s.req_event_passed, s.rsp_event_passed].map((flag) => a.not(flag)),
    ...[s.frontPending, s.backPending, s.broken, s.readExtra, s.readMore].map((flag) => a.not(flag)),
    ...[s.extras, s.packetsTaken].map((count) => same(at, count, zero)),
    ...none.map((count) => same(at, count, zero)),
    isWord(at, 'poller', 'asleep'),
    isWord(at, 'sender', 'idle'),
    isWord(at, 'told', '-'),
    isNone(at, s.filling),
    isNone(at, s.done),
    isWord(at, 'doneStatus', 'OKAY'),
    same(at, s.nextId, zero),
    same(at, s.freeFrom, zero),
    same(at, s.freeTo, a.if<'number'>(scheme(at, 'free_list'), c.Ids, zero)),
    same(at, s.poolFrom, zero),
    same(at, s.poolTo, c.Blocks),
    isNone(at, table('inFlight')),
    same(at, table('left'), zero),
    a.or(a.not(isBlock), a.and(same(at, table('pool'), x), same(at, table('ownedAt'), x))),
    a.or(a.not(isBlock), same(at, table('owner'), a.number(OWNER.pool))),
    a.or(a.not(isFree), a.and(same(at, table('freeIds'), x), same(at, table('freeAt'), x))),
  );
};

/** The values for which the invariant is used: what the steps look at, and where those lead. */
const instances = <T extends Terms>(
  at: AtPackets<T>,
  { k: any, j, x, y }: Any<T>,
): Readonly<Record<string, readonly Partial<Any<T>>[]>> => {
  const { a, c, s } = at;
  const before = (k: T['index']) => a.sub(k, a.index(1));
  const ends = [s.rsp_cons, s.rsp_prod_pvt, c.at].map((k) => ({ k }));
  const reads = [s.readAt, s.readFrom, before(s.chainAt), s.chainAt, s.req_cons].map((k) => ({ k }));
  const numbers = (...all: readonly T['number'][]) => all.map((x) => ({ x }));
  const ids = [any, j, s.rsp_cons, s.rsp_prod_pvt, c.at].map((k) => idAt(at, k));
  const flying = (id: T['number']) => cell.table(at, 'inFlight', id);
  const key = cell.table(at, 'packetOf', s.done);
  const last = a.minus(a.add(key, cell.table(at, 'left', key)), a.number(1));
  const bad = cell.table(at, 'faredBy', x);
  // What TxAbandon puts at a place of the pool, or of the free list.
  const inHand = flag(at, a.not(isNone(at, s.filling)));
  const pooled = a.minus(x, a.minus(s.poolFrom, a.add(s.fragsWritten, inHand)));
  const freed = a.minus(x, a.minus(s.freeFrom, s.fragsWritten));
  const back = [pooled, freed].map((i) => a.add(s.nextKey, i));
  const blocksBack = back.map((y) => cell.table(at, 'members', y));
  const idsBack = blocksBack.map((block) => cell.table(at, 'ownedAt', block));
  const place = { k: a.read<'places'>(s.placeOf, x) };
  const badId = cell.table(at, 'ownedAt', bad);
  return {
    responses: ends,
    shape: [...reads, { k: j }],
    copies: [{ k: s.readFrom }, place],
    taken: [...ends, { k: j }],
    ids: [...ends, { k: j }, place],
    flight: numbers(...ids, c.id, y, badId, ...idsBack),
    pool: numbers(s.poolFrom, y),
    freeList: numbers(s.freeFrom),
    owners: numbers(s.done, bad, ...blocksBack),
    packets: [
      { x: key, y: last },
      { x: key, y: cell.table(at, 'cellOf', s.done) },
      { x: s.nextKey, y },
      { x: key, y },
      { x: cell.table(at, 'packetOf', x), y },
      ...back.map((y) => ({ x: s.nextKey, y })),
    ],
    membership: numbers(s.done, flying(x), bad, cell.field(at, 'takenGref', c.at), ...blocksBack),
    fares: numbers(key),
  };
};

/** TxPackets, with these actions. */
export const packetsWith = (
  actions: Machine<PacketConstants, PacketVariables>['actions'],
): Machine<PacketConstants, PacketVariables> => ({
  name: 'TxPackets',
  constants,
  variables,
  words,
  distances: { ...fromRspCons, chainAt: 'rsp_cons', readFrom: 'rsp_cons', readAt: 'rsp_cons' },
  sizeOf: ({ N }) => N,
  sizes: 'any N, ids, blocks and fragments, chains up to N; whole numbers',
  instances,
  uses,
  facts: {
    ...ofSlots,
    usedFor: Object.keys(invariant),
    used: (at, { k, x }) => {
      const { a, s } = at;
      const bad = cell.table(at, 'ownedAt', cell.table(at, 'faredBy', x));
      const places = [x, bad].map((id) => a.read<'places'>(s.placeOf, id));
      const all = [k, s.rsp_cons, s.readAt, s.readFrom, ...places];
      return all.flatMap((one) =>
        [s.req_prod_pvt, s.rsp_prod_pvt].flatMap((two) => [[one, two] as const, [two, one] as const]),
      );
    },
  },
  possibleWhere: ({ a, c, s }, { k, j, x, y }) =>
    a.and(
      ...[s.rsp_cons, k, j].map((index) => a.same<'index'>(index, a.index(0))),
      a.or(...[2, LARGEST_RING].map((n) => a.same<'index'>(c.N, a.index(n)))),
      a.same<'number'>(c.MaxSlots, a.numberOf(c.N)),
      ...[c.Ids, c.Blocks].map((count) => a.same<'number'>(count, a.number(2))),
      ...[x, y].map((number) => a.same<'number'>(number, a.number(0))),
      ...[s.nextKey, s.packetsTaken].map((number) => a.same<'number'>(number, a.number(1))),
      a.same<'word'>(c.IdScheme, a.word('counter_skip')),
    ),
  everywhere: ({ a, s }, n) => [
    ...Array.from({ length: n }, (_, i) => ({ k: a.plus(s.rsp_cons, a.index(i)) })),
    ...Array.from({ length: CELLS * CELLS }, (_, i) => ({
      x: a.number(Math.floor(i / CELLS)),
      y: a.number(i % CELLS),
    })),
  ],
  // Then `everywhere` leaves nothing out.
  isSmall: (at, { k, j, x, y }) => {
    const { a, c, s } = at;
    const few = [c.Ids, c.Blocks, c.MaxExtras, s.poolTo, s.freeTo, s.nextKey, s.packetsTaken].map((count) =>
      a.not(a.less(a.number(FEW), count)),
    );
    const sizes = [0, 1].map((block) => cell.table(at, 'dataSize', a.number(block)));
    // What stands at a place beyond the cells is not shown, and the invariant looks there.
    const places = [0, 1].map((block) => cell.table(at, 'ownedAt', a.number(block)));
    return a.and(
      a.same<'index'>(s.rsp_cons, a.index(0)),
      a.same<'word'>(c.IdScheme, a.word('block_number')),
      ...few,
      ...[c.octets, c.ofOctets, s.toFill, ...sizes, ...places].map((x) => a.less(x, a.number(CELLS))),
      ...[k, j].map((index) => a.below(index, a.index(CELLS))),
      ...[x, y].map((number) => a.less(number, a.number(CELLS))),
    );
  },
  // What is small above is small enough; more takes a minute.
  madeSmall: [],
  usual: {},
  assume,
  faults: [
    fault('push_in_parts', 'PublishedWhole', 'TxPushRequests'),
    fault('unended_chain', 'shape', 'TxAbandon', { PublishedWhole: 'txp_unended' }),
    fault('too_many_slots', 'chain', 'TxFill', { SlotsPromised: 'txp_too_many_slots' }),
    fault('room_for_first', 'chain', 'TxFill', { RingBound: 'txp_room_for_first' }),
    fault('first_size_own', 'shape', 'TxEnqueue', {
      SizeRule: 'txp_first_size_own',
      AssembledAsSent: 'txp_first_size_own_assembled',
    }),
    fault('null_by_id', 'NullFreesNothing', 'TxConsumeResponse'),
    fault('abandon_leaks', 'Conservation', 'TxAbandon'),
    fault('abandon_keeps_ids', 'LinearOwnership', 'TxAbandon'),
    fault('told_early', 'ToldOnce', 'TxRelease'),
    fault('last_status', 'ToldTruly', 'TxRelease'),
  ],
  faultConstants: [...frontFaults, 'null_for_request'],
  faultyActions: ['BackRespondNullToRequest'],
  init,
  actions,
  invariant,
  properties,
  possible: {
    'a chain of 2^31 slots, of which the last is to be written': (at) => {
      const { a, c, s } = at;
      const behind = a.plus(s.chainAt, c.N);
      return a.and(
        isOpen(at),
        a.same<'index'>(c.N, a.index(LARGEST_RING)),
        a.same<'index'>(ring.inc(at, s.req_prod_pvt), behind),
      );
    },
    'a chain of 2^31 slots, published and read whole': (at) => {
      const { a, c, s } = at;
      return a.and(
        isReadWhole(at),
        a.same<'index'>(c.N, a.index(LARGEST_RING)),
        a.same<'index'>(s.readAt, a.plus(s.readFrom, c.N)),
      );
    },
  },
});

const fault = (
  constant: (typeof frontFaults)[number],
  breaks: string,
  action: string,
  later: Readonly<Record<string, string>> = {},
): Machine<PacketConstants, PacketVariables>['faults'][number] => ({
  ...{ constant, name: constant, breaks, actions: [action] },
  later: Object.entries(later).map(([breaks, model]) => ({ breaks, model })),
});

/** TxPackets. */
export const packets = packetsWith({ ...sender, ...poller, ...back });

/** A transcription of TxPackets, and how it is held against TLC's graphs of it. */
export const readingOfPackets = (
  machine: Machine<PacketConstants, PacketVariables>,
): Reading<PacketConstants, PacketVariables> => ({
  machine,
  constantsOf: constantsOfPackets,
  choicesOf: (constants, M, given) => choicesOfPackets(constants, M, nullIdsOf(given)),
  stateOf: (state, M, hidden, constants) =>
    stateOfPackets(state, constants, M, hidden, machine.actions.BackReadSlot!),
  silent: ['BackReadSlot', 'BackReadAgain'],
  textOf: (state, M) => textOfPackets(state, M),
});
