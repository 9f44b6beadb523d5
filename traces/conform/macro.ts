/**
 * The state graph of a ring as a port can be asked about it: what the frontend does by itself is contracted.
 *
 * A port runs its frontend to the end after each input, so what can be told apart is where the frontend rests, what the
 * backend, Xen or the application then does, and where it rests next. And nobody can tell from outside which id, block or
 * grant is used: states that differ only in these are one. Both are checked over the whole graph, each time it is
 * contracted: in whatever order the frontend's hands take their steps, they come to the same rest and are seen to do the
 * same; and states that are one here go on alike.
 */
import type { State } from '../../tlc/index.js';
import type { GraphArgs } from '../args.js';
import { functionValues } from '../args.js';
import type { Constants } from '../constants.js';
import { type Graph, stateAt, successors } from '../graph.js';
import type { See } from './case.js';

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

/** Frames that may wait for room. */
const MOST_WAITING = 2;

interface Node {
  readonly state: number;
  /** Frames that the application has given to the frontend, and that wait. */
  readonly waiting: number;
  /** What was seen until the frontend stopped in the middle; undefined where it rests. */
  readonly paused: Seen | undefined;
}

interface Seen {
  readonly requests: number;
  readonly notified: boolean;
  readonly sent: readonly number[];
  readonly received: number;
}

const NOTHING: Seen = { requests: 0, notified: false, sent: [], received: 0 };

const seeOf = ({ requests, notified, sent, received }: Seen): See => ({
  ...(requests > 0 && { requests }),
  ...(notified && { notified: true as const }),
  ...(sent.length > 0 && { sent: sent.toSorted((a, b) => a - b) }),
  ...(received > 0 && { received }),
});

const STATUS: Readonly<Record<string, number>> = { OKAY: 0, ERROR: -1, DROPPED: -2 };

/** What the application is told, and after which the frontend may be stopped. */
const TOLD = { tx: 'TxRelease', rx: 'RxDeliver' } as const;
/** What only an input starts. */
const INPUTS = new Set(['TxFill', 'TxTakeEvent', 'RxTakeEvent', 'AppReturn']);
const POSTER = new Set(
  ['TxFill', 'TxGrantAccess', 'TxEnqueue', 'TxPushRequests', 'TxCheckNotify'].concat([
    'RxGrantAccess',
    'RxPost',
    'RxPushRequests',
    'RxCheckNotify',
  ]),
);

/**
 * Contracts the graph of NetfrontTx or NetfrontRx.
 * @throws Error if the frontend can come to rest in two ways, or two states that look alike go on differently
 */
export function contract(graph: Graph, args: GraphArgs, constants: Constants): MacroGraph {
  return new Contraction(graph, args, constants.M as number).run();
}

class Contraction {
  readonly #states: (State | undefined)[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #keys: string[] = [];
  readonly #steps = new Map<string, MacroStep>();
  readonly #wordsOf = new Map<number, string>();
  readonly #ring: 'tx' | 'rx';

  constructor(
    readonly graph: Graph,
    readonly args: GraphArgs,
    readonly M: number,
  ) {
    this.#ring = graph.variables.includes('poster') ? 'rx' : 'tx';
  }

  run(): MacroGraph {
    const begin = this.#rest({ state: this.graph.initial[0]!, waiting: 0, paused: undefined }, NOTHING);
    const known = new Set<string>();
    const queue: Node[] = [begin.node];
    this.#number(begin.node);
    // Not only one state of those that look alike is followed, but all of them.
    for (let next = 0; next < queue.length; next++) {
      const node = queue[next]!;
      for (const step of this.#inputs(node)) {
        this.#add(node, step);
        const text = JSON.stringify(step.node);
        if (known.has(text)) continue;
        known.add(text);
        queue.push(step.node);
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
  *#inputs(node: Node): Generator<{ word: string; node: Node; see: See | undefined }> {
    const { state, waiting, paused } = node;
    let canSend = false;
    for (const { transition, action, to } of successors(this.graph, state)) {
      const args = this.args.values[this.args.ofTransition[transition]!]!;
      if (action.startsWith('Back')) {
        yield { word: backWord(action, args), node: { state: to, waiting, paused }, see: undefined };
      } else if (paused !== undefined) continue;
      else if (action === 'TxFill') {
        canSend = true;
        yield this.#woken('send', { state: to, waiting, paused });
      } else if (action === 'AppReturn') yield this.#woken('return:1', { state: to, waiting, paused });
      else if (action === 'TxTakeEvent' || action === 'RxTakeEvent') {
        yield this.#woken('event', { state: to, waiting, paused });
        const stopped = this.#stop({ state: to, waiting, paused });
        if (stopped !== undefined) yield { word: 'event:pause', node: stopped, see: undefined };
      }
    }
    if (paused !== undefined) {
      const { node: rest, seen } = this.#rest({ state, waiting, paused: undefined }, paused);
      yield { word: 'resume', node: rest, see: seeOf(seen) };
    } else if (this.#ring === 'tx' && !canSend && waiting < MOST_WAITING)
      yield this.#woken('send', { state, waiting: waiting + 1, paused });
  }

  #woken(word: string, node: Node): { word: string; node: Node; see: See } {
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
      const text = `${node.state} ${node.waiting} ${JSON.stringify(seen)}`;
      if (visited.has(text)) continue;
      visited.add(text);
      const own = [...successors(this.graph, node.state)].filter(
        ({ action }) =>
          !action.startsWith('Back') && (!INPUTS.has(action) || (action === 'TxFill' && node.waiting > 0)),
      );
      for (const { action, to } of own) {
        const waiting = action === 'TxFill' ? node.waiting - 1 : node.waiting;
        stack.push({
          node: { state: to, waiting, paused: undefined },
          seen: this.#look(seen, action, node.state, to),
        });
      }
      if (own.length > 0) continue;
      if (
        found !== undefined &&
        this.#key(found.node) + JSON.stringify(seeOf(found.seen)) !==
          this.#key(node) + JSON.stringify(seeOf(seen))
      )
        throw new Error(
          `the frontend comes to rest in two ways: ${this.#key(found.node)} ${JSON.stringify(seeOf(found.seen))}, and ${this.#key(node)} ${JSON.stringify(seeOf(seen))}`,
        );
      if (found === undefined || node.state < found.node.state) found = { node, seen };
    }
    if (found === undefined) throw new Error('the frontend never comes to rest');
    return found;
  }

  /** The poller alone goes on until it first tells the application something; undefined if it does not. */
  #stop(from: Node): Node | undefined {
    let state = from.state;
    let seen = NOTHING;
    const visited = new Set<number>();
    for (;;) {
      if (visited.has(state)) return undefined;
      visited.add(state);
      const own = [...successors(this.graph, state)].filter(
        ({ action, to }) =>
          !action.startsWith('Back') && !INPUTS.has(action) && !POSTER.has(action) && to !== state,
      );
      // Where it may look again or go to sleep, it sleeps: nothing has come meanwhile.
      const next = own.find(({ action }) => !action.endsWith('ReadRspProd')) ?? own[0];
      if (next === undefined) return undefined;
      seen = this.#look(seen, next.action, state, next.to);
      state = next.to;
      if (next.action === TOLD[this.#ring]) return { state, waiting: from.waiting, paused: seen };
    }
  }

  #look(seen: Seen, action: string, from: number, to: number): Seen {
    const [before, after] = [this.#state(from), this.#state(to)];
    const number = (state: State, name: string): number => state[name] as number;
    if (action.endsWith('PushRequests')) {
      const moved = (number(after, 'req_prod') - number(before, 'req_prod') + this.M) % this.M;
      return { ...seen, requests: seen.requests + moved };
    }
    if (action.endsWith('CheckNotify') && !action.startsWith('Back'))
      return {
        ...seen,
        notified: seen.notified || (after.backPending === true && before.backPending !== true),
      };
    if (action === 'TxRelease') {
      const status = STATUS[String((before.done as { status?: unknown }).status)]!;
      return { ...seen, sent: [...seen.sent, status].toSorted((a, b) => a - b) };
    }
    if (action === 'RxDeliver') return { ...seen, received: seen.received + 1 };
    return seen;
  }

  #add(node: Node, { word, node: next, see }: { word: string; node: Node; see: See | undefined }): void {
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
    const slots = functionValues(values.ring) as unknown as readonly { kind: string; status?: string }[];
    const [cons, prod] = [values.rsp_cons as number, values.rsp_prod as number];
    const answers = Array.from({ length: (prod - cons + this.M) % this.M }, (_, i) => {
      const { status } = slots[(cons + i) % slots.length]!;
      return status === 'ERROR' ? 'ERROR' : 'OKAY';
    });
    const taken = values.taken as unknown as readonly { got?: string; wrote?: string }[];
    const nr_ents = slots.length;
    const number = (name: string): number => values[name] as number;
    // An event index that was passed is of no account; the model forgets it at a later push.
    const ahead = (event: string, prod: string): number => {
      const distance = (number(event) - number(prod) + this.M) % this.M;
      return number(event) >= 0 && distance >= 1 && distance <= nr_ents ? distance : 0;
    };
    return JSON.stringify({
      ...Object.fromEntries(
        ['req_prod', 'req_cons', 'rsp_prod', 'rsp_cons', 'frontPending', 'poller', 'broken'].map((name) => [
          name,
          values[name],
        ]),
      ),
      req_event: ahead('req_event', 'req_prod'),
      rsp_event: ahead('rsp_event', 'rsp_prod'),
      taken: taken.map(({ got, wrote }) => (got ?? wrote) !== '?' && (got ?? wrote) !== '-'),
      answers,
      free: (values.pool as readonly unknown[]).length,
      ...(this.#ring === 'rx' && {
        held: functionValues(values.held).filter((frame) => frame !== '.').length,
      }),
      waiting,
      ...(paused && { paused: seeOf(paused), rspSeen: values.rspSeen }),
    });
  }

  #state(state: number): State {
    return (this.#states[state] ??= stateAt(this.graph, state));
  }
}

/** A backend's action as a word of a case. */
const backWord = (action: string, args: Readonly<Record<string, unknown>>): string => {
  const k = String(args.k);
  switch (action) {
    case 'BackTakeRequest':
      return 'take';
    case 'BackReadBlock':
      return `read:${k}`;
    case 'BackWriteFrame':
      return `fill:${k}`;
    case 'BackRespond':
      return args.status === 'ERROR' ? `answer:${k}:ERROR` : `answer:${k}`;
    default:
      throw new Error(`a case has no word for ${action}`);
  }
};
