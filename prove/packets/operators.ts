/** The operators of RequestIds and TxPackets, and the ring's over a state of it. */
import { implies, isNone, lengthOf, slotOf } from '../operators.js';
import { ringOfHalf } from '../ring/half.js';
import * as ofRing from '../ring/operators.js';
import type { AtRing } from '../ring/state.js';
import type { Terms } from '../terms.js';
import { type AtPackets, OWNER, type PacketVariables } from './state.js';

/** The ring, as the operators of Ring know it. */
export const ringOf = <T extends Terms>(at: AtPackets<T>): AtRing<T> => ringOfHalf(at);

/** What a step does to the ring's own variables is said there once. */
export const ring = ofRing;

/** Is this variable this word? */
export const isWord = <T extends Terms>(
  { a, s }: AtPackets<T>,
  name: 'poller' | 'sender' | 'doneStatus' | 'told',
  ...all: readonly string[]
): T['bool'] => a.or(...all.map((word) => a.same<'word'>(s[name], a.word(word))));

/** Is the scheme this one? */
export const scheme = <T extends Terms>({ a, c }: AtPackets<T>, word: string): T['bool'] =>
  a.same<'word'>(c.IdScheme, a.word(word));

/** Not 0, and not negative. */
export const isSome = <T extends Terms>({ a }: AtPackets<T>, x: T['number']): T['bool'] =>
  a.less(a.number(0), x);

export const same = <T extends Terms>({ a }: AtPackets<T>, x: T['number'], y: T['number']): T['bool'] =>
  a.same<'number'>(x, y);

/** One more. */
export const next = <T extends Terms>({ a }: AtPackets<T>, x: T['number']): T['number'] =>
  a.add(x, a.number(1));

/** A flag as it stands in a slot. */
export const flag = <T extends Terms>({ a }: AtPackets<T>, so: T['bool']): T['number'] =>
  a.if<'number'>(so, a.number(1), a.number(0));

type NamesOf<S> = {
  [K in keyof PacketVariables]: PacketVariables[K] extends S ? K : never;
}[keyof PacketVariables];

/** What an array of the state has at a place. */
export const cell = {
  field: <T extends Terms>({ a, s }: AtPackets<T>, name: NamesOf<'fields'>, k: T['index']): T['number'] =>
    a.read<'fields'>(s[name], k),
  table: <T extends Terms>({ a, s }: AtPackets<T>, name: NamesOf<'table'>, x: T['number']): T['number'] =>
    a.read<'table'>(s[name], x),
};

/** What stands in the slot of an index. */
export const slotAt = <T extends Terms>(
  at: AtPackets<T>,
  field: 'Id' | 'Gref' | 'Size' | 'More' | 'Extra',
  k: T['index'],
): T['number'] => cell.field(at, `slot${field}`, slotOf(at, k));

/** Is the slot of an index of this kind? */
export const isKind = <T extends Terms>(at: AtPackets<T>, k: T['index'], kind: string): T['bool'] =>
  at.a.same<'word'>(at.a.read<'slots'>(at.s.ring, slotOf(at, k)), at.a.word(kind));

/** Has the response in the slot of an index this status? */
export const isStatus = <T extends Terms>(at: AtPackets<T>, k: T['index'], status: string): T['bool'] =>
  at.a.same<'word'>(at.a.read<'slots'>(at.s.slotStatus, slotOf(at, k)), at.a.word(status));

/** Is what was copied of the slot of an index of this kind? */
export const isCopied = <T extends Terms>(at: AtPackets<T>, k: T['index'], kind: string): T['bool'] =>
  at.a.same<'word'>(at.a.read<'slots'>(at.s.takenKind, k), at.a.word(kind));

/** IsOpen */
export const isOpen = <T extends Terms>(at: AtPackets<T>): T['bool'] => isSome(at, at.s.chainFrags);

/** Written */
export const written = <T extends Terms>({ a, s }: AtPackets<T>): T['number'] =>
  a.add(s.fragsWritten, s.extrasWritten);

/** ExtrasAreDue */
export const extrasAreDue = <T extends Terms>(at: AtPackets<T>): T['bool'] =>
  at.a.and(same(at, at.s.fragsWritten, at.a.number(1)), at.a.less(at.s.extrasWritten, at.s.chainExtras));

/** Does a block belong to the open chain, with its slot written? */
export const isOfChain = <T extends Terms>(at: AtPackets<T>, block: T['number']): T['bool'] =>
  at.a.and(
    at.a.not(isNone(at, block)),
    isOwner(at, block, 'flight'),
    same(at, cell.table(at, 'packetOf', block), at.s.nextKey),
  );

/** Is nothing due after what the reader has read? */
export const isReadWhole = <T extends Terms>({ a, s }: AtPackets<T>): T['bool'] =>
  a.and(a.not(s.readExtra), a.not(s.readMore));

/**
 * ChosenId and IdAvailable: may a request for the block that is filled have this id? There are as many ids as blocks where
 * an id is a block's number, so `% Ids` is left out.
 */
export const isChosen = <T extends Terms>(at: AtPackets<T>, id: T['number']): T['bool'] => {
  const { a, c, s } = at;
  const isFree = (x: T['number']) => isNone(at, cell.table(at, 'inFlight', x));
  const distance = (x: T['number']) => a.minus(x, s.nextId);
  const around = (x: T['number']) =>
    a.if<'number'>(a.less(x, s.nextId), a.add(distance(x), c.Ids), distance(x));
  return a.and(
    a.less(id, c.Ids),
    implies(at, scheme(at, 'block_number'), same(at, id, s.filling)),
    implies(
      at,
      scheme(at, 'free_list'),
      isSome(at, lengthOf(at, 'free')),
      same(at, id, cell.table(at, 'freeIds', s.freeFrom)),
    ),
    implies(
      at,
      scheme(at, 'counter_skip'),
      isFree(id),
      // NextUnused. That it is the next one is no matter to what is proved.
      a.eachBelow(c.Ids, (x) => a.or(a.not(a.less(around(x), around(id))), a.not(isFree(x)))),
    ),
  );
};

/** Has a block this owner? */
export const isOwner = <T extends Terms>(
  at: AtPackets<T>,
  block: T['number'],
  by: keyof typeof OWNER,
): T['bool'] => same(at, cell.table(at, 'owner', block), at.a.number(OWNER[by]));

/** Who owns a block, and where. */
export const isOwned = <T extends Terms>(
  at: AtPackets<T>,
  block: T['number'],
  by: keyof typeof OWNER,
  ...where: readonly T['number'][]
): T['bool'] =>
  at.a.and(
    at.a.less(block, at.c.Blocks),
    isOwner(at, block, by),
    ...where.map((place) => same(at, cell.table(at, 'ownedAt', block), place)),
  );
