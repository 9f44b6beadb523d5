/** The words of Ring: who believed what, and who was woken or not. A slot says no more than whose it is. */
import type { State } from '../../../tlc/index.js';
import {
  between,
  eventWordings,
  frontLoads,
  responseBound,
  ringBound,
  slotsBetween,
  slotsWording,
  wordsOfRing,
} from '../../words/ring.js';
import { counted } from '../../words/values.js';
import type { Course } from '../../words/words.js';

/** Is this variable the same in the whole loop? */
const isStill = ({ loop }: Course, name: string): boolean =>
  loop.every((state) => state[name] === loop[0]![name]);

/** What an end does that consumes nothing. Without a step in the loop it sleeps. */
const idles = ({ actions }: Course, end: 'Front' | 'Back'): string =>
  actions.length > 1 && actions.some((action) => action?.startsWith(end))
    ? 'looks and consumes none'
    : 'sleeps';

const published = (old: State[string] | undefined, now: State[string] | undefined): string =>
  old === now ? 'nothing was published' : `those after ${old} and up to ${now} were published`;

/** The words of Ring. */
export const ringWords = wordsOfRing({
  actors: { Back: 'back', Front: 'front', Spurious: 'Xen' },
  arrows: {
    ...frontLoads('Front'),
    FrontPushNothing: 'ring-->>front',
    BackReadReqProd: 'ring-->>back',
    BackFinalCheck: 'ring-->>back',
    BackPushNothing: 'ring-->>back',
    BackTakeRequest: 'ring-->>back',
  },
  legend: 'req is a request, rsp a response',
  variables: {
    ring: slotsWording(),
    ...eventWordings,
    broken: () => ['the front gives up on this backend'],
  },
  closing: {
    RingBound: ringBound,
    FrontResponseBound: responseBound,

    NoLostWakeUp: ({ poller, taker, rsp_prod, rsp_cons, req_prod, req_cons, frontPending, backPending }) => {
      if (poller === 'asleep' && rsp_prod !== rsp_cons && frontPending === false)
        return 'the front sleeps while a response waits for it, and no event is on its way.';
      if (taker === 'asleep' && req_prod !== req_cons && backPending === false)
        return 'the back sleeps while a request waits for it, and no event is on its way.';
      return undefined;
    },

    NotifyExact: (state, _, before) => {
      const byFront = state.backPending !== before.backPending || state.reqChecked !== before.reqChecked;
      const [whom, event, old, now] = byFront
        ? ['back', before.req_event, before.reqChecked, before.req_prod]
        : ['front', before.rsp_event, before.rspChecked, before.rsp_prod];
      const notified = state[`${whom}Pending`] === true;
      return `the ${whom} is ${notified ? '' : 'not '}notified: it waits for index ${event}, and ${published(old, now)}.`;
    },

    SlotsAsIndexed: (state, constants) => {
      const wrong = (from: string, to: string, kind: string): readonly string[] =>
        slotsBetween(state, constants, from, to)
          .filter(([, content]) => content.kind !== kind)
          .map(([slot]) => `slot ${slot} should hold a ${kind}, and does not: it was written over.`);
      return [
        ...wrong('rsp_cons', 'rsp_prod_pvt', 'response'),
        ...wrong('req_cons', 'req_prod_pvt', 'request'),
      ][0];
    },

    WrapSafe: () =>
      'with all indices one further this step would not be possible: it depends on where they start.',
  },
  never: {
    NothingMissed: (course) => {
      const last = course.loop.at(-1)!;
      const responses = between(last, course.constants, 'rsp_cons', 'rsp_prod');
      if (responses > 0 && isStill(course, 'rsp_cons'))
        return `${counted(responses, 'response')} on the ring, and the front ${idles(course, 'Front')}.`;
      const requests = between(last, course.constants, 'req_cons', 'req_prod');
      if (requests > 0 && isStill(course, 'req_cons'))
        return `${counted(requests, 'request')} on the ring, and the back ${idles(course, 'Back')}.`;
      return undefined;
    },
    BlockedWriterProceeds: ({ loop, constants }) =>
      `the ring is full, ${counted(between(loop.at(-1)!, constants, 'rsp_cons', 'rsp_prod'), 'response')} wait to be consumed, and the front sleeps.`,
    Quiescence: (course) =>
      isStill(course, 'req_prod_pvt')
        ? 'the two ends wake each other, and nobody writes a request.'
        : undefined,
    PollEnds: (course) =>
      isStill(course, 'rspSeen')
        ? `the front polls up to rsp_prod ${course.loop[0]!.rspSeen}, and rsp_cons is never equal to that.`
        : undefined,
  },
});
