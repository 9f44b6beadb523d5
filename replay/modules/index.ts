/** The modules that traces are made of: what is replayed for each, and where in the corpus its traces are. */
import { ToolError } from '../../tlc/index.js';
import {
  type Constants,
  endsConstants,
  rxConstants,
  rxPacketsConstants,
  txConstants,
  txPacketsConstants,
  txrxConstants,
} from '../constants.js';
import { BACK_END, EndsReplay, type EndsTarget, FRONT_END } from './ring/replay.js';
import type { Replay } from '../replay.js';
import type { Rows } from '../rows.js';
import { RxPacketsReplay } from './rxpackets/replay.js';
import { RxReplay, type RxTarget } from './rx/replay.js';
import { TxPacketsReplay } from './txpackets/replay.js';
import { TxReplay, type TxTarget } from './tx/replay.js';
import { TxRxReplay, type TxRxTarget } from './txrx/replay.js';

/** What traces are replayed against, by the module they are of; the reference implementation where absent. */
export interface ReplayTargets {
  readonly NetfrontTx?: TxTarget;
  readonly NetfrontRx?: RxTarget;
  readonly NetfrontTxRx?: TxRxTarget;
  readonly Ring?: EndsTarget;
  readonly RxPackets?: RxTarget;
  readonly TxPackets?: TxTarget;
}

/** A module with traces. */
export interface TracedModule {
  readonly name: keyof ReplayTargets;
  /** The folder of its traces in valid/ and invalid/. */
  readonly folder: string;
  /** How the names of its models begin; as the folder's if absent. */
  readonly models?: string;
  /** The actions that are done to memory as the trace has them: the backend's, and Xen's. */
  readonly backActions: ReadonlySet<string>;
  /** The actions that the implementation takes: the frontend's and the application's; of Ring, both ends'. */
  readonly frontActions: ReadonlySet<string>;
  /** Throws ToolError where constants or target do not fit. */
  readonly replay: (rows: Rows, constants: Constants, targets: ReplayTargets) => Replay;
}

const BACK = [
  ...['BackTakeRequest', 'BackRespond', 'BackPushResponses', 'BackCheckNotify', 'BackArm', 'BackWake'],
  ...['BackOverrun', 'BackUnmap'],
];
const TX_BACK = [...BACK, 'BackReadBlock', 'BackRepeatResponse'];
const RX_BACK = [...BACK, 'BackWriteFrame'];

const POLLER = ['TakeEvent', 'ReadRspProd', 'ConsumeResponse', 'Release', 'Arm', 'FinalCheck'];
const WRITER = ['GrantAccess', 'PushRequests', 'CheckNotify'];
const TX_FRONT = ['TxFill', 'TxEnqueue', ...[...WRITER, ...POLLER].map((name) => `Tx${name}`)];
const RX_FRONT = ['RxPost', 'RxDeliver', 'AppReturn', ...[...WRITER, ...POLLER].map((name) => `Rx${name}`)];

const modules: readonly TracedModule[] = [
  {
    name: 'NetfrontTx',
    folder: 'tx',
    backActions: new Set(TX_BACK),
    frontActions: new Set(TX_FRONT),
    replay: (rows, constants, { NetfrontTx }) => new TxReplay(rows, txConstants(constants), NetfrontTx),
  },
  {
    name: 'NetfrontRx',
    folder: 'rx',
    backActions: new Set(RX_BACK),
    frontActions: new Set(RX_FRONT),
    replay: (rows, constants, { NetfrontRx }) => new RxReplay(rows, rxConstants(constants), NetfrontRx),
  },
  {
    name: 'NetfrontTxRx',
    folder: 'txrx',
    backActions: new Set([...TX_BACK.map((name) => `Tx${name}`), ...RX_BACK.map((name) => `Rx${name}`)]),
    frontActions: new Set(['TakeEvent', ...TX_FRONT, ...RX_FRONT]),
    replay: (rows, constants, { NetfrontTxRx }) =>
      new TxRxReplay(rows, txrxConstants(constants), NetfrontTxRx),
  },
  {
    name: 'Ring',
    folder: 'ring',
    backActions: new Set(['BackOverrun', 'SpuriousEventToFront', 'SpuriousEventToBack']),
    frontActions: new Set<string>([...FRONT_END, ...BACK_END]),
    replay: (rows, constants, { Ring }) => new EndsReplay(rows, endsConstants(constants), Ring),
  },
  {
    name: 'RxPackets',
    folder: 'rxpackets',
    models: 'rxp',
    backActions: new Set(['BackSendPacket', 'BackSendRest', 'BackUnmap']),
    frontActions: new Set(RX_FRONT),
    replay: (rows, constants, { RxPackets }) =>
      new RxPacketsReplay(rows, rxPacketsConstants(constants), RxPackets),
  },
  {
    name: 'TxPackets',
    folder: 'txpackets',
    models: 'txp',
    backActions: new Set(['BackTakeRequest', 'BackRespond', 'BackRespondNull', 'BackRespondNullToRequest']),
    frontActions: new Set([
      'TxEnqueueExtra',
      'TxAbandon',
      ...TX_FRONT.filter((name) => name !== 'TxGrantAccess'),
    ]),
    replay: (rows, constants, { TxPackets }) =>
      new TxPacketsReplay(rows, txPacketsConstants(constants), TxPackets),
  },
];

/** The module of this name. Throws {@link ToolError} if no traces are made of it. */
export const tracedModule = (name: string): TracedModule => {
  const found = modules.find((module) => module.name === name);
  if (found === undefined)
    throw new ToolError(
      `no traces are made of the module ${name}: there are those of ${modules.map((module) => module.name).join(', ')}`,
    );
  return found;
};

/** The module that a model is of; undefined if no traces are made of it. Models are of MC modules that extend it. */
export const moduleOfModel = (module: string): TracedModule | undefined =>
  modules.find(({ name }) => module === `MC${name}`);
