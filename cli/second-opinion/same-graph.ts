/** Whether two state graphs are the same: the same states, and the same transitions as sets of (state, action, successor). */
import { createHash } from 'node:crypto';
import type { Graph } from '../../graph/graph.js';
import { canonical } from '../../tlc/index.js';
import { figure } from '../output.js';

/** What there is in one graph and not in the other: a clause for each kind. Which states are initial is not looked at. */
export function graphDifferences(tlc: Graph, other: Graph): readonly string[] {
  if (tlc.variables.join() !== other.variables.join())
    return [`variables: TLC ${tlc.variables.join(', ')}, tla-checker ${other.variables.join(', ')}`];
  if (areSame(tlc, other)) return [];
  const [first, second] = [tlc, other].map(contentOf) as [Content, Content];
  return [
    ...oneSided('states', first.states, second.states),
    ...oneSided('transitions', first.transitions, second.transitions),
  ];
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

/** What a graph has, by keys that do not depend on its numbers: each with the action, or nothing for a state. */
interface Content {
  readonly states: ReadonlyMap<string, string>;
  readonly transitions: ReadonlyMap<string, string>;
}

function contentOf(graph: Graph): Content {
  const width = graph.variables.length;
  const texts = graph.values.map((values) => values.map(canonical));
  const keys = Array.from({ length: graph.stateCount }, (_, state) => {
    const row = texts.map((own, variable) => own[graph.cells[state * width + variable]!]!);
    return createHash('sha256').update(row.join('\n')).digest('base64');
  });
  const transitions = new Map<string, string>();
  keys.forEach((from, state) => {
    for (let t = graph.offsets[state]!; t < graph.offsets[state + 1]!; t++) {
      const action = graph.actions[graph.labels[t]!]!;
      transitions.set(`${from} ${action} ${keys[graph.targets[t]!]}`, action);
    }
  });
  return { states: new Map(keys.map((key) => [key, ''])), transitions };
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
