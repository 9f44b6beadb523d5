/** What never comes about in a behaviour that goes on for ever, in one sentence, worked out from its states. */
import type { State } from '../../tlc/index.js';
import { neverOnRing } from './never-ring.js';
import { oldestSent } from './packets.js';
import { rings } from './rings.js';
import { at, type Behaviour, buffers, entries, type Fields, numbers } from './values.js';

/** The states up to where the behaviour repeats itself, and those that it repeats. */
interface Course {
  readonly states: readonly State[];
  readonly loop: readonly State[];
}

type Sentence = (course: Course) => string | undefined;

/**
 * The sentence, for after `and so on for ever`. `loopsTo` is the step to which the last one goes back; where there is
 * none, nothing happens any more.
 */
export function never(property: string, behaviour: Behaviour, loopsTo?: number): string {
  const { trace } = behaviour;
  const whose = property.startsWith('Rx') ? 'RX' : 'TX';
  const states = trace.map(({ state }) => rings(state).find(({ name }) => name === whose)?.state ?? state);
  const begin = loopsTo === undefined ? -1 : trace.findIndex(({ index }) => index === loopsTo);
  const sentence = sentences[property] ?? sentences[property.replace(/^[TR]x/, '')];
  return (
    sentence?.({ states, loop: states.slice(begin) }) ??
    neverOnRing(property, behaviour, loopsTo) ??
    `property ${property} is violated.`
  );
}

const isFree = ({ pool }: State, page: number): boolean => numbers(pool).includes(page);
const isBack = (state: State, page: number): boolean =>
  isFree(state, page) || (at(state.held, page) ?? '.') !== '.';

const pagesOf = ({ contents }: State): readonly number[] => entries(contents).map(([page]) => page as number);

const sentences: Readonly<Record<string, Sentence>> = {
  PacketsComeThrough: ({ loop }) => {
    const packet = oldestSent(loop[0]!);
    if (packet === undefined) return undefined;
    const { pages } = loop[0]!.chain as Fields;
    return `a packet of ${packet} is neither delivered nor dropped: ${buffers('page', numbers(pages))} of it ${numbers(pages).length === 1 ? 'waits' : 'wait'} for the rest.`;
  },

  AnsweredComesBack: ({ states, loop }) => {
    const lost = pagesOf(loop[0]!).find(
      (page) =>
        loop.every((state) => !isBack(state, page)) &&
        afterwards(states, (state) => !isBack(state, page)).some((state) => isAnswered(state, page)),
    );
    if (lost === undefined) return undefined;
    return `page ${lost} is answered, and comes back neither to the pool nor to the application.`;
  },

  RxNeverStarves: ({ loop }) => {
    if (loop.some(({ req_prod, rsp_prod }) => req_prod !== rsp_prod)) return undefined;
    const free = numbers(loop[0]!.pool);
    return free.length > 0
      ? `${buffers('page', free)} ${free.length === 1 ? 'is' : 'are'} free, and none is posted: the backend has nowhere to put a frame.`
      : 'no page is posted, and none is free to be: the backend has nowhere to put a frame.';
  },

  ErrorFreesPage: ({ states, loop }) => {
    const lost = pagesOf(loop[0]!).find(
      (page) =>
        loop.every((state) => !isFree(state, page)) &&
        afterwards(states, (state) => !isFree(state, page)).some(({ done }) => {
          const { page: which, status } = done as Fields;
          return which === page && status === 'ERROR';
        }),
    );
    if (lost === undefined) return undefined;
    return `page ${lost} is answered with ERROR, and never free again.`;
  },
};

/** The states at the end for each of which something is so. */
const afterwards = (states: readonly State[], isSo: (state: State) => boolean): readonly State[] =>
  states.slice(states.findLastIndex((state) => !isSo(state)) + 1);

/** Is there a response on the ring for this page? By slot, its id is the slot's number too. */
const isAnswered = ({ ring, inFlight }: State, page: number): boolean =>
  entries(ring).some(([, slot]) => {
    const { kind, id } = slot as Fields;
    return kind === 'response' && numbers(at(inFlight, id!)).includes(page);
  });
