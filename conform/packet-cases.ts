/**
 * Cases made from the contracted graphs of packets. Not every driver has packets of several slots and the extra of
 * segmentation, and not every one can pause. So cases that need less come first, and cover as much as they can.
 */
import type { ExplainedCase } from './cases/builders.js';
import type { MacroGraph } from './contracted.js';
import { Coverage, type Path, type Wanted } from './contracted-paths.js';
import { coverCase, type CoveredRing, FIRSTS_TEXT, graphOf, startsOf } from './cover-case.js';
import { type PortGraph, portGraphOf } from './port-graph.js';
import { needsOf } from './steps.js';

interface Covered extends CoveredRing {
  readonly model: string;
  readonly area: string;
  /** What the cases take, in words. */
  readonly takes: string;
}

const covered: readonly Covered[] = [
  {
    model: 'txp',
    area: 'tx/cover-chains',
    ...{ ring: 'tx', buffers: [2, 3, 4] },
    takes:
      'every two steps that can follow each other while at most one packet waits for room, and every step while two wait ' +
      'that are not alike, but for errors and pauses',
  },
  // With more pages than slots, which the model does not have, a page would be free when another is consumed.
  {
    model: 'rxp_parts',
    area: 'rx/cover-chains',
    ...{ ring: 'rx', copy: true, buffers: [2] },
    takes: 'every two steps that can follow each other',
  },
];

/** The models whose contracted graphs cases of packets are made of. */
export const coveredPackets: readonly string[] = covered.map(({ model }) => model);

/** The features of its ring that paths may need, in the order in which they are made. Each takes what the ones before left. */
const FEATURES = [['chains'], ['gso'], ['chains', 'gso']] as const;

/**
 * The cases of packets.
 * @throws Error if a graph is missing, has nothing to cover, or has something that no case takes
 */
export const packetCases = (graphs: ReadonlyMap<string, MacroGraph>): readonly ExplainedCase[] =>
  covered.flatMap((of) => {
    const macro = graphOf(of.model, graphs);
    const coverage = new Coverage(macro.steps, wantedOf(macro));
    const start = startsOf(of)[0]!;
    const least = needsOf(start, '');
    const needed = new Map(macro.steps.map(({ word }) => [word, needsOf(start, word)]));
    const pathsOf = (more: readonly string[]): readonly Path[] =>
      FEATURES.flatMap((features) => {
        const has = new Set([...least, ...features.map((feature) => `${of.ring}-${feature}`), ...more]);
        return coverage.paths(({ word }) => needed.get(word)!.every((feature) => has.has(feature)));
      });
    const [plain, paused] = [pathsOf([]), pathsOf(['pause'])];
    if (coverage.missing > 0 || plain.length === 0)
      throw new Error(
        `the cases of ${of.model} do not take ${coverage.missing} of what is wanted of ${macro.steps.length} steps`,
      );
    const [area, other] = [of.area, `${of.area}-paused`];
    return [...casesOf(of, macro, plain, area, other), ...casesOf(of, macro, paused, other, area)];
  });

/** The graphs of packets themselves, each at the first of its sizes. */
export const packetGraphs = (graphs: ReadonlyMap<string, MacroGraph>): readonly PortGraph[] =>
  covered.map((of) => portGraphOf(of.area, [of.model], startsOf(of)[0]!, graphOf(of.model, graphs)));

/**
 * While at most one packet waits, every step, and every two steps that can follow each other. While two wait, only what
 * shows that they go in their order: each step where they are not alike, without errors and pauses.
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
  graph: MacroGraph,
  paths: readonly Path[],
  area: string,
  other: string,
): readonly ExplainedCase[] => {
  const starts = startsOf(of);
  const why =
    `Paths through the contracted graph of ${of.model}, which together with those of ${other} take ${of.takes}; ` +
    `for indices from ${FIRSTS_TEXT}, in turn.`;
  return paths.map((path, i) => coverCase(`${area}/${i + 1}`, starts[i % starts.length]!, graph, path, why));
};
