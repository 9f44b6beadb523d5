/** What has to be shown of a function, as questions to a solver; and where it does not hold, with which numbers. */
import type { Question } from '../ask.js';
import { type Concrete, concrete } from '../concrete.js';
import { ring } from '../ring/ring.js';
import { BITS, bits, declaration, type Formula, preamble, smt, sortName } from '../smt.js';
import type { Solver } from '../solver.js';
import { INDEX, type Path, pathsOf } from './paths.js';
import { gives, isTrue, type Macro, type MacroClaim, type Seen } from './seen.js';
import type { WasmFunction } from './wasm.js';
import { privateWords, sharedWords } from './words.js';

/** A question about a macro. */
export interface MacroObligation extends Question {
  readonly formulas: readonly string[];
}

/** How often a macro looks at a shared word, at most. */
const LOOKS = 3;

/** What a word is called where it is loaded for the nth time. */
const symbol = (word: string, nth = 1): string => (nth === 1 ? word : `${word}_look_${nth}`);

const names: readonly string[] = [
  ...new Set([
    ...Object.values(privateWords).flatMap((words) => Object.values(words)),
    ...Object.values(sharedWords).flatMap((word) =>
      Array.from({ length: LOOKS }, (_, i) => symbol(word, i + 1)),
    ),
    // What a claim says of words that no macro loads.
    ...['rspSeen', INDEX],
  ]),
];

/** Each but these is asked for by its distance from req_cons. As in Ring it assumes nothing, and z3 decides sooner. */
const BASE = 'req_cons';
const isNoDistance = (name: string): boolean => name === BASE || name === 'nr_ents';

/** Everything that a solver must know before the questions. */
export const macroDeclarations: string = [
  preamble(ring.words, bits),
  ...[...names]
    .toSorted((x, y) => Number(isNoDistance(y)) - Number(isNoDistance(x)))
    .map((name) => declaration(name, 'index', isNoDistance(name) ? undefined : BASE, bits)),
].join('\n');

/** z3's name of what the questions are about. */
export const MACRO_LOGIC = 'QF_BV';

const all = (path: Path<Formula>): Seen<Formula> => ({ a: smt, path, word: symbol });
const ways = (read: WasmFunction, { end }: Macro): readonly Path<Formula>[] =>
  pathsOf(read, end, smt, symbol);

/** Where a claim is made. */
const claimed = ({ where }: MacroClaim, seen: Seen<Formula>): readonly string[] =>
  where === undefined ? [] : [where(seen)];

/** Where a claim is denied: what would have to be true of a way through. */
const denied = (claim: MacroClaim, path: Path<Formula>): readonly string[] => {
  const seen = all(path);
  return [...path.when, ...claimed(claim, seen), smt.not(claim.holds(seen))];
};

/**
 * That a function does what the macro has to, and that this is said of something: each way through it can be taken where
 * the claim is made, and it gives 0 and something else.
 */
export function obligationsOf(macro: Macro, read: WasmFunction): readonly MacroObligation[] {
  const paths = ways(read, macro);
  const about = macro.name;
  const possible = (says: string, ...formulas: readonly string[]): MacroObligation => ({
    ...{ about, says, formulas, expects: 'sat' },
  });
  return [
    ...paths.flatMap((path, i) =>
      macro.claims.flatMap((claim) => {
        const where = [...path.when, ...claimed(claim, all(path))];
        return [
          {
            ...{ about, expects: 'unsat' as const, formulas: denied(claim, path) },
            says: `no run of ${about} ${claim.otherwise}`,
          },
          possible(`way ${i + 1} of ${about} is possible`, ...where),
        ];
      }),
    ),
    possible(
      `${macro.name} gives 0`,
      smt.or(...paths.map((path) => smt.and(...path.when, gives(all(path), smt.index(0))))),
    ),
    possible(
      `${macro.name} gives more than 0`,
      smt.or(...paths.map((path) => smt.and(...path.when, isTrue(all(path))))),
    ),
  ];
}

/** A run of a function with which a claim does not hold. */
export interface MacroRun {
  readonly claim: MacroClaim;
  /** The words that it is about, besides those that it loads. */
  readonly about: readonly string[];
  /** What each word is, by the names of {@link symbol}. */
  readonly words: ReadonlyMap<string, number>;
  readonly path: Path<Concrete>;
}

const shownAs = (name: string): string =>
  `(declare-const |value ${name}| ${sortName.index})(assert (= |value ${name}| ${name}))`;
const mentions = (formula: string, name: string): boolean => formula.split(/[()\s]+/).includes(name);

/** Up to which number a smaller value is looked for. */
const SMALL = 3;

/** The values of a run, each as small as those before it allow. */
export async function brokenRun(
  macro: Macro,
  read: WasmFunction,
  solver: Solver,
): Promise<MacroRun | 'none' | 'not decided'> {
  let isDecided = true;
  for (const claim of macro.claims)
    for (const path of ways(read, macro)) {
      const fixed = [...denied(claim, path), smt.isPowerOfTwo('nr_ents')];
      const answer = await solver.check(fixed);
      isDecided &&= answer === 'unsat';
      if (answer !== 'sat') continue;
      const asked = names.filter((name) => fixed.some((formula) => mentions(formula, name)));
      for (const name of asked)
        for (let value = 0; value <= SMALL; value++) {
          const wish = smt.same<'index'>(name, smt.index(value));
          if ((await solver.check([...fixed, wish])) !== 'sat') continue;
          fixed.push(wish);
          break;
        }
      const model = await solver.model(fixed, names.map(shownAs).join('\n'));
      if (model === undefined) return 'not decided';
      const words = new Map(
        names.map((name) => [name, Number.parseInt(model.get(`value ${name}`)?.slice(2) ?? '0', 16)]),
      );
      const loaded = path.events.flatMap((event) => (event.kind === 'load' ? [event.value] : []));
      const about = asked.filter((name) => !loaded.includes(name));
      return { claim, words, about, path: ran(macro, read, claim, words) };
    }
  return isDecided ? 'none' : 'not decided';
}

/** The way that is taken with these values. */
export function taken(
  { end }: Pick<Macro, 'end'>,
  read: WasmFunction,
  word: (word: string, nth: number) => number,
): Path<Concrete> {
  const paths = pathsOf<Concrete>(read, end, concrete(2 ** BITS), word);
  const [path, ...others] = paths.filter(({ when }) => when.every(Boolean));
  if (path === undefined || others.length > 0) throw new Error('not exactly one way is taken');
  return path;
}

/** z3 and we have to mean the same: the run is made once more, over values. */
function ran(
  macro: Macro,
  read: WasmFunction,
  { where, holds }: MacroClaim,
  words: ReadonlyMap<string, number>,
): Path<Concrete> {
  const word = (name: string, nth = 1): number => words.get(symbol(name, nth))!;
  const path = taken(macro, read, word);
  const seen: Seen<Concrete> = { a: concrete(2 ** BITS), path, word };
  if (where?.<Concrete>(seen) === false || holds<Concrete>(seen))
    throw new Error(
      `z3 says that ${macro.name} fails with ${JSON.stringify([...words])}, and it does not: smt.ts and concrete.ts differ`,
    );
  return path;
}
