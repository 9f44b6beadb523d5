/** What is worded alike on both rings of netif.h, with frames or packets: buffers, the grants and ids for them, requests. */
import { functionEntries } from '../../graph/args.js';
import type { State, Value } from '../../tlc/index.js';
import { equal } from '../../tlc/value-text.js';
import type { Constants } from '../constants.js';
import { fromTo, perPlace, silent, type Wording } from './changes.js';
import { fieldsText, slotText } from './drawing.js';
import {
  eventWordings,
  frontLoads,
  responseBound,
  ringBound,
  type RingWords,
  slotsBetween,
  slotsWording,
  wordsOfRing,
} from './ring.js';
import { at, counted, type Fields, list, numbered, sub } from './values.js';
import type { Sentence, Words } from './words.js';

/** An owner that a buffer can have, beside the requests in flight. */
export interface Owner {
  readonly who: string;
  /** The buffers that it has in a state. One that it has twice stands there twice. */
  readonly has: (state: State) => readonly number[];
  /** What is said of a buffer that it has too early: `is being filled again`. */
  readonly using?: string;
}

/** What requests are for: the blocks of the transmit ring, the pages of the receive ring. */
export interface Buffers {
  readonly noun: 'block' | 'page';
  /** In the order in which they are named, after the pool and the requests. */
  readonly owners: readonly Owner[];
  /** The one that a request is for; negative if its gref grants nothing. */
  readonly of: (request: Fields, state: State, constants: Constants) => number;
  /** What a request says that there is in it, and a comma; empty on the receive ring. */
  readonly promise: (request: Fields) => string;
}

const pool: Owner = { who: 'the pool', has: ({ pool }) => list(pool), using: 'is free again' };

const consumed = (noun: Buffers['noun']): Owner => ({
  who: 'the response just consumed',
  has: ({ done }) => [(done as Fields)[noun] as number],
});

/** The blocks, and which of them a request is for. */
export const blocks = (of: Buffers['of'], promise: Buffers['promise']): Buffers => ({
  noun: 'block',
  owners: [
    { who: 'the sender', has: ({ filling }) => [filling as number], using: 'is being filled again' },
    consumed('block'),
  ],
  of,
  promise,
});

/** The pages. `none` is what `held` says of a page that the application does not have. */
export const pages = (none: string | number, ...others: readonly Owner[]): Buffers => ({
  noun: 'page',
  owners: [
    { who: 'the poster', has: ({ posting }) => [posting as number] },
    ...others,
    consumed('page'),
    {
      who: 'the application',
      has: ({ held }) =>
        functionEntries(held).flatMap(([page, what]) => (what === none ? [] : [page as number])),
      using: 'is read by the application',
    },
  ],
  // A page that the backend has mapped counts, whatever its gref grants by now.
  of: ({ gref, page }, state) => (page ?? at(state.granted, gref!)) as number,
  promise: () => '',
});

/** What the application has; `none` as in {@link pages}. */
export const heldWording = (none: string | number): Wording =>
  perPlace((page, what) => `the application ${what === none ? 'returns' : 'has'} page ${page}`);

/** The owners of a buffer, each as often as it has it. */
export const ownersOf = ({ owners }: Buffers, state: State, which: number): readonly string[] => {
  const times = (all: readonly number[], who: string): readonly string[] =>
    all.filter((each) => each === which).map(() => who);
  return [
    ...times(pool.has(state), pool.who),
    ...functionEntries(state.inFlight).flatMap(([id, held]) =>
      times(list(held), `the request with id ${id}`),
    ),
    ...owners.flatMap(({ who, has }) => times(has(state), who)),
  ];
};

/** `the pool twice, the sender` */
const tallied = (all: readonly string[]): string =>
  [...new Set(all)]
    .map((item) => ({ item, times: all.filter((each) => each === item).length }))
    .map(({ item, times }) => (times === 1 ? item : `${item} ${times === 2 ? 'twice' : `${times} times`}`))
    .join(', ');

/** All blocks or pages of the pool, whoever has them. */
export const allBuffers = ({ contents }: State): readonly number[] =>
  functionEntries(contents).map(([place]) => place as number);

/** A buffer has two owners. */
export const twoOwners =
  (buffers: Buffers, contents: 'frames' | 'fragments'): Sentence =>
  (state) => {
    const which = allBuffers(state).find((each) => ownersOf(buffers, state, each).length > 1);
    if (which === undefined) return undefined;
    const all = ownersOf(buffers, state, which);
    return `${buffers.noun} ${which} has ${all.length} owners (${tallied(all)}): two ${contents} will be written over each other.`;
  };

/** Buffers have no owner. */
export const noOwner =
  (buffers: Buffers): Sentence =>
  (state) => {
    const lost = allBuffers(state).filter((each) => ownersOf(buffers, state, each).length === 0);
    if (lost.length === 0) return undefined;
    const [belong, them] = lost.length === 1 ? ['belongs', 'it'] : ['belong', 'them'];
    return `${numbered(buffers.noun, lost)} ${belong} to nobody: the pool will never have ${them} back.`;
  };

/** The requests that the backend has still to answer, as the specification has them: untaken, then taken. */
const unanswered = ({ noun, of, promise }: Buffers, state: State, constants: Constants) => {
  const untaken = slotsBetween(state, constants, 'req_cons', 'req_prod_pvt')
    .map(([slot, content]): Fields => ({ ...content, slot }))
    // An extra waits for no response of its own.
    .filter(({ kind }) => kind === 'request');
  return [...untaken, ...list<Fields>(state.taken)].map((request) => {
    const which = of(request, state, constants);
    const where = request.slot === undefined ? 'taken by the backend' : `in slot ${request.slot}`;
    const text = `the request for ${noun} ${which < 0 ? '?' : which} (${promise(request)}${where})`;
    return { id: request.id, which, text };
  });
};

/** The words that only one module has, as its folder declares them. */
interface NetifWords extends Omit<RingWords, 'actors' | 'owned'> {
  readonly buffers: Buffers;
  /** How the names of the front's actions begin. */
  readonly hand: 'Tx' | 'Rx';
  /** What is written into buffers. */
  readonly contents: Wording;
  /** What the back has done for a request in between. */
  readonly served?: (request: Fields) => string;
}

/** The words of a module of one of the two rings. */
export const netifWords = ({ buffers, hand, arrows, contents, served, ...own }: NetifWords): Words =>
  wordsOfRing({
    ...own,
    actors: { Back: 'back', [hand]: 'front', App: 'app' },
    owned: (state) =>
      allBuffers(state).map((number) => ({
        ...{ noun: buffers.noun, number },
        owners: ownersOf(buffers, state, number),
      })),
    arrows: { ...frontLoads(hand), BackTakeRequest: 'ring-->>back', ...arrows },
    variables: {
      contents,
      ring: slotsWording(),
      taken: (before, after) => {
        const [then, now] = [list<Fields>(before), list<Fields>(after)];
        const added = now.slice(then.length);
        if (added.length > 0)
          return added.map((request) => `the back takes ${slotText({ kind: 'request', ...request })}`);
        const place = then.findIndex((request, i) => now[i] === undefined || !equal(request, now[i]));
        if (now.length === then.length) return served ? [served(now[place]!)] : [];
        return [
          `the back is done with request ${fieldsText(then[place]!, ['id', 'gref', 'offset']).join(' ')}`,
        ];
      },
      ...eventWordings,
      granted: perPlace((gref, page) => `gref ${gref} grants ${page === -1 ? 'nothing' : `page ${page}`}`),
      mapped: perPlace((gref, times, before) => `gref ${gref} mapped ${before} -> ${times}`),
      inFlight: perPlace((id, held) => `id ${id} in flight for ${numbered(buffers.noun, list(held))}`),
      freeIds: fromTo('freeIds'),
      done: (_, after) => {
        const { [buffers.noun]: which, status } = after as Fields;
        return which === -1 ? [] : [`${buffers.noun} ${which} is answered, ${status}`];
      },
      ...own.variables,
      pool: fromTo('pool'),
      // Contents, granted and inFlight have said which block or page it is.
      filling: silent,
      posting: silent,
      broken: () => ['the front gives up on this backend'],
    },
    closing: {
      RingBound: ringBound,
      TxResponseBound: responseBound,
      RxResponseBound: responseBound,
      LinearOwnership: twoOwners(buffers, 'frames'),
      Conservation: noOwner(buffers),

      NoLostWakeUp: (state, constants) => {
        const { poller, rsp_prod, rsp_cons, rspChecked, frontPending } = state;
        if (poller !== 'asleep' || rsp_prod === rsp_cons || rspChecked !== rsp_prod || frontPending === true)
          return undefined;
        return `the frontend sleeps on ${counted(sub(constants, rsp_prod, rsp_cons), 'response')}, and no event is on its way: the backend has decided not to notify it, or the event is spent.`;
      },

      UniqueOutstandingId: (state, constants) => {
        const requests = unanswered(buffers, state, constants);
        const one = requests.find(({ id }, i) => requests.slice(i + 1).some((other) => other.id === id));
        if (one === undefined) return undefined;
        const [, other] = requests.filter(({ id }) => id === one.id);
        return `${one.text} and ${other!.text} both wait for a response and both have id ${one.id}: one response will speak for both.`;
      },

      NoReuseBeforeResponse: (state, constants) => {
        const users = [pool, ...buffers.owners].filter(({ using }) => using !== undefined);
        for (const { which, text } of unanswered(buffers, state, constants)) {
          const user = which < 0 ? undefined : users.find(({ has }) => has(state).includes(which));
          if (user === undefined) continue;
          return `${buffers.noun} ${which} ${user.using} while ${text} still waits for its response.`;
        }
        return undefined;
      },

      NoFreeWhileMapped: (state) => {
        const bad = functionEntries(state.mapped).find(
          ([gref, times]) => (times as number) > 0 && at(state.granted, gref) === -1,
        );
        if (bad === undefined) return undefined;
        return `the frontend has taken gref ${bad[0]} back while the backend has its page mapped: whoever owns the page next shares it with the backend.`;
      },

      IdHeldOnce: ({ inFlight }) => {
        const twice = functionEntries(inFlight).find(([, held]) => list(held).length > 1);
        if (twice === undefined) return undefined;
        return `the frontend has ${numbered(buffers.noun, list(twice[1]))} in flight under id ${twice[0]}: no response can tell which it is for.`;
      },

      ...own.closing,
    },
  });

/** What a block or a page has in it: `frame A`, `no frame`. */
export const frameText = (frame: Value | undefined): string =>
  frame === '-' ? 'no frame' : `frame ${frame}`;

/** Frames that are written into blocks or pages. */
export const framesWording = (noun: Buffers['noun']): Wording =>
  perPlace((place, frame) =>
    frame === '-' ? `${noun} ${place} is cleared` : `${noun} ${place} := ${frameText(frame)}`,
  );
