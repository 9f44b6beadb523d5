/** What went wrong in the last step of a counterexample, in one sentence, worked out from its states. */
import type { State } from '../../tlc/index.js';
import type { Meaning } from '../meaning.js';
import { ringSentences } from './closing-ring.js';
import { at, type Behaviour, blocks, entries, type Fields, numbers, records, Sizes } from './values.js';

/** What went wrong in a state; undefined if this is not the state for it. */
export type Sentence = (state: State, sizes: Sizes, behaviour: Behaviour) => string | undefined;

/** The sentence. Where we have no words for a property, those of the specification's comment are used. */
export function closing(property: string, behaviour: Behaviour, meaning?: Meaning): string {
  const { trace, constants } = behaviour;
  const last = trace.at(-1)!;
  const found =
    sentences[property]?.(last.state, new Sizes(constants), behaviour) ?? inGeneral(property, meaning);
  return `Step ${last.index}: ${found}`;
}

const inGeneral = (property: string, meaning?: Meaning): string => {
  // What is expected never to be is a question whether it can be; reaching it is the answer.
  if (property.startsWith('Never') && meaning !== undefined)
    return `reached: ${meaning.text[0]!.toLowerCase()}${meaning.text.slice(1)}`;
  return `property ${property} is violated in this state.`;
};

const bufferStable: Sentence = (state, sizes) => {
  const bad = records(state.taken).find(({ got, size }) => got !== '?' && got !== '!' && got !== size);
  const block = bad && sizes.blockOf(state, bad);
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
    for (const request of unanswered(state, sizes)) {
      const block = sizes.blockOf(state, request);
      const free = numbers(state.pool).includes(block!);
      if (block === undefined || !(free || state.filling === block)) continue;
      const how = free ? 'is free again' : 'is being filled again';
      return `block ${block} ${how} while ${describe(state, sizes, request)} still waits for its response.`;
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
    const block = blocksOf(state).find((each) => owners(state, each).length > 1);
    if (block === undefined) return undefined;
    const all = owners(state, block);
    return `block ${block} has ${all.length} owners (${tallied(all)}): two frames will be written over each other.`;
  },

  Conservation: (state) => {
    const lost = blocksOf(state).filter((each) => owners(state, each).length === 0);
    if (lost.length === 0) return undefined;
    return `${blocks(lost)} ${lost.length === 1 ? 'belongs' : 'belong'} to nobody: the pool will never have ${lost.length === 1 ? 'it' : 'them'} back.`;
  },

  RingBound: (state, sizes) => {
    const slots = entries(state.ring).length;
    const written = sizes.sub(state.req_prod_pvt as number, state.rsp_cons as number);
    if (slots === 0 || written <= slots) return undefined;
    const slot = ((state.req_prod_pvt as number) - 1 + (sizes.M ?? 0)) % slots;
    return `the frontend has ${written} requests on a ring of ${slots} slots: the last one was written over slot ${slot}, which was still in use.`;
  },

  IdHeldOnce: ({ inFlight }) => {
    const twice = entries(inFlight).find(([, held]) => numbers(held).length > 1);
    if (twice === undefined) return undefined;
    return `the frontend has ${blocks(numbers(twice[1]))} in flight under id ${twice[0]}: no response can tell which it is for.`;
  },
};

/** The requests that the backend has still to answer, as the specification has them: untaken, then taken. */
function unanswered(state: State, sizes: Sizes): readonly Fields[] {
  const { ring, req_cons, req_prod_pvt, taken } = state;
  const slots = entries(ring).length;
  const count = sizes.sub(req_prod_pvt as number, req_cons as number);
  const untaken = Array.from({ length: count }, (_, i) => {
    const slot = ((req_cons as number) + i) % slots;
    return { ...(at(ring, slot) as Fields), slot };
  });
  return [...untaken, ...records(taken)];
}

/** `the request for block 1 (frame B, in slot 0)` */
function describe(state: State, sizes: Sizes, request: Fields): string {
  const where = request.slot === undefined ? 'taken by the backend' : `in slot ${request.slot}`;
  return `the request for block ${sizes.blockOf(state, request) ?? '?'} (frame ${request.size}, ${where})`;
}

function firstPair<T>(items: readonly T[], alike: (a: T, b: T) => boolean): readonly [T, T] | undefined {
  for (const [i, a] of items.entries()) {
    const b = items.slice(i + 1).find((other) => alike(a, other));
    if (b !== undefined) return [a, b];
  }
  return undefined;
}

const blocksOf = ({ contents }: State): readonly number[] =>
  entries(contents).map(([block]) => block as number);

/** `the pool twice, the sender` */
const tallied = (list: readonly string[]): string =>
  [...new Set(list)]
    .map((item) => ({ item, times: list.filter((each) => each === item).length }))
    .map(({ item, times }) => (times === 1 ? item : `${item} ${times === 2 ? 'twice' : `${times} times`}`))
    .join(', ');

/** Who has a block, each as often as it has it: the pool, the sender, a request, a response. */
const owners = (state: State, block: number): readonly string[] => [
  ...numbers(state.pool)
    .filter((each) => each === block)
    .map(() => 'the pool'),
  ...entries(state.inFlight).flatMap(([id, held]) =>
    numbers(held)
      .filter((each) => each === block)
      .map(() => `the request with id ${id}`),
  ),
  ...(state.filling === block ? ['the sender'] : []),
  ...((state.done as Fields | undefined)?.block === block ? ['the response just consumed'] : []),
];
