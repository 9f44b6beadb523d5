/** Why a mutant is not told. Each survivor must have a reason here, and each reason a survivor. */
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
const LAST_PAGE =
  'The same: the last page of the table is longer than it need be, or it is the only one, and nothing looks there.';

/** The reasons there are, in the order of the files. */
export const reasons: readonly Reason[] = [
  {
    file: 'impl/ring.ts',
    on: ['Math.log2((PAGE_SIZE - SRING_HEADER) / slotSize)'],
    why: 'The same: 256 slots of 12 octets fit with the header and without.',
  },
  {
    file: 'impl/ring.ts',
    on: ['page.byteLength !== PAGE_SIZE', 'a ring page of'],
    why: 'No host gives a page of another size, and the replay’s does not try.',
  },
  {
    file: 'impl/ring.ts',
    on: ['get req_prod()', 'getUint32(0, true)', 'get rsp_event()', 'getUint32(12, true)'],
    why: BACK_HALF,
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
      'view.getUint32(offset, true)',
      'offset: view.getUint16',
      'flags: view.getUint16',
      'id: view.getUint16(offset + 8',
      'size: view.getUint16',
      'export const writeTxResponse',
      'response.id, true',
      'response.status, true',
    ],
    why: BACK_HALF,
  },
  {
    file: 'impl/ids.ts',
    on: [
      'unfit: ',
      '!grantPerRequest',
      'lends its reference to two blocks',
      'ids < 65536',
      'ids >= blocks',
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
  { file: 'impl/table.ts', on: ['Math.min(PAGE, size - page * PAGE)'], why: LAST_PAGE },
  {
    file: 'impl/table.ts',
    on: ['table[key >> 8]?.'],
    why: 'No backend of the specification answers with an id beyond all there are; `impl-ids.test.ts` does.',
  },
  { file: 'impl/table.ts', on: ['page === undefined', 'the table has no key'], why: SURE },
  {
    file: 'impl/tx.ts',
    on: ['value === null || value === undefined', 'took a step its guard forbids'],
    why: SURE,
  },
  {
    file: 'impl/tx.ts',
    on: ['types: { context: {} as TxContext'],
    why: 'The same: these are types, and at run time nothing looks at them.',
  },
  {
    file: 'impl/driver.ts',
    on: [
      'if (page === undefined)',
      'if (page !== undefined)',
      'if (driver === undefined)',
      'without a driver',
    ],
    why: SURE,
  },
];

/** The reason of a survivor; undefined if none was written yet. */
export const reasonFor = ({ file, source }: Survivor, known = reasons): Reason | undefined =>
  known.find((reason) => reason.file === file && reason.on.some((part) => source.includes(part)));

/** Parts of lines on which nothing survives any more. */
export const idleReasons = (survivors: readonly Survivor[], known = reasons): readonly string[] =>
  known.flatMap(({ file, on }) =>
    on
      .filter(
        (part) => !survivors.some((survivor) => survivor.file === file && survivor.source.includes(part)),
      )
      .map((part) => `${file}: nothing survives any more on ${part}`),
  );
