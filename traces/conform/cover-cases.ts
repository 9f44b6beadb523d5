/**
 * Cases that take every step of a contracted graph, and every two that can follow each other. Each is made for several
 * sizes: where the indices start, and how many blocks or pages there are beyond one a slot.
 */
import { coverTransitions } from '../cover.js';
import type { Graph } from '../graph.js';
import type { Case } from './case.js';
import type { MacroGraph, MacroStep } from './macro.js';
import type { ToldCase } from './told-cases.js';

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
export const coveredModels: ReadonlySet<string> = new Set(covered.flatMap(({ models }) => models));

const NR_ENTS = 2;
/** All are M - 1 modulo M, where the models start. */
const FIRSTS = [2 ** 32 - 1, 2 ** 31 - 1, 2 ** 16 - 1];
// A case should be short enough to be followed by hand.
const LONGEST = 40;

/**
 * The cases of all graphs that are covered.
 * @throws Error if graphs that must be one when they are contracted are not: then a scheme could be told from outside
 */
export function coverCases(graphs: ReadonlyMap<string, MacroGraph>): readonly ToldCase[] {
  return covered.flatMap((each) => {
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

const seesOf = ({ start }: MacroGraph, path: readonly MacroStep[]): NonNullable<Case['see']> => [
  start,
  ...path.map(({ see }) => see).filter((see) => see !== undefined),
];

/** Paths from state 0 that together take every two steps that can follow each other. */
function pairPaths(steps: readonly MacroStep[]): readonly (readonly MacroStep[])[] {
  // In this graph a state is a step just taken, and a transition the step after it; state 0 is the beginning.
  const after = (state: number): readonly number[] =>
    [...steps.keys()].filter((i) => steps[i]!.from === (state === 0 ? 0 : steps[state - 1]!.to));
  const reached = new Set([0]);
  for (const state of reached) for (const i of after(state)) reached.add(i + 1);
  const states = [...reached].toSorted((a, b) => a - b);
  const number = new Map(states.map((state, i) => [state, i]));
  const targets = states.map((state) => after(state).map((i) => number.get(i + 1)!));
  const offsets = new Int32Array(states.length + 1);
  targets.forEach((each, i) => (offsets[i + 1] = offsets[i]! + each.length));
  const flat = Int32Array.from(targets.flat());
  const pairs: Graph = {
    ...{ variables: [], values: [], cells: new Int32Array(0), actions: ['step'] },
    ...{ stateCount: states.length, initial: [0], offsets, targets: flat },
    ...{ labels: new Int32Array(flat.length), transitionCount: flat.length },
  };
  const { paths } = coverTransitions(pairs, { maxLength: LONGEST });
  return paths.map((path) => [...path].map((t) => steps[states[flat[t]!]! - 1]!));
}
