/** netfront conform --adaptive: a driver is walked through the state graphs. */
import { isAsked, walk, type Walked } from '../../conform/adaptive.js';
import type { Conformed, ConformOptions } from '../../conform/conform.js';
import type { HelloAnswer } from '../../conform/protocol.js';
import { readPortGraphs } from '../../conform/port-graph.js';
import { UsageError } from '../errors.js';
import { figure, table } from '../output.js';
import { corpusFolder } from '../traces/files.js';
import type { Cases, WhichCases } from './cases.js';

/** How many of the steps that were not taken are listed. */
const SHOWN = 3;

/**
 * Walks a driver through each graph that it can be asked about.
 * @returns with the cases whether a step was taken at all; a driver that does everything at other times has taken none
 * @throws UsageError where options do not go together
 */
export async function walked(
  root: string,
  given: WhichCases & { readonly record?: string },
  hello: HelloAnswer,
  options: ConformOptions,
): Promise<
  Pick<Cases, 'chosen' | 'remark' | 'corpus'> & { readonly conformed: Conformed; readonly isIdle: boolean }
> {
  const other = (['case', 'start', 'steps', 'nrEnts', 'first', 'random', 'seed', 'record'] as const).find(
    (option) => given[option] !== undefined,
  );
  if (other !== undefined)
    throw new UsageError(
      `--adaptive has sizes and steps of its own: leave out --${other === 'nrEnts' ? 'nr-ents' : other}.`,
    );
  const { features } = hello;
  const graphs = (await readPortGraphs(corpusFolder(root))).filter((graph) => isAsked(graph, features));
  const all: Walked[] = [];
  for (const graph of graphs) {
    all.push(await walk(graph, features, options));
    options.onProgress?.(all.length, graphs.length);
  }
  const results = all.flatMap((each) => each.results);
  return {
    chosen: results.map((each) => each.case),
    remark: (steps) => `${steps} through the state graphs:\n${walkedTable(all)}${missedText(all)}`,
    conformed: { hello, results },
    isIdle: all.length > 0 && all.every(({ taken }) => taken === 0),
  };
}

const walkedTable = (all: readonly Walked[]): string =>
  table(
    [
      { title: 'graph' },
      ...['transitions', 'asked', 'taken', 'not taken'].map((title) => ({ title, align: 'right' as const })),
    ],
    all.map(({ graph, asked, taken, missed }) => [
      graph.name,
      ...[graph.steps.length, asked, taken, missed.length].map(figure),
    ]),
  );

/** Some of what was not taken: where it begins, the word, and what the graph has there. */
const missedText = (all: readonly Walked[]): string =>
  all
    .flatMap(({ graph, missed }) => [
      ...missed
        .slice(0, SHOWN)
        .map(({ word, observed }) => `not taken: ${graph.name}: ${word}, ${JSON.stringify(observed ?? {})}`),
      ...(missed.length > SHOWN ? [`not taken: ${graph.name}: ${figure(missed.length - SHOWN)} more`] : []),
    ])
    .map((line) => `\n${line}`)
    .join('');
