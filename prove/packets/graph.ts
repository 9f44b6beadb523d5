/** States and constants of a model of TxPackets, as its transcription has them. */
import { NONE } from '../operators.js';
import { field, functionEntries, functionValues } from '../../graph/args.js';
import { type Concrete, concrete } from '../concrete.js';
import { type Action, after } from '../machine.js';
import { members, type Sized } from '../ring/graph.js';
import { sharedRingOf } from '../shared-ring.js';
import { CELLS } from '../shown.js';
import type { State, Value } from '../../tlc/index.js';
import type { Values } from '../terms.js';
import { frontFaults, OWNER, type PacketConstants, type PacketVariables } from './state.js';

type PacketState = Values<Concrete, PacketVariables>;
type PacketValues = Values<Concrete, PacketConstants>;
type Table = Record<number, number>;

/** The constants of a .cfg of TxPackets. */
export function constantsOfPackets(given: Readonly<Record<string, Value>>): Sized<PacketValues> {
  const faults = members(given.Faults);
  return {
    M: given.M as number,
    constants: {
      N: given.N as number,
      First: given.First as number,
      IdScheme: given.IdScheme as string,
      Ids: given.Ids as number,
      Blocks: members(given.Block).length,
      MaxFrags: given.MaxFrags as number,
      MaxExtras: given.MaxExtras as number,
      MaxSlots: given.MaxSlots as number,
      plainSizes: true,
      ...(Object.fromEntries(frontFaults.map((name) => [name, faults.includes(name)])) as Record<
        (typeof frontFaults)[number],
        boolean
      >),
      null_for_request: members(given.BackFaults).includes('null_for_request'),
      ...{ ofFrags: 0, ofExtras: 0, ofOctets: 0, octets: 0, id: 0, at: 0, status: 'OKAY' },
    },
  };
}

const upTo = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from }, (_, i) => from + i);

/** What the arguments of each action may be. A NULL has an id of `nullIds`. */
export const choicesOfPackets = (
  c: PacketValues,
  M: number,
  nullIds: readonly number[],
): Readonly<Record<string, readonly Partial<PacketValues>[]>> => {
  const taken = upTo(0, M).map((at) => ({ at }));
  return {
    TxFill: upTo(1, c.MaxFrags + 1).flatMap((ofFrags) =>
      upTo(0, c.MaxExtras + 1).flatMap((ofExtras) =>
        upTo(1, c.MaxFrags + 1).map((octets) => ({
          ...{ ofFrags, ofExtras, octets },
          // TotalOf
          ofOctets: (ofFrags * (ofFrags + 1)) / 2,
        })),
      ),
    ),
    TxEnqueue: upTo(0, c.Ids).map((id) => ({ id })),
    BackRespond: taken.flatMap((at) => ['OKAY', 'ERROR'].map((status) => ({ ...at, status }))),
    BackRespondNull: taken.flatMap((at) => nullIds.map((id) => ({ ...at, id }))),
    BackRespondNullToRequest: taken,
  };
};

/** NullIds of a .cfg. */
export const nullIdsOf = (given: Readonly<Record<string, Value>>): readonly number[] =>
  members(given.NullIds) as readonly number[];

const statusNumber = (status: Value): number => (status === 'ERROR' ? 1 : 0);
const all = (value: number): Table => ({ ...Array.from({ length: CELLS }, () => value) });

/**
 * A state that TLC found, with the oldest chain read as far as it can be.
 * @param hidden stands for an event index that TLC has forgotten
 * @param reads BackReadSlot
 */
export function stateOfPackets(
  state: State,
  c: PacketValues,
  M: number,
  hidden: number,
  reads: Action<PacketConstants, PacketVariables>,
): PacketState {
  const index = (name: string): number => state[name] as number;
  const slots = functionValues(state.ring);
  const slotNumber = (name: string): Table => ({ ...slots.map((slot) => Number(field(slot, name) ?? 0)) });
  const more = slots.map((slot) => Number(field(slot, 'more_data') ?? field(slot, 'more') ?? 0));
  const shared = sharedRingOf(state, hidden);
  const pool = functionValues(state.pool) as number[];
  const free = functionValues(state.freeIds) as number[];
  const flying = functionEntries(state.inFlight).map(
    ([id, blocks]) => [id as number, (functionValues(blocks) as number[])[0]] as const,
  );
  if (functionEntries(state.inFlight).some(([, blocks]) => functionValues(blocks).length > 1))
    throw new Error('an id is in flight twice (P9): what comes then is not transcribed');
  const data = functionValues(state.contents);
  const ofData = (part: string): Table => ({
    ...data.map((each) => Number(field(field(each, 'packet'), part))),
  });
  const frag: Table = { ...data.map((each) => field(each, 'frag') as number) };
  const chain = state.chain!;
  const packet = field(chain, 'packet');
  const [chainFrags, chainExtras] = [field(packet, 'frags') as number, field(packet, 'extras') as number];
  const written = functionValues(field(chain, 'blocks')) as number[];
  const extrasWritten = field(chain, 'extras') as number;
  const filling = orNone(state.filling!);
  const filled = written.length + Number(filling !== NONE);
  const total = (frags: number): number => (frags * (frags + 1)) / 2;
  const done = orNone(field(state.done, 'block'));
  const read: PacketState = {
    ...shared,
    slotId: slotNumber('id'),
    slotGref: slotNumber('gref'),
    slotSize: slotNumber('size'),
    slotMore: { ...more },
    slotExtra: slotNumber('extra_info'),
    slotStatus: { ...slots.map((slot) => (field(slot, 'status') as string | undefined) ?? 'OKAY') },
    nextId: index('nextId'),
    freeIds: { ...free },
    freeFrom: 0,
    freeTo: free.length,
    inFlight: { ...all(NONE), ...Object.fromEntries(flying.map(([id, block]) => [id, block ?? NONE])) },
    dataFrags: ofData('frags'),
    dataExtras: ofData('extras'),
    dataFrag: frag,
    // SizeOf
    dataSize: frag,
    pool: { ...pool },
    poolFrom: 0,
    poolTo: pool.length,
    sender: state.sender as string,
    filling,
    chainFrags,
    chainExtras,
    chainOctets: total(chainFrags),
    fragsWritten: written.length,
    extrasWritten,
    toFill: total(chainFrags) - total(filled),
    chainAt: (index('req_prod_pvt') - written.length - extrasWritten + M) % M,
    extras: index('extras'),
    ...sentOf(state, written),
    done,
    doneStatus: field(state.done, 'status') as string,
    told: state.told as string,
    ...takenOf(state, M),
    ...{ readFrom: shared.req_cons, readAt: shared.req_cons, readExtra: false, readMore: false },
    ...{ readFrags: 0, readExtras: 0, readLeft: 0 },
    ...{ posAt: {}, fragsAt: {}, extrasAt: {}, keyAt: {}, restAt: {} },
    ...ownersOf({ pool, free, flying, filling, done }),
    placeOf: {},
  };
  return withReader(read, c, M, reads);
}

/** NoBlock */
const orNone = (x: Value): number => (x === -1 ? NONE : (x as number));

type Sent = Pick<
  PacketState,
  | 'nextKey'
  | 'members'
  | 'left'
  | 'sentFrags'
  | 'sentExtras'
  | 'sentStatus'
  | 'fared'
  | 'packetOf'
  | 'cellOf'
  | 'faredBy'
>;

/** The packets sent, with keys from 0 on. */
function sentOf(state: State, written: readonly number[]): Sent {
  const tables = (): Table => ({});
  const [cells, left, sentFrags, sentExtras] = [tables(), all(0), tables(), tables()];
  const [sentStatus, fared, packetOf, cellOf] = [tables(), tables(), tables(), tables()];
  const put = (key: number, blocks: readonly number[]): void =>
    blocks.forEach((block, i) => {
      cells[key + i] = block;
      packetOf[block] = key;
      cellOf[block] = key + i;
    });
  let nextKey = 0;
  const fares = functionValues(state.fared);
  functionValues(state.sent).forEach((packet, i) => {
    const blocks = members(field(packet, 'blocks')) as number[];
    const of = field(packet, 'packet');
    put(nextKey, blocks);
    left[nextKey] = blocks.length;
    sentFrags[nextKey] = field(of, 'frags') as number;
    sentExtras[nextKey] = field(of, 'extras') as number;
    sentStatus[nextKey] = statusNumber(field(packet, 'status'));
    fared[nextKey] = statusNumber(fares[i]!);
    nextKey += sentFrags[nextKey]!;
  });
  put(nextKey, written);
  left[nextKey] = 0;
  return {
    ...{ nextKey, members: cells, left, sentFrags, sentExtras, sentStatus, fared, packetOf, cellOf },
    faredBy: {},
  };
}

type Taken = Pick<
  PacketState,
  | 'takenKind'
  | 'takenId'
  | 'takenGref'
  | 'takenFrag'
  | 'takenSize'
  | 'takenPacket'
  | 'packetsTaken'
  | 'packFrags'
  | 'packExtras'
>;

/** What is taken, from rsp_prod_pvt on: the requests, each of a packet by itself, and then the extras. */
function takenOf(state: State, M: number): Taken {
  const taken = functionValues(state.taken);
  const from = state.rsp_prod_pvt as number;
  const at = (i: number): number => (from + i) % M;
  const numbers = (of: (request: Value, i: number) => number): Table =>
    Object.fromEntries(taken.map((request, i) => [at(i), of(request, i)]));
  const packets = (part: string): Table => ({
    ...taken.map((request) => field(field(request, 'packet'), part) as number),
  });
  const kinds = Array.from(
    { length: taken.length + (state.takenExtras as number) },
    (_, i) => [at(i), i < taken.length ? 'request' : 'extra'] as const,
  );
  return {
    takenKind: Object.fromEntries(kinds),
    takenId: numbers((request) => field(request, 'id') as number),
    takenGref: numbers((request) => field(request, 'gref') as number),
    takenFrag: numbers((request) => field(request, 'frag') as number),
    takenSize: numbers((request) => field(request, 'size') as number),
    takenPacket: numbers((_, i) => i),
    packetsTaken: taken.length,
    packFrags: packets('frags'),
    packExtras: packets('extras'),
  };
}

/** Who owns each block. */
function ownersOf({
  pool,
  free,
  flying,
  filling,
  done,
}: {
  readonly pool: readonly number[];
  readonly free: readonly number[];
  readonly flying: readonly (readonly [number, number | undefined])[];
  readonly filling: number;
  readonly done: number;
}): Pick<PacketState, 'owner' | 'ownedAt' | 'freeAt'> {
  const [owner, ownedAt]: [Table, Table] = [{}, {}];
  const owns = (block: number, by: number, at: number): void => {
    owner[block] = by;
    ownedAt[block] = at;
  };
  pool.forEach((block, at) => owns(block, OWNER.pool, at));
  if (filling !== NONE) owns(filling, OWNER.sender, 0);
  for (const [id, block] of flying) if (block !== undefined) owns(block, OWNER.flight, id);
  if (done !== NONE) owns(done, OWNER.done, 0);
  return { owner, ownedAt, freeAt: Object.fromEntries(free.map((id, at) => [id, at])) };
}

/** The same state, with the oldest chain read as far as it can be. */
function withReader(
  state: PacketState,
  c: PacketValues,
  M: number,
  reads: Action<PacketConstants, PacketVariables>,
): PacketState {
  const a = concrete(M);
  let s = state;
  for (;;) {
    const step = reads<Concrete>({ a, c, s });
    if (!step.when.every(Boolean)) return s;
    s = after<Concrete, PacketVariables>(s, step);
    if (!s.readExtra && !s.readMore) return s;
  }
}
