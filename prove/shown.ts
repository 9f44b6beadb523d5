/** What a counterexample shows of a machine, as terms to ask for and as values that a solver gave. */
import type { Concrete } from './concrete.js';
import { type Machine, quantified } from './machine.js';
import type { Theory } from './smt.js';
import type { Names, Sort, Terms } from './terms.js';

/** Up to which number the smallest value of an index is looked for. Otherwise it is what z3 gives. */
const SMALL = 3;
/** How many cells of an array are looked at beside those of the ring's slots. */
export const CELLS = 4;

/** What the arrays hold. */
const elements: Readonly<Partial<Record<Sort, Sort>>> = {
  slots: 'word',
  fields: 'number',
  table: 'number',
  places: 'index',
};

/** How many cells of an array are looked at. Only a ring's slots have a number that the ring's size tells. */
const cellCount = (sort: Sort, n: number): number => (sort === 'slots' ? n : CELLS);

/** All that an obligation may speak of. */
export const namesOf = <C extends Names, V extends Names>({
  constants,
  variables,
}: Machine<C, V>): Names => ({
  ...constants,
  ...variables,
  ...quantified,
});

/** Something that a counterexample shows. */
export interface ShownTerm {
  readonly key: string;
  readonly sort: Sort;
  readonly term: string;
}

/** All that a machine's state, its constants and what is quantified have in them, but for arrays. */
export const scalarsOf = (all: Names): readonly ShownTerm[] =>
  Object.entries(all).flatMap(([name, sort]) =>
    sort in elements ? [] : [{ key: `value ${name}`, sort, term: name }],
  );

/** The cells of the arrays. */
export const cellsOf = (all: Names, n: number, { a }: Theory): readonly ShownTerm[] =>
  Object.entries(all).flatMap(([name, sort]) =>
    sort in elements
      ? Array.from({ length: cellCount(sort, n) }, (_, i) => ({
          ...{ key: `${name} ${i}`, sort: elements[sort]!, term: a.read<'slots'>(name, a.index(i)) },
        }))
      : [],
  );

/** The values that are tried for a term, the smallest first. */
export function alternatives<C extends Names, V extends Names>(
  { words }: Machine<C, V>,
  sort: Sort,
  first: boolean | undefined,
  { a, wordNumber }: Theory,
): readonly string[] {
  if (sort === 'bool') return [String(first ?? false)];
  if (sort === 'word') return words.slice(0, 1).map((_, i) => wordNumber(i));
  return Array.from({ length: SMALL + 1 }, (_, i) => a.index(i));
}

/** A value as z3 prints it. One that it does not print may be anything. */
function valueOf<C extends Names, V extends Names>(
  { words }: Machine<C, V>,
  sort: Sort,
  text: string | undefined,
): Concrete[keyof Terms] {
  if (sort === 'bool') return text === 'true';
  // Of 32 bits it is hexadecimal.
  const number = Number(text?.replace(/^#/, '0') ?? 0);
  if (sort !== 'word') return number;
  const word = words[number];
  if (word === undefined) throw new Error(`z3 gives ${text}, which is the number of no word`);
  return word;
}

/** The values that z3 gave for names, by their keys. */
export const valuesOf = <C extends Names, V extends Names>(
  machine: Machine<C, V>,
  names: Names,
  n: number,
  model: ReadonlyMap<string, string>,
): Readonly<Record<string, unknown>> => {
  const read = (key: string, sort: Sort) => valueOf(machine, sort, model.get(key));
  return Object.fromEntries(
    Object.entries(names).map(([name, sort]) => {
      const element = elements[sort];
      if (element === undefined) return [name, read(`value ${name}`, sort)];
      const cells = Array.from({ length: cellCount(sort, n) }, (_, i) => [i, read(`${name} ${i}`, element)]);
      return [name, Object.fromEntries(cells)];
    }),
  );
};
