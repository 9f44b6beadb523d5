/**
 * TxPackets: a packet as a chain of slots. Its first request comes first, then its extras, then its further requests;
 * `more_data` and `extra_info` say in each slot whether another one follows. Here is what the frontend keeps of the one
 * chain that it is writing, and of the packets that are with the backend.
 */
import type { Block } from './ids.js';
import { type List, listOf, push } from './list.js';
import { type ExtraInfo, NETIF_RSP, NETTXF, XEN_NETIF_EXTRA_FLAG_MORE } from './netif.js';
import { add, type RingIdx } from './ring.js';
import { sure } from './sure.js';
import { emptyTable, get, set, type Table } from './table.js';

/** What a packet is to be on the ring, planned before its first block is filled. */
export interface TxPacket {
  /** Requests, one for each block; from 1. */
  readonly requests: number;
  /** Octets of the whole packet, which is what its first request says. */
  readonly size: number;
  /** Of {@link NETTXF} `csum_blank` and `data_validated`, for its first request. The others follow from the chain. */
  readonly flags: number;
  /** Their `flags` are not looked at: whether another extra follows is known from here. */
  readonly extras: readonly ExtraInfo[];
}

/** A request of the open chain, in its slot and not published. */
export interface Written {
  readonly id: number;
  readonly block: Block;
}

/** The chain that is being written. Once its last slot is written there is no open chain any more. */
export interface Chain {
  readonly packet: TxPacket;
  /** What the packet goes by from now on until its last block is released. Its first block may long be in another one. */
  readonly number: number;
  /** The index of its first slot: nothing from here on is published. */
  readonly began: RingIdx;
  /** The requests written so far, in their order. */
  readonly written: readonly Written[];
  /** How many extras are written. */
  readonly extras: number;
}

/** A packet that is written whole, and of which not all blocks are released. */
export interface Unfinished {
  /** The block of its first request. */
  readonly first: Block;
  /** Blocks that are still to be released. */
  readonly left: number;
  /** Of the blocks that are: OKAY, or what went wrong. */
  readonly status: number;
}

/** The packets that are written whole, by their numbers. */
export interface Packets {
  readonly numberOf: Table<number>;
  readonly unfinished: Table<Unfinished>;
  /** No more packets than blocks are unfinished, so that there always is a number. */
  readonly freeNumbers: List<number>;
}

/** A packet of one slot with nothing beside its octets. */
export const singleSlot = (size: number): TxPacket => ({ requests: 1, size, flags: 0, extras: [] });

/** How many slots a packet takes. */
export const slotsOf = ({ requests, extras }: TxPacket): number => requests + extras.length;

/** A chain before its first slot is written. It has a number of its own from here on, until its packet is finished. */
export const openChain = (
  packets: Packets,
  packet: TxPacket,
  began: RingIdx,
): { readonly chain: Chain; readonly packets: Packets } => {
  const { head: number, tail: freeNumbers } = sure(packets.freeNumbers);
  return {
    chain: { packet, number, began, written: [], extras: 0 },
    packets: { ...packets, freeNumbers },
  };
};

/** Is the next slot of the chain an extra's? They come after the first request and before the second. */
export const isExtraDue = ({ packet, written, extras }: Chain): boolean =>
  written.length > 0 && extras < packet.extras.length;

/** Is the next slot of the chain a request's? */
export const isRequestDue = (chain: Chain): boolean =>
  !isExtraDue(chain) && chain.written.length < chain.packet.requests;

/** Is every slot of the chain written? */
export const isComplete = (chain: Chain): boolean => !isExtraDue(chain) && !isRequestDue(chain);

/** The flags of the chain's next request. */
export const nextFlags = ({ packet, written }: Chain): number => {
  const more = written.length + 1 < packet.requests ? NETTXF.more_data : 0;
  if (written.length > 0) return more;
  return packet.flags | more | (packet.extras.length > 0 ? NETTXF.extra_info : 0);
};

/** `size` of the chain's next request, whose own octets are so many: of the first one it is the whole packet's. */
export const nextSize = ({ packet, written }: Chain, own: number): number =>
  written.length === 0 ? packet.size : own;

/** The extra that is due. */
export const nextExtra = ({ packet, extras }: Chain): ExtraInfo => ({
  ...sure(packet.extras[extras]),
  flags: extras + 1 < packet.extras.length ? XEN_NETIF_EXTRA_FLAG_MORE : 0,
});

/** The index of the slot in which the n-th request of the chain was written. */
export const indexOfWritten = ({ began, extras }: Chain, n: number): RingIdx =>
  add(began, n === 0 ? 0 : n + extras);

/** No packet, of a pool of so many blocks. */
export const noPackets = (blocks: number): Packets => ({
  numberOf: emptyTable(blocks),
  unfinished: emptyTable(blocks),
  freeNumbers: listOf(Array.from({ length: blocks }, (_, number) => number)),
});

/** A complete chain becomes an unfinished packet. */
export const enterPacket = (packets: Packets, { number, written }: Chain): Packets => ({
  numberOf: written.reduce((table, { block }) => set(table, block, number), packets.numberOf),
  unfinished: set(packets.unfinished, number, {
    first: sure(written[0]).block,
    left: written.length,
    status: NETIF_RSP.OKAY,
  }),
  freeNumbers: packets.freeNumbers,
});

/** The chain is given up: no packet has its number. */
export const withoutChain = (packets: Packets, { number }: Chain): Packets => ({
  ...packets,
  freeNumbers: push(packets.freeNumbers, number),
});

/** The packet that a block is in, as it is when the block was answered with this status and is released. */
export const afterRelease = (
  { numberOf, unfinished }: Packets,
  block: Block,
  status: number,
): { readonly number: number } & Unfinished => {
  const number = sure(get(numberOf, block));
  const packet = sure(get(unfinished, number));
  return { number, first: packet.first, left: packet.left - 1, status: worse(packet.status, status) };
};

/** A block is released; with its last one the packet is gone, and its number free. */
export const leavePacket = (packets: Packets, block: Block, status: number): Packets => {
  const { number, ...packet } = afterRelease(packets, block, status);
  const isFinished = packet.left === 0;
  return {
    numberOf: set(packets.numberOf, block, undefined),
    unfinished: set(packets.unfinished, number, isFinished ? undefined : packet),
    freeNumbers: isFinished ? push(packets.freeNumbers, number) : packets.freeNumbers,
  };
};

/**
 * What has become of a packet: OKAY only if every block was answered so. Linux answers ERROR and OKAY for slots of one
 * packet that was not sent. One status is passed on as it came; where two things went wrong, it is ERROR.
 */
const worse = (a: number, b: number): number => {
  if (a === NETIF_RSP.OKAY || a === b) return b;
  return b === NETIF_RSP.OKAY ? a : NETIF_RSP.ERROR;
};
