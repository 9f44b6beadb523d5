/** The state graphs that a page lets one walk: those of the last make check. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type Args, graphArgs, moduleOfModel, readGraph } from '../../corpus/index.js';
import type { GraphEntry, GraphOctets } from '../../page/data.js';
import { type GraphHead, packed } from '../../page/graph-pack.js';
import type { Model } from '../../tlc/models.js';
import { plainName } from '../ask/family.js';
import { askedOf } from './asked.js';
import type { ModelRow } from '../report-file.js';
import { graphOfReport } from '../traces/shared-runs.js';

/** A graph of more states than this would take a tenth of the room that the page may have. */
const MOST_STATES = 100_000;

/** The graph of each model that has one, packed where it is there and small enough. */
export async function graphsOf(
  root: string,
  models: readonly Model[],
  rows: ReadonlyMap<string, ModelRow>,
): Promise<{ graphs: readonly GraphEntry[]; octets: GraphOctets }> {
  const graphs: GraphEntry[] = [];
  const octets: Record<string, string> = {};
  for (const model of models.filter(({ graphOf }) => graphOf !== undefined)) {
    const row = rows.get(model.name);
    const isTooLarge = model.distinctStates > MOST_STATES;
    const file = isTooLarge || row === undefined ? undefined : await graphOfReport(root, model, row);
    const walk = file === undefined ? undefined : await walkOf(model, file);
    if (walk !== undefined) octets[model.name] = walk.octets;
    graphs.push({
      ...{ model: model.name, module: plainName(model.module), states: model.distinctStates, isTooLarge },
      asked: await askedOf(root, model),
      head: walk?.head ?? null,
    });
  }
  return { graphs, octets };
}

/** A dumped graph, and its octets: gzip, in base64. Throws GraphError where the file is no graph of the model. */
export async function walkOf(
  model: Pick<Model, 'module' | 'distinctStates'>,
  file: string,
): Promise<{ head: GraphHead; octets: string }> {
  const graph = await readGraph(file, { distinctStates: model.distinctStates });
  const { args, words } = moduleOfModel(model.module)!;
  const { ofTransition, values } = graphArgs(graph, args);
  const labels: string[] = [];
  const argsOf: Args[] = [];
  const known = new Map<string, number>();
  const labelOf = Uint16Array.from(ofTransition, (arg, t) => {
    const texts = Object.values(values[arg]!).map(words.argument);
    const label = graph.actions[graph.labels[t]!]! + (texts.length === 0 ? '' : `(${texts.join(',')})`);
    const index = known.get(label) ?? labels.push(label) - 1;
    argsOf[index] = values[arg]!;
    known.set(label, index);
    return index;
  });
  const [head, octets] = packed(graph, { labels, args: argsOf }, labelOf);
  return { head, octets: (await promisify(gzip)(octets, { level: 9 })).toString('base64') };
}
