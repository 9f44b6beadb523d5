/** What a port does that the specification does not allow, what demands the contrary, and how bad it is. */

/**
 * How bad a violation is. *unsafe*: somebody's data or memory is at risk. *stuck*: something that must happen never does.
 * *wasteful*: it costs time or room, and harms nobody. Only the first two fail a run that is not strict.
 */
export type Grade = 'unsafe' | 'stuck' | 'wasteful';

/** Sentences of Xen's public headers that demand something of a frontend, without the ornaments of their comments. */
export const SENTENCES = {
  'a notification that is due': [
    'ring.h',
    'True indicates that the receiver requires an asynchronous notification.',
  ],
  'no other notification': [
    'netif.h',
    'Notifications after enqueuing any type of message should be conditional on the appropriate req_event or rsp_event field in the shared ring.',
  ],
  'the final check': [
    'ring.h',
    'After dequeuing requests or responses (before sleeping the connection): Use RING_FINAL_CHECK_FOR_REQUESTS() or RING_FINAL_CHECK_FOR_RESPONSES().',
  ],
  'requests that fit': ['ring.h', 'Ill-behaved frontend determination: Can there be this many requests?'],
  'responses that can be': ['ring.h', 'Ill-behaved backend determination: Can there be this many responses?'],
  'an id': ['netif.h', 'id: request identifier, echoed in response.'],
  'a grant to send': ['netif.h', 'grant ref: Reference to buffer page.'],
  'a grant to receive': ['netif.h', 'gref: reference to incoming granted frame.'],
  'a transmit status': ['netif.h', 'id: reflects id in transmit request status: NETIF_RSP_*'],
  'a receive status': ['netif.h', "status: -ve: NETIF_RSP_*; +ve: Rx'ed pkt size."],
  'the octets to send': [
    'netif.h',
    'offset: Offset within buffer page. flags: NETTXF_*. id: request identifier, echoed in response. size: packet size in bytes.',
  ],
  'the size of a chain': [
    'netif.h',
    'in a multi-fragment packet the actual size of fragment 1 can only be determined by subtracting the sizes of fragments 2..N from the total packet size.',
  ],
  'the octets of a chain': [
    'netif.h',
    'in a multi-fragment packet the size of the packet can only be determined by summing the sizes of fragments 1..N.',
  ],
  'further slots': ['netif.h', 'Packet continues in the next request descriptor.'],
  'further flags': [
    'netif.h',
    '(only if fragment N-1 flags include NETTXF_more_data - flags on preceding extras are not relevant here) flags = 0',
  ],
  'a blank checksum': ['netif.h', 'Protocol checksum field is blank in the packet (hardware offload)?'],
  'an extra': ['netif.h', 'Packet to be followed by extra descriptor(s).'],
  'slots of a packet': [
    'netif.h',
    "Any new backend which doesn't negotiate with frontend should expect frontend to send a valid packet using slots up to this value.",
  ],
  'no answer': ['netif.h', 'No response: used for auxiliary requests (e.g., netif_extra_info_t).'],
} as const satisfies Record<string, readonly [header: 'ring.h' | 'netif.h', sentence: string]>;

/** A sentence of a header, by what it is about. */
export type Sentence = keyof typeof SENTENCES;

/** A property that is held against a port. */
interface Demand {
  /** The module in which it is stated, or has the action that does what it says. */
  readonly module: string;
  readonly grade: Grade;
  /** The sentence of a header that demands it too, where there is one. */
  readonly sentence?: Sentence;
}

const demand = (module: string, grade: Grade, sentence?: Sentence): Demand => ({
  ...{ module, grade },
  ...(sentence && { sentence }),
});

const DEMANDS = {
  UniqueOutstandingId: demand('NetfrontTx', 'unsafe', 'an id'),
  BufferStable: demand('NetfrontTx', 'unsafe'),
  NoReuseBeforeResponse: demand('NetfrontTx', 'unsafe'),
  NoFreeWhileMapped: demand('GrantTable', 'unsafe'),
  Conservation: demand('NetfrontTx', 'stuck'),
  RingBound: demand('SharedRing', 'unsafe', 'requests that fit'),
  ResponseBound: demand('SharedRing', 'unsafe', 'responses that can be'),
  NoLostWakeUp: demand('Ring', 'stuck', 'the final check'),
  NotifyExact: demand('Ring', 'stuck', 'a notification that is due'),
  BlockedWriterProceeds: demand('Ring', 'stuck'),
  SlotsAsIndexed: demand('Ring', 'unsafe'),
  AnsweredComesBack: demand('NetfrontRx', 'stuck'),
  LinearOwnership: demand('NetfrontRx', 'unsafe'),
  TxRefinesChannel: demand('NetfrontTx', 'unsafe'),
  TxRelease: demand('NetfrontTx', 'unsafe', 'a transmit status'),
  DeliveredIntact: demand('NetfrontRx', 'unsafe', 'a receive status'),
  NoMutationAfterDelivery: demand('NetfrontRx', 'unsafe'),
  ErrorNeverDelivered: demand('NetfrontRx', 'unsafe', 'a receive status'),
  RxNeverStarves: demand('NetfrontRx', 'stuck'),
  PublishedWhole: demand('TxPackets', 'stuck', 'further slots'),
  SlotsPromised: demand('TxPackets', 'stuck', 'slots of a packet'),
  SizeRule: demand('TxPackets', 'unsafe', 'the size of a chain'),
  AssembledAsSent: demand('TxPackets', 'unsafe'),
  ToldTruly: demand('TxPackets', 'unsafe', 'a transmit status'),
  ToldOnce: demand('TxPackets', 'unsafe'),
  NullFreesNothing: demand('TxPackets', 'unsafe', 'no answer'),
  PacketIntact: demand('RxPackets', 'unsafe', 'the octets of a chain'),
  BrokenNeverDelivered: demand('RxPackets', 'unsafe'),
  OnlyBrokenDropped: demand('RxPackets', 'stuck'),
  ChainOwnership: demand('RxPackets', 'unsafe'),
  ChainConservation: demand('RxPackets', 'stuck'),
  KeysBeforeConnected: demand('Connection', 'stuck'),
  RingNamedByKeys: demand('Connection', 'stuck'),
  FrameOnlyOnLiveRing: demand('Connection', 'unsafe'),
  NoAnswerOfOldConnection: demand('Connection', 'unsafe'),
  ShownAtMostOnce: demand('Connection', 'unsafe'),
  ToldWhenDone: demand('Connection', 'stuck'),
  ReleasedOnce: demand('Connection', 'unsafe'),
  NothingLeaks: demand('Connection', 'stuck'),
  QueuesAgreed: demand('Connection', 'stuck'),
  NoStaleKeyBelieved: demand('Connection', 'stuck'),
  FeaturesFresh: demand('Connection', 'unsafe'),
  OwnDirectoryOnly: demand('Connection', 'unsafe'),
  StateGraph: demand('Connection', 'stuck'),
  ConnectsOrFails: demand('Connection', 'stuck'),
  CloseCompletes: demand('Connection', 'stuck'),
  CloseAnswered: demand('Connection', 'stuck'),
  LossNoticed: demand('Connection', 'stuck'),
  PutIsSeen: demand('Connection', 'stuck'),
  UnplugCompletes: demand('Connection', 'stuck'),
  Quiescent: demand('Connection', 'stuck'),
} as const;

/** A property of the specification. */
export type Property = keyof typeof DEMANDS;

/** What is demanded by each property that is held against a port. */
export const PROPERTIES: Readonly<Record<Property, Demand>> = DEMANDS;

/** A step after which something is not as the specification has it. */
export class Violation extends Error {
  override readonly name = 'Violation';
  readonly grade: Grade;
  readonly sentence: Sentence | undefined;

  /** @param more the grade and the sentence, where this check has others than the property has by itself */
  constructor(
    readonly property: Property,
    readonly expected: string,
    readonly actual: string,
    more: Partial<Pick<Demand, 'grade' | 'sentence'>> = {},
  ) {
    super(`${property}: expected ${expected}; ${actual}`);
    const { grade, sentence } = { ...PROPERTIES[property], ...more };
    this.grade = grade;
    this.sentence = sentence;
  }
}
