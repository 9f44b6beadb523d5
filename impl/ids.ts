/**
 * RequestIds: how a netfront chooses the id of a request, and which request the id in a response stands for.
 *
 * netif.h promises only that the backend echoes the id. The frontend alone must keep two requests in flight from
 * sharing one, or one response frees both buffers (MSA00). All schemes here do. Some that do not are in `test/faults`,
 * and the tests show that they are caught.
 */
import { type List, listOf, push } from './list.js';
import { emptyTable, get, set, type Table } from './table.js';

/** A buffer by its number: a block of the transmit pool, or a page of the receive pool. */
export type Block = number;

/** The state of a scheme. Plain data: its functions return a new one. */
export interface IdState {
  /** How many ids there are, 1..65536; ids are 0..ids-1. */
  readonly ids: number;
  /** What a counter gives next; 0 in the other schemes. */
  readonly nextId: number;
  /** The free list, head first; empty in the other schemes. */
  readonly freeIds: List<number>;
  /** id → the blocks sent under it and not yet answered, oldest first. With a safe scheme never more than one. */
  readonly inFlight: Table<readonly Block[]>;
}

/** What an id may be computed from: a request's block, the grant reference of its page, the number of its slot. */
export interface IdSource {
  readonly block: Block;
  readonly gref: number;
  readonly slot: number;
}

/** The settings on which it depends whether a scheme keeps ids unique. */
export interface IdSettings {
  readonly ids: number;
  readonly nr_ents: number;
  readonly blocks: number;
  /** Each request has a grant of its own. */
  readonly grantPerRequest: boolean;
  /** Responses come in the order of their requests: netif.h demands that on the receive ring, and there only. */
  readonly inOrder: boolean;
}

/** A way of choosing ids, as a value of the specification's constant `IdScheme`. */
export interface IdScheme {
  /** Its name in the specification. */
  readonly name: string;
  /**
   * Why ids would not be unique with these settings, as a sentence; undefined if they are.
   * A scheme that is safe with any has no such function.
   */
  unfit?(settings: IdSettings): string | undefined;
  /** The state before the first request. */
  init(ids: number): IdState;
  /** `ChosenId`: the id of a request for this source, or null where none is free. */
  choose(state: IdState, source: IdSource): number | null;
  /** `Register`: the request goes out under the id. */
  register(state: IdState, id: number, source: IdSource): IdState;
  /** `AnsweredBlock`: the block that a response with this id, found in this slot, frees; null where none is in flight. */
  answeredBlock(state: IdState, id: number, slot: number): Block | null;
  /** `Unregister`: the response is taken for the request that has the id. */
  unregister(state: IdState, id: number, slot: number): IdState;
}

const NOTHING: readonly Block[] = [];

/** The state of a scheme that needs neither counter nor list. */
export const plainState = (ids: number): IdState => ({
  ids,
  nextId: 0,
  freeIds: null,
  inFlight: emptyTable(ids),
});

/** The table with one block more under an id. */
export const enter = (state: IdState, id: number, block: Block): Table<readonly Block[]> =>
  set(state.inFlight, id, [...(get(state.inFlight, id) ?? NOTHING), block]);

/** The table without the oldest block of an id. */
export const leave = (state: IdState, id: number): Table<readonly Block[]> => {
  const blocks = get(state.inFlight, id) ?? NOTHING;
  return set(state.inFlight, id, blocks.length > 1 ? blocks.slice(1) : undefined);
};

const isInFlight = (state: IdState, id: number): boolean => get(state.inFlight, id) !== undefined;

/** What the safe schemes share: one block an id, found again under the id of the response. */
const byId = {
  init: plainState,
  register: (state: IdState, id: number, { block }: IdSource): IdState => ({
    ...state,
    inFlight: enter(state, id, block),
  }),
  answeredBlock: (state: IdState, id: number): Block | null => get(state.inFlight, id)?.[0] ?? null,
  unregister: (state: IdState, id: number): IdState => ({ ...state, inFlight: leave(state, id) }),
};

/**
 * The grant reference of a page that is granted for this request alone: mirage-net-xen up to 1.2.0.
 * Unique while there are no more grant references than ids.
 */
export const grefPerRequest: IdScheme = {
  ...byId,
  name: 'gref_per_request',
  unfit: ({ ids, grantPerRequest }) => {
    if (!grantPerRequest)
      return 'a page that is granted for life lends its reference to two blocks, which is MSA00: set grantPerRequest';
    return ids < 65536 ? `grant references are larger than ${ids} ids: leave ids out` : undefined;
  },
  choose: (state, { gref }) => gref % state.ids,
};

/** The block's number: mirage-net-xen from 1.4.2 on. A block is in one request at a time, and so is its number. */
export const blockNumber: IdScheme = {
  ...byId,
  name: 'block_number',
  unfit: ({ ids, blocks }) =>
    ids >= blocks
      ? undefined
      : `${blocks} blocks cannot have a number each of ${ids} ids: make the pool smaller`,
  choose: (state, { block }) => block % state.ids,
};

/** A counter that skips the ids in flight. Fewer are in flight than there are ids, or none is given. */
export const counterSkip: IdScheme = {
  ...byId,
  name: 'counter_skip',
  choose: (state) => {
    for (let distance = 0; distance < state.ids; distance++) {
      const id = (state.nextId + distance) % state.ids;
      if (!isInFlight(state, id)) return id;
    }
    return null;
  },
  register: (state, id, source) => ({ ...byId.register(state, id, source), nextId: (id + 1) % state.ids }),
};

/** Linux: ids on a list, taken and put back at the head. A response must name an id in flight. */
export const freeList: IdScheme = {
  ...byId,
  name: 'free_list',
  init: (ids) => ({ ...plainState(ids), freeIds: listOf(Array.from({ length: ids }, (_, id) => id)) }),
  choose: (state) => state.freeIds?.head ?? null,
  register: (state, id, source) => ({
    ...byId.register(state, id, source),
    freeIds: state.freeIds?.tail ?? null,
  }),
  unregister: (state, id) => ({ ...byId.unregister(state, id), freeIds: push(state.freeIds, id) }),
};

/**
 * Linux, on the receive ring: the slot is the identity. A response is believed to be for the request that was in its
 * slot, and the id in it must say the same. Only where responses keep the order of the requests.
 */
export const slot: IdScheme = {
  ...byId,
  name: 'slot',
  unfit: ({ ids, nr_ents, inOrder }) => {
    if (!inOrder) return 'transmit responses come out of order, and a slot says nothing: take another scheme';
    return ids >= nr_ents ? undefined : `${nr_ents} slots cannot have a number each of ${ids} ids`;
  },
  choose: (state, source) => source.slot % state.ids,
  answeredBlock: (state, id, at) => (id === at % state.ids ? byId.answeredBlock(state, id) : null),
};

/** `IdAvailable`: is there an id to give? Which one depends on the request, whether there is one does not. */
export const isIdAvailable = (scheme: IdScheme, state: IdState): boolean =>
  scheme.choose(state, { block: 0, gref: 0, slot: 0 }) !== null;

/** Are there so many ids to give, one after another? */
export const areIdsAvailable = (scheme: IdScheme, state: IdState, count: number): boolean => {
  let after = state;
  for (let n = 0; n < count; n++) {
    // Which ids does not matter here, and so neither does what they are made of.
    const source = { block: n, gref: n, slot: n };
    const id = scheme.choose(after, source);
    if (id === null) return false;
    if (n + 1 < count) after = scheme.register(after, id, source);
  }
  return true;
};

/** The schemes that keep ids unique, by the specification's name. */
export const idSchemes: Readonly<Record<string, IdScheme>> = Object.fromEntries(
  [grefPerRequest, blockNumber, counterSkip, freeList, slot].map((scheme) => [scheme.name, scheme]),
);
