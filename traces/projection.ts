/**
 * What of the frontend's state is compared after each step, declared once: for each variable of NetfrontTx how its
 * value and the implementation's state are brought to one form. An implementation does not choose what it shows.
 */
import { valuesOf } from '../impl/list.js';
import { get } from '../impl/table.js';
import type { TxContext, TxSnapshot } from '../impl/tx.js';
import type { Value } from '../tlc/index.js';
import { functionValues } from './args.js';
import type { TxConstants } from './constants.js';
import { FIRST_GREF, statusNumber } from './expected.js';

/** A form in which two states can be compared with `===`, and printed. */
export type Key = string | number | boolean;

/** How one variable is compared. */
export interface Projection {
  readonly variable: string;
  /** From the specification's value. */
  readonly expected: (value: Value) => Key;
  /** From the implementation. */
  readonly actual: (context: TxContext, snapshot: TxSnapshot) => Key;
}

const plain = (value: Value): Key => value as Key;
const sequence = (value: Value): Key => (value as readonly Value[]).join(' ');

interface Running {
  readonly running: { readonly sender: string; readonly poller: string };
}

const joined = (list: TxContext['pool']): string => {
  let text = '';
  for (const value of valuesOf(list)) text += text === '' ? value : ` ${value}`;
  return text;
};

const grefText = (gref: number): string => (gref === -1 ? '-' : String(gref));

/** All projections for a model with these constants, but for those of the two hands, sender and poller. */
export const projections = ({ Ids, blocks, BlocksPerPage }: TxConstants): readonly Projection[] => [
  {
    // What the front itself knows of it, block by block; what the host has of it is compared with the host.
    variable: 'granted',
    expected: (value) => {
      const pages = functionValues(value);
      const grefOf = (_: unknown, block: number): string =>
        grefText(pages.indexOf(Math.floor(block / BlocksPerPage)));
      return Array.from({ length: blocks }, grefOf).join(' ');
    },
    actual: ({ grefs }) => grefs.map((gref) => (gref === null ? '-' : grefText(gref - FIRST_GREF))).join(' '),
  },
  { variable: 'pool', expected: sequence, actual: ({ pool }) => joined(pool) },
  { variable: 'freeIds', expected: sequence, actual: ({ ids }) => joined(ids.freeIds) },
  { variable: 'nextId', expected: plain, actual: ({ ids }) => ids.nextId },
  {
    variable: 'inFlight',
    expected: (value) => functionValues(value).map(sequence).join(','),
    actual: ({ ids }) => {
      let text = '';
      for (let id = 0; id < Ids; id++) {
        if (id > 0) text += ',';
        const blocks = get(ids.inFlight, id);
        if (blocks !== undefined) text += blocks.length === 1 ? blocks[0] : blocks.join(' ');
      }
      return text;
    },
  },
  { variable: 'filling', expected: plain, actual: ({ filling }) => filling?.block ?? -1 },
  {
    variable: 'done',
    expected: (value) => {
      const { block, status } = value as { block: number; status: string };
      return block === -1 ? 'none' : `${block} ${statusNumber(status)}`;
    },
    actual: ({ done }) => (done === null ? 'none' : `${done.block} ${done.status}`),
  },
  { variable: 'broken', expected: plain, actual: (_, snapshot) => snapshot.value === 'broken' },
];

/** What `sender` must be; the specification says by two indices what the machine says by a state. */
export const senderState = (sender: string, checkIsDue: boolean): string =>
  checkIsDue ? 'published' : sender;

/** Where the two hands of the machine are; nowhere once it has given up on the backend. */
export const hands = (snapshot: TxSnapshot): { readonly sender: string; readonly poller: string } | null =>
  typeof snapshot.value === 'string' ? null : (snapshot.value as Running).running;
