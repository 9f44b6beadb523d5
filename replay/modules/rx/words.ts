/** The words of NetfrontRx. */
import { functionEntries, functionValues } from '../../../graph/args.js';
import type { State } from '../../../tlc/index.js';
import { equal } from '../../../tlc/value-text.js';
import { allBuffers, frameText, framesWording, heldWording, netifWords, pages } from '../../words/netif.js';
import { at, type Fields, list, numbered } from '../../words/values.js';
import type { Course } from '../../words/words.js';

type OfPage = (state: State, page: number) => boolean;

const isFree: OfPage = ({ pool }, page) => list(pool).includes(page);
const isBack: OfPage = (state, page) => isFree(state, page) || at(state.held, page) !== '.';

/** Is there a response on the ring for this page? By slot, its id is the slot's number too. */
const isAnswered: OfPage = ({ ring, inFlight }, page) =>
  (functionValues(ring) as readonly Fields[]).some(
    ({ kind, id }) => kind === 'response' && list(at(inFlight, id!)).includes(page),
  );

/** A page for which something was the case and which since then, and in the whole loop, is not back. */
const neverBack = ({ states, loop }: Course, isBack: OfPage, was: OfPage): number | undefined =>
  allBuffers(loop[0]!).find((page) => {
    const since = states.slice(states.findLastIndex((state) => isBack(state, page)) + 1);
    return !loop.some((state) => isBack(state, page)) && since.some((state) => was(state, page));
  });

/** The words of NetfrontRx. */
export const rxWords = netifWords({
  buffers: pages('.'),
  hand: 'Rx',
  arrows: { BackWriteFrame: 'back->>front' },
  legend: 'req 0 is a request with id 0, rsp 0 A the response to id 0 with the length of frame A',
  contents: framesWording('page'),
  served: ({ id, wrote }) => `the back writes frame ${wrote} for the request with id ${id}`,
  variables: {
    delivered: (_, after) => {
      const { size, got } = after as Fields;
      // It was to be seen in one state, and is forgotten.
      if (size === '-') return [];
      return [`the application is given ${frameText(got)} for a status of ${size}`];
    },
    held: heldWording('.'),
  },
  closing: {
    DeliveredIntact: ({ delivered }) => {
      const { size, got } = delivered as Fields;
      if (size === got) return undefined;
      return (
        `the response promised frame ${size}, and the application is given ` +
        (got === '-'
          ? 'a page that no frame was written to: what was in it before is delivered.'
          : `frame ${got}: the data of one frame is taken for that of another.`)
      );
    },

    RxRefinesChannel: ({ delivered }) => {
      const { size, got } = delivered as Fields;
      if (size === got) return undefined;
      const given = got === '-' ? 'a page with no frame in it' : `frame ${got}`;
      return `the application is given ${given} where the response promised ${size}: that is not what the backend put in.`;
    },

    NoMutationAfterDelivery: ({ held, contents }) => {
      const changed = functionEntries(held).find(
        ([page, then]) => then !== '.' && at(contents, page) !== then,
      );
      if (changed === undefined) return undefined;
      const [page, then] = changed;
      return `page ${page} had ${frameText(then)} in it when the application was given it, and has ${frameText(at(contents, page))} now: what the application reads changes under its eyes.`;
    },

    ErrorNeverDelivered: ({ delivered }) =>
      (delivered as Fields).size === 'ERROR'
        ? 'the application is given a page for a response with the status ERROR: read as unsigned, an error is a length.'
        : undefined,
  },
  never: {
    RxNeverStarves: ({ loop }) => {
      if (loop.some(({ req_prod, rsp_prod }) => req_prod !== rsp_prod)) return undefined;
      const free = list<number>(loop[0]!.pool);
      return free.length > 0
        ? `${numbered('page', free)} ${free.length === 1 ? 'is' : 'are'} free, and none is posted: the backend has nowhere to put a frame.`
        : 'no page is posted, and none is free to be: the backend has nowhere to put a frame.';
    },

    AnsweredComesBack: (course) => {
      const page = neverBack(course, isBack, isAnswered);
      if (page === undefined) return undefined;
      return `page ${page} is answered, and comes back neither to the pool nor to the application.`;
    },

    ErrorFreesPage: (course) => {
      const page = neverBack(course, isFree, ({ done }, page) => equal(done!, { page, status: 'ERROR' }));
      return page === undefined ? undefined : `page ${page} is answered with ERROR, and never free again.`;
    },
  },
});
