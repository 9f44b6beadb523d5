/**
 * Cases made from the contracted graphs of packets. Not every driver has both, packets of several slots and the extra of
 * segmentation, and not every one can pause: as much as can be is covered by cases that need less.
 */
import { type Case, needsOf } from './case.js';
import type { MacroGraph } from './contracted.js';
import { Coverage, type Path, seesOf, type Wanted } from './contracted-paths.js';
import type { ToldCase } from './cases/written.js';

interface Covered {
  readonly model: string;
  readonly area: string;
  readonly start: (first: number, buffers: number) => Case['start'];
  /** How many blocks or pages there are, in turn. */
  readonly buffers: readonly number[];
  /** What the cases take, in words. */
  readonly takes: string;
}

const NR_ENTS = 2;
/** All are M - 1 modulo M, where the models start. Cases have them in turn. */
const FIRSTS = [2 ** 32 - 1, 2 ** 31 - 1, 2 ** 16 - 1];

const covered: readonly Covered[] = [
  {
    model: 'txp',
    area: 'tx/cover-chains',
    start: (first, buffers) => ({ tx: { nr_ents: NR_ENTS, first, buffers, ids: buffers } }),
    buffers: [2, 3, 4],
    takes:
      'every two steps that can follow each other while at most one packet waits for room, and every step while two wait ' +
      'that are not alike, but for errors and pauses',
  },
  // More pages than slots are more than the model has: then one is free when another is consumed.
  {
    model: 'rxp_parts',
    area: 'rx/cover-chains',
    start: (first, buffers) => ({ rx: { nr_ents: NR_ENTS, first, buffers, ids: buffers, copy: true } }),
    buffers: [2],
    takes: 'every two steps that can follow each other',
  },
];

/** The models whose contracted graphs cases of packets are made of. */
export const coveredPackets: readonly string[] = covered.map(({ model }) => model);

/** What the steps may need of which cases are made first, and then those of what is missing. */
const FEATURES = [['chains'], ['gso'], ['chains', 'gso']] as const;

/**
 * The cases of packets.
 * @throws Error if a graph is missing, has nothing to cover, or has something that no case takes
 */
export const packetCases = (graphs: ReadonlyMap<string, MacroGraph>): readonly ToldCase[] =>
  covered.flatMap((each) => {
    const macro = graphs.get(each.model);
    if (macro === undefined) throw new Error(`there is no contracted graph of ${each.model}`);
    const coverage = new Coverage(macro.steps, wantedOf(macro));
    const start = startOf(each, 0);
    const least = needsOf(start, '');
    const needed = new Map(macro.steps.map(({ word }) => [word, needsOf(start, word)]));
    const pathsOf = (more: readonly string[]): readonly Path[] =>
      FEATURES.flatMap((features) => {
        const has = new Set([...least, ...features, ...more]);
        return coverage.paths(({ word }) => needed.get(word)!.every((feature) => has.has(feature)));
      });
    const [plain, paused] = [pathsOf([]), pathsOf(['pause'])];
    if (coverage.missing > 0 || plain.length === 0)
      throw new Error(
        `the cases of ${each.model} do not take ${coverage.missing} of what is wanted of ${macro.steps.length} steps`,
      );
    const [area, other] = [each.area, `${each.area}-paused`];
    return [...casesOf(each, macro, plain, area, other), ...casesOf(each, macro, paused, other, area)];
  });

/**
 * Where at most one packet waits, every step, and every two that can follow each other. Where two wait, only what shows
 * that they go in their order: each step where they are not alike, without errors and pauses.
 */
const wantedOf = ({ keys }: MacroGraph): Wanted => {
  const waiting = keys.map((key) => (JSON.parse(key) as { waiting: readonly string[] }).waiting);
  const few = waiting.map(({ length }) => length < 2);
  const tellsOrder = waiting.map(
    ([first, second], state) => first !== second && !/ERROR|paused/.test(keys[state]!),
  );
  return {
    step: ({ from, to }) => [from, to].every((state) => few[state]! || tellsOrder[state]!),
    pair: (before, { from, to }) => few[before?.from ?? 0]! && few[from]! && few[to]!,
  };
};

const casesOf = (
  of: Covered,
  macro: MacroGraph,
  paths: readonly Path[],
  area: string,
  other: string,
): readonly ToldCase[] =>
  paths.map((path, i): ToldCase => {
    const start = startOf(of, i);
    const steps = path.map(({ word }) => word).join(' ');
    return {
      ...{ name: `${area}/${i + 1}`, needs: needsOf(start, steps), start, steps, see: seesOf(macro, path) },
      why:
        `Paths through the contracted graph of ${of.model}, which together with those of ${other} take ${of.takes}; ` +
        `for indices from ${FIRSTS.join(', ')}, in turn.`,
      wrong: 'It does something else than the specification at the step that is named.',
    };
  });

const startOf = ({ start, buffers }: Covered, i: number): Case['start'] =>
  start(FIRSTS[i % FIRSTS.length]!, buffers[i % buffers.length]!);
