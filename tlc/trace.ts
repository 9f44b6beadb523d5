/** The behaviours that TLC prints. */
import { Code } from './codes.js';
import type { Message } from './messages.js';
import type { Step } from './outcome.js';
import { placesIn, type Sources } from './sources.js';
import { parseState } from './value-parse.js';

/** A behaviour: how it begins, and how it goes on if it is infinite. */
export interface Behaviour {
  readonly trace: readonly Step[];
  readonly loopsTo?: number;
  readonly loopAction?: string;
  readonly stutters?: boolean;
}

/**
 * The behaviour that these messages contain, without steps if there is none.
 * Throws `ValueSyntaxError` for a state that is not written in values, such as one with a set too large to list.
 */
export function behaviour(messages: readonly Message[], sources: Sources): Behaviour {
  const heading = messages.findLastIndex(
    ({ code }) => code === Code.behaviour || code === Code.counterexample,
  );
  const after = messages.slice(heading + 1);
  const trace = after.filter(({ code }) => code === Code.state).map(({ text }) => step(text, sources));
  const back = backTo.exec(after.find(({ code }) => code === Code.backToState)?.text ?? '');
  return {
    trace,
    ...(back !== null && { loopsTo: Number(back[1]) }),
    ...(back?.[2] !== undefined && { loopAction: back[2] }),
    ...(after.some(({ code }) => code === Code.stuttering) && { stutters: true }),
  };
}

/** The behaviour of the one initial state at the end of a message. */
export function initialBehaviour({ text }: Message): Behaviour {
  const [, ...state] = text.split('\n');
  return { trace: [{ index: 1, action: null, state: parseState(state.join('\n')) }] };
}

const initial = 'Initial predicate';
const head = /^(\d+): <(.*?)(?: line \d+, col .*)?>$/;
const backTo = /^(\d+): Back to state(?:: <(.*?)(?: line \d+, col .*)?>)?/;

function step(text: string, sources: Sources): Step {
  const [first = '', ...state] = text.split('\n');
  const [, index, action = initial] = head.exec(first) ?? [];
  const location = placesIn(first, sources)[0];
  return {
    index: Number(index),
    action: action === initial ? null : action,
    ...(location && { location }),
    state: parseState(state.join('\n')),
  };
}
