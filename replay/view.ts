/**
 * A module of the specification as it is seen from outside the frontend, so that a port can be asked about it: whose step
 * each of its actions is, what an input is called in a case, which calls to the application a step makes, and what may be
 * known of a state. Ids, blocks and grants may not be known: each port chooses its own.
 */
import type { State, Value } from '../tlc/index.js';
import { functionValues } from '../graph/args.js';
import type { Args } from '../graph/args.js';

/** A step of the specification. */
export interface Step {
  readonly action: string;
  readonly args: Args;
  readonly before: State;
  readonly after: State;
}

/** Whose step one is. `word` is how a case writes it. */
export type Move =
  /** The backend's. The frontend sleeps on. */
  | { readonly by: 'back'; readonly word: string }
  /** Xen's or the application's. The frontend is woken. */
  | { readonly by: 'event' | 'application'; readonly word: string }
  /** The frontend begins with what the application sends. Where it does not fit, a port has it wait. */
  | { readonly by: 'send'; readonly word: string; readonly fits: boolean }
  /** The frontend's own, while it polls or while it posts. */
  | { readonly by: 'poller' | 'poster' }
  /** A step that a port need not take. No case asks for it. */
  | { readonly by: 'nobody' };

/** A call to the application: a send is complete, with this status, or a packet is delivered. */
export type Callback = { readonly kind: 'sent'; readonly status: number } | { readonly kind: 'received' };

/** A module as it is seen from outside. */
export interface View {
  /** What the application can send, as words of a case. */
  readonly sends: readonly string[];
  /** How many sends may wait for room. */
  readonly mostWaiting: number;
  readonly moveOf: (step: Step) => Move;
  /** The call to the application that a step makes; undefined if it makes none. */
  readonly callback: (step: Step) => Callback | undefined;
  /** What may be known of a state besides its indices. `free` is the number of free blocks or pages. */
  readonly known: (state: State, M: number) => { readonly free: number } & Readonly<Record<string, unknown>>;
}

/** An action of the backend that has no word. A module with such an action cannot be asked of a port. */
const noWord = (action: string): Error => new Error(`a case has no word for ${action}`);

/**
 * The frontend's own step: it posts if the action is one of `posting`, otherwise it polls.
 * @throws Error if the action is the backend's
 */
export const frontMove = (action: string, posting: ReadonlySet<string>): Move => {
  if (action.startsWith('Back')) throw noWord(action);
  return { by: posting.has(action) ? 'poster' : 'poller' };
};

/** The backend answers the k-th request that it has taken. */
export const answerMove = ({ k, status }: Args): Move => ({
  by: 'back',
  word: `answer:${String(k)}${status === 'ERROR' ? ':ERROR' : ''}`,
});

/** A slot of the ring as the models have it. */
export type Slot = Readonly<Record<string, Value>>;

/** The slots from one index up to another. */
export const slotsBetween = (state: State, from: string, to: string, M: number): readonly Slot[] => {
  const slots = functionValues(state.ring) as readonly Slot[];
  const [begin, end] = [state[from] as number, state[to] as number];
  // M is a multiple of the number of slots, so an index past M is in the slot of the index to which it wraps.
  return Array.from({ length: (end - begin + M) % M }, (_, i) => slots[(begin + i) % slots.length]!);
};

/** The number of elements of a sequence. */
export const lengthOf = (value: Value | undefined): number => functionValues(value).length;

/**
 * What may be known of a ring whose frames have one slot each: the requests that the backend has taken, whether it has
 * read or written the block of each (`touched`), and the statuses that are published and not consumed.
 */
export const singleSlotsKnown = (state: State, M: number, touched: 'got' | 'wrote') => ({
  taken: (functionValues(state.taken) as readonly Slot[]).map(
    (request) => request[touched] !== '?' && request[touched] !== '-',
  ),
  answers: slotsBetween(state, 'rsp_cons', 'rsp_prod', M).map(({ status }) =>
    status === 'ERROR' ? 'ERROR' : 'OKAY',
  ),
  free: lengthOf(state.pool),
});

/** What may be known of every ring: its indices, which events are asked for, and whether an event waits. */
export const ringKnown = (state: State, M: number): Readonly<Record<string, unknown>> => {
  const nr_ents = lengthOf(state.ring);
  const number = (name: string): number => state[name] as number;
  // An event index that was passed has no effect any more. The model forgets it at a later push.
  const ahead = (event: string, prod: string): number => {
    const distance = (number(event) - number(prod) + M) % M;
    return number(event) >= 0 && distance >= 1 && distance <= nr_ents ? distance : 0;
  };
  return {
    ...Object.fromEntries(
      ['req_prod', 'req_cons', 'rsp_prod', 'rsp_cons', 'frontPending', 'poller', 'broken'].map((name) => [
        name,
        state[name],
      ]),
    ),
    req_event: ahead('req_event', 'req_prod'),
    rsp_event: ahead('rsp_event', 'rsp_prod'),
  };
};
