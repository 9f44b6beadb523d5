/** NetfrontTx of spec/NetfrontTx.tla, with the modules it extends, for any number of slots, ids, blocks and pages. */
import { isNone, none, ofSlots, slotOf } from '../operators.js';
import type { Any, Machine, StatePredicate } from '../machine.js';
import { LARGEST_RING } from '../ring/ring.js';
import { fromRspCons } from '../shared-ring.js';
import type { Algebra, Terms, Values } from '../terms.js';
import { back } from './back.js';
import { CELLS } from '../shown.js';
import { front } from './front.js';
import { idAt, invariant } from './invariant.js';
import { cell, hasFreeList, isPage, isWord } from './operators.js';
import { choicesOfTx, constantsOfTx, stateOfTx, textOfTx } from './graph.js';
import { properties } from './properties.js';
import type { Reading } from '../tie.js';
import {
  type AtTx,
  constants,
  OWNER,
  soundSchemes,
  type TxConstants,
  txFaults,
  type TxVariables,
  variables,
  words,
} from './state.js';

/** As many as can be numbered, one number being NONE, with a page for every block. */
const LARGEST = 2 ** 31;

const assume = <T extends Terms>(a: Algebra<T>, c: Values<T, TxConstants>): T['bool'] => {
  const is = (...words: readonly string[]) =>
    a.or(...words.map((word) => a.same<'word'>(c.IdScheme, a.word(word))));
  const atMost = (x: T['number'], y: T['number']) => a.not(a.less(y, x));
  const halves = a.same<'number'>(c.BlocksPerPage, a.number(2));
  const largest = a.number(LARGEST);
  return a.and(
    a.isPowerOfTwo(c.N),
    a.not(a.below(a.index(LARGEST_RING), c.N)),
    ...[c.Ids, c.Blocks, c.Grefs].map((count) => a.and(atMost(count, largest), a.less(a.number(0), count))),
    a.or(halves, a.same<'number'>(c.BlocksPerPage, a.number(1))),
    a.or(a.not(c.GrantPerRequest), a.not(halves)),
    // Gref = Page
    a.or(
      c.GrantPerRequest,
      a.same<'number'>(c.Grefs, a.if<'number'>(halves, a.halved(a.add(c.Blocks, a.number(1))), c.Blocks)),
    ),
    is(...soundSchemes, 'gref_per_page', 'counter'),
    // What of the scheme's numbers is an id.
    a.or(a.not(is('block_number')), atMost(c.Blocks, c.Ids)),
    a.or(a.not(is('gref_per_request', 'gref_per_page')), atMost(c.Grefs, c.Ids)),
    a.or(a.not(is('slot')), atMost(a.numberOf(c.N), c.Ids)),
    a.or(a.not(is('gref_per_request')), c.GrantPerRequest),
    a.or(a.not(is('gref_per_page')), a.not(c.GrantPerRequest)),
    // The schemes that are faults.
    a.same<'bool'>(is('gref_per_page'), c.gref_per_page),
    a.same<'bool'>(is('counter'), c.counter),
    a.same<'bool'>(a.and(is('slot'), c.OutOfOrder), c.slot_out_of_order),
  );
};

const init: StatePredicate<TxConstants, TxVariables> = (at, { x }) => {
  const { a, c, s } = at;
  const zero = a.number(0);
  const same = (one: typeof zero, two: typeof zero) => a.same<'number'>(one, two);
  const indices = [s.req_prod, s.rsp_prod, s.req_prod_pvt, s.rsp_cons, s.reqChecked] as const;
  const more = [s.rsp_prod_pvt, s.req_cons, s.rspChecked, s.rspSeen] as const;
  const isBlock = a.less(x, c.Blocks);
  const isFree = a.and(hasFreeList(at), a.less(x, c.Ids));
  const isGranted = a.and(a.not(c.GrantPerRequest), isPage(at, x));
  return a.and(
    ...[...indices, ...more].map((index) => a.same<'index'>(index, c.First)),
    ...[s.req_event, s.rsp_event].map((event) => a.same<'index'>(event, a.plus(c.First, a.index(1)))),
    ...[s.req_event_passed, s.rsp_event_passed].map((flag) => a.not(flag)),
    ...[s.frontPending, s.backPending, s.broken].map((flag) => a.not(flag)),
    isWord(at, 'poller', 'asleep'),
    isWord(at, 'sender', 'idle'),
    isNone(at, s.filling),
    isNone(at, s.done),
    isWord(at, 'doneStatus', 'OKAY'),
    same(s.nextId, zero),
    same(s.freeFrom, zero),
    same(s.freeTo, a.if<'number'>(hasFreeList(at), c.Ids, zero)),
    same(s.poolFrom, zero),
    same(s.poolTo, c.Blocks),
    isNone(at, cell.table(at, 'inFlight', x)),
    same(cell.table(at, 'granted', x), a.if<'number'>(isGranted, x, none(at))),
    same(cell.table(at, 'mapped', x), zero),
    a.or(a.not(isBlock), a.and(same(cell.table(at, 'pool', x), x), same(cell.table(at, 'ownedAt', x), x))),
    a.or(a.not(isBlock), same(cell.table(at, 'owner', x), a.number(OWNER.pool))),
    a.or(a.not(isFree), a.and(same(cell.table(at, 'freeIds', x), x), same(cell.table(at, 'freeAt', x), x))),
  );
};

/** The values for which the invariant is used: what the steps look at, and where those lead. */
const instances = <T extends Terms>(
  at: AtTx<T>,
  { k: any, j, x, y }: Any<T>,
): Readonly<Record<string, readonly Partial<Any<T>>[]>> => {
  const { c, s } = at;
  const indices = [s.rsp_cons, s.req_cons, s.rsp_prod_pvt, c.at].map((k) => ({ k }));
  const numbers = (...all: readonly T['number'][]) => all.map((x) => ({ x }));
  return {
    slots: indices,
    ids: [...indices, { k: j }],
    requests: indices,
    flight: numbers(...[...indices.map(({ k }) => k), any].map((k) => idAt(at, k)), c.id, y),
    pool: numbers(s.poolFrom, y),
    freeList: numbers(s.freeFrom),
    owners: numbers(cell.table(at, 'granted', x)),
    grantTable: numbers(
      c.gref,
      cell.field(at, 'takenGref', c.at),
      cell.field(at, 'slotGref', slotOf(at, s.req_cons)),
    ),
  };
};

/** What needs what. */
const uses = {
  order: ['order', 'checks', 'hands'],
  slots: ['order', 'slots', 'checks', 'hands'],
  checks: ['order', 'checks', 'hands'],
  hands: ['hands', 'pool', 'flight', 'ids', 'order', 'checks'],
  pool: ['pool', 'hands', 'flight', 'ids', 'order', 'checks'],
  freeList: ['freeList', 'ids', 'flight', 'order', 'checks', 'hands'],
  flight: ['flight', 'ids', 'hands', 'freeList', 'order', 'checks', 'grantTable', 'pool'],
  ids: ['ids', 'flight', 'order', 'freeList', 'checks', 'hands'],
  requests: ['requests', 'ids', 'flight', 'hands', 'order', 'checks', 'pool', 'grantTable', 'freeList'],
  grantTable: ['grantTable', 'hands', 'requests', 'order', 'checks', 'ids', 'flight', 'pool', 'owners'],
  owners: ['owners', 'hands', 'pool', 'flight', 'ids', 'order', 'checks', 'freeList', 'grantTable'],
  UniqueOutstandingId: ['ids', 'order'],
  BufferStable: ['requests', 'order'],
  NoReuseBeforeResponse: ['requests', 'ids', 'flight', 'pool', 'hands', 'order'],
  NoFreeWhileMapped: ['grantTable'],
  LinearOwnership: ['pool', 'flight', 'hands'],
  Conservation: ['owners'],
  RingBound: ['order'],
  FrontResponseBound: ['order'],
  IdHeldOnce: ['freeList', 'flight', 'hands', 'grantTable', 'order'],
} as const;

/** NetfrontTx, with these actions. */
export const txWith = (
  actions: Machine<TxConstants, TxVariables>['actions'],
): Machine<TxConstants, TxVariables> => ({
  name: 'NetfrontTx',
  sizes: 'any N, ids, blocks and pages; whole numbers',
  constants,
  variables,
  words,
  distances: fromRspCons,
  sizeOf: ({ N }) => N,
  instances,
  uses,
  facts: {
    ...ofSlots,
    usedFor: ['slots', 'flight', 'ids', 'requests', 'owners', 'IdHeldOnce'],
    used: (at, { k, x }) => {
      const { a, c, s } = at;
      const all = [k, s.rsp_cons, s.req_cons, s.rsp_prod_pvt, s.req_prod_pvt];
      const more = [x, c.id].map((id) => a.read<'places'>(s.placeOf, id));
      return [...all, ...more].flatMap((one, i, of) =>
        of.filter((_, l) => l !== i).map((two) => [one, two] as const),
      );
    },
  },
  possibleWhere: ({ a, c }) => {
    const counts = [c.Ids, c.Blocks, c.Grefs].map((count) => a.same<'number'>(count, a.number(1)));
    return a.and(a.same<'index'>(c.N, a.index(1)), ...counts);
  },
  everywhere: ({ a, s }, n) => [
    ...Array.from({ length: n }, (_, i) => ({ k: a.plus(s.rsp_cons, a.index(i)) })),
    ...Array.from({ length: CELLS }, (_, i) => ({ x: a.number(i) })),
  ],
  // Then `everywhere` leaves nothing out.
  isSmall: (at, { k, j, x, y }) => {
    const { a, c, s } = at;
    const few = [c.Ids, c.Blocks, c.Grefs, s.poolTo, s.freeTo].map((count) =>
      a.not(a.less(a.number(CELLS), count)),
    );
    return a.and(
      a.same<'index'>(s.rsp_cons, a.index(0)),
      ...few,
      ...[k, j].map((index) => a.below(index, a.index(CELLS))),
      ...[x, y].map((number) => a.less(number, a.number(CELLS))),
    );
  },
  madeSmall: ['Ids', 'Blocks', 'Grefs', 'req_prod_pvt', 'req_prod', 'rsp_prod'],
  usual: { OutOfOrder: true, CoarseBack: true, lifo: true },
  assume,
  faults: [
    {
      constant: 'gref_per_page',
      name: 'gref_per_page',
      breaks: 'UniqueOutstandingId',
      actions: ['TxEnqueue'],
      later: [{ breaks: 'BufferStable', model: 'tx_1_4_1' }],
    },
    { constant: 'counter', name: 'counter', breaks: 'IdHeldOnce', actions: ['TxEnqueue'] },
    {
      ...{ constant: 'slot_out_of_order', name: 'slot out of order', breaks: 'flight' },
      ...{ actions: ['BackRespond'], later: [{ breaks: 'NoReuseBeforeResponse', model: 'tx_slot' }] },
    },
    { constant: 'early_free', name: 'early_free', breaks: 'NoReuseBeforeResponse', actions: ['TxEnqueue'] },
    { constant: 'double_free', name: 'double_free', breaks: 'LinearOwnership', actions: ['TxRelease'] },
    { constant: 'leak_on_error', name: 'leak_on_error', breaks: 'Conservation', actions: ['TxRelease'] },
    {
      constant: 'end_access_unchecked',
      name: 'end_access_unchecked',
      breaks: 'NoFreeWhileMapped',
      actions: ['TxRelease'],
    },
    {
      ...{ constant: 'ring_full_off_by_one', name: 'ring_full_off_by_one', breaks: 'hands' },
      ...{ actions: ['TxFill'], later: [{ breaks: 'RingBound', model: 'tx_ring_full_off_by_one' }] },
    },
  ],
  faultConstants: txFaults,
  faultyActions: [],
  init,
  actions,
  invariant,
  properties,
  // test/prove/tx.test.ts holds the invariant against TLC's states besides.
  possible: Object.fromEntries(
    soundSchemes.map((word) => [
      `${word} can choose an id`,
      (at) => at.a.and(...actions.TxEnqueue!(at).when, at.a.same<'word'>(at.c.IdScheme, at.a.word(word))),
    ]),
  ),
});

/** NetfrontTx. */
export const tx = txWith({ ...front, ...back });

/** The transcription of NetfrontTx, and how it is held against TLC's graphs of it. */
export const txReading: Reading<TxConstants, TxVariables> = {
  machine: tx,
  constantsOf: constantsOfTx,
  choicesOf: choicesOfTx,
  stateOf: stateOfTx,
  textOf: (state, M, { OutOfOrder }) => textOfTx(state, M, OutOfOrder),
};
