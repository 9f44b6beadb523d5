/**
 * Cases made from the contracted graphs of frames of one slot. They take every two steps that can follow each other. Each
 * is made for several sizes: where the indices start, and how many blocks or pages there are.
 */
import type { ExplainedCase } from './cases/builders.js';
import type { MacroGraph } from './contracted.js';
import { pairPaths } from './contracted-paths.js';
import { coverCase, type CoveredRing, FIRSTS_TEXT, graphOf, startsOf } from './cover-case.js';
import { coveredPackets, packetCases, packetGraphs } from './packet-cases.js';
import { type PortGraph, portGraphOf } from './port-graph.js';

/** A group of graphs that must be one when they are contracted, and where its cases are. */
interface Covered extends CoveredRing {
  readonly models: readonly string[];
  readonly area: string;
}

const covered: readonly Covered[] = [
  {
    models: ['tx_1_4_2', 'tx_freelist', 'tx_counter_skip'],
    area: 'tx/cover',
    ...{ ring: 'tx', buffers: [2, 3, 4] },
  },
  // With more pages than slots, which the models do not have, a page would be free when another is consumed.
  {
    models: ['rx_1_6_1', 'rx_slot'],
    area: 'rx/cover-copied',
    ...{ ring: 'rx', copy: true, buffers: [2] },
  },
  {
    models: ['rx_1_4_2'],
    area: 'rx/cover-lent',
    ...{ ring: 'rx', copy: false, buffers: [2] },
  },
];

/** The models whose contracted graphs cases are made of. */
export const coveredModels: ReadonlySet<string> = new Set([
  ...covered.flatMap(({ models }) => models),
  ...coveredPackets,
]);

/**
 * The cases of all graphs that are covered.
 * @throws Error if a graph is missing, or graphs differ that must be one: id schemes could then be told from outside
 */
export function coverCases(graphs: ReadonlyMap<string, MacroGraph>): readonly ExplainedCase[] {
  const ofSlots = covered.flatMap((each) => {
    const graph = commonGraph(each.models, graphs);
    return [...casesOf(each, graph, false), ...casesOf(each, graph, true)];
  });
  return [...ofSlots, ...packetCases(graphs)];
}

/** The graphs themselves, each at the first of its sizes, by the area of the cases that were made from it. */
export const coverGraphs = (graphs: ReadonlyMap<string, MacroGraph>): readonly PortGraph[] => [
  ...covered.map((of) => portGraphOf(of.area, of.models, startsOf(of)[0]!, commonGraph(of.models, graphs))),
  ...packetGraphs(graphs),
];

function commonGraph(models: readonly string[], graphs: ReadonlyMap<string, MacroGraph>): MacroGraph {
  const [first, ...others] = models as [string, ...string[]];
  const graph = graphOf(first, graphs);
  for (const model of others)
    if (signature(graphOf(model, graphs)) !== signature(graph))
      throw new Error(
        `the contracted graphs of ${first} and ${model} differ: they can be told apart from outside`,
      );
  return graph;
}

/** A graph without the numbers of its states. How many blocks are free cannot be told from outside. */
const signature = ({ keys, steps, start }: MacroGraph): string => {
  const names = keys.map((key) => JSON.stringify({ ...JSON.parse(key), free: undefined }));
  const lines = steps.map(({ from, to, word, observed }) =>
    [names[from], word, JSON.stringify(observed), names[to]].join(' '),
  );
  return [JSON.stringify(start), ...lines.toSorted()].join('\n');
};

/** Those without a pause, or those with one. */
function casesOf(of: Covered, graph: MacroGraph, paused: boolean): readonly ExplainedCase[] {
  const steps = graph.steps.filter(({ word }) => paused || (word !== 'event:pause' && word !== 'resume'));
  const paths = pairPaths(steps).filter((path) => !paused || path.some(({ word }) => word === 'event:pause'));
  const area = paused ? `${of.area}-paused` : of.area;
  const why =
    `Paths through the contracted graph of ${of.models.join(', ')}, which together take every two steps that can ` +
    `follow each other${paused ? ', those with a pause' : ''}; for indices from ${FIRSTS_TEXT}.`;
  return startsOf(of)
    .flatMap((start) => paths.map((path) => ({ start, path })))
    .map(({ start, path }, i) => coverCase(`${area}/${i + 1}`, start, graph, path, why));
}
