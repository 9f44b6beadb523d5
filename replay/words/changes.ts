/** The changes of a step in words: those of the variables that a module has words for, then all others. */
import { functionEntries } from '../../graph/args.js';
import type { State, Value } from '../../tlc/index.js';
import { equal, toTla } from '../../tlc/value-text.js';
import { at, list } from './values.js';

/** The lines for a variable that changed, in these states; none where another variable's line says it. */
export type Wording = (before: Value, after: Value, then: State, now: State) => readonly string[];

/** The wordings of a module by variable, in the order in which their lines are printed. */
export type Wordings = Readonly<Record<string, Wording>>;

/** Indices and events, in the order in which they are printed. */
const INDICES = [
  ...['req_prod', 'rsp_prod', 'req_event', 'rsp_event', 'req_prod_pvt', 'rsp_cons'],
  ...['rsp_prod_pvt', 'req_cons', 'reqChecked', 'rspChecked', 'rspSeen'],
];

/** One line for each thing that changed. Variables without words come last: indices in one line, others in another. */
export function changes(wordings: Wordings, before: State, after: State): readonly string[] {
  const changed = Object.keys(after).filter((name) => !equal(before[name] ?? '', after[name]!));
  const others = changed.filter((name) => !(name in wordings));
  const fromTo = (names: readonly string[]): readonly string[] => {
    const parts = names.map((name) => `${name} ${plain(before[name], name)} -> ${plain(after[name], name)}`);
    return parts.length === 0 ? [] : [parts.join(', ')];
  };
  return [
    ...Object.entries(wordings)
      .filter(([name]) => changed.includes(name))
      .flatMap(([name, words]) => words(before[name]!, after[name]!, before, after)),
    ...fromTo(INDICES.filter((name) => others.includes(name))),
    ...fromTo(others.filter((name) => !INDICES.includes(name))),
  ];
}

// -1 is what the specification writes where there is nothing.
const plain = (value: Value | undefined, name: string): string => {
  if (value === -1 && name.endsWith('_event')) return 'none';
  return typeof value === 'string' ? value : toTla(value ?? '');
};

/** A line for each place of a function that has another result than before. */
export const perPlace =
  (words: (place: Value, after: Value, before: Value | undefined) => string): Wording =>
  (before, after) =>
    functionEntries(after)
      .filter(([place, value]) => !equal(at(before, place) ?? '', value))
      .map(([place, value]) => words(place, value, at(before, place)));

/** A sequence before and after: `pool [0 1] -> [1]`. */
export const fromTo =
  (name: string): Wording =>
  (before, after) => [`${name} [${list(before).join(' ')}] -> [${list(after).join(' ')}]`];

/** For a variable whose change is said by the line of another. */
export const silent: Wording = () => [];
