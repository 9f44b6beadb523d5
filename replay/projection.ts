/**
 * What of the frontend's state is compared after each step, declared once: for each variable how the specification's
 * value and the implementation's state are brought to one form. An implementation does not choose what it shows.
 */
import type { IdState } from '../impl/ids.js';
import { type List, valuesOf } from '../impl/list.js';
import type { RxSnapshot } from '../impl/rx-machine.js';
import { get } from '../impl/table.js';
import type { TxSnapshot } from '../impl/tx-machine.js';
import type { Value } from '../tlc/index.js';
import { functionEntries, functionValues } from '../graph/args.js';
import type { RingConstants, RxConstants, TxConstants } from './constants.js';
import { statusNumber } from './modules/tx/expected.js';

/** A form in which two states can be compared with `===`, and printed. */
export type Key = string | number | boolean;

/** How one variable is compared. */
export interface Projection<Snapshot> {
  readonly variable: string;
  /** From the specification's value. */
  readonly expected: (value: Value) => Key;
  /** From the implementation. */
  readonly actual: (snapshot: Snapshot) => Key;
}

/** Where the two hands of a machine are, unless it has given up on the backend. */
export interface Hands {
  readonly sender?: string;
  readonly poster?: string;
  readonly poller: string;
}

const plain = (value: Value): Key => value as Key;
const sequence = (value: Value): Key => (value as readonly Value[]).join(' ');

const joined = (list: List<number>): string => {
  let text = '';
  for (const value of valuesOf(list)) text += text === '' ? value : ` ${value}`;
  return text;
};

const heldUnder = ({ inFlight }: IdState, ids: number): string => {
  let text = '';
  for (let id = 0; id < ids; id++) {
    if (id > 0) text += ',';
    const blocks = get(inFlight, id);
    if (blocks !== undefined) text += blocks.length === 1 ? blocks[0] : blocks.join(' ');
  }
  return text;
};

type Snapshot = TxSnapshot | RxSnapshot;

const grefText = (gref: number): string => (gref === -1 ? '-' : String(gref));

/**
 * What the front itself knows of its grants, buffer by buffer; what the host has of it is compared with the host.
 * @param pageOf the page that a buffer is in
 */
const grants = (
  buffers: number,
  pageOf: (buffer: number) => number,
  firstGref: number,
): Projection<Snapshot> => ({
  variable: 'granted',
  expected: (value) => {
    const granted = functionEntries(value);
    const grefOf = (_: unknown, buffer: number): string =>
      grefText((granted.find(([, page]) => page === pageOf(buffer))?.[0] as number | undefined) ?? -1);
    return Array.from({ length: buffers }, grefOf).join(' ');
  },
  actual: ({ context: { grefs } }) =>
    grefs.map((gref) => (gref === null ? '-' : grefText(gref - firstGref))).join(' '),
});

/** What both rings have. */
const common = ({ Ids }: RingConstants): readonly Projection<Snapshot>[] => [
  { variable: 'pool', expected: sequence, actual: ({ context: { pool } }) => joined(pool) },
  { variable: 'freeIds', expected: sequence, actual: ({ context: { ids } }) => joined(ids.freeIds) },
  { variable: 'nextId', expected: plain, actual: ({ context: { ids } }) => ids.nextId },
  {
    variable: 'inFlight',
    expected: (value) => functionValues(value).map(sequence).join(','),
    actual: ({ context: { ids } }) => heldUnder(ids, Ids),
  },
  { variable: 'broken', expected: plain, actual: ({ value }) => value === 'broken' },
];

/** All projections of NetfrontTx, but for those of the two hands. */
export const txProjections = (
  constants: TxConstants,
  firstGref: number,
): readonly Projection<TxSnapshot>[] => [
  grants(constants.blocks, (block) => Math.floor(block / constants.BlocksPerPage), firstGref),
  ...common(constants),
  { variable: 'filling', expected: plain, actual: ({ context: { filling } }) => filling?.block ?? -1 },
  {
    variable: 'done',
    expected: (value) => {
      const { block, status } = value as { block: number; status: string };
      return block === -1 ? 'none' : `${block} ${statusNumber(status)}`;
    },
    actual: ({ context: { done } }) => (done === null ? 'none' : `${done.block} ${done.status}`),
  },
];

/** All projections of TxPackets, but for those of the two hands. */
export const txPacketsProjections = (
  constants: TxConstants,
  firstGref: number,
): readonly Projection<TxSnapshot>[] => [
  ...txProjections(constants, firstGref),
  {
    variable: 'chain',
    expected: (value) => {
      const { packet, blocks, extras } = value as unknown as SpecChain;
      return packet.frags === 0 ? 'none' : sentChainText(packet.frags, packet.extras, blocks, extras);
    },
    actual: ({ context: { chain } }) =>
      chain === null
        ? 'none'
        : sentChainText(
            chain.packet.requests,
            chain.packet.extras.length,
            chain.written.map(({ block }) => block),
            chain.extras,
          ),
  },
  {
    // Those that have the lowest block first: in what order they are kept is the implementation's own.
    variable: 'sent',
    expected: (value) =>
      (value as unknown as readonly SpecPacket[])
        .map(({ blocks: { '#set': blocks }, status }) =>
          packetText(blocks, blocks.length, statusNumber(status)),
        )
        .toSorted()
        .join(', '),
    actual: ({ context: { sent } }) => {
      const packets = new Set(Array.from({ length: constants.blocks }, (_, block) => get(sent, block)));
      packets.delete(undefined);
      return [...packets]
        .map((packet) => packetText(packet!.blocks, packet!.blocks.length, packet!.status))
        .toSorted()
        .join(', ');
    },
  },
  { variable: 'extras', expected: plain, actual: ({ context }) => context.unansweredExtras },
];

interface SpecChain {
  readonly packet: { readonly frags: number; readonly extras: number };
  readonly blocks: readonly number[];
  readonly extras: number;
}

interface SpecPacket {
  readonly blocks: { readonly '#set': readonly number[] };
  readonly status: string;
}

const sentChainText = (frags: number, extras: number, blocks: readonly number[], written: number): string =>
  `${frags} requests and ${extras} extras, written: blocks [${blocks.join(' ')}] and ${written} extras`;

const packetText = (blocks: readonly number[], left: number, status: number): string =>
  `blocks ${blocks.toSorted((a, b) => a - b).join(' ')}: ${left} left, status ${status}`;

/** What the receive ring has whatever its packets are; `isHeld` is how the specification says that a page is. */
const received = (
  constants: RxConstants,
  firstGref: number,
  isHeld: (value: Value) => boolean,
): readonly Projection<RxSnapshot>[] => [
  grants(constants.pages, (page) => page, firstGref),
  ...common(constants),
  { variable: 'posting', expected: plain, actual: ({ context: { posting } }) => posting ?? -1 },
  {
    variable: 'held',
    expected: (value) => functionValues(value).map(isHeld).join(' '),
    actual: ({ context: { held } }) => held.join(' '),
  },
];

/** All projections of NetfrontRx, but for those of the two hands, and of `done`, whose length is in memory only. */
export const rxProjections = (constants: RxConstants, firstGref: number): readonly Projection<RxSnapshot>[] =>
  received(constants, firstGref, (frame) => frame !== '.');

/** What is due next in a chain, by its name in the specification and in the implementation. */
const due: Readonly<Record<string, string>> = { start: 'start', extra: 'extra', octets: 'fragment' };

/** All projections of RxPackets, but for those of the two hands, and of what is in memory only. */
export const rxPacketsProjections = (
  constants: RxConstants,
  firstGref: number,
): readonly Projection<RxSnapshot>[] => [
  ...received(constants, firstGref, (octets) => octets !== -1),
  {
    variable: 'posted',
    expected: (value) =>
      functionValues(value)
        .map((each) => each as unknown as { readonly id: number; readonly page: number })
        .map(({ id, page }) => (page === -1 ? '-' : `${id}:${page}`))
        .join(' '),
    actual: ({ context: { posted, config } }) =>
      Array.from({ length: config.nr_ents }, (_, slot) => {
        const request = get(posted, slot);
        return request === undefined ? '-' : `${request.id}:${request.page}`;
      }).join(' '),
  },
  {
    variable: 'chain',
    expected: (value) => {
      const { next, slots, more_data, pages, extras, dropped } = value as unknown as ChainValue;
      return chainText(due[next]!, slots, more_data, pages, extras.length, dropped);
    },
    actual: ({ context: { chain } }) =>
      chainText(
        chain.next,
        chain.slots,
        (chain.flags & MORE_DATA) !== 0,
        chain.fragments.map(({ page }) => page),
        chain.extras.length,
        chain.dropped !== null,
      ),
  },
];

/** NETRXF_more_data, as the header has it. */
const MORE_DATA = 4;

interface ChainValue {
  readonly next: string;
  readonly slots: number;
  readonly more_data: boolean;
  readonly pages: readonly number[];
  readonly extras: readonly string[];
  readonly dropped: boolean;
}

const chainText = (
  next: string,
  slots: number,
  more_data: boolean,
  pages: readonly number[],
  extras: number,
  dropped: boolean,
): string =>
  `next ${next}, ${slots} slots${more_data ? ', more_data' : ''}, pages [${pages.join(' ')}], ${extras} extras` +
  (dropped ? ', dropped' : '');
