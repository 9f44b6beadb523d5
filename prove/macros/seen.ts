/** What a claim about a macro is made of. */
import type { Algebra, Terms, Values } from '../terms.js';
import { back } from '../ring/back.js';
import { front } from '../ring/front.js';
import { type AtRing, type RingConstants, ringFaults, type RingVariables } from '../ring/state.js';
import type { Path } from './paths.js';
import type { End, SharedWord } from './words.js';

/** One way through a macro, and what it is about. */
export interface Seen<T extends Terms> {
  readonly a: Algebra<T>;
  readonly path: Path<T>;
  /** A word of the end, the index that the macro is asked about, or a word that the macro does not look at. */
  readonly word: (name: string) => T['index'];
}

/** Something that is said of every way through a macro. */
export type OfPath = <T extends Terms>(seen: Seen<T>) => T['bool'];

/** Part of what a macro has to do. */
export interface MacroClaim {
  /** What is wrong where it does not hold, after the name of the macro. */
  readonly otherwise: string;
  /** It is claimed only where this holds. */
  readonly where?: OfPath;
  readonly holds: OfPath;
}

/** A macro, by its name in ring.h. */
export interface Macro {
  readonly name: string;
  readonly end: End;
  /** The property of the modules that stands on it; `-` if none does by itself. */
  readonly number: string;
  /** What is proved, as one says it in a table. */
  readonly says: string;
  readonly claims: readonly MacroClaim[];
}

/** The transcribed actions. */
export const actions = { ...front, ...back };

/** Ring with these words, and without a fault. What an action looks at has to be among them. */
export const ringAt = <T extends Terms>(
  { a, word }: Seen<T>,
  words: Readonly<Partial<Record<keyof RingVariables, unknown>>>,
  faults: readonly (keyof RingConstants)[] = [],
): AtRing<T> => {
  const flags = ['halfWay', 'EmptyPushes', 'forgets', ...ringFaults] as const;
  const c = Object.fromEntries(flags.map((flag) => [flag, a.bool(faults.includes(flag))]));
  const no = a.bool(false);
  const s = { req_event_passed: no, rsp_event_passed: no, rsp_cons_past: no, ...words };
  // Whatever is not there is no term, which z3 does not read.
  return { a, c: { ...c, N: word('nr_ents') } as Values<T, RingConstants>, s: s as Values<T, RingVariables> };
};

/** What an action changes in Ring with these words. */
export const changedBy = <T extends Terms>(
  seen: Seen<T>,
  action: keyof typeof actions,
  words: Readonly<Partial<Record<keyof RingVariables, unknown>>>,
): Partial<Values<T, RingVariables>> => actions[action](ringAt(seen, words)).then();

/** It gives something else than 0. */
export const isTrue = <T extends Terms>({ a, path }: Seen<T>): T['bool'] =>
  a.not(a.same<'index'>(path.result, a.index(0)));

/** It gives this. */
export const gives = <T extends Terms>({ a, path }: Seen<T>, value: T['index']): T['bool'] =>
  a.same<'index'>(path.result, value);

/** What each load of a shared word found. */
export const looks = <T extends Terms>({ path }: Seen<T>, word: SharedWord): readonly T['index'][] =>
  path.events.flatMap((event) => (event.kind === 'load' && event.word === word ? [event.value] : []));

/** What the last of them found. Without any, the order that is claimed beside does not hold. */
export const lastLook = <T extends Terms>(seen: Seen<T>, word: SharedWord): T['index'] =>
  looks(seen, word).at(-1) ?? seen.a.index(0);

/** The only value that is stored is this. */
export const storesOnly = <T extends Terms>({ a, path }: Seen<T>, value: T['index']): T['bool'] => {
  const stored = path.events.flatMap((event) => (event.kind === 'store' ? [event.value] : []));
  return stored.length === 1 ? a.same<'index'>(stored[0]!, value) : a.bool(false);
};

/** Loads of shared words, stores and barriers are these in one of these orders, and no others. */
export const inOrder = (...orders: readonly (readonly string[])[]): MacroClaim => {
  const texts = orders.map((steps) => steps.join(', '));
  return {
    otherwise: `does something else than ${texts.map((text) => (text === '' ? 'nothing' : `«${text}»`)).join(' or ')}`,
    holds: ({ a, path: { events } }) =>
      a.bool(
        texts.includes(
          events.map(({ kind, word }) => (kind === 'barrier' ? word : `${kind} ${word}`)).join(', '),
        ),
      ),
  };
};
