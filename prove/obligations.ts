/** What has to be shown of a machine, as questions to a solver. */
import {
  after,
  type Any,
  type At,
  type Facts,
  filled,
  type Machine,
  type Property,
  quantified,
  type StatePredicate,
} from './machine.js';
import { wholeNumbers } from './integers.js';
import { bits, declaration, type Formula, named, preamble, type Theory } from './smt.js';
import type { Names } from './terms.js';

/** One question, and the answer that it must have. */
export interface Obligation {
  /** The property that it is part of. */
  readonly about: string;
  /** What is shown, in words. */
  readonly says: string;
  /** Are these possible together? */
  readonly formulas: readonly string[];
  /** `unsat` where their denial is a proof, `sat` where something has to be possible. */
  readonly expects: 'unsat' | 'sat';
  /** What the formulas are of. */
  readonly theory: Theory;
}

/** The group of obligations that the invariant starts true and is kept. */
export const INVARIANT = 'invariant';
/** The group of what must be possible, lest all else hold of nothing. */
export const POSSIBLE = 'possible';

/** Any value of each. */
export const ANY: Any<Formula> = named(quantified);

/** Everything that a solver must know before the questions. */
export const declarations = <C extends Names, V extends Names>(
  { constants, variables, words, distances }: Machine<C, V>,
  theory: Theory = bits,
): string => {
  // An index that others are distances from comes first.
  const names = Object.keys(variables).toSorted((x, y) => Number(x in distances) - Number(y in distances));
  return [
    preamble(words, theory),
    ...Object.entries(constants).map(([name, sort]) => declaration(name, sort, undefined, theory)),
    ...names.map((name) => declaration(name, variables[name]!, distances[name], theory)),
    ...Object.entries(quantified).map(([name, sort]) => declaration(name, sort, undefined, theory)),
  ].join('\n');
};

/** Where a machine's state is looked at, by the names of its constants and variables. */
export const atNames = <C extends Names, V extends Names>(
  machine: Machine<C, V>,
  { a }: Theory = bits,
): At<Formula, C, V> => ({
  a,
  c: named(machine.constants),
  s: named(machine.variables),
});

/** The constants make sense, and of the faults there are only these. */
export const sizes = <C extends Names, V extends Names>(
  machine: Machine<C, V>,
  faults: readonly string[] = [],
  theory: Theory = bits,
): readonly string[] => {
  const { a, c } = atNames(machine, theory);
  return [
    machine.assume(a, c),
    ...machine.faultConstants.map((fault) => (faults.includes(fault) ? c[fault] : a.not(c[fault]))),
  ];
};

const said = <C extends Names, V extends Names>(
  machine: Machine<C, V>,
  predicate: StatePredicate<C, V>,
  theory: Theory = bits,
): string => predicate(atNames(machine, theory), ANY);

/** The whole invariant, or some parts of it, of the state before, for the values that proofs use. */
export const invariantOf = <C extends Names, V extends Names>(
  machine: Machine<C, V>,
  parts: readonly string[] = Object.keys(machine.invariant),
  theory: Theory = bits,
): readonly string[] => {
  const at = atNames(machine, theory);
  const instances = machine.instances(at, ANY);
  const all = parts.flatMap((name) =>
    [ANY, ...filled(instances[name] ?? [], ANY)].map((any) => machine.invariant[name]!(at, any)),
  );
  return [...new Set(all)];
};

/** Where a property is claimed. */
export const claimOf = <C extends Names, V extends Names>(
  machine: Machine<C, V>,
  { where }: Property<C, V>,
  theory: Theory = bits,
): readonly string[] => (where === undefined ? [] : [said(machine, where, theory)]);

/** One step of an action: what enables it, and where it leads. */
export const stepOf = <C extends Names, V extends Names>(
  machine: Machine<C, V>,
  action: string,
  theory: Theory = bits,
): { readonly when: readonly string[]; readonly after: At<Formula, C, V> } => {
  const before = atNames(machine, theory);
  const step = machine.actions[action]!(before);
  return { when: step.when, after: { ...before, s: after(before.s, step) } };
};

/** What proofs of a machine are over. */
export const theoryOf = <C extends Names, V extends Names>({ facts }: Machine<C, V>): Theory =>
  facts === undefined ? bits : wholeNumbers;

/** The facts of a machine, as its proofs use them. */
function toldOf<C extends Names, V extends Names>(machine: Machine<C, V>): readonly string[] {
  const at = atNames(machine, theoryOf(machine));
  return machine.facts?.used(at, ANY).map(([k, j]) => machine.facts!.holds(at, { ...ANY, k, j })) ?? [];
}

/** The obligations of a machine: the invariant, its properties, and what must be possible. */
export const obligations = <C extends Names, V extends Names>(
  machine: Machine<C, V>,
): readonly Obligation[] => [...proofsOf(machine), ...possibilities(machine)];

function proofsOf<C extends Names, V extends Names>(machine: Machine<C, V>): readonly Obligation[] {
  const theory = theoryOf(machine);
  const at = atNames(machine, theory);
  const told = toldOf(machine);
  const prove = (about: string, says: string, given: readonly string[], shown: string): Obligation => ({
    ...{ about, says, expects: 'unsat', theory },
    formulas: [...sizes(machine, [], theory), ...given, theory.a.not(shown)],
  });
  const known = (about: string, action?: string): readonly string[] => [
    ...invariantOf(machine, machine.uses[`${action} keeps ${about}`] ?? machine.uses[about], theory),
    ...(machine.facts?.usedFor.includes(about) === true ? told : []),
  ];
  const parts = Object.entries(machine.invariant);
  return [
    ...(machine.facts === undefined ? [] : [factOf(machine, machine.facts)]),
    ...parts.map(([name, part]) =>
      prove(INVARIANT, `${name} holds at the start`, [said(machine, machine.init, theory)], part(at, ANY)),
    ),
    ...Object.keys(machine.actions).flatMap((action) => {
      const step = stepOf(machine, action, theory);
      return parts.map(([name, part]) =>
        prove(
          INVARIANT,
          `${action} keeps ${name}`,
          [...known(name, action), ...step.when],
          part(step.after, ANY),
        ),
      );
    }),
    ...machine.properties.flatMap((property) => {
      const { name, always, steps = {} } = property;
      const given = [...known(name), ...claimOf(machine, property, theory)];
      return [
        ...(always === undefined
          ? []
          : [prove(name, `${name} follows from the invariant`, given, always(at, ANY))]),
        ...Object.entries(steps).map(([action, holds]) => {
          const step = stepOf(machine, action, theory);
          return prove(
            name,
            `${name} holds of ${action}`,
            [...given, ...step.when],
            holds(at, step.after, ANY),
          );
        }),
      ];
    }),
  ];
}

/** That the facts of a machine hold of 32 bits. */
const factOf = <C extends Names, V extends Names>(
  machine: Machine<C, V>,
  { says, holds }: Facts<C, V>,
): Obligation => ({
  ...{ about: INVARIANT, says, expects: 'unsat', theory: bits },
  formulas: [...sizes(machine), bits.a.not(said(machine, holds))],
});

function possibilities<C extends Names, V extends Names>(machine: Machine<C, V>): readonly Obligation[] {
  const theory = theoryOf(machine);
  const constants = sizes(machine, [], theory);
  const invariant = invariantOf(machine, undefined, theory);
  const somewhere = [
    ...constants,
    ...invariant,
    ...toldOf(machine),
    said(machine, machine.possibleWhere, theory),
  ];
  const possible = (says: string, formulas: readonly string[]): Obligation => ({
    ...{ about: POSSIBLE, says, formulas, expects: 'sat', theory },
  });
  return [
    possible('a start', [...constants, said(machine, machine.init, theory)]),
    ...Object.keys(machine.actions)
      .filter((action) => !machine.faultyActions.includes(action))
      .map((action) =>
        possible(`${action} can be taken`, [...somewhere, ...stepOf(machine, action, theory).when]),
      ),
    ...Object.entries(machine.possible).map(([says, situation]) =>
      possible(says, [...somewhere, said(machine, situation, theory)]),
    ),
  ];
}
