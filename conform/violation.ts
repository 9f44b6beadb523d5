/** What a port does that the specification does not allow. */

/** The module in which each property that is held against a port is stated, or the action that does what it says. */
export const PROPERTY_MODULES = {
  UniqueOutstandingId: 'NetfrontTx',
  BufferStable: 'NetfrontTx',
  NoReuseBeforeResponse: 'NetfrontTx',
  NoFreeWhileMapped: 'GrantTable',
  Conservation: 'NetfrontTx',
  RingBound: 'SharedRing',
  ResponseBound: 'SharedRing',
  NoLostWakeUp: 'Ring',
  NotifyExact: 'Ring',
  BlockedWriterProceeds: 'Ring',
  SlotsAsIndexed: 'Ring',
  AnsweredComesBack: 'NetfrontRx',
  LinearOwnership: 'NetfrontRx',
  TxRefinesChannel: 'NetfrontTx',
  TxRelease: 'NetfrontTx',
  DeliveredIntact: 'NetfrontRx',
  NoMutationAfterDelivery: 'NetfrontRx',
  ErrorNeverDelivered: 'NetfrontRx',
  RxNeverStarves: 'NetfrontRx',
  PublishedWhole: 'TxPackets',
  SlotsPromised: 'TxPackets',
  SizeRule: 'TxPackets',
  AssembledAsSent: 'TxPackets',
  ToldTruly: 'TxPackets',
  ToldOnce: 'TxPackets',
  NullFreesNothing: 'TxPackets',
  PacketIntact: 'RxPackets',
  BrokenNeverDelivered: 'RxPackets',
  OnlyBrokenDropped: 'RxPackets',
  ChainOwnership: 'RxPackets',
  ChainConservation: 'RxPackets',
} as const;

/** A property of the specification. */
export type Property = keyof typeof PROPERTY_MODULES;

/** A step after which something is not as the specification has it. */
export class Violation extends Error {
  override readonly name = 'Violation';

  constructor(
    readonly property: Property,
    readonly expected: string,
    readonly actual: string,
  ) {
    super(`${property}: expected ${expected}; ${actual}`);
  }
}
