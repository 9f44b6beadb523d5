/**
 * The state graph of a ring as a port can be asked about it: what the frontend does by itself is contracted.
 *
 * A port runs its frontend to the end after each input. So only three things can be told apart: where the frontend rests,
 * what the backend, Xen or the application does then, and where it rests next. Which id, block or grant is used cannot be
 * told from outside, so states that differ only in these are one.
 *
 * Two things are checked over the whole graph each time it is contracted. In whatever order the frontend takes its own
 * steps, it comes to the same rest and is observed to do the same. And states that are one here go on alike.
 */
import { match, P } from 'ts-pattern';
import type { State } from '../tlc/index.js';
import type { GraphArgs } from '../graph/args.js';
import type { Constants } from '../replay/constants.js';
import { type Graph, stateAt, successors } from '../graph/graph.js';
import { type Move, ringKnown, type Step, type View } from '../replay/view.js';
import type { Observation } from './case.js';
import { NOTHING_SEEN, observationOf, sumOf, type Totals } from './observation.js';

/** A step from one rest to the next. */
export interface MacroStep {
  readonly from: number;
  readonly to: number;
  /** As a case has it. */
  readonly word: string;
  /** What the frontend does; undefined where the step does not wake it, or it stops in the middle. */
  readonly observed: Observation | undefined;
}

/** A contracted graph. State 0 is where the frontend rests at first. */
export interface MacroGraph {
  readonly states: number;
  readonly steps: readonly MacroStep[];
  /** What the frontend does before its first rest. */
  readonly start: Observation;
  /** For each state what is known of it from outside, as JSON. */
  readonly keys: readonly string[];
}

/** A rest of the frontend, or a pause within one of its turns. */
interface Node {
  readonly state: number;
  /** What the application has given to the frontend and waits for room, as words of a case. */
  readonly waiting: readonly string[];
  /** What was seen until the frontend stopped in the middle; undefined where it rests. */
  readonly paused: Totals | undefined;
}

/** A rest, and what was seen on the way to it. */
interface Reached {
  readonly node: Node;
  readonly seen: Totals;
}

/** What an input leads to. */
interface Outcome {
  readonly word: string;
  readonly node: Node;
  readonly observed: Observation | undefined;
}

/** What has to be known of the module whose graph it is. */
export interface ViewedModule {
  readonly name: string;
  readonly view?: (constants: Constants) => View;
}

/**
 * Contracts the state graph of a module that has a view.
 * @throws Error if the module has no view, the frontend can come to rest in two ways, or two states that look alike go on
 *   differently
 */
export function contract(
  { name, view }: ViewedModule,
  graph: Graph,
  args: GraphArgs,
  constants: Constants,
): MacroGraph {
  if (view === undefined) throw new Error(`a port cannot be asked about ${name}: the module has no view`);
  return new Contraction(graph, args, view(constants), constants.M as number).run();
}

class Contraction {
  readonly #states: (State | undefined)[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #keys: string[] = [];
  readonly #steps = new Map<string, MacroStep>();
  readonly #wordsOf = new Map<number, string>();

  constructor(
    readonly graph: Graph,
    readonly args: GraphArgs,
    readonly view: View,
    readonly M: number,
  ) {}

  run(): MacroGraph {
    const begin = this.#rest({ state: this.graph.initial[0]!, waiting: [], paused: undefined }, NOTHING_SEEN);
    const known = new Set<string>();
    const queue: Node[] = [begin.node];
    this.#number(begin.node);
    // All states that look alike are followed, not only one of them.
    for (let next = 0; next < queue.length; next++) {
      const node = queue[next]!;
      for (const outcome of this.#inputs(node)) {
        this.#add(node, outcome);
        const text = JSON.stringify(outcome.node);
        if (known.has(text)) continue;
        known.add(text);
        queue.push(outcome.node);
      }
    }
    this.#checkAlike(queue);
    return {
      states: this.#keys.length,
      steps: [...this.#steps.values()],
      start: observationOf(begin.seen),
      keys: this.#keys,
    };
  }

  /** What backend, Xen and application can do here, and what each of that leads to. */
  *#inputs(node: Node): Generator<Outcome> {
    const { state, waiting, paused } = node;
    const canSend = new Set<string>();
    for (const { move, to } of this.#moves(state)) {
      const after = { ...node, state: to };
      if (move.by === 'back') yield { word: move.word, node: after, observed: undefined };
      // While it is paused, only the backend can act.
      else if (paused === undefined) yield* this.#wakings(move, after, canSend);
    }
    if (paused !== undefined) {
      const { node: rest, seen } = this.#rest({ state, waiting, paused: undefined }, paused);
      yield { word: 'resume', node: rest, observed: observationOf(seen) };
    } else if (waiting.length < this.view.mostWaiting)
      for (const word of this.view.sends)
        if (!canSend.has(word)) yield this.#woken(word, { state, waiting: [...waiting, word], paused });
  }

  /** What a move that wakes the frontend leads to. Notes in `canSend` what the frontend takes at once. */
  #wakings(move: Move, node: Node, canSend: Set<string>): readonly Outcome[] {
    return match(move)
      .with({ by: 'send' }, ({ word, fits }) => {
        // What waits goes first.
        if (!fits || node.waiting.length > 0) return [];
        canSend.add(word);
        return [this.#woken(word, node)];
      })
      .with({ by: 'application' }, ({ word }) => [this.#woken(word, node)])
      .with({ by: 'event' }, ({ word }) => {
        const stopped = this.#stop(node);
        return [
          this.#woken(word, node),
          ...(stopped === undefined ? [] : [{ word: `${word}:pause`, node: stopped, observed: undefined }]),
        ];
      })
      .with({ by: P.union('back', 'poller', 'poster', 'nobody') }, () => [])
      .exhaustive();
  }

  #woken(word: string, node: Node): Outcome {
    const { node: rest, seen } = this.#rest(node, NOTHING_SEEN);
    return { word, node: rest, observed: observationOf(seen) };
  }

  /** The frontend takes its own steps until there are none, in every order. */
  #rest(from: Node, before: Totals): Reached {
    const stack: Reached[] = [{ node: from, seen: before }];
    const visited = new Set<string>();
    let found: Reached | undefined;
    while (stack.length > 0) {
      const { node, seen } = stack.pop()!;
      const text = JSON.stringify([node.state, node.waiting.length, seen]);
      if (visited.has(text)) continue;
      visited.add(text);
      let isResting = true;
      for (const { move, step, to } of this.#moves(node.state)) {
        const isNext = move.by === 'send' && move.fits && move.word === node.waiting[0];
        if (!isNext && move.by !== 'poller' && move.by !== 'poster') continue;
        isResting = false;
        const waiting = isNext ? node.waiting.slice(1) : node.waiting;
        stack.push({ node: { state: to, waiting, paused: undefined }, seen: this.#look(seen, step) });
      }
      if (!isResting) continue;
      if (found !== undefined && this.#outside(found) !== this.#outside({ node, seen }))
        throw new Error(
          `the frontend comes to rest in two ways: ${this.#outside(found)}, and ${this.#outside({ node, seen })}`,
        );
      if (found === undefined || node.state < found.node.state) found = { node, seen };
    }
    if (found === undefined) throw new Error('the frontend never comes to rest');
    return found;
  }

  /** All that shows from outside of a rest and the way to it. */
  #outside({ node, seen }: Reached): string {
    return `${this.#key(node)} ${JSON.stringify(observationOf(seen))}`;
  }

  /** The poller alone goes on until it first calls the application; undefined if it does not. */
  #stop(from: Node): Node | undefined {
    let state = from.state;
    let seen = NOTHING_SEEN;
    const visited = new Set<number>();
    for (;;) {
      if (visited.has(state)) return undefined;
      visited.add(state);
      const own = [...this.#moves(state)].filter(({ move, to }) => move.by === 'poller' && to !== state);
      // Where it may look again or go to sleep, it sleeps: nothing has come meanwhile.
      const next = own.find(({ step }) => !step.action.endsWith('ReadRspProd')) ?? own[0];
      if (next === undefined) return undefined;
      seen = this.#look(seen, next.step);
      state = next.to;
      if (this.view.callback(next.step) !== undefined) return { state, waiting: from.waiting, paused: seen };
    }
  }

  *#moves(state: number): Generator<{ move: Move; step: Step; to: number }> {
    for (const { transition, action, to } of successors(this.graph, state)) {
      const args = this.args.values[this.args.ofTransition[transition]!]!;
      const step = { action, args, before: this.#state(state), after: this.#state(to) };
      yield { move: this.view.moveOf(step), step, to };
    }
  }

  #look(seen: Totals, step: Step): Totals {
    const { action, before, after } = step;
    if (action.endsWith('PushRequests')) {
      const moved = ((after.req_prod as number) - (before.req_prod as number) + this.M) % this.M;
      return sumOf(seen, { requests: moved });
    }
    if (action.endsWith('CheckNotify'))
      return sumOf(seen, { notified: after.backPending === true && before.backPending !== true });
    return match(this.view.callback(step))
      .with(undefined, () => seen)
      .with({ kind: 'sent' }, ({ status }) => sumOf(seen, { sent: [status] }))
      .with({ kind: 'received' }, () => sumOf(seen, { received: 1 }))
      .exhaustive();
  }

  #add(node: Node, { word, node: next, observed }: Outcome): void {
    const step: MacroStep = { from: this.#number(node), to: this.#number(next), word, observed };
    const key = `${step.from} ${word}`;
    const known = this.#steps.get(key);
    if (
      known !== undefined &&
      (known.to !== step.to || JSON.stringify(known.observed) !== JSON.stringify(observed))
    )
      throw new Error(`two states that look alike go on differently: ${this.#key(node)}, ${word}`);
    this.#steps.set(key, known ?? step);
  }

  /** States that look alike allow the same. */
  #checkAlike(nodes: readonly Node[]): void {
    for (const node of nodes) {
      const words = [...new Set([...this.#inputs(node)].map(({ word }) => word))].toSorted().join(' ');
      const number = this.#number(node);
      const known = this.#wordsOf.get(number) ?? words;
      this.#wordsOf.set(number, known);
      if (known !== words)
        throw new Error(`two states that look alike allow ${known}, and ${words}: ${this.#key(node)}`);
    }
  }

  #number(node: Node): number {
    const key = this.#key(node);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#keys.length);
    return this.#keys.push(key) - 1;
  }

  /** What is known of a state from outside, as JSON. */
  #key({ state, waiting, paused }: Node): string {
    const values = this.#state(state);
    return JSON.stringify({
      ...ringKnown(values, this.M),
      ...this.view.known(values, this.M),
      waiting,
      ...(paused && { paused: observationOf(paused), rspSeen: values.rspSeen }),
    });
  }

  #state(state: number): State {
    return (this.#states[state] ??= stateAt(this.graph, state));
  }
}
