/**
 * What can be told of a specification from outside, as a port is asked about it: which of its steps is whose, what an
 * input is called in a case, what is seen of a step, and what may be known of a state. Ids, blocks and grants may not.
 */
import type { State, Value } from '../tlc/index.js';
import { functionValues } from '../graph/args.js';

/** A step of the specification. */
export interface Step {
  readonly action: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly before: State;
  readonly after: State;
}

/** Whose step one is. */
export type Move =
  /** The backend's: the frontend sleeps on. */
  | { readonly by: 'back'; readonly word: string }
  /** Xen's or the application's: the frontend is woken. */
  | { readonly by: 'event' | 'application'; readonly word: string }
  /** The frontend begins with what the application sends. Where it does not fit, a port has it wait. */
  | { readonly by: 'send'; readonly word: string; readonly fits: boolean }
  /** The frontend's own: while it polls, or while it posts. */
  | { readonly by: 'poller' | 'poster' }
  /** One that a port need not take, and that no case asks for. */
  | { readonly by: 'nobody' };

/** What the application is told in a step. */
export type Told = { readonly sent: number } | { readonly received: true };

/** A specification as it is seen from outside. */
export interface View {
  /** What the application can send, as words of a case. */
  readonly sends: readonly string[];
  /** How much of it may wait for room. */
  readonly mostWaiting: number;
  readonly moveOf: (step: Step) => Move;
  /** Undefined if the application is told nothing. */
  readonly told: (step: Step) => Told | undefined;
  /** What may be known of a state beyond its indices; `free` is how many blocks or pages are. */
  readonly known: (state: State, M: number) => { readonly free: number } & Readonly<Record<string, unknown>>;
}

/** Statuses as the runner writes them. */
export const STATUS: Readonly<Record<string, number>> = { OKAY: 0, ERROR: -1, DROPPED: -2 };

/** A slot of the ring as the models have it. */
export type Slot = Readonly<Record<string, Value>>;

/** The slots from one index up to another. */
export const slotsBetween = (state: State, from: string, to: string, M: number): readonly Slot[] => {
  const slots = functionValues(state.ring) as readonly Slot[];
  const [begin, end] = [state[from] as number, state[to] as number];
  // M is a multiple of the number of slots, so that an index past M is in the slot of what it wraps to.
  return Array.from({ length: (end - begin + M) % M }, (_, i) => slots[(begin + i) % slots.length]!);
};

/** How many elements a sequence has. */
export const lengthOf = (value: Value | undefined): number => functionValues(value).length;

/**
 * What can be known of every ring: its indices, and whether an event waits.
 */
export const ringKnown = (state: State, M: number): Readonly<Record<string, unknown>> => {
  const nr_ents = lengthOf(state.ring);
  const number = (name: string): number => state[name] as number;
  // An event index that was passed is of no account; the model forgets it at a later push.
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
