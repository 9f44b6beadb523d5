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
import type { NetifConstants } from './constants.js';

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

/** A value that is compared as it is. */
export const plain = (value: Value): Key => value as Key;
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
export const grants = (
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
export const common = ({ Ids }: NetifConstants): readonly Projection<Snapshot>[] => [
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
