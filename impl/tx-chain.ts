/**
 * TxPackets: a packet as a chain of slots. Its first request comes first, then its extras, then its further requests;
 * `more_data` and `extra_info` say in each slot whether another one follows. Here is what the frontend keeps of the
 * packet that it is writing, and of those that are with the backend.
 */
import type { Block } from './ids.js';
import { type ExtraInfo, NETIF_RSP, NETTXF, XEN_NETIF_EXTRA_FLAG_MORE } from './netif.js';
import { add, type RingIdx } from './ring.js';
import { sure } from './sure.js';
import { get, set, type Table } from './table.js';

/** What a packet is to be on the ring, planned before its first block is filled. */
export interface TxPacket {
  /** Requests, one for each block; from 1. */
  readonly requests: number;
  /** Octets of the whole packet, which is what its first request says. */
  readonly size: number;
  /** Of {@link NETTXF} `csum_blank` and `data_validated`, for its first request. The others follow from the packet's shape. */
  readonly flags: number;
  /** Their `flags` are not looked at: whether another extra follows is known from here. */
  readonly extras: readonly ExtraInfo[];
}

/** A request of the open packet, in its slot and not published. */
export interface WrittenRequest {
  readonly id: number;
  readonly block: Block;
}

/** The packet that is being written. Once its last slot is written there is no open packet any more. */
export interface OpenPacket {
  readonly packet: TxPacket;
  /** What the sender knows the packet by. It comes back with the packet's {@link Completion}. */
  readonly token: number;
  /** The index of its first slot: nothing from here on is published. */
  readonly began: RingIdx;
  /** The requests written so far, in their order. */
  readonly written: readonly WrittenRequest[];
  /** How many extras are written. */
  readonly extras: number;
}

/** A packet that is written whole, and of which not all blocks are released. */
export interface SentPacket {
  readonly token: number;
  /** The block of its first request. It may be in a later packet by now. */
  readonly first: Block;
  /** The blocks that are still to be released. */
  readonly blocks: readonly Block[];
  /** Of the blocks that are: OKAY, or what went wrong. */
  readonly status: number;
}

/** The packets that are sent and not completed, each under every block that it still has. */
export type SentPackets = Table<SentPacket>;

/** A packet of which the backend has answered every request. */
export interface Completion {
  /** What came with the packet's first `TxFill`. */
  readonly token: number;
  /** The block of its first request. */
  readonly first: Block;
  /** OKAY if every request was answered so. See `NETIF_RSP`. */
  readonly status: number;
}

/** A packet of one slot with nothing beside its octets. */
export const singleSlot = (size: number): TxPacket => ({ requests: 1, size, flags: 0, extras: [] });

/** How many slots a packet takes. */
export const slotsOf = ({ requests, extras }: TxPacket): number => requests + extras.length;

/** A packet before its first slot is written. */
export const openPacket = (packet: TxPacket, token: number, began: RingIdx): OpenPacket => ({
  packet,
  token,
  began,
  written: [],
  extras: 0,
});

/** Is the next slot of the open packet an extra's? They come after the first request and before the second. */
export const isExtraDue = ({ packet, written, extras }: OpenPacket): boolean =>
  written.length > 0 && extras < packet.extras.length;

/** Is the next slot of the open packet a request's? */
export const isRequestDue = (open: OpenPacket): boolean =>
  !isExtraDue(open) && open.written.length < open.packet.requests;

/** Is every slot of the packet written? */
export const isComplete = (open: OpenPacket): boolean => !isExtraDue(open) && !isRequestDue(open);

/** The flags of the open packet's next request. */
export const nextFlags = ({ packet, written }: OpenPacket): number => {
  const more = written.length + 1 < packet.requests ? NETTXF.more_data : 0;
  if (written.length > 0) return more;
  return packet.flags | more | (packet.extras.length > 0 ? NETTXF.extra_info : 0);
};

/** `size` of the open packet's next request, whose own octets are so many: of the first one it is the whole packet's. */
export const nextSize = ({ packet, written }: OpenPacket, own: number): number =>
  written.length === 0 ? packet.size : own;

/** The extra that is due. */
export const nextExtra = ({ packet, extras }: OpenPacket): ExtraInfo => ({
  ...sure(packet.extras[extras]),
  flags: extras + 1 < packet.extras.length ? XEN_NETIF_EXTRA_FLAG_MORE : 0,
});

/** The index of the slot in which the n-th request of the open packet was written. */
export const indexOfWritten = ({ began, extras }: OpenPacket, n: number): RingIdx =>
  add(began, n === 0 ? 0 : n + extras);

/** An open packet is complete, and sent. */
export const enterSent = (sent: SentPackets, { token, written }: OpenPacket): SentPackets => {
  const blocks = written.map(({ block }) => block);
  return underEach(sent, { token, first: sure(blocks[0]), blocks, status: NETIF_RSP.OKAY });
};

/** The packet that a block is in, as it is when the block was answered with this status and is released. */
export const afterRelease = (sent: SentPackets, block: Block, status: number): SentPacket => {
  const packet = sure(get(sent, block));
  return {
    ...packet,
    blocks: packet.blocks.filter((other) => other !== block),
    status: worse(packet.status, status),
  };
};

/** A block is released. With its last one the packet is gone. */
export const leaveSent = (sent: SentPackets, block: Block, status: number): SentPackets =>
  underEach(set(sent, block, undefined), afterRelease(sent, block, status));

const underEach = (sent: SentPackets, packet: SentPacket): SentPackets =>
  packet.blocks.reduce((table, block) => set(table, block, packet), sent);

/**
 * The status of a packet: OKAY only if every block was answered so. Linux answers ERROR and OKAY for slots of one packet
 * that was not sent. A single bad status is kept as it came; two different ones are an ERROR.
 */
const worse = (a: number, b: number): number => {
  if (a === NETIF_RSP.OKAY || a === b) return b;
  return b === NETIF_RSP.OKAY ? a : NETIF_RSP.ERROR;
};
