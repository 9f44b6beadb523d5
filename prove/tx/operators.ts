/** The operators of RequestIds, GrantTable and NetfrontTx, and the ring's over a state of the transmit half. */
import { isNone, lengthOf } from '../operators.js';
import * as ofRing from '../ring/operators.js';
import { ringOfHalf } from '../ring/half.js';
import type { AtRing } from '../ring/state.js';
import type { Terms } from '../terms.js';
import { type AtTx, type TxVariables } from './state.js';

/** The ring of a transmit half, as the operators of Ring know it. */
export const ringOf = <T extends Terms>({ a, c, s }: AtTx<T>): AtRing<T> => ringOfHalf({ a, c, s }, c);

/** Is this variable this word? */
export const isWord = <T extends Terms>(
  { a, s }: AtTx<T>,
  name: 'poller' | 'sender' | 'doneStatus',
  ...words: readonly string[]
): T['bool'] => a.or(...words.map((word) => a.same<'word'>(s[name], a.word(word))));

/** Is the scheme one of these? */
export const scheme = <T extends Terms>({ a, c }: AtTx<T>, ...words: readonly string[]): T['bool'] =>
  a.or(...words.map((word) => a.same<'word'>(c.IdScheme, a.word(word))));

/** HasFreeList */
export const hasFreeList = <T extends Terms>(at: AtTx<T>): T['bool'] =>
  scheme(at, 'free_list', 'free_list_unchecked');

/** What an array of the state has at a place. */
export const cell = {
  field: <T extends Terms>(
    { a, s }: AtTx<T>,
    name: { [K in keyof TxVariables]: TxVariables[K] extends 'fields' ? K : never }[keyof TxVariables],
    index: T['index'],
  ): T['number'] => a.read<'fields'>(s[name], index),
  table: <T extends Terms>(
    { a, s }: AtTx<T>,
    name: { [K in keyof TxVariables]: TxVariables[K] extends 'table' ? K : never }[keyof TxVariables],
    x: T['number'],
  ): T['number'] => a.read<'table'>(s[name], x),
};

const areHalves = <T extends Terms>({ a, c }: AtTx<T>): T['bool'] =>
  a.same<'number'>(c.BlocksPerPage, a.number(2));

/** PageOf */
export const pageOf = <T extends Terms>(at: AtTx<T>, block: T['number']): T['number'] =>
  at.a.if<'number'>(areHalves(at), at.a.halved(block), block);

/** BlockAt */
export const blockAt = <T extends Terms>(
  at: AtTx<T>,
  page: T['number'],
  offset: T['number'],
): T['number'] => {
  const { a } = at;
  return a.add(a.if<'number'>(areHalves(at), a.add(page, page), page), offset);
};

/** OffsetOf */
export const offsetOf = <T extends Terms>(at: AtTx<T>, block: T['number']): T['number'] => {
  const { a } = at;
  return a.minus(block, blockAt(at, pageOf(at, block), a.number(0)));
};

/** The last page is that of the last block. */
export const isPage = <T extends Terms>(at: AtTx<T>, page: T['number']): T['bool'] =>
  at.a.less(blockAt(at, page, at.a.number(0)), at.c.Blocks);

/** GrefOf: does this reference grant this block's page? No other does, so it is GrantOf. */
export const grants = <T extends Terms>(at: AtTx<T>, gref: T['number'], block: T['number']): T['bool'] =>
  at.a.and(
    at.a.less(gref, at.c.Grefs),
    at.a.same<'number'>(cell.table(at, 'granted', gref), pageOf(at, block)),
  );

/**
 * ChosenId and IdAvailable: may a request for this block under this grant, in this slot, have this id? There are as many
 * ids as the scheme's numbers need, so `% Ids` is left out.
 */
export const isChosen = <T extends Terms>(at: AtTx<T>, id: T['number'], slot: T['index']): T['bool'] => {
  const { a, c, s } = at;
  const isTheOne = (one: T['number'], ...schemes: readonly string[]) =>
    a.or(a.not(scheme(at, ...schemes)), a.same<'number'>(id, one));
  const isFree = (x: T['number']) => isNone(at, cell.table(at, 'inFlight', x));
  const distance = (x: T['number']) => a.minus(x, s.nextId);
  const before = (x: T['number']) => {
    const around = (y: T['number']) =>
      a.if<'number'>(a.less(y, s.nextId), a.add(distance(y), c.Ids), distance(y));
    return a.less(around(x), around(id));
  };
  return a.and(
    a.less(id, c.Ids),
    isTheOne(c.gref, 'gref_per_request', 'gref_per_page'),
    isTheOne(s.filling, 'block_number'),
    isTheOne(s.nextId, 'counter'),
    isTheOne(cell.table(at, 'freeIds', s.freeFrom), 'free_list', 'free_list_unchecked'),
    a.or(a.not(hasFreeList(at)), a.less(a.number(0), lengthOf(at, 'free'))),
    isTheOne(a.numberOf(slot), 'slot'),
    a.or(
      a.not(scheme(at, 'counter_skip')),
      // NextUnused. That it is the next one is no matter to what is proved.
      a.and(
        isFree(id),
        a.eachBelow(c.Ids, (x) => a.or(a.not(before(x)), a.not(isFree(x)))),
      ),
    ),
  );
};

/** Everything between a step and the ring: what a step does to the ring's own variables is said here once. */
export const ring = ofRing;
