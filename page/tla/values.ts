/** The operators of TLA+ on values. */
import { compare, isMap, isSet, isTuple, mapOf, normal, recordOf, setOf } from '../../tlc/value-order.js';
import type { Value } from '../../tlc/index.js';
import { BeyondUs } from './syntax.js';

/** Whether two values are the same. */
export const equal = (a: Value, b: Value): boolean => compare(normal(a), normal(b)) === 0;

/** A number, a boolean, the members of a set, a sequence. Each throws {@link BeyondUs} for anything else. */
export const number = (value: Value): number => (typeof value === 'number' ? value : not('a number', value));
export const truth = (value: Value): boolean =>
  typeof value === 'boolean' ? value : not('true or false', value);
export const members = (value: Value): readonly Value[] =>
  isSet(value) ? value['#set'] : not('a set', value);
export const sequence = (value: Value): readonly Value[] =>
  isTuple(value) ? value : not('a sequence', value);

const not = (what: string, value: Value): never => {
  throw new BeyondUs(`${JSON.stringify(value)} in the place of ${what}`);
};

/** A function as its arguments and results. */
export function entriesOf(value: Value): readonly (readonly [Value, Value])[] {
  if (isTuple(value)) return value.map((result, i) => [i + 1, result] as const);
  if (isMap(value)) return value['#map'];
  if (typeof value !== 'object' || isSet(value) || '#bigint' in value) return not('a function', value);
  return Object.entries(value as Record<string, Value>);
}

/** A function of these: a sequence or a record where it is one. */
export function functionOf(entries: readonly (readonly [Value, Value])[]): Value {
  const isRecord = entries.length > 0 && entries.every(([from]) => typeof from === 'string');
  if (isRecord) return recordOf(entries as readonly (readonly [string, Value])[]);
  return mapOf(entries.map(([from, to]) => [normal(from), normal(to)] as const));
}

/** What a function gives for an argument. Throws {@link BeyondUs} outside its domain. */
export function applied(of: Value, to: Value): Value {
  if (isTuple(of) && typeof to === 'number' && to >= 1 && to <= of.length) return of[to - 1]!;
  const found = entriesOf(of).find(([from]) => equal(from, to));
  if (found === undefined) throw new BeyondUs(`a function that has nothing at ${JSON.stringify(to)}`);
  return found[1];
}

/** The numbers from the one to the other. */
const interval = (from: number, to: number): Value => ({
  '#set': Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i),
});

const has = (set: Value, value: Value): boolean => members(set).some((each) => equal(each, value));
const set = (values: readonly Value[]): Value => setOf(values.map(normal));

/** All records of which each field is one of these. */
export const recordsOf = (fields: readonly (readonly [string, readonly Value[]])[]): Value =>
  set(
    fields.reduce<readonly Readonly<Record<string, Value>>[]>(
      (all, [name, values]) => all.flatMap((each) => values.map((value) => ({ ...each, [name]: value }))),
      [{}],
    ),
  );

type Infix = (left: Value, right: Value) => Value;

/** The infix operators whose both sides are always evaluated. */
export const INFIX: Readonly<Record<string, Infix>> = {
  '=': equal,
  '#': (a, b) => !equal(a, b),
  '<': (a, b) => number(a) < number(b),
  '>': (a, b) => number(a) > number(b),
  '<=': (a, b) => number(a) <= number(b),
  '=<': (a, b) => number(a) <= number(b),
  '>=': (a, b) => number(a) >= number(b),
  '<=>': (a, b) => truth(a) === truth(b),
  '+': (a, b) => number(a) + number(b),
  '-': (a, b) => number(a) - number(b),
  '*': (a, b) => number(a) * number(b),
  '^': (a, b) => number(a) ** number(b),
  // As in TLA+, both round down.
  '%': (a, b) => ((number(a) % number(b)) + number(b)) % number(b),
  '\\div': (a, b) => Math.floor(number(a) / number(b)),
  '..': (a, b) => interval(number(a), number(b)),
  '\\in': (a, b) => has(b, a),
  '\\notin': (a, b) => !has(b, a),
  '\\subseteq': (a, b) => members(a).every((each) => has(b, each)),
  '\\union': (a, b) => set([...members(a), ...members(b)]),
  '\\cup': (a, b) => set([...members(a), ...members(b)]),
  '\\intersect': (a, b) => set(members(a).filter((each) => has(b, each))),
  '\\cap': (a, b) => set(members(a).filter((each) => has(b, each))),
  '\\': (a, b) => set(members(a).filter((each) => !has(b, each))),
  '\\X': (a, b) => set(members(a).flatMap((x) => members(b).map((y) => [x, y]))),
  '\\o': (a, b) => [...sequence(a), ...sequence(b)],
};

/** The prefix operators. */
export const PREFIX: Readonly<Record<string, (value: Value) => Value>> = {
  '~': (value) => !truth(value),
  '-': (value) => -number(value),
  DOMAIN: (value) => set(entriesOf(value).map(([from]) => from)),
  UNION: (value) => set(members(value).flatMap(members)),
};

/** What the modules Sequences and FiniteSets define, but SelectSeq. */
export const BUILT_IN: Readonly<Record<string, (...values: readonly Value[]) => Value>> = {
  Len: (of) => sequence(of!).length,
  Head: (of) => applied(of!, 1),
  Tail: (of) => sequence(of!).slice(1),
  Append: (of, last) => [...sequence(of!), last!],
  SubSeq: (of, from, to) => sequence(of!).slice(number(from!) - 1, Math.max(number(from!) - 1, number(to!))),
  Cardinality: (of) => members(of!).length,
};
