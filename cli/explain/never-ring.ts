/** What never comes about on the ring itself, in one clause, worked out from the states. */
import type { State } from '../../tlc/index.js';
import { counted } from '../output.js';
import { published } from './chains.js';
import { type Behaviour, Sizes } from './values.js';

/** What happens, and does not, in the part that repeats; its last state alone, if nothing happens any more. */
interface Repeated {
  readonly states: readonly State[];
  readonly last: State;
  readonly sizes: Sizes;
  /** The actions of the part that repeats. */
  readonly actions: readonly (string | null)[];
}

type Clause = (repeated: Repeated) => string | undefined;

/** The clause; undefined if this is no property of the ring itself, or we have no words for it. */
export function neverOnRing(
  property: string,
  { trace, constants }: Behaviour,
  loopsTo?: number,
): string | undefined {
  const steps = trace.filter(({ index }) => index >= (loopsTo ?? trace.length));
  const repeated = {
    states: steps.map(({ state }) => state),
    last: trace.at(-1)!.state,
    sizes: new Sizes(constants),
    actions: steps.map(({ action }) => action),
  };
  const clause = clauses[property]?.(repeated);
  return clause && `${clause}.`;
}

const clauses: Readonly<Record<string, Clause>> = {
  NothingMissed: ({ states, last, sizes, actions }) => {
    const responses = sizes.sub(last.rsp_prod as number, last.rsp_cons as number);
    if (responses > 0 && same(states, 'rsp_cons'))
      return `${counted(responses, 'response')} on the ring, and the front ${does(actions, 'Front')}`;
    const requests = sizes.sub(last.req_prod as number, last.req_cons as number);
    if (requests > 0 && same(states, 'req_cons'))
      return `${counted(requests, 'request')} on the ring, and the back ${does(actions, 'Back')}`;
    return undefined;
  },
  BlockedWriterProceeds: ({ last, sizes }) => {
    const responses = sizes.sub(last.rsp_prod as number, last.rsp_cons as number);
    return `the ring is full, ${counted(responses, 'response')} wait to be consumed, and the front sleeps`;
  },
  Quiescence: ({ states }) =>
    same(states, 'req_prod_pvt') ? 'the two ends wake each other, and nobody writes a request' : undefined,
  PollEnds: ({ states, last }) =>
    same(states, 'rspSeen')
      ? `the front polls up to rsp_prod ${last.rspSeen}, and rsp_cons is never equal to that`
      : undefined,
  PublishedIsTold: ({ last, sizes }) => {
    const endless = published(last, sizes).find(({ isWhole }) => !isWhole);
    if (endless === undefined) return undefined;
    return `${counted(endless.slots.length, 'slot')} of a packet ${endless.slots.length === 1 ? 'is' : 'are'} published, and the backend waits for the rest: nothing behind is answered, and the application is never told`;
  },
};

const same = (states: readonly State[], name: string): boolean =>
  states.every((state) => state[name] === states[0]![name]);

/** Without a step in the part that repeats an end sleeps. */
const does = (actions: readonly (string | null)[], end: string): string =>
  actions.length > 1 && actions.some((action) => action?.startsWith(end))
    ? 'looks and consumes none'
    : 'sleeps';
