/** States and constants of a model of NetfrontTx, as its transcription has them. */
import { NONE } from '../operators.js';
import { field, functionEntries, functionValues } from '../../graph/args.js';
import type { Concrete } from '../concrete.js';
import { CELLS } from '../shown.js';
import { members, type Sized } from '../ring/graph.js';
import { sharedRingOf } from '../shared-ring.js';
import type { State, Value } from '../../tlc/index.js';
import type { Values } from '../terms.js';
import { OWNER, type TxConstants, type TxVariables, UNREAD } from './state.js';

type TxState = Values<Concrete, TxVariables>;
type TxValues = Values<Concrete, TxConstants>;

/** Frames by number: the model has one. NoFrame is 0. */
const frameNumber = (frame: Value): number => (frame === '-' ? 0 : (frame as string).codePointAt(0)!);
/** NoBlock and NoPage */
const orNone = (x: Value): number => (x === -1 ? NONE : (x as number));

/** The constants of a .cfg of NetfrontTx. Lookup and the back's faults make no difference to what is transcribed. */
export function constantsOfTx(given: Readonly<Record<string, Value>>): Sized<TxValues> {
  const front = (fault: string): boolean => members(given.Faults).includes(fault);
  const scheme = given.IdScheme as string;
  const OutOfOrder = given.OutOfOrder === true;
  return {
    M: given.M as number,
    constants: {
      N: given.N as number,
      First: given.First as number,
      IdScheme: scheme,
      Ids: given.Ids as number,
      Blocks: members(given.Block).length,
      Grefs: members(given.Gref).length,
      BlocksPerPage: given.BlocksPerPage as number,
      GrantPerRequest: given.GrantPerRequest === true,
      lifo: given.PoolOrder === 'lifo',
      OutOfOrder,
      CoarseBack: given.CoarseBack === true,
      ring_full_off_by_one: front('ring_full_off_by_one'),
      no_final_check: front('no_final_check'),
      loose_response_bound: front('loose_response_bound'),
      early_free: front('early_free'),
      double_free: front('double_free'),
      leak_on_error: front('leak_on_error'),
      end_access_unchecked: front('end_access_unchecked'),
      gref_per_page: scheme === 'gref_per_page',
      counter: scheme === 'counter',
      slot_out_of_order: scheme === 'slot' && OutOfOrder,
      ...{ frame: frameNumber(members(given.Frame)[0]!), gref: 0, id: 0, at: 0, status: 'OKAY' },
    },
  };
}

const below = (count: number): readonly number[] => Array.from({ length: count }, (_, x) => x);

/** What the arguments of each action may be. One frame is all that these models have. */
export const choicesOfTx = (
  c: TxValues,
  M: number,
): Readonly<Record<string, readonly Partial<TxValues>[]>> => {
  const grefs = below(c.Grefs).map((gref) => ({ gref }));
  const taken = below(M).map((at) => ({ at }));
  return {
    TxGrantAccess: grefs,
    TxEnqueue: grefs.flatMap((gref) => below(c.Ids).map((id) => ({ ...gref, id }))),
    TxRelease: grefs,
    BackReadBlock: taken,
    BackRespond: taken.flatMap((at) => ['OKAY', 'ERROR'].map((status) => ({ ...at, status }))),
  };
};

/** What the functions of a state have at each number, in one shape. */
const table = (value: Value | undefined, number: (of: Value) => number = Number): Record<number, number> =>
  Object.fromEntries(functionEntries(value).map(([at, of]) => [at as number, number(of)]));
const list = (values: readonly number[]): Record<number, number> => ({ ...values });

/** A table that has one value in every cell that is looked at. */
const all = (value: number): Record<number, number> => list(Array.from({ length: CELLS }, () => value));

/** A state that TLC found. `hidden` stands for an event index that TLC has forgotten. */
export function stateOfTx(state: State, M: number, hidden: number): TxState {
  const index = (name: string): number => state[name] as number;
  const slots = functionValues(state.ring);
  const slotNumber = (name: string): Record<number, number> =>
    list(slots.map((slot) => (field(slot, name) as number | undefined) ?? 0));
  const taken = functionValues(state.taken);
  const takenNumber = (name: string, number: (of: Value) => number = Number): Record<number, number> =>
    Object.fromEntries(taken.map((each, i) => [(index('rsp_prod_pvt') + i) % M, number(field(each, name))]));
  const pool = functionValues(state.pool) as number[];
  const free = functionValues(state.freeIds) as number[];
  const flying = functionEntries(state.inFlight).map(
    ([id, blocks]) => [id as number, functionValues(blocks)] as const,
  );
  if (flying.some(([, blocks]) => blocks.length > 1))
    throw new Error('an id is in flight twice (P9): what comes then is not transcribed');
  const filling = orNone(state.filling!);
  const done = orNone(field(state.done, 'block'));
  return {
    ...sharedRingOf(state, hidden),
    slotId: slotNumber('id'),
    slotGref: slotNumber('gref'),
    slotOffset: slotNumber('offset'),
    slotSize: list(slots.map((slot) => frameNumber(field(slot, 'size') ?? '-'))),
    slotStatus: { ...slots.map((slot) => (field(slot, 'status') as string | undefined) ?? 'OKAY') },
    nextId: index('nextId'),
    freeIds: list(free),
    freeFrom: 0,
    freeTo: free.length,
    // Beyond the ids and references that there are nothing is in flight, granted or mapped.
    inFlight: {
      ...all(NONE),
      ...Object.fromEntries(flying.map(([id, [block]]) => [id, (block as number | undefined) ?? NONE])),
    },
    granted: { ...all(NONE), ...table(state.granted, orNone) },
    mapped: { ...all(0), ...table(state.mapped) },
    contents: table(state.contents, frameNumber),
    pool: list(pool),
    poolFrom: 0,
    poolTo: pool.length,
    sender: state.sender as string,
    filling,
    done,
    doneStatus: field(state.done, 'status') as string,
    takenId: takenNumber('id'),
    takenGref: takenNumber('gref'),
    takenOffset: takenNumber('offset'),
    takenSize: takenNumber('size', frameNumber),
    takenGot: takenNumber('got', (got) => (got === '?' ? UNREAD : frameNumber(got))),
    ...ghosts(state, M, { pool, free, flying, filling, done }),
  };
}

/** What only the proof has, found by a search. */
function ghosts(
  state: State,
  M: number,
  {
    pool,
    free,
    flying,
    filling,
    done,
  }: {
    readonly pool: readonly number[];
    readonly free: readonly number[];
    readonly flying: readonly (readonly [number, readonly Value[]])[];
    readonly filling: number;
    readonly done: number;
  },
): Pick<TxState, 'owner' | 'ownedAt' | 'placeOf' | 'freeAt' | 'grefOf'> {
  const [owner, ownedAt]: [Record<number, number>, Record<number, number>] = [{}, {}];
  const placeOf: Record<number, number> = {};
  const owns = (block: number, by: number, at: number): void => {
    owner[block] = by;
    ownedAt[block] = at;
  };
  pool.forEach((block, at) => owns(block, OWNER.pool, at));
  if (filling !== NONE) owns(filling, OWNER.sender, 0);
  if (done !== NONE) owns(done, OWNER.done, 0);
  for (const [id, [block]] of flying) if (block !== undefined) owns(block as number, OWNER.flight, id);
  const index = (name: string): number => state[name] as number;
  const slots = functionValues(state.ring);
  const taken = functionValues(state.taken);
  const distance = (from: string, to: string): number => (index(to) - index(from) + M) % M;
  for (let i = 0; i < distance('rsp_cons', 'req_prod_pvt'); i++) {
    const k = (index('rsp_cons') + i) % M;
    const t = i - distance('rsp_cons', 'rsp_prod_pvt');
    const from = t >= 0 && t < taken.length ? taken[t] : slots[k % slots.length];
    placeOf[field(from, 'id') as number] = k;
  }
  return {
    owner,
    ownedAt,
    placeOf,
    freeAt: Object.fromEntries(free.map((id, at) => [id, at])),
    grefOf: Object.fromEntries(
      functionEntries(state.granted).map(([gref, page]) => [page as number, gref as number]),
    ),
  };
}

/** A list from its head. */
const listed = (
  array: Readonly<Record<number, number>>,
  from: number,
  to: number,
): readonly (number | undefined)[] =>
  Array.from({ length: (to - from) >>> 0 }, (_, i) => array[(from + i) >>> 0]);

/** A state as text, without what only the proof has, without what nobody reads, and without the order of what is taken. */
export function textOfTx(s: TxState, M: number, OutOfOrder: boolean): string {
  const taken = Array.from({ length: (s.req_cons - s.rsp_prod_pvt + M) % M }, (_, i) => {
    const k = (s.rsp_prod_pvt + i) % M;
    return [s.takenId[k], s.takenGref[k], s.takenOffset[k], s.takenSize[k], s.takenGot[k]].join(',');
  });
  const slot = (kind: string, i: number): unknown =>
    kind === 'request'
      ? [kind, s.slotId[i], s.slotGref[i], s.slotOffset[i], s.slotSize[i]]
      : kind === 'response'
        ? [kind, s.slotId[i], s.slotStatus[i]]
        : kind;
  return JSON.stringify({
    indices: [s.req_prod, s.rsp_prod, s.req_prod_pvt, s.rsp_cons, s.reqChecked, s.rsp_prod_pvt, s.req_cons],
    more: [s.rspChecked, s.rspSeen],
    events: [s.req_event_passed ? -1 : s.req_event, s.rsp_event_passed ? -1 : s.rsp_event],
    pending: [s.frontPending, s.backPending],
    hands: [s.sender, s.filling, s.poller, s.done, s.doneStatus, s.broken],
    ring: Object.values(s.ring).map(slot),
    ids: [s.nextId, listed(s.freeIds, s.freeFrom, s.freeTo), Object.values(s.inFlight)],
    pages: [Object.values(s.granted), Object.values(s.mapped), Object.values(s.contents)],
    pool: listed(s.pool, s.poolFrom, s.poolTo),
    taken: OutOfOrder ? taken.toSorted() : taken,
  });
}
