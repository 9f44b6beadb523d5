/** What the halves (NetfrontTx, TxPackets) are written with alike: numbers that may be none, lists, slots. */
import type { Algebra, Terms } from './terms.js';

interface Over<T extends Terms> {
  readonly a: Algebra<T>;
}

/** NoBlock and NoPage, as a number. */
export const NONE = 2 ** 32 - 1;

/** The term of NONE: NoBlock and NoPage, the number of no block and of no page. */
export const none = <T extends Terms>({ a }: Over<T>): T['number'] => a.number(NONE);
/** Is this the number of no block and no page? */
export const isNone = <T extends Terms>(at: Over<T>, x: T['number']): T['bool'] =>
  at.a.same<'number'>(x, none(at));

/** Where the first holds, all the others do. */
export const implies = <T extends Terms>(
  { a }: Over<T>,
  given: T['bool'],
  ...then: readonly T['bool'][]
): T['bool'] => a.or(a.not(given), a.and(...then));

/** Is the one number less than the other, or the same? */
export const isAtMost = <T extends Terms>({ a }: Over<T>, x: T['number'], y: T['number']): T['bool'] =>
  a.or(a.less(x, y), a.same<'number'>(x, y));

/** Does the index k lie from one index up to another? */
export const lies = <T extends Terms>(
  { a }: Over<T>,
  k: T['index'],
  from: T['index'],
  to: T['index'],
): T['bool'] => a.below(a.sub(k, from), a.sub(to, from));

interface Slotted<T extends Terms> extends Over<T> {
  readonly c: { readonly N: T['index'] };
}

/** The slot of an index, as SlotOf of SharedRing: the index modulo N. */
export const slotOf = <T extends Terms>({ a, c }: Slotted<T>, k: T['index']): T['index'] => a.modulo(k, c.N);

/** What proofs over whole numbers are told of slots. It is proved over 32 bits. */
export const ofSlots = {
  says: 'slots are below N, and differ of two indices that are less than N apart',
  holds: <T extends Terms>(
    at: Slotted<T>,
    { k, j }: { readonly k: T['index']; readonly j: T['index'] },
  ): T['bool'] => {
    const { a, c } = at;
    const [one, two] = [slotOf(at, k), slotOf(at, j)];
    const areNear = a.and(a.below(a.sub(k, j), c.N), a.not(a.same<'index'>(k, j)));
    return a.and(a.below(one, c.N), implies(at, areNear, a.not(a.same<'index'>(one, two))));
  },
};

/** The pool of blocks and the list of free ids: places of an array, from a head that both ends move. */
interface Listed<T extends Terms> extends Over<T> {
  readonly s: Readonly<Record<'poolFrom' | 'poolTo' | 'freeFrom' | 'freeTo', T['number']>>;
}

/** How long a list is. */
export const lengthOf = <T extends Terms>({ a, s }: Listed<T>, list: 'pool' | 'free'): T['number'] =>
  a.minus(s[`${list}To`], s[`${list}From`]);

/** Is this place from the head of a list to its end? */
export const isIn = <T extends Terms>(at: Listed<T>, list: 'pool' | 'free', place: T['number']): T['bool'] =>
  at.a.less(at.a.minus(place, at.s[`${list}From`]), lengthOf(at, list));
