/** What has to be shown of a machine, as questions to a solver. */
import { after, type At, type Machine, type Property, type StatePredicate } from './machine.js';
import { declaration, type Formula, named, preamble, smt } from './smt.js';
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
}

/** The group of obligations that the invariant starts true and is kept. */
export const INVARIANT = 'invariant';
/** The group of what must be possible, lest all else hold of nothing. */
export const POSSIBLE = 'possible';

const K = 'k';

/** Everything that a solver must know before the questions. */
export const declarations = <C extends Names, V extends Names>({
  constants,
  variables,
  words,
  distances,
}: Machine<C, V>): string => {
  // An index that others are distances from comes first.
  const names = Object.keys(variables).toSorted((x, y) => Number(x in distances) - Number(y in distances));
  return [
    preamble(words),
    ...Object.entries(constants).map(([name, sort]) => declaration(name, sort, undefined)),
    ...names.map((name) => declaration(name, variables[name]!, distances[name])),
    declaration(K, 'index', undefined),
  ].join('\n');
};

/** Where a machine's state is looked at, by the names of its constants and variables. */
export const atNames = <C extends Names, V extends Names>(machine: Machine<C, V>): At<Formula, C, V> => ({
  a: smt,
  c: named(machine.constants),
  s: named(machine.variables),
});

/** The constants make sense, and of the faults there are only these. */
export const sizes = <C extends Names, V extends Names>(
  machine: Machine<C, V>,
  faults: readonly string[] = [],
): readonly string[] => {
  const { c } = atNames(machine);
  return [
    machine.assume(smt, c),
    ...machine.faultConstants.map((fault) => (faults.includes(fault) ? c[fault] : smt.not(c[fault]))),
  ];
};

const said = <C extends Names, V extends Names>(
  machine: Machine<C, V>,
  predicate: StatePredicate<C, V>,
): string => predicate(atNames(machine), K);

/** The whole invariant, of the state before. */
export const invariantOf = <C extends Names, V extends Names>(machine: Machine<C, V>): readonly string[] =>
  Object.values(machine.invariant).map((part) => said(machine, part));

/** Where a property is claimed. */
export const claimOf = <C extends Names, V extends Names>(
  machine: Machine<C, V>,
  { where }: Property<C, V>,
): readonly string[] => (where === undefined ? [] : [said(machine, where)]);

/** One step of an action: what enables it, and where it leads. */
export const stepOf = <C extends Names, V extends Names>(
  machine: Machine<C, V>,
  action: string,
): { readonly when: readonly string[]; readonly after: At<Formula, C, V> } => {
  const before = atNames(machine);
  const step = machine.actions[action]!(before);
  return { when: step.when, after: { ...before, s: after(before.s, step) } };
};

/** The obligations of a machine: the invariant, its properties, and what must be possible. */
export function obligations<C extends Names, V extends Names>(machine: Machine<C, V>): readonly Obligation[] {
  const known = [...sizes(machine), ...invariantOf(machine)];
  const prove = (about: string, says: string, given: readonly string[], shown: string): Obligation => ({
    about,
    says,
    formulas: [...given, smt.not(shown)],
    expects: 'unsat',
  });
  const possible = (says: string, formulas: readonly string[]): Obligation => ({
    about: POSSIBLE,
    says,
    formulas,
    expects: 'sat',
  });
  const actions = Object.keys(machine.actions);
  const parts = Object.entries(machine.invariant);
  const start = [...sizes(machine), said(machine, machine.init)];
  return [
    ...parts.map(([name, part]) =>
      prove(INVARIANT, `${name} holds at the start`, start, said(machine, part)),
    ),
    ...actions.flatMap((action) => {
      const step = stepOf(machine, action);
      return parts.map(([name, part]) =>
        prove(INVARIANT, `${action} keeps ${name}`, [...known, ...step.when], part(step.after, K)),
      );
    }),
    ...machine.properties.flatMap((property) => {
      const { name, always, steps = {} } = property;
      const given = [...known, ...claimOf(machine, property)];
      return [
        ...(always === undefined
          ? []
          : [prove(name, `${name} follows from the invariant`, given, said(machine, always))]),
        ...Object.entries(steps).map(([action, holds]) => {
          const step = stepOf(machine, action);
          return prove(
            name,
            `${name} holds of ${action}`,
            [...given, ...step.when],
            holds(atNames(machine), step.after, K),
          );
        }),
      ];
    }),
    possible('a start', start),
    ...actions
      .filter((action) => !machine.faultyActions.includes(action))
      .map((action) => possible(`${action} can be taken`, [...known, ...stepOf(machine, action).when])),
    ...Object.entries(machine.possible).map(([says, situation]) =>
      possible(says, [...known, said(machine, situation)]),
    ),
  ];
}
