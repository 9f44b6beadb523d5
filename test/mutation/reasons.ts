/** Why a mutant is not told, of those that somebody has looked into. */
import type { Survivor } from './score.js';

/** A reason, for all that survives on some lines of a file. */
export interface Reason {
  readonly file: string;
  /** Parts of the lines, one of which a line must have. */
  readonly on: readonly string[];
  readonly why: string;
}

const BACK_HALF = 'The backend’s half. The trace plays the backend, and lays out its octets for itself.';
const BEFORE = 'Asked by `connect` before there is a machine, and the trace takes the place of `connect`.';
const SURE = 'Cannot happen, for the compiler’s sake: the guard of the step has made sure.';
const RING_END =
  'The macros of a backend that does both halves at once. The replay’s back takes them a step at a time, as the specification does.';

/** The reasons there are, in the order of the files. */
export const reasons: readonly Reason[] = [
  {
    file: 'impl/ring.ts',
    on: ['page.byteLength !== PAGE_SIZE', 'a ring page of'],
    why: 'No host gives a page of another size, and the replay’s does not try.',
  },
  {
    file: 'impl/ring.ts',
    on: ['SRING_HEADER / 4'],
    why: 'The same: the words of the header are the first of a longer list of words.',
  },
  {
    file: 'impl/ring.ts',
    on: [
      'export const isRequestOverflow',
      'sub(req_prod, rsp_prod_pvt) > nr_ents',
      'export const pushResponses',
      'export const finalCheckForRequests',
      'shared.req_prod !== req_cons',
    ],
    why: RING_END,
  },
  {
    file: 'impl/netif.ts',
    on: ['request.flags'],
    why: 'The same: no flag is set while a frame is one slot, and 0 has no order of octets.',
  },
  {
    file: 'impl/netif.ts',
    on: [
      'export const readTxRequest',
      'export const readRxRequest',
      'view.getUint32(offset',
      'offset: view.getUint16(offset + 4',
      'flags: view.getUint16(offset + 6',
      'id: view.getUint16(offset',
      'size: view.getUint16',
      'export const writeTxResponse',
      'export const writeRxResponse',
      'response.id, true',
      'response.offset, true',
      'response.flags, true',
      'response.status, true',
    ],
    why: BACK_HALF,
  },
  {
    file: 'impl/netif.ts',
    on: ['flags: view.getUint16(offset + 4'],
    why: 'The replay’s backend sets flags of the low octet only, and none of several slots; `netif.test.ts` does.',
  },
  {
    file: 'impl/ids.ts',
    on: [
      'unfit: ',
      '!grantPerRequest',
      'lends its reference to two blocks',
      'ids < 65536',
      'ids >= blocks',
      'ids >= nr_ents',
      '!inOrder',
      'cannot have a number each',
    ],
    why: BEFORE,
  },
  {
    file: 'impl/ids.ts',
    on: ['distance < state.ids'],
    why: 'The same: after all ids the first is looked at a second time.',
  },
  { file: 'impl/ids.ts', on: ['freeIds: state.freeIds?.tail'], why: SURE },
  {
    file: 'impl/ids.ts',
    on: ['scheme.choose(state, { block: 0'],
    why: 'The same: whether there is an id does not depend on the source, only which.',
  },
  {
    file: 'impl/table.ts',
    on: ['while (WIDTH << shift < size)'],
    why: 'The same: a table with one level more than it needs has the same entries.',
  },
  {
    file: 'impl/table.ts',
    on: ['if (!(key >= 0 && key < size))', 'the table has no key'],
    why: 'No backend of the specification answers with an id beyond all there are; `ids.test.ts` does.',
  },
  {
    file: 'impl/tx-machine.ts',
    on: ['types: { context: {} as TxContext'],
    why: 'The same: these are types, and at run time nothing looks at them.',
  },
  {
    file: 'impl/rx-machine.ts',
    on: ['types: { context: {} as RxContext'],
    why: 'The same: these are types, and at run time nothing looks at them.',
  },
  {
    file: 'impl/rx-machine.ts',
    on: ["guard: 'isIdAvailable'"],
    why: 'No model of the receive ring has fewer ids than slots, so that none is ever without an id; `rx.test.ts` does.',
  },
  {
    file: 'impl/rx-driver.ts',
    on: ['const NOBODY'],
    why: 'The same: the replay always listens.',
  },
  {
    file: 'impl/runner.ts',
    on: ['logger: nothing'],
    why: 'The same: a machine that logs, defers and emits nothing never asks for them.',
  },
  { file: 'impl/tx-driver.ts', on: ['if (page === undefined)', 'if (page !== undefined)'], why: SURE },
  { file: 'impl/rx-driver.ts', on: ['if (found === undefined)'], why: SURE },
  { file: 'impl/sure.ts', on: ['if (value === null || value === undefined)'], why: SURE },
];

/** The reason of a survivor; undefined if nobody has looked into it yet. */
export const reasonFor = ({ file, source }: Survivor, known = reasons): Reason | undefined =>
  known.find((reason) => reason.file === file && reason.on.some((part) => source.includes(part)));
