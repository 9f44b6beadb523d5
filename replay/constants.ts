/** The constants of a model, as its .cfg file gives them, and what they say of an implementation. */
import { readFile } from 'node:fs/promises';
import type { BackConfig } from '../impl/ring/back-machine.js';
import type { FrontConfig } from '../impl/ring/front-machine.js';
import { parseValue, ToolError, type Value } from '../tlc/index.js';

/** Constants by name, in ITF's spelling. */
export type Constants = Readonly<Record<string, Value>>;

/** The `CONSTANTS` of a configuration: the lines `name = value` that follow it. */
export const constantsOf = (config: string): Constants => {
  const section = /^CONSTANTS?\s*\n((?:[ \t].*\n)*)/m.exec(config)?.[1] ?? '';
  return Object.fromEntries(
    section
      .split('\n')
      .map((line) => /^\s+(\w+)\s*=\s*(.+?)\s*$/.exec(line))
      .filter((found) => found !== null)
      .map(([, name, value]) => [name!, parseValue(value!)]),
  );
};

/** Reads the constants of a .cfg file. Throws {@link ToolError} if it cannot be read. */
export async function readConstants(file: string): Promise<Constants> {
  try {
    return constantsOf(await readFile(file, 'utf8'));
  } catch (error) {
    throw new ToolError(`the configuration ${file} cannot be read (${(error as Error).message}): restore it`);
  }
}

/** How large a ring is, and where its indices start. */
export interface RingSizes {
  /** Slots. */
  readonly N: number;
  /** Values of an index. */
  readonly M: number;
  readonly First: number;
}

/** What the replay of Ring has to know of the constants. */
export interface EndsConstants extends RingSizes {
  readonly front: FrontConfig;
  readonly back: BackConfig;
}

/** What the replay of a ring of netif.h has to know of them. */
export interface RingConstants extends RingSizes {
  readonly IdScheme: string;
  readonly Ids: number;
  readonly CoarseBack: boolean;
  /** Among BackFaults: pages are unmapped by steps of their own. */
  readonly lateUnmap: boolean;
}

/** What it has to know of those of NetfrontTx. */
export interface TxConstants extends RingConstants {
  readonly blocks: number;
  readonly BlocksPerPage: 1 | 2;
  readonly GrantPerRequest: boolean;
  readonly frames: readonly string[];
}

/** What it has to know of those of TxPackets. A block is a page, granted for life under the block's number. */
export interface TxPacketsConstants extends TxConstants {
  readonly MaxFrags: number;
  readonly MaxExtras: number;
  readonly MaxSlots: number;
}

/** What it has to know of those of NetfrontRx. */
export interface RxConstants extends RingConstants {
  readonly pages: number;
  readonly CopyOut: boolean;
}

/** What it has to know of those of RxPackets. */
export interface RxPacketsConstants extends RxConstants {
  readonly MaxSlots: number;
  /** Is the model's frontend one that takes the first slot's size for the total? */
  readonly isTotalFirst: boolean;
}

const setOf = (value: Value | undefined): readonly Value[] =>
  (value as { '#set'?: readonly Value[] } | undefined)?.['#set'] ?? [];

const numberIn = (constants: Constants, name: string): number => {
  const value = constants[name];
  if (typeof value !== 'number')
    throw new ToolError(
      `the constant ${name} is ${JSON.stringify(value)}: a number is needed to replay a trace`,
    );
  return value;
};

const ringSizes = (constants: Constants): RingSizes => ({
  N: numberIn(constants, 'N'),
  M: numberIn(constants, 'M'),
  First: numberIn(constants, 'First'),
});

const ringConstants = (constants: Constants): RingConstants => ({
  ...ringSizes(constants),
  Ids: numberIn(constants, 'Ids'),
  CoarseBack: constants.CoarseBack === true,
  lateUnmap: setOf(constants.BackFaults).includes('late_unmap'),
  IdScheme: String(constants.IdScheme),
});

/** The constants of Ring among these. Throws {@link ToolError} if one is missing or of another kind. */
export const endsConstants = (constants: Constants): EndsConstants => {
  const emptyPushes = constants.EmptyPushes === true;
  return {
    ...ringSizes(constants),
    front: {
      emptyPushes,
      hands: constants.FrontHands === 'one' ? 'one' : 'two',
      rspEventAt: constants.RspEventAt === 'half_way' ? 'half_way' : 'next',
    },
    back: {
      emptyPushes,
      hands: constants.BackHands === 'one' ? 'one' : 'two',
      batches: constants.BackBatches === true,
    },
  };
};

/** The constants of NetfrontTx among these. Throws {@link ToolError} if one is missing or of another kind. */
export const txConstants = (constants: Constants): TxConstants => ({
  ...ringConstants(constants),
  blocks: setOf(constants.Block).length,
  BlocksPerPage: numberIn(constants, 'BlocksPerPage') === 1 ? 1 : 2,
  GrantPerRequest: constants.GrantPerRequest === true,
  frames: setOf(constants.Frame).map(String),
});

/** The constants of TxPackets among these. Throws {@link ToolError} if one is missing or of another kind. */
export const txPacketsConstants = (constants: Constants): TxPacketsConstants => ({
  ...txConstants({ ...constants, BlocksPerPage: 1, GrantPerRequest: false, Frame: { '#set': [] } }),
  MaxFrags: numberIn(constants, 'MaxFrags'),
  MaxExtras: numberIn(constants, 'MaxExtras'),
  MaxSlots: numberIn(constants, 'MaxSlots'),
});

/** The constants of NetfrontRx among these. Throws {@link ToolError} if one is missing or of another kind. */
export const rxConstants = (constants: Constants): RxConstants => ({
  ...ringConstants(constants),
  pages: setOf(constants.Page).length,
  CopyOut: constants.CopyOut === true,
});

/** What NetfrontTxRx gives to each of its two rings. Throws {@link ToolError} as the others do. */
export const txrxConstants = (
  constants: Constants,
): { readonly tx: TxConstants; readonly rx: RxConstants } => {
  const { TxIdScheme, TxIds, TxBlock, RxIdScheme, RxIds, RxPage, ...both } = constants;
  return {
    // One block a page, granted for life: so the module instantiates NetfrontTx.
    tx: txConstants({
      ...both,
      ...{ IdScheme: TxIdScheme!, Ids: TxIds!, Block: TxBlock! },
      ...{ BlocksPerPage: 1, GrantPerRequest: false },
    }),
    rx: rxConstants({ ...both, IdScheme: RxIdScheme!, Ids: RxIds!, Page: RxPage! }),
  };
};

/** The constants of RxPackets among these. Throws {@link ToolError} if one is missing or of another kind. */
export const rxPacketsConstants = (constants: Constants): RxPacketsConstants => ({
  ...rxConstants(constants),
  MaxSlots: numberIn(constants, 'MaxSlots'),
  isTotalFirst: setOf(constants.Faults).includes('sizes_of_transmit'),
});
