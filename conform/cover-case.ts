/** A case that is a path through a contracted graph. */
import type { RingName } from '../replay/netif.js';
import type { Case } from './case.js';
import type { ExplainedCase } from './cases/builders.js';
import type { MacroGraph } from './contracted.js';
import { observationsOf, type Path } from './contracted-paths.js';
import { needsOf } from './steps.js';

/** The rings of all models that are covered have two slots. */
const NR_ENTS = 2;

/** Where indices start. All are M - 1 modulo M, where the models start. */
const FIRSTS = [2 ** 32 - 1, 2 ** 31 - 1, 2 ** 16 - 1];

/** Where indices start, in words. */
export const FIRSTS_TEXT = FIRSTS.join(', ');

/** What is said of the ring of a group of graphs. */
export interface CoveredRing {
  readonly ring: RingName;
  /** Of a receive ring: the application is given copies. */
  readonly copy?: boolean;
  /** The number of blocks or pages, in turn. */
  readonly buffers: readonly number[];
}

/** The sizes of the cases, in turn. */
export const startsOf = ({ ring, copy = false, buffers: all }: CoveredRing): readonly Case['start'][] =>
  FIRSTS.map((first, i) => {
    const buffers = all[i % all.length]!;
    const sizes = { nr_ents: NR_ENTS, first, buffers, ids: buffers };
    return ring === 'tx' ? { tx: sizes } : { rx: { ...sizes, copy } };
  });

/** The contracted graph of a model. @throws Error if there is none */
export function graphOf(model: string, graphs: ReadonlyMap<string, MacroGraph>): MacroGraph {
  const graph = graphs.get(model);
  if (graph === undefined) throw new Error(`there is no contracted graph of ${model}`);
  return graph;
}

/** A path as a case. */
export function coverCase(
  name: string,
  start: Case['start'],
  graph: MacroGraph,
  path: Path,
  why: string,
): ExplainedCase {
  const steps = path.map(({ word }) => word).join(' ');
  return {
    ...{ name, needs: needsOf(start, steps), start, steps, see: observationsOf(graph, path), why },
    wrong: 'It does something else than the specification at the step that is named.',
  };
}
