/** What went wrong with the ring itself, whatever goes over it: who believed what, and who was woken or not. */
import type { State } from '../../tlc/index.js';
import { counted } from '../output.js';
import type { Sentence } from './values.js';
import { entries, type Fields } from './values.js';

/** The front believes a response that answers no request. */
export const responseBound: Sentence = ({ rspSeen, req_prod, rsp_cons }, sizes) => {
  const responses = sizes.sub(rspSeen as number, rsp_cons as number);
  const requests = sizes.sub(req_prod as number, rsp_cons as number);
  if (responses <= requests) return undefined;
  return `the frontend believes rsp_prod ${rspSeen}, which promises ${counted(responses, 'response')}, while req_prod ${req_prod} allows ${requests}: it will read a response to a request it never made.`;
};

/** The sentences by property. */
export const ringSentences: Readonly<Record<string, Sentence>> = {
  FrontResponseBound: responseBound,

  NoLostWakeUp: (state) => {
    if (sleeps(state.poller) && state.rsp_prod !== state.rsp_cons && state.frontPending === false)
      return 'the front sleeps while a response waits for it, and no event is on its way.';
    if (sleeps(state.taker) && state.req_prod !== state.req_cons && state.backPending === false)
      return 'the back sleeps while a request waits for it, and no event is on its way.';
    return undefined;
  },

  NotifyExact: (state, _, before) => {
    const front = state.backPending !== before.backPending || state.reqChecked !== before.reqChecked;
    const [whom, event, old, now] = front
      ? ['back', before.req_event, before.reqChecked, before.req_prod]
      : ['front', before.rsp_event, before.rspChecked, before.rsp_prod];
    const notified = state[`${whom}Pending`] === true;
    return `the ${whom} is ${notified ? '' : 'not '}notified: it waits for index ${event}, and ${published(old!, now!)}.`;
  },

  SlotsAsIndexed: ({ ring, ...state }, sizes) => {
    const slots = entries(ring);
    const wrong = (from: string, to: string, kind: string) =>
      Array.from({ length: sizes.sub(state[to] as number, state[from] as number) })
        .map((_, k) => ((state[from] as number) + k) % slots.length)
        .filter((slot) => (slots[slot]![1] as Fields).kind !== kind)
        .map((slot) => `slot ${slot} should hold a ${kind}, and does not: it was written over.`);
    return [
      ...wrong('rsp_cons', 'rsp_prod_pvt', 'response'),
      ...wrong('req_cons', 'req_prod_pvt', 'request'),
    ][0];
  },

  WrapSafe: () =>
    'with all indices one further this step would not be possible: it depends on where they start.',
};

const sleeps = (hand: State[string] | undefined): boolean => hand === 'asleep';

const published = (old: unknown, now: unknown): string =>
  old === now ? 'nothing was published' : `those after ${old} and up to ${now} were published`;
