/**
 * What is proved is a transcription of the modules. Here it is held against a graph that TLC made of them: in every state
 * each action has to be enabled there and here, or refused there and here, and to lead to the same state.
 */
import { type Graph, stateAt } from '../graph/graph.js';
import { type Concrete, concrete } from './concrete.js';
import { after, type Machine } from './machine.js';
import type { Names, Values } from './terms.js';
import type { State, Value } from '../tlc/index.js';

/** How constants and states of a module are read, for its machine. */
export interface Reading<C extends Names, V extends Names> {
  readonly machine: Machine<C, V>;
  readonly constantsOf: (given: Readonly<Record<string, Value>>) => {
    readonly M: number;
    readonly constants: Values<Concrete, C>;
  };
  /** `hidden` stands for what the module has forgotten and the transcription has not. */
  readonly stateOf: (state: State, M: number, hidden: number) => Values<Concrete, V>;
  /** Equal texts are equal states of the module. */
  readonly textOf: (state: Values<Concrete, V>) => string;
}

/** What came of a comparison. */
export interface Tie {
  /** Transitions of the graph, each enabled in the transcription and with that successor. */
  readonly transitions: number;
  /** Actions that are enabled neither in a state of the graph nor in the transcription. */
  readonly refusals: number;
  readonly differences: number;
  /** The first difference. */
  readonly first: string | undefined;
}

/**
 * Compares every state of a graph.
 * @param given the constants of the graph's model, by name
 */
export function tie<C extends Names, V extends Names>(
  { machine, constantsOf, stateOf, textOf }: Reading<C, V>,
  graph: Graph,
  given: Readonly<Record<string, Value>>,
): Tie {
  const { M, constants: c } = constantsOf(given);
  const a = concrete(M);
  // Something else in each state, so that nothing can depend on it.
  const states = Array.from({ length: graph.stateCount }, (_, i) => stateOf(stateAt(graph, i), M, i % M));
  const texts = states.map(textOf);
  let [transitions, refusals, differences] = [0, 0, 0];
  let first: string | undefined;
  const differs = (what: string): void => {
    differences++;
    first ??= what;
  };
  const unknown = graph.actions.filter((action) => !(action in machine.actions));
  if (unknown.length > 0) differs(`the transcription has no action ${unknown.join(', ')}`);

  states.forEach((s, i) => {
    const there = new Map<string, number[]>();
    for (let t = graph.offsets[i]!; t < graph.offsets[i + 1]!; t++) {
      const action = graph.actions[graph.labels[t]!]!;
      there.set(action, [...(there.get(action) ?? []), graph.targets[t]!]);
    }
    for (const [name, action] of Object.entries(machine.actions)) {
      const step = action<Concrete>({ a, c, s });
      const targets = there.get(name) ?? [];
      const next = step.when.every(Boolean) ? textOf(after<Concrete, V>(s, step)) : undefined;
      if (next === undefined && targets.length === 0) refusals++;
      else if (targets.length === 1 && texts[targets[0]!] === next) transitions++;
      else
        differs(
          difference(
            name,
            texts[i]!,
            next,
            targets.map((target) => texts[target]!),
          ),
        );
    }
  });
  const starts = graph.initial.map((i) => states[i]!);
  const started = starts.filter((s) =>
    Array.from({ length: c.N as number }, (_, k) => k).every((k) => machine.init<Concrete>({ a, c, s }, k)),
  );
  if (started.length !== 1)
    differs(`${started.length} of the ${starts.length} initial states are a start of the transcription`);
  return { transitions, refusals, differences, first };
}

const difference = (
  action: string,
  from: string,
  here: string | undefined,
  there: readonly string[],
): string => {
  const said = (text: string | undefined): string => text ?? 'it is refused';
  return [
    `${action} in ${from}`,
    ...(there.length === 0 ? ['  TLC: it is refused'] : there.map((text) => `  TLC: ${said(text)}`)),
    `  transcription: ${said(here)}`,
  ].join('\n');
};
