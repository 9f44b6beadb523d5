/** What went wrong in the last step of a counterexample, in one sentence, worked out from its states. */
import { equal, type State, type Value } from '../../tlc/index.js';
import type { Meaning } from '../meaning.js';
import { counted } from '../output.js';
import { frameText, slotText } from './changes.js';
import { responseBound, ringSentences } from './closing-ring.js';
import { txPacketSentences } from './closing-tx-packets.js';
import { owners, tallied } from './owners.js';
import { packetSentences } from './packets.js';
import { bufferIn, rings } from './rings.js';
import {
  at,
  type Behaviour,
  buffers,
  entries,
  type Fields,
  numbers,
  records,
  type Sentence,
  Sizes,
} from './values.js';

/** The sentence. Where we have no words for a property, those of the specification's comment are used. */
export function closing(property: string, behaviour: Behaviour, meaning?: Meaning): string {
  const { trace, constants } = behaviour;
  const last = trace.at(-1)!;
  const found =
    onOneRing(property, last.state, new Sizes(constants), trace.at(-2)?.state ?? last.state) ??
    inGeneral(property, meaning);
  return `Step ${last.index}: ${found}`;
}

/** The sentence for the ring on which it is true. Of two rings, a property may be one's: RxDeliveredIntact. */
function onOneRing(property: string, state: State, sizes: Sizes, before: State): string | undefined {
  for (const ring of rings(state)) {
    if (ring.name === undefined) return sentences[property]?.(state, sizes, before);
    const [, whose, plain] = /^(Tx|Rx)?(.*)$/.exec(property)!;
    if (whose !== undefined && whose.toUpperCase() !== ring.name) continue;
    const found = (sentences[property] ?? sentences[plain!])?.(ring.state, sizes, before);
    if (found !== undefined) return `on the ${ring.name} ring, ${found}`;
  }
  return undefined;
}

const inGeneral = (property: string, meaning?: Meaning): string => {
  // What is expected never to be is a question whether it can be; reaching it is the answer.
  if (property.startsWith('Never') && meaning !== undefined)
    return `reached: ${meaning.text[0]!.toLowerCase()}${meaning.text.slice(1)}`;
  return `property ${property} is violated in this state.`;
};

const bufferStable: Sentence = (state, sizes) => {
  const bad = records(state.taken).find(({ got, size }) => got !== '?' && got !== '!' && got !== size);
  const block = bad && sizes.bufferOf(state, bad);
  if (bad === undefined || block === undefined) return undefined;
  return (
    `the backend reads block ${block} for the request that promised frame ${bad.size} and ` +
    (bad.got === '-'
      ? 'finds no frame: what the page held before is sent.'
      : `finds frame ${bad.got}: another recipient's data is sent.`)
  );
};

const sentences: Readonly<Record<string, Sentence>> = {
  ...ringSentences,
  ...Object.fromEntries(
    Object.entries(packetSentences).map(([name, sentence]) => [
      name,
      (state: State, _: Sizes, before: State) => sentence(state, before),
    ]),
  ),
  ...txPacketSentences,

  BufferStable: bufferStable,
  TxRefinesChannel: bufferStable,
  RxRefinesChannel: ({ delivered }) => {
    const { size, got } = (delivered ?? {}) as Fields;
    if (size === undefined || size === got) return undefined;
    const given = got === '-' ? 'a page with no frame in it' : `frame ${got}`;
    return `the application is given ${given} where the response promised ${size}: that is not what the backend put in.`;
  },

  UniqueOutstandingId: (state, sizes) => {
    const requests = unanswered(state, sizes);
    const pair = firstPair(requests, (a, b) => a.id === b.id);
    if (pair === undefined) return undefined;
    const [one, other] = pair.map((request) => describe(state, sizes, request));
    return `${one} and ${other} both wait for a response and both have id ${pair[0].id}: one response will speak for both.`;
  },

  NoReuseBeforeResponse: (state, sizes) => {
    const noun = bufferIn(state);
    for (const request of unanswered(state, sizes)) {
      const which = sizes.bufferOf(state, request);
      if (which === undefined) continue;
      const how = numbers(state.pool).includes(which)
        ? 'is free again'
        : state.filling === which
          ? 'is being filled again'
          : isHeld(state, which)
            ? 'is read by the application'
            : undefined;
      if (how === undefined) continue;
      return `${noun} ${which} ${how} while ${describe(state, sizes, request)} still waits for its response.`;
    }
    return undefined;
  },

  NoFreeWhileMapped: (state) => {
    const gref = entries(state.mapped).find(
      ([g, times]) => (times as number) > 0 && at(state.granted, g) === -1,
    )?.[0];
    if (gref === undefined) return undefined;
    return `the frontend has taken gref ${gref} back while the backend has its page mapped: whoever owns the page next shares it with the backend.`;
  },

  LinearOwnership: (state) => {
    const which = buffersOf(state).find((each) => owners(state, each).length > 1);
    if (which === undefined) return undefined;
    const all = owners(state, which);
    return `${bufferIn(state)} ${which} has ${all.length} owners (${tallied(all)}): two frames will be written over each other.`;
  },

  Conservation: (state) => {
    const lost = buffersOf(state).filter((each) => owners(state, each).length === 0);
    if (lost.length === 0) return undefined;
    return `${buffers(bufferIn(state), lost)} ${lost.length === 1 ? 'belongs' : 'belong'} to nobody: the pool will never have ${lost.length === 1 ? 'it' : 'them'} back.`;
  },

  RingBound: (state, sizes) => {
    const slots = entries(state.ring).length;
    const written = sizes.sub(state.req_prod_pvt as number, state.rsp_cons as number);
    if (slots === 0 || written <= slots) return undefined;
    const slot = ((state.req_prod_pvt as number) - 1 + (sizes.M ?? 0)) % slots;
    return `the frontend has ${written} requests on a ring of ${slots} slots: the last one was written over slot ${slot}, which was still in use.`;
  },

  TxResponseBound: responseBound,
  RxResponseBound: responseBound,

  IdHeldOnce: (state) => {
    const twice = entries(state.inFlight).find(([, held]) => numbers(held).length > 1);
    if (twice === undefined) return undefined;
    return `the frontend has ${buffers(bufferIn(state), numbers(twice[1]))} in flight under id ${twice[0]}: no response can tell which it is for.`;
  },

  DeliveredIntact: ({ delivered }) => {
    const { size, got } = (delivered ?? {}) as Fields;
    if (size === got) return undefined;
    return (
      `the response promised frame ${size as string}, and the application is given ` +
      (got === '-'
        ? 'a page that no frame was written to: what was in it before is delivered.'
        : `frame ${got as string}: the data of one frame is taken for that of another.`)
    );
  },

  NoMutationAfterDelivery: ({ held, contents }) => {
    const changed = entries(held).find(([page, then]) => then !== '.' && at(contents, page) !== then);
    if (changed === undefined) return undefined;
    const [page, then] = changed;
    return `page ${page as number} had ${frameText(then)} in it when the application was given it, and has ${frameText(at(contents, page))} now: what the application reads changes under its eyes.`;
  },

  ErrorNeverDelivered: ({ delivered }) =>
    (delivered as Fields | undefined)?.size === 'ERROR'
      ? 'the application is given a page for a response with the status ERROR: read as unsigned, an error is a length.'
      : undefined,

  NoLostWakeUp: (state, sizes, before) => {
    // Of the ring itself, whose back has a hand of this name.
    if ('taker' in state) return ringSentences.NoLostWakeUp?.(state, sizes, before);
    const { poller, rsp_prod, rsp_cons, rspChecked, frontPending } = state;
    if (poller !== 'asleep' || rsp_prod === rsp_cons || rspChecked !== rsp_prod || frontPending === true)
      return undefined;
    const responses = sizes.sub(rsp_prod as number, rsp_cons as number);
    return `the frontend sleeps on ${counted(responses, 'response')}, and no event is on its way: the backend has decided not to notify it, or the event is spent.`;
  },

  RequestIntact: ({ ring, req_cons, backSlot, req_prod }) =>
    `the back takes slot ${(req_cons as number) % entries(ring).length} for request ${req_cons} and finds ` +
    `${found(backSlot)} there: it saw that req_prod is ${req_prod} before it saw the request.`,

  ResponseIntact: ({ ring, rsp_cons, frontSlot, rsp_prod }) =>
    `the front takes slot ${(rsp_cons as number) % entries(ring).length} for response ${rsp_cons} and finds ` +
    `${found(frontSlot)} there: it saw that rsp_prod is ${rsp_prod} before it saw the response.`,

  FrameIntact: ({ backFrame }) => {
    const { request, frame } = backFrame as Fields;
    const promised = `the back reads ${frame === -1 ? 'no frame' : `frame ${frame}`} for request ${request}`;
    return (frame as number) > (request as number)
      ? `${promised}: the front saw the response, and filled the block again, before the back had read it.`
      : `${promised}: the frame had not arrived.`;
  },

  BackNeverOversleeps: ({ req_cons, req_prod }) =>
    `the back sleeps at req_cons ${req_cons} while req_prod is ${req_prod}, and no event is on its way: it made ` +
    "its final check before the front's store of req_prod arrived, and the front looked at req_event before the back's store of it did.",

  FrontNeverOversleeps: ({ rsp_cons, rsp_prod }) =>
    `the front sleeps at rsp_cons ${rsp_cons} while rsp_prod is ${rsp_prod}, and no event is on its way: it made ` +
    "its final check before the back's store of rsp_prod arrived, and the back looked at rsp_event before the front's store of it did.",

  SlotsAlternate: ({ ring }, _, { ring: before }) => {
    const change = entries(ring).find(([slot, content]) => !equal(at(before, slot) ?? '', content));
    if (change === undefined) return undefined;
    const [slot, content] = change;
    return `${slotText(content)} arrives in slot ${slot}, where it finds ${found(at(before, slot))}: the slot is written out of turn.`;
  },
};

/** Has the application this page? */
const isHeld = ({ held }: State, page: number): boolean => (at(held, page) ?? '.') !== '.';

/** What a slot was found to hold. */
const found = (slot: Value | undefined): string =>
  (slot as Fields).kind === 'empty' ? 'nothing' : slotText(slot);

/** The requests that the backend has still to answer, as the specification has them: untaken, then taken. */
function unanswered(state: State, sizes: Sizes): readonly Fields[] {
  const { ring, req_cons, req_prod_pvt, taken } = state;
  const slots = entries(ring).length;
  const count = sizes.sub(req_prod_pvt as number, req_cons as number);
  const untaken = Array.from({ length: count }, (_, i): Fields => {
    const slot = ((req_cons as number) + i) % slots;
    return { ...(at(ring, slot) as Fields), slot };
  });
  // An extra waits for no response of its own.
  return [...untaken.filter(({ kind }) => kind === 'request'), ...records(taken)];
}

/** `the request for block 1 (frame B, in slot 0)`; a receive request promises no frame. */
function describe(state: State, sizes: Sizes, request: Fields): string {
  const where = request.slot === undefined ? 'taken by the backend' : `in slot ${request.slot as number}`;
  const { size } = request;
  // Where it is a length, it is one.
  const frame =
    size === undefined ? '' : typeof size === 'number' ? `size ${size}, ` : `frame ${size as string}, `;
  return `the request for ${bufferIn(state)} ${sizes.bufferOf(state, request) ?? '?'} (${frame}${where})`;
}

function firstPair<T>(items: readonly T[], alike: (a: T, b: T) => boolean): readonly [T, T] | undefined {
  for (const [i, a] of items.entries()) {
    const b = items.slice(i + 1).find((other) => alike(a, other));
    if (b !== undefined) return [a, b];
  }
  return undefined;
}

const buffersOf = ({ contents }: State): readonly number[] =>
  entries(contents).map(([place]) => place as number);
