/**
 * The state graph of a ring as a port can be asked about it: what the frontend does by itself is contracted.
 *
 * A port runs its frontend to the end after each input, so what can be told apart is where the frontend rests, what the
 * backend, Xen or the application then does, and where it rests next. And nobody can tell from outside which id, block or
 * grant is used: states that differ only in these are one. Both are checked over the whole graph, each time it is
 * contracted: in whatever order the frontend's hands take their steps, they come to the same rest and are seen to do the
 * same; and states that are one here go on alike.
 */
import type { State } from '../tlc/index.js';
import type { GraphArgs } from '../graph/args.js';
import type { Constants } from '../replay/constants.js';
import { type Graph, stateAt, successors } from '../graph/graph.js';
import type { See } from './case.js';
import { ringKnown, type Move, type Step, type View } from '../replay/view.js';
import { rxPacketsView } from '../replay/modules/rxpackets/view.js';
import { rxView, txView } from '../replay/view-slots.js';
import { txPacketsView } from '../replay/modules/txpackets/view.js';

/** A step from one rest to the next. */
export interface MacroStep {
  readonly from: number;
  readonly to: number;
  /** As a case has it. */
  readonly word: string;
  /** What the frontend does; undefined where the step does not wake it, or it stops in the middle. */
  readonly see: See | undefined;
}

/** A contracted graph. State 0 is where the frontend rests at first. */
export interface MacroGraph {
  readonly states: number;
  readonly steps: readonly MacroStep[];
  /** What the frontend does before its first rest. */
  readonly start: See;
  /** For each state what can be told of it from outside. */
  readonly keys: readonly string[];
}

interface Node {
  readonly state: number;
  /** What the application has given to the frontend, and waits, as words of a case. */
  readonly waiting: readonly string[];
  /** What was seen until the frontend stopped in the middle; undefined where it rests. */
  readonly paused: Seen | undefined;
}

interface Seen {
  readonly requests: number;
  readonly notified: boolean;
  readonly sent: readonly number[];
  readonly received: number;
}

/** What comes of an input. */
interface Outcome {
  readonly word: string;
  readonly node: Node;
  readonly see: See | undefined;
}

const NOTHING: Seen = { requests: 0, notified: false, sent: [], received: 0 };

const seeOf = ({ requests, notified, sent, received }: Seen): See => ({
  ...(requests > 0 && { requests }),
  ...(notified && { notified: true as const }),
  ...(sent.length > 0 && { sent: sent.toSorted((a, b) => a - b) }),
  ...(received > 0 && { received }),
});

/**
 * Contracts the graph of a transmit or a receive ring, of single slots or of packets.
 * @throws Error if the frontend can come to rest in two ways, or two states that look alike go on differently
 */
export function contract(graph: Graph, args: GraphArgs, constants: Constants): MacroGraph {
  return new Contraction(graph, args, viewOf(graph, constants), constants.M as number).run();
}

const viewOf = ({ variables }: Graph, constants: Constants): View => {
  const isRx = variables.includes('poster');
  if (variables.includes('chain')) return isRx ? rxPacketsView : txPacketsView(constants);
  return isRx ? rxView : txView;
};

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
    const begin = this.#rest({ state: this.graph.initial[0]!, waiting: [], paused: undefined }, NOTHING);
    const known = new Set<string>();
    const queue: Node[] = [begin.node];
    this.#number(begin.node);
    // Not only one state of those that look alike is followed, but all of them.
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
      start: seeOf(begin.seen),
      keys: this.#keys,
    };
  }

  /** What backend, Xen and application can do here, and what comes of each. */
  *#inputs(node: Node): Generator<Outcome> {
    const { state, waiting, paused } = node;
    const canSend = new Set<string>();
    for (const { move, to } of this.#moves(state)) {
      if (move.by === 'back') yield { word: move.word, node: { state: to, waiting, paused }, see: undefined };
      else if (paused !== undefined) continue;
      else if (move.by === 'send') {
        // What waits goes first.
        if (!move.fits || waiting.length > 0) continue;
        canSend.add(move.word);
        yield this.#woken(move.word, { state: to, waiting, paused });
      } else if (move.by === 'application') yield this.#woken(move.word, { state: to, waiting, paused });
      else if (move.by === 'event') {
        yield this.#woken(move.word, { state: to, waiting, paused });
        const stopped = this.#stop({ state: to, waiting, paused });
        if (stopped !== undefined) yield { word: `${move.word}:pause`, node: stopped, see: undefined };
      }
    }
    if (paused !== undefined) {
      const { node: rest, seen } = this.#rest({ state, waiting, paused: undefined }, paused);
      yield { word: 'resume', node: rest, see: seeOf(seen) };
    } else if (waiting.length < this.view.mostWaiting)
      for (const word of this.view.sends)
        if (!canSend.has(word)) yield this.#woken(word, { state, waiting: [...waiting, word], paused });
  }

  #woken(word: string, node: Node): Outcome {
    const { node: rest, seen } = this.#rest(node, NOTHING);
    return { word, node: rest, see: seeOf(seen) };
  }

  /** The frontend takes its own steps until there are none, in every order. */
  #rest(from: Node, before: Seen): { node: Node; seen: Seen } {
    const stack: { node: Node; seen: Seen }[] = [{ node: from, seen: before }];
    const visited = new Set<string>();
    let found: { node: Node; seen: Seen } | undefined;
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
      if (found !== undefined && this.#told(found) !== this.#told({ node, seen }))
        throw new Error(
          `the frontend comes to rest in two ways: ${this.#told(found)}, and ${this.#told({ node, seen })}`,
        );
      if (found === undefined || node.state < found.node.state) found = { node, seen };
    }
    if (found === undefined) throw new Error('the frontend never comes to rest');
    return found;
  }

  #told({ node, seen }: { node: Node; seen: Seen }): string {
    return `${this.#key(node)} ${JSON.stringify(seeOf(seen))}`;
  }

  /** The poller alone goes on until it first tells the application something; undefined if it does not. */
  #stop(from: Node): Node | undefined {
    let state = from.state;
    let seen = NOTHING;
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
      if (this.view.told(next.step) !== undefined) return { state, waiting: from.waiting, paused: seen };
    }
  }

  *#moves(state: number): Generator<{ move: Move; step: Step; to: number }> {
    for (const { transition, action, to } of successors(this.graph, state)) {
      const args = this.args.values[this.args.ofTransition[transition]!]!;
      const step = { action, args, before: this.#state(state), after: this.#state(to) };
      yield { move: this.view.moveOf(step), step, to };
    }
  }

  #look(seen: Seen, step: Step): Seen {
    const { action, before, after } = step;
    if (action.endsWith('PushRequests')) {
      const moved = ((after.req_prod as number) - (before.req_prod as number) + this.M) % this.M;
      return { ...seen, requests: seen.requests + moved };
    }
    if (action.endsWith('CheckNotify'))
      return {
        ...seen,
        notified: seen.notified || (after.backPending === true && before.backPending !== true),
      };
    const told = this.view.told(step);
    if (told === undefined) return seen;
    return 'sent' in told
      ? { ...seen, sent: [...seen.sent, told.sent].toSorted((a, b) => a - b) }
      : { ...seen, received: seen.received + 1 };
  }

  #add(node: Node, { word, node: next, see }: Outcome): void {
    const step: MacroStep = { from: this.#number(node), to: this.#number(next), word, see };
    const key = `${step.from} ${word}`;
    const known = this.#steps.get(key);
    if (known !== undefined && (known.to !== step.to || JSON.stringify(known.see) !== JSON.stringify(see)))
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

  /** What can be told of a state from outside, ids, blocks and grants left out. */
  #key({ state, waiting, paused }: Node): string {
    const values = this.#state(state);
    return JSON.stringify({
      ...ringKnown(values, this.M),
      ...this.view.known(values, this.M),
      waiting,
      ...(paused && { paused: seeOf(paused), rspSeen: values.rspSeen }),
    });
  }

  #state(state: number): State {
    return (this.#states[state] ??= stateAt(this.graph, state));
  }
}
