/** Whether two state graphs are the same: the same states, and the same transitions as sets of (state, action, successor). */
import { createHash } from 'node:crypto';
import { type Graph, successors } from '../../graph/graph.js';
import { canonical } from '../../tlc/index.js';
import { figure } from '../output.js';

/** What a comparison comes to. */
export interface Compared {
  /** A clause for each kind of thing that is in one graph and not in the other. Which states are initial is not looked at. */
  readonly differences: readonly string[];
  /**
   * Names of tla-checker that are of no action of TLC's, each with the action that it stands for everywhere. It sometimes
   * names a step for an operator that the action calls; whether it does is not looked at here.
   */
  readonly renamed: Readonly<Record<string, string>>;
  /** The actions of steps to which tla-checker gives no name, where one action of TLC's alone can be meant. */
  readonly unnamed: readonly string[];
}

/** Compares two graphs. */
export function compareGraphs(tlc: Graph, other: Graph): Compared {
  const differ = (...differences: readonly string[]): Compared => ({
    differences,
    renamed: {},
    unnamed: [],
  });
  if (tlc.variables.join() !== other.variables.join())
    return differ(`variables: TLC ${tlc.variables.join(', ')}, tla-checker ${other.variables.join(', ')}`);
  if (areSame(tlc, other)) return differ();
  const [first, second] = [contentOf(tlc), contentOf(other)];
  const renamed = renamings(first, second, new Set(tlc.actions));
  if (other.actions.every((name) => name === ''))
    return differ('actions: tla-checker gives none of its steps a name');
  const named = withNames(first, second, renamed);
  const differences = [
    ...oneSided('states', first.states, second.states),
    ...oneSided('transitions', triplesOf(first), triplesOf(named)),
  ];
  return differences.length > 0
    ? differ(...differences)
    : { differences, renamed, unnamed: named.unnamed.toSorted() };
}

/** States are numbered by their values, and transitions are sorted: the same sets are the same arrays. */
const areSame = (a: Graph, b: Graph): boolean =>
  a.actions.join() === b.actions.join() &&
  a.values.every((values, i) => sameItems(values.map(canonical), b.values[i]!.map(canonical))) &&
  sameItems(a.cells, b.cells) &&
  sameItems(a.offsets, b.offsets) &&
  sameItems(a.targets, b.targets) &&
  sameItems(a.labels, b.labels);

const sameItems = <T>(a: ArrayLike<T>, b: ArrayLike<T>): boolean => {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
};

/** What a graph has, by keys that do not depend on its numbers. */
interface Content {
  /** Each with no action. */
  readonly states: ReadonlyMap<string, string>;
  /** For each state and successor, the actions that lead from one to the other. */
  readonly steps: ReadonlyMap<string, readonly string[]>;
}

function contentOf(graph: Graph): Content {
  const width = graph.variables.length;
  const texts = graph.values.map((values) => values.map(canonical));
  const keys = Array.from({ length: graph.stateCount }, (_, state) => {
    const row = texts.map((own, variable) => own[graph.cells[state * width + variable]!]!);
    return createHash('sha256').update(row.join('\n')).digest('base64');
  });
  const steps = new Map<string, string[]>();
  keys.forEach((from, state) => {
    for (const { action, to } of successors(graph, state)) {
      const step = `${from} ${keys[to]!}`;
      const known = steps.get(step);
      if (known === undefined) steps.set(step, [action]);
      else known.push(action);
    }
  });
  return { states: new Map(keys.map((key) => [key, ''])), steps };
}

/** For each name that is of no action, the one action that can be meant at every step with that name, if there is one. */
function renamings(tlc: Content, other: Content, actions: ReadonlySet<string>): Record<string, string> {
  const candidates = new Map<string, readonly string[]>();
  for (const [step, names] of other.steps) {
    const free = (tlc.steps.get(step) ?? []).filter((action) => !names.includes(action));
    const unknown = new Set(names.filter((name) => name !== '' && !actions.has(name)));
    // Of more names than there are actions left, one is of a step that TLC does not have.
    const left = unknown.size > free.length ? [] : free;
    for (const name of unknown)
      candidates.set(name, candidates.get(name)?.filter((action) => left.includes(action)) ?? left);
  }
  return Object.fromEntries(
    [...candidates].flatMap(([name, left]) => (left.length === 1 ? [[name, left[0]!] as const] : [])),
  );
}

/** The graph with the actions that its names stand for. A step without a name is of the one action that is left at it. */
function withNames(
  tlc: Content,
  other: Content,
  renamed: Readonly<Record<string, string>>,
): Content & { readonly unnamed: readonly string[] } {
  const unnamed = new Set<string>();
  const steps = new Map<string, readonly string[]>();
  for (const [step, names] of other.steps) {
    const actions = names.map((name) => renamed[name] ?? name);
    const left = (tlc.steps.get(step) ?? []).filter((action) => !actions.includes(action));
    const only = left.length === 1 && actions.includes('') ? left[0]! : undefined;
    if (only !== undefined) unnamed.add(only);
    steps.set(step, only === undefined ? actions : actions.map((action) => action || only));
  }
  return { states: other.states, steps, unnamed: [...unnamed] };
}

/** Its transitions as (state, successor, action), each with the action. */
function triplesOf({ steps }: Content): ReadonlyMap<string, string> {
  const triples = new Map<string, string>();
  for (const [step, actions] of steps) for (const action of actions) triples.set(`${step} ${action}`, action);
  return triples;
}

function oneSided(
  what: string,
  tlc: ReadonlyMap<string, string>,
  other: ReadonlyMap<string, string>,
): readonly string[] {
  const [lost, added] = [except(tlc, other), except(other, tlc)];
  if (lost.length + added.length === 0) return [];
  return [
    `${what}: TLC ${figure(tlc.size)}, of which tla-checker lacks ${figure(lost.length)}${byAction(lost)}; ` +
      `tla-checker ${figure(other.size)}, of which TLC lacks ${figure(added.length)}${byAction(added)}`,
  ];
}

const except = (these: ReadonlyMap<string, string>, those: ReadonlyMap<string, string>): readonly string[] =>
  [...these].flatMap(([key, action]) => (those.has(key) ? [] : [action]));

/** Of which actions they are. */
function byAction(actions: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const action of actions) if (action !== '') counts.set(action, (counts.get(action) ?? 0) + 1);
  if (counts.size === 0) return '';
  const shown = [...counts].slice(0, 3).map(([action, count]) => `${figure(count)} ${action}`);
  return ` (${shown.join(', ')}${counts.size > 3 ? ', …' : ''})`;
}
