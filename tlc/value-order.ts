/**
 * A total order on TLA+ values, and values put in that order.
 *
 * TLC prints a set in whatever order it was built, and one value differently in two states; whoever compares
 * or hashes states needs one order.  Booleans come first, then integers, strings, tuples, records, sets and
 * functions; a shorter one before a longer; then member by member.
 */
import type { Value } from './value.js';

type Set = { readonly '#set': readonly Value[] };
type Pair = readonly [Value, Value];
type Map = { readonly '#map': readonly Pair[] };
type Bigint = { readonly '#bigint': string };
type Record = { readonly [field: string]: Value };

/** Whether a value is a tuple or sequence.  (`Array.isArray` does not narrow a readonly array.) */
export const isTuple = (value: Value): value is readonly Value[] => Array.isArray(value);
/** Whether a value is a set. */
export const isSet = (value: Value): value is Set => typeof value === 'object' && '#set' in value;
/** Whether a value is a function that is neither a tuple nor a record. */
export const isMap = (value: Value): value is Map => typeof value === 'object' && '#map' in value;
/** Whether a value is an integer too large for a `number`. */
export const isBigint = (value: Value): value is Bigint => typeof value === 'object' && '#bigint' in value;

/** The set of these values, which are in normal order themselves. */
export const setOf = (members: readonly Value[]): Value => ({ '#set': ascending(members, compare) });

/** The function with these pairs, whose members are in normal order; a function on 1..n is a tuple. */
export function mapOf(pairs: readonly Pair[]): Value {
  const sorted = ascending(pairs, (a, b) => compare(a[0], b[0]));
  return sorted.every(([from], i) => from === i + 1) ? sorted.map(([, to]) => to) : { '#map': sorted };
}

/** The record with these fields, in order of their names. */
export function recordOf(fields: readonly (readonly [string, Value])[]): Value {
  // fromEntries defines each field; assignment would lose a field called __proto__.
  return Object.fromEntries(ascending(fields, (a, b) => compareText(a[0], b[0])));
}

/** The integer with this decimal text. */
export function integerOf(text: string): Value {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : { '#bigint': BigInt(text).toString() };
}

/** The names of a record's fields, sorted. */
export const sortedFields = (record: Record): readonly string[] =>
  ascending(Object.keys(record), compareText);

/** The same value with every set, record and function inside it in order; itself where nothing had to move. */
export function normal(value: Value): Value {
  if (typeof value !== 'object') return value;
  if (isTuple(value)) return mapped(value, normal);
  if (isSet(value)) {
    const members = ascending(mapped(value['#set'], normal), compare);
    return members === value['#set'] ? value : { '#set': members };
  }
  if (isMap(value)) return mapOf(value['#map'].map(([from, to]) => [normal(from), normal(to)]));
  if (isBigint(value)) return integerOf(value['#bigint']);
  const names = Object.keys(value);
  const fields = mapped(
    names.map((name) => value[name]!),
    normal,
  );
  const inOrder = ascending(names, compareText) === names;
  if (inOrder && fields.every((field, i) => field === value[names[i]!])) return value;
  return recordOf(names.map((name, i) => [name, fields[i]!]));
}

/** Negative, zero or positive as `a` comes before, is, or comes after `b`; both are in normal order. */
export function compare(a: Value, b: Value): number {
  if (typeof a === 'number' && typeof b === 'number') return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  const kind = rank(a);
  if (kind !== rank(b)) return kind - rank(b);
  if (typeof a === 'boolean') return Number(a) - Number(b);
  if (kind === rank(0)) {
    const difference = integer(a) - integer(b);
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }
  const left = parts(a);
  const right = parts(b);
  if (left.length !== right.length) return left.length - right.length;
  for (let i = 0; i < left.length; i++) {
    const order = compare(left[i]!, right[i]!);
    if (order !== 0) return order;
  }
  return 0;
}

function rank(value: Value): number {
  if (typeof value === 'boolean') return 0;
  if (typeof value === 'number' || isBigint(value)) return 1;
  if (typeof value === 'string') return 2;
  if (isTuple(value)) return 3;
  if (isSet(value)) return 5;
  return isMap(value) ? 6 : 4;
}

const integer = (value: Value): bigint => BigInt(isBigint(value) ? value['#bigint'] : (value as number));

/** What decides the order of two values of one compound kind, in the order in which it decides. */
function parts(value: Value): readonly Value[] {
  if (isTuple(value)) return value;
  if (isSet(value)) return value['#set'];
  if (isMap(value)) return value['#map'].flat(1);
  const names = sortedFields(value as Record);
  return [...names, ...names.map((name) => (value as Record)[name]!)];
}

// By UTF-16 code units: fast, and the same in every locale.
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Sorted, without repetitions; the same array if it was so already, as most are. */
function ascending<T>(items: readonly T[], order: (a: T, b: T) => number): readonly T[] {
  let i = 1;
  while (i < items.length && order(items[i - 1]!, items[i]!) < 0) i++;
  if (i >= items.length) return items;
  return items.toSorted(order).filter((item, at, all) => at === 0 || order(all[at - 1]!, item) !== 0);
}

/** Like `map`, but the same array if nothing changed. */
function mapped<T>(items: readonly T[], change: (item: T) => T): readonly T[] {
  let changed: T[] | undefined;
  for (let i = 0; i < items.length; i++) {
    const now = change(items[i]!);
    if (changed === undefined && now !== items[i]) changed = items.slice(0, i);
    changed?.push(now);
  }
  return changed ?? items;
}
