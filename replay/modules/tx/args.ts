/** How the arguments of NetfrontTx's actions are read off two states. */
import {
  type Args,
  field,
  firstChange,
  functionValues,
  placeOf,
  type Reader,
  type Readers,
} from '../../../graph/args.js';
import type { State, Value } from '../../../tlc/index.js';

/** What the slot holds that the backend wrote in this step. */
export const writtenSlot = (before: State, after: State): Value => {
  const slots = functionValues(after.ring);
  return slots[(before.rsp_prod_pvt as number) % slots.length]!;
};

/** Which of the requests that were taken is answered, and with which status. */
export const backRespond: Reader = {
  before: ['taken', 'rsp_prod_pvt'],
  after: ['taken', 'ring'],
  read: (before, after) => ({
    k: firstChange('taken', before, after),
    status: field(writtenSlot(before, after), 'status'),
  }),
};

/** The k-th is answered in the place of the j-th: the response has its id. */
const repeated = (before: State, after: State): Args => {
  const id = field(writtenSlot(before, after), 'id');
  const j = firstChange('taken', before, after);
  const isOther = (taken: Value, i: number): boolean => i + 1 !== j && field(taken, 'id') === id;
  return { k: functionValues(before.taken).findIndex(isOther) + 1, j };
};

/** The readers of NetfrontTx. */
export const txArgs: Readers = {
  TxFill: {
    before: [],
    after: ['contents', 'filling'],
    read: (_, after) => ({ frame: functionValues(after.contents)[after.filling as number]! }),
    parse: ([frame]) => ({ frame: frame! }),
  },
  TxGrantAccess: placeOf('gref', 'granted'),
  BackReadBlock: placeOf('k', 'taken'),
  BackRespond: backRespond,
  BackRepeatResponse: { before: ['taken', 'rsp_prod_pvt'], after: ['taken', 'ring'], read: repeated },
  BackUnmap: placeOf('gref', 'mapped'),
};
