/** What the second checker says of a model, held against what TLC finds. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Graph, readGraph } from '../../graph/graph.js';
import { runModel, ToolError } from '../../tlc/index.js';
import { type Model, requestOf } from '../../tlc/models.js';
import { withoutComments } from '../../tlc/modules.js';
import { figure } from '../output.js';
import { definitionsOf } from '../page/definitions.js';
import { type Tools, verdictIn } from '../run.js';
import { readOpinionGraph } from './dot.js';
import { type SecondOpinion, subjectOf } from './opinions.js';
import { compareGraphs } from './same-graph.js';
import { type Opinion, opinionOf } from './tla-checker.js';

/** With what both are asked. */
export interface Asking {
  readonly root: string;
  /** The program of tla-checker. */
  readonly checker: string;
  readonly tools: Tools;
  readonly signal: AbortSignal;
}

/** What came of it: the opinion, and what tla-checker said, if it had a verdict. */
export interface Asked {
  readonly opinion: SecondOpinion;
  readonly second?: Opinion;
}

/** Asks tla-checker, and TLC where there are transitions to compare. Throws {@link ToolError} if TLC has another verdict than the manifest. */
export async function asked(model: Model, asking: Asking): Promise<Asked> {
  const of = await subjectOf(asking.root, model);
  const folder = await mkdtemp(path.join(tmpdir(), 'netfront-graph-'));
  try {
    const graph = path.join(folder, 'second.dot');
    const second = await opinionOf(asking.checker, asking.root, model, graph, asking.signal);
    if ('unread' in second) return { opinion: { opinion: 'unread', of, why: second.unread } };
    const found = figureDifferences(model, second);
    if (found.length > 0) return { second, opinion: differs(of, found) };
    if (!second.whole) return { second, opinion: { opinion: 'agrees', of, compared: 'counterexample' } };
    const own = await readOpinionGraph(graph);
    await rm(graph);
    const { differences, renamed, unnamed } = compareGraphs(await graphOfTlc(model, folder, asking), own);
    const different = [...differences, ...(await namesNotCalled(asking.root, model, renamed))];
    if (different.length > 0) return { second, opinion: differs(of, different) };
    const { transitionCount: transitions } = own;
    const names = {
      ...(Object.keys(renamed).length > 0 && { renamed }),
      ...(unnamed.length > 0 && { unnamed: [...unnamed] }),
    };
    return { second, opinion: { opinion: 'agrees', of, compared: 'transitions', transitions, ...names } };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A clause for each name that stands for an action that does not call it, itself or by what it calls. */
export async function namesNotCalled(
  root: string,
  { module }: Pick<Model, 'module'>,
  renamed: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const clauses = Object.entries(renamed).map(async ([name, action]) =>
    (await calledBy(root, module, action)).has(name)
      ? []
      : [`${action} is named ${name}, which it does not call`],
  );
  return (await Promise.all(clauses)).flat();
}

/** The definitions that an action is made of: those of the words in its own, and of the words in theirs. */
async function calledBy(root: string, module: string, action: string): Promise<ReadonlySet<string>> {
  const called = new Set<string>();
  const seen = new Set([action]);
  let next = new Set([action]);
  while (next.size > 0) {
    const definitions = await definitionsOf(root, module, next);
    for (const name of Object.keys(definitions)) called.add(name);
    const texts = Object.values(definitions).map(({ text }) =>
      withoutComments(text).replaceAll(/"[^"]*"/g, ''),
    );
    next = new Set(texts.flatMap((text) => text.match(/\w+/g) ?? []).filter((word) => !seen.has(word)));
    for (const word of next) seen.add(word);
  }
  return called;
}

const differs = (of: SecondOpinion['of'], found: readonly string[]): SecondOpinion => ({
  ...{ opinion: 'differs', of },
  in: `${found.join('; ')}.`,
});

/** A clause for each figure in which it differs from the manifest, whose figures TLC found. */
function figureDifferences(model: Model, second: Opinion): readonly string[] {
  const compare = (what: string, tlc: string | number, other: string | number): readonly string[] =>
    tlc === other ? [] : [`${what}: TLC ${show(tlc)}, tla-checker ${show(other)}`];
  if (model.expected !== second.verdict) return compare('verdict', model.expected, second.verdict);
  // How much is looked at before a violation is found depends on the order; how long the shortest run is does not.
  // TLC goes no deeper than to its end.
  if (!second.whole) return compare('states of the counterexample', model.depth, second.length);
  return [
    ...compare('distinct states', model.distinctStates, second.states),
    ...compare('depth', model.depth, second.depth),
  ];
}

const show = (value: string | number): string => (typeof value === 'number' ? figure(value) : value);

/** The whole graph as TLC finds it. */
async function graphOfTlc(model: Model, folder: string, { root, tools, signal }: Asking): Promise<Graph> {
  const dumpDot = path.join(folder, 'tlc.dot');
  const run = await runModel({ ...requestOf(root, model), ...tools, signal, dumpDot });
  const verdict = verdictIn(model, run);
  // TLC does not always say which temporal property is violated, so its name is not compared: netfront check does that.
  if ((verdict.kind === 'holds') !== (model.expected === 'holds'))
    throw new ToolError(
      `TLC has another verdict on ${model.name} than the manifest: run netfront check ${model.name}.`,
    );
  return readGraph(dumpDot, model);
}
