/** What a fault does to a property: one step out of a state that the invariant allows, with small numbers. */
import { type Concrete, concrete } from './concrete.js';
import {
  after,
  type Any,
  type At,
  type Fault,
  filled,
  type Machine,
  type Property,
  quantified,
} from './machine.js';
import { ANY, atNames, claimOf, invariantOf, sizes, stepOf } from './obligations.js';
import { BITS, distanceName, smt, sortName, wordNumber } from './smt.js';
import type { Solver } from './solver.js';
import type { Names, Sort, Terms, Values } from './terms.js';

/** A step by which a fault breaks a property. */
export interface Counterexample<C extends Names, V extends Names> {
  readonly action: string;
  readonly constants: Values<Concrete, C>;
  /** A state in which the invariant holds. */
  readonly before: Values<Concrete, V>;
  /** What the step changes. The property does not hold here, or not of the step. */
  readonly changes: Partial<Values<Concrete, V>>;
}

/** The largest ring that is tried. A fault that shows only in a larger one is not found. */
const LARGEST_N = 16;
/** Up to which number the smallest value of an index is looked for. Otherwise it is what z3 gives. */
const SMALL = 3;
/** How many cells of an array are looked at beside those of the ring's slots. */
export const CELLS = 4;

/**
 * Looks for a step that breaks the property, first in rings of one slot, then of two and so on.
 * @returns the step; `none` if there is none in any of these rings: then the fault is none, or the property does not see
 * it; `not decided` if z3 did not tell in time whether a ring has one
 */
export async function counterexample<C extends Names, V extends Names>(
  machine: Machine<C, V>,
  fault: Fault<C>,
  solver: Solver,
): Promise<Counterexample<C, V> | 'none' | 'not decided'> {
  const property = machine.properties.find(({ name }) => name === fault.breaks);
  if (property === undefined) throw new Error(`${machine.name} has no property ${fault.breaks}`);
  const known = [...sizes(machine, [fault.constant]), ...invariantOf(machine), ...claimOf(machine, property)];
  for (let n = 1; n <= LARGEST_N; n *= 2) {
    const size = smt.same(machine.sizeOf(atNames(machine).c), smt.index(n));
    const inOrder = everywhere(machine, atNames(machine), ANY, n);
    let isDecided = true;
    for (const { action, formulas } of violations(machine, property)) {
      const all = [...known, size, machine.isSmall(atNames(machine), ANY), ...inOrder, ...formulas];
      const answer = await solver.check(all);
      const found = answer === 'sat' ? await smallest(machine, action, all, n, solver) : undefined;
      if (found !== undefined) return checked(machine, property, found, n);
      isDecided &&= answer === 'unsat';
    }
    // A larger ring would not be the smallest.
    if (!isDecided) return 'not decided';
  }
  return 'none';
}

/** The invariant, slot by slot: for as many k as a ring of n slots has, so that no slot is left out. */
function everywhere<T extends Terms, C extends Names, V extends Names>(
  { invariant, everywhere: values }: Machine<C, V>,
  at: At<T, C, V>,
  any: Any<T>,
  n: number,
): readonly T['bool'][] {
  const every = [any, ...filled(values(at, n), any)];
  return Object.values(invariant).flatMap((part) => every.map((each) => part(at, each)));
}

/** Each action by which a property could be broken: that it holds before, and does not any more. */
function violations<C extends Names, V extends Names>(
  machine: Machine<C, V>,
  { always, steps = {} }: Property<C, V>,
): readonly { readonly action: string; readonly formulas: readonly string[] }[] {
  return Object.keys(machine.actions).flatMap((action) => {
    const step = stepOf(machine, action);
    const before = atNames(machine);
    return [
      ...(always === undefined ? [] : [[always(before, ANY), smt.not(always(step.after, ANY))]]),
      ...(steps[action] === undefined ? [] : [[smt.not(steps[action](before, step.after, ANY))]]),
    ].map((wrong) => ({ action, formulas: [...step.when, ...wrong] }));
  });
}

/** Makes each value as small as the others allow, one after the other. Undefined if z3 gives no values in time. */
async function smallest<C extends Names, V extends Names>(
  machine: Machine<C, V>,
  action: string,
  formulas: readonly string[],
  n: number,
  solver: Solver,
): Promise<(Counterexample<C, V> & { readonly any: Any<Concrete> }) | undefined> {
  const { constants, variables, distances } = machine;
  const all: Names = { ...constants, ...variables, ...quantified };
  const scalars = Object.keys(all).filter((name) => !(all[name]! in elements));
  // A distance is what should be small: the index may be anything.
  const wanted = scalars.map((name) => ({
    term: name in distances ? distanceName(name) : name,
    sort: all[name]!,
    first: machine.usual[name],
  }));
  const cells = Object.entries(all).flatMap(([name, sort]) =>
    sort in elements
      ? Array.from({ length: cellsOf(sort, n) }, (_, i) => ({
          ...{ name, i, sort: elements[sort]!, term: smt.read<'slots'>(name, smt.index(i)) },
        }))
      : [],
  );
  const shown = [
    ...wanted.map(({ term, sort }, i) => shownAs(`wanted ${i}`, sort, term)),
    ...scalars.map((name) => shownAs(`value ${name}`, all[name]!, name)),
    ...cells.map(({ name, i, sort, term }) => shownAs(`${name} ${i}`, sort, term)),
  ].join('\n');

  const fixed = [...formulas];
  const find = async (more: readonly string[]) => solver.model([...fixed, ...more], shown);
  const any = await find([]);
  if (any === undefined) return undefined;
  let model = any;
  for (const [i, { term, sort, first }] of wanted.entries())
    for (const value of alternatives(machine, sort, first)) {
      const wish = smt.same(term, value);
      const better = (model.get(`wanted ${i}`) ?? value) === value ? model : await find([wish]);
      if (better === undefined) continue;
      model = better;
      fixed.push(wish);
      break;
    }
  const read = (key: string, sort: Sort): never => valueOf(machine, sort, model.get(key)) as never;
  const values = (names: Names): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(names).map(([name, sort]) => [
        name,
        sort in elements
          ? Object.fromEntries(
              Array.from({ length: cellsOf(sort, n) }, (_, i) => [i, read(`${name} ${i}`, elements[sort]!)]),
            )
          : read(`value ${name}`, sort),
      ]),
    );
  const c = values(constants) as Values<Concrete, C>;
  const s = values(variables) as Values<Concrete, V>;
  const step = machine.actions[action]!<Concrete>({ a: concrete(2 ** BITS), c, s });
  return { action, constants: c, before: s, changes: step.then(), any: values(quantified) as Any<Concrete> };
}

/** z3 and we have to mean the same: the step is taken once more, over values. */
function checked<C extends Names, V extends Names>(
  machine: Machine<C, V>,
  { name, always, steps }: Property<C, V>,
  { any, ...found }: Counterexample<C, V> & { readonly any: Any<Concrete> },
  n: number,
): Counterexample<C, V> {
  const { action, constants: c, before: s } = found;
  const a = concrete(2 ** BITS);
  const before = { a, c, s };
  const step = machine.actions[action]!<Concrete>(before);
  const next = { a, c, s: after<Concrete, V>(s, step) };
  const inOrder = everywhere<Concrete, C, V>(machine, before, any, n).every(Boolean);
  const good =
    (always?.<Concrete>(next, any) ?? true) && (steps?.[action]?.<Concrete>(before, next, any) ?? true);
  if (!inOrder || !step.when.every(Boolean) || good)
    throw new Error(
      `z3 says that ${action} breaks ${name} in ${JSON.stringify(found)}, and it does not: smt.ts and concrete.ts differ`,
    );
  return found;
}

/** What the arrays hold. */
const elements: Readonly<Partial<Record<Sort, Sort>>> = {
  slots: 'word',
  fields: 'number',
  table: 'number',
  places: 'index',
};

/** How many cells of an array are looked at. Only a ring's slots have a number that the ring's size tells. */
const cellsOf = (sort: Sort, n: number): number => (sort === 'slots' ? n : CELLS);

const shownAs = (name: string, sort: Sort, term: string): string =>
  `(declare-const |${name}| ${sortName[sort]})(assert (= |${name}| ${term}))`;

function alternatives<C extends Names, V extends Names>(
  { words }: Machine<C, V>,
  sort: Sort,
  first: boolean | undefined,
): readonly string[] {
  if (sort === 'bool') return [String(first ?? false)];
  if (sort === 'word') return words.map((_, i) => wordNumber(i));
  return Array.from({ length: SMALL + 1 }, (_, i) => smt.index(i));
}

/** A value as z3 prints it. One that it does not print may be anything. */
function valueOf<C extends Names, V extends Names>(
  { words }: Machine<C, V>,
  sort: Sort,
  text: string | undefined,
): Concrete[keyof Terms] {
  if (sort === 'bool') return text === 'true';
  const number = Number.parseInt(text?.slice(2) ?? '0', 16);
  if (sort !== 'word') return number;
  const word = words[number];
  if (word === undefined) throw new Error(`z3 gives ${text}, which is the number of no word`);
  return word;
}
