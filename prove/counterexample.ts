/** What a fault does to a property: one step out of a state that the invariant allows, with small numbers. */
import { type Concrete, concrete } from './concrete.js';
import {
  after,
  type Any,
  type At,
  broken,
  type Fault,
  filled,
  type Machine,
  type Property,
  quantified,
} from './machine.js';
import { alternatives, cellsOf, namesOf, scalarsOf, valuesOf } from './shown.js';
import { ANY, atNames, claimOf, sizes, stepOf } from './obligations.js';
import { wholeNumbersFor } from './integers.js';
import { BITS, bits, distanceName, type Theory } from './smt.js';
import type { Solver } from './solver.js';
import type { Names, Terms, Values } from './terms.js';

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
  const property = broken(machine, fault);
  for (let n = 1; n <= LARGEST_N; n *= 2) {
    const theory = theoryFor(machine, n);
    const at = atNames(machine, theory);
    const known = [
      ...sizes(machine, [fault.constant], theory),
      ...new Set(everywhere(machine, at, ANY, n)),
      ...claimOf(machine, property, theory),
      theory.a.same<'index'>(machine.sizeOf(at.c), theory.a.index(n)),
      machine.isSmall(at, ANY),
      ...[...scalarsOf(namesOf(machine)), ...cellsOf(namesOf(machine), n, theory)].map(({ sort, term }) =>
        theory.isValue(sort, term, machine.words.length),
      ),
    ];
    let isDecided = true;
    for (const { action, formulas } of violations(machine, property, fault, theory)) {
      const all = [...known, ...formulas];
      const answer = await solver.check(all);
      const found = answer === 'sat' ? await smallest(machine, action, all, n, theory, solver) : undefined;
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
  { actions = Object.keys(machine.actions) }: Fault<C>,
  theory: Theory,
): readonly { readonly action: string; readonly formulas: readonly string[] }[] {
  return actions.flatMap((action) => {
    const step = stepOf(machine, action, theory);
    const before = atNames(machine, theory);
    const { not } = theory.a;
    return [
      ...(always === undefined ? [] : [[always(before, ANY), not(always(step.after, ANY))]]),
      ...(steps[action] === undefined ? [] : [[not(steps[action](before, step.after, ANY))]]),
    ].map((wrong) => ({ action, formulas: [...step.when, ...wrong] }));
  });
}

/** Makes each value as small as the others allow, one after the other. Undefined if z3 gives no values in time. */
async function smallest<C extends Names, V extends Names>(
  machine: Machine<C, V>,
  action: string,
  formulas: readonly string[],
  n: number,
  theory: Theory,
  solver: Solver,
): Promise<(Counterexample<C, V> & { readonly any: Any<Concrete> }) | undefined> {
  const { constants, variables, distances } = machine;
  const all = namesOf(machine);
  // A distance is what should be small: the index may be anything.
  const wanted = scalarsOf(all)
    .filter(({ term }) => machine.madeSmall?.includes(term) ?? true)
    .map(({ term: name, sort }) => ({
      term: name in distances ? distanceName(name) : name,
      sort,
      values: alternatives(machine, sort, machine.usual[name], theory),
    }));
  const shown = [
    ...wanted.map(({ sort, term }, i) => ({ key: `wanted ${i}`, sort, term })),
    ...scalarsOf(all),
    ...cellsOf(all, n, theory),
  ]
    .map(
      ({ key, sort, term }) => `(declare-const |${key}| ${theory.sorts[sort]})(assert (= |${key}| ${term}))`,
    )
    .join('\n');

  const fixed = [...formulas];
  const find = async (more: readonly string[]) => solver.model([...fixed, ...more], shown);
  const any = await find([]);
  if (any === undefined) return undefined;
  let model = any;
  const settle = async (from: number, to: number): Promise<void> => {
    const wishes = wanted.slice(from, to).map(({ term, values }) => theory.a.same<'index'>(term, values[0]!));
    const isSo = wanted
      .slice(from, to)
      .every(({ values }, i) => model.get(`wanted ${from + i}`) === values[0]);
    const all = isSo ? model : await find(wishes);
    if (all !== undefined) {
      model = all;
      fixed.push(...wishes);
    } else if (to - from > 1) {
      const middle = (from + to) >>> 1;
      await settle(from, middle);
      await settle(middle, to);
    } else
      for (const value of wanted[from]!.values.slice(1)) {
        const wish = theory.a.same<'index'>(wanted[from]!.term, value);
        const better = await find([wish]);
        if (better === undefined) continue;
        model = better;
        fixed.push(wish);
        break;
      }
  };
  // All at once where that can be: most of them can.
  await settle(0, wanted.length);
  const values = (names: Names): unknown => valuesOf(machine, names, n, model);
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

/** What is looked at a ring of n slots with. */
const theoryFor = <C extends Names, V extends Names>({ facts }: Machine<C, V>, n: number): Theory =>
  facts === undefined ? bits : wholeNumbersFor(n);
