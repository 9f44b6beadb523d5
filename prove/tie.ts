/**
 * What is proved is a transcription of the modules. Here it is held against a graph that TLC made of them: in every state
 * each action has to be enabled there and here, or refused there and here, and to lead to the same state.
 */
import { type Graph, stateAt } from '../graph/graph.js';
import { type Concrete, concrete } from './concrete.js';
import { after, filled, type Machine } from './machine.js';
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
  readonly stateOf: (
    state: State,
    M: number,
    hidden: number,
    constants: Values<Concrete, C>,
  ) => Values<Concrete, V>;
  /** Actions that the module has not: they may change nothing that it knows. */
  readonly silent?: readonly string[];
  /** What the model's action constraint keeps of the steps that the module has; all, where nothing is said. */
  readonly isKept?: (before: Values<Concrete, V>, after: Values<Concrete, V>) => boolean;
  /**
   * What an argument of an action may be, for each action that has some: constants of the machine that stand for the
   * argument and that nothing else speaks of. An action is compared with all of them together.
   */
  readonly choicesOf?: (
    constants: Values<Concrete, C>,
    M: number,
    given: Readonly<Record<string, Value>>,
  ) => Readonly<Record<string, readonly Partial<Values<Concrete, C>>[]>>;
  /** Equal texts are equal states, but for what the module knows and the transcription does not. */
  readonly textOf: (state: Values<Concrete, V>, M: number, constants: Values<Concrete, C>) => string;
}

/** What came of a comparison. */
export interface Tie {
  /** Transitions of the graph, each enabled in the transcription and with that successor. */
  readonly transitions: number;
  /** Actions, with one choice of arguments each, that are enabled neither in a state of the graph nor in the transcription. */
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
  { machine, constantsOf, choicesOf, stateOf, silent = [], isKept = () => true, textOf }: Reading<C, V>,
  graph: Graph,
  given: Readonly<Record<string, Value>>,
): Tie {
  const { M, constants: c } = constantsOf(given);
  const a = concrete(M);
  const choices = choicesOf?.(c, M, given) ?? {};
  // Something else in each state, so that nothing can depend on it.
  const states = Array.from({ length: graph.stateCount }, (_, i) => stateOf(stateAt(graph, i), M, i % M, c));
  const textIn = (s: Values<Concrete, V>): string => textOf(s, M, c);
  const texts = states.map(textIn);
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
      const targets = there.get(name) ?? [];
      const here = new Set<string>();
      for (const choice of choices[name] ?? [{}]) {
        const step = action<Concrete>({ a, c: { ...c, ...choice }, s });
        if (step.when.every(Boolean)) {
          const next = after<Concrete, V>(s, step);
          if (isKept(s, next)) here.add(textIn(next));
        } else if (targets.length === 0) refusals++;
      }
      const led = new Set(
        silent.includes(name) ? [...here].map(() => texts[i]!) : targets.map((t) => texts[t]!),
      );
      if (led.size === here.size && [...led].every((text) => here.has(text))) transitions += targets.length;
      else differs(difference(name, texts[i]!, [...here], [...led]));
    }
  });
  const starts = graph.initial.map((i) => states[i]!);
  const started = starts.filter((s) => {
    const at = { a, c, s };
    return filled<Concrete>(machine.everywhere<Concrete>(at, c.N as number), {
      k: 0,
      j: 0,
      x: 0,
      y: 0,
    }).every((any) => machine.init<Concrete>(at, any));
  });
  if (started.length !== 1)
    differs(`${started.length} of the ${starts.length} initial states are a start of the transcription`);
  return { transitions, refusals, differences, first };
}

const difference = (
  action: string,
  from: string,
  here: readonly string[],
  there: readonly string[],
): string => {
  const said = (who: string, texts: readonly string[]): readonly string[] =>
    (texts.length === 0 ? ['it is refused'] : texts).map((text) => `  ${who}: ${text}`);
  return [`${action} in ${from}`, ...said('TLC', there), ...said('transcription', here)].join('\n');
};
