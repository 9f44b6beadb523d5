/**
 * Cases that take every step of a contracted graph, and every two that can follow each other. Each is made for several
 * sizes: where the indices start, and how many blocks or pages there are beyond one a slot.
 */
import type { MacroGraph } from './contracted.js';
import { pairPaths, seesOf } from './contracted-paths.js';
import { coveredPackets, packetCases } from './packet-cases.js';
import type { ToldCase } from './cases/written.js';

/** A group of graphs that must be one when they are contracted, and what cases are made of it. */
interface Covered {
  /** The models whose graphs these are. That their contracted graphs are the same is checked. */
  readonly models: readonly string[];
  readonly area: string;
  readonly needs: readonly string[];
  readonly copy?: boolean;
  readonly buffers: readonly number[];
}

const covered: readonly Covered[] = [
  {
    models: ['tx_1_4_2', 'tx_freelist', 'tx_counter_skip'],
    area: 'tx/cover',
    needs: ['tx'],
    buffers: [2, 3, 4],
  },
  // More pages than slots are more than the model has: then one is free when another is consumed.
  {
    models: ['rx_1_6_1', 'rx_slot'],
    area: 'rx/cover-copied',
    needs: ['rx', 'copy'],
    copy: true,
    buffers: [2],
  },
  { models: ['rx_1_4_2'], area: 'rx/cover-lent', needs: ['rx', 'lend'], copy: false, buffers: [2] },
];

/** The models whose contracted graphs cases are made of. */
export const coveredModels: ReadonlySet<string> = new Set([
  ...covered.flatMap(({ models }) => models),
  ...coveredPackets,
]);

const NR_ENTS = 2;
/** All are M - 1 modulo M, where the models start. */
const FIRSTS = [2 ** 32 - 1, 2 ** 31 - 1, 2 ** 16 - 1];

/**
 * The cases of all graphs that are covered.
 * @throws Error if graphs that must be one when they are contracted are not: then a scheme could be told from outside
 */
export function coverCases(graphs: ReadonlyMap<string, MacroGraph>): readonly ToldCase[] {
  const ofSlots = covered.flatMap((each) => {
    const [first, ...others] = each.models.map((model) => {
      const graph = graphs.get(model);
      if (graph === undefined) throw new Error(`there is no contracted graph of ${model}`);
      return { model, graph };
    });
    for (const { model, graph } of others)
      if (signature(graph) !== signature(first!.graph))
        throw new Error(
          `the contracted graphs of ${first!.model} and ${model} differ: they can be told apart from outside`,
        );
    return [
      ...casesOf(each, first!.graph, false),
      ...casesOf(
        { ...each, area: `${each.area}-paused`, needs: [...each.needs, 'pause'] },
        first!.graph,
        true,
      ),
    ];
  });
  return [...ofSlots, ...packetCases(graphs)];
}

/** What a graph says, whatever its states are called. How many blocks are free cannot be told. */
const signature = ({ keys, steps, start }: MacroGraph): string => {
  const names = keys.map((key) => JSON.stringify({ ...JSON.parse(key), free: undefined }));
  const lines = steps.map(({ from, to, word, see }) =>
    [names[from], word, JSON.stringify(see), names[to]].join(' '),
  );
  return [JSON.stringify(start), ...lines.toSorted()].join('\n');
};

function casesOf(of: Covered, macro: MacroGraph, paused: boolean): readonly ToldCase[] {
  const paths = pairPaths(
    macro.steps.filter(({ word }) => paused || (word !== 'event:pause' && word !== 'resume')),
  )
    // Without a pause they are in the other area.
    .filter((path) => !paused || path.some(({ word }) => word === 'event:pause'));
  const starts = FIRSTS.flatMap((first, i) => {
    const buffers = of.buffers[i % of.buffers.length]!;
    return [{ nr_ents: NR_ENTS, first, buffers, ids: buffers }];
  });
  return starts.flatMap((start, s) =>
    paths.map((path, p): ToldCase => ({
      name: `${of.area}/${s * paths.length + p + 1}`,
      needs: [...of.needs],
      start: of.copy === undefined ? { tx: start } : { rx: { ...start, copy: of.copy } },
      steps: path.map(({ word }) => word).join(' '),
      see: seesOf(macro, path),
      why:
        `Paths through the contracted graph of ${of.models.join(', ')}, which together take every two steps that can ` +
        `follow each other${paused ? ', those with a pause' : ''}; for indices from ${FIRSTS.join(', ')}.`,
      wrong: 'It does something else than the specification at the step that is named.',
    })),
  );
}
