/** The constants and variables of TxPackets, and what its actions are written with. */
import type { At } from '../machine.js';
import { sharedRing } from '../shared-ring.js';
import type { Terms } from '../terms.js';

/** What TxFill, TxEnqueue and the back are given. Nothing else speaks of them, so each step may have others. */
const choices = {
  /** The packet that TxFill opens: its fragments and extras, and the octets of all fragments together. */
  ofFrags: 'number',
  ofExtras: 'number',
  ofOctets: 'number',
  /** The octets of the fragment that TxFill is given. */
  octets: 'number',
  /** The id that a request is given, or that a NULL carries. */
  id: 'number',
  /** Which of the slots taken is answered: an index from rsp_prod_pvt up to req_cons. */
  at: 'index',
  status: 'word',
} as const;

/** The constants of TxPackets, each fault by itself. `M` is not among them: it is how many values an index has. */
export const constants = {
  N: 'index',
  First: 'index',
  IdScheme: 'word',
  /** How many ids and blocks there are. */
  Ids: 'number',
  Blocks: 'number',
  MaxFrags: 'number',
  MaxExtras: 'number',
  MaxSlots: 'number',
  /** Fragment i of a packet has i octets, as in the module. Otherwise it has as many as the application likes. */
  plainSizes: 'bool',
  // Faults.
  push_in_parts: 'bool',
  unended_chain: 'bool',
  too_many_slots: 'bool',
  room_for_first: 'bool',
  first_size_own: 'bool',
  null_by_id: 'bool',
  abandon_leaks: 'bool',
  abandon_keeps_ids: 'bool',
  told_early: 'bool',
  last_status: 'bool',
  /** Of the back. */
  null_for_request: 'bool',
  ...choices,
} as const;

/** The faults of the front. */
export const frontFaults = [
  'push_in_parts',
  'unended_chain',
  'too_many_slots',
  'room_for_first',
  'first_size_own',
  'null_by_id',
  'abandon_leaks',
  'abandon_keeps_ids',
  'told_early',
  'last_status',
] as const;

/** The variables of SharedRing, RingFront, RequestIds and TxPackets, those of a reader, and some that only the proof has. */
export const variables = {
  ...sharedRing,
  /** The fields of what is in each slot. A flag is 0 or 1. */
  slotId: 'fields',
  slotGref: 'fields',
  slotSize: 'fields',
  /** more_data of a request, or EXTRA_FLAG_MORE of an extra. */
  slotMore: 'fields',
  /** extra_info */
  slotExtra: 'fields',
  slotStatus: 'slots',
  nextId: 'number',
  /** The free list: its head is at freeFrom, its end before freeTo. */
  freeIds: 'table',
  freeFrom: 'number',
  freeTo: 'number',
  /** From an id to the block sent under it, or NONE. */
  inFlight: 'table',
  /** From a block to the fragment last written there: its packet, its number from 1, its octets. No fragment is number 0. */
  dataFrags: 'table',
  dataExtras: 'table',
  dataFrag: 'table',
  dataSize: 'table',
  /** The pool, as the free list. */
  pool: 'table',
  poolFrom: 'number',
  poolTo: 'number',
  sender: 'word',
  filling: 'number',
  /** The open chain: its packet, of 0 fragments if none is open, and what of it is written. */
  chainFrags: 'number',
  chainExtras: 'number',
  chainOctets: 'number',
  fragsWritten: 'number',
  extrasWritten: 'number',
  /** The octets of its fragments that are in no block yet. */
  toFill: 'number',
  /** Where its first slot is, or will be: req_prod_pvt if nothing of it is written. */
  chainAt: 'index',
  /** The extras not answered, of packets that are written whole. */
  extras: 'number',
  /**
   * A packet is known by how many fragments were written whole before it: its key. Its blocks that are not released are
   * in as many cells of `members` from that key on, and there are 0 of a packet that is not in `sent`. The blocks of the
   * open chain are in the cells from nextKey on, in order.
   */
  nextKey: 'number',
  members: 'table',
  left: 'table',
  sentFrags: 'table',
  sentExtras: 'table',
  /** 0 is OKAY, 1 is ERROR. */
  sentStatus: 'table',
  fared: 'table',
  done: 'number',
  doneStatus: 'word',
  told: 'word',
  /**
   * A reader of what is published, who reads slot by slot: the chain from readFrom up to readAt, what is due after that,
   * how many requests and extras it has, and the size of the first slot less those of the others.
   */
  readFrom: 'index',
  readAt: 'index',
  readExtra: 'bool',
  readMore: 'bool',
  readFrags: 'number',
  readExtras: 'number',
  readLeft: 'number',
  /**
   * What the reader has copied, by index, and the back has taken up to req_cons. The back answers in any order: when one is
   * answered, the first takes its place. Of each request taken the packet is known by its number.
   */
  takenKind: 'slots',
  takenId: 'fields',
  takenGref: 'fields',
  takenFrag: 'fields',
  takenSize: 'fields',
  takenPacket: 'fields',
  packetsTaken: 'number',
  packFrags: 'table',
  packExtras: 'table',
  // What only the proof has: the modules could tell it, by a search.
  /** Who owns each block, and where: its place in the pool, or its id. */
  owner: 'table',
  ownedAt: 'table',
  /** From an id in flight to the index of its request or response. */
  placeOf: 'places',
  /** From an id on the free list to its place there. */
  freeAt: 'table',
  /** From a block that was sent to its packet and its cell. */
  packetOf: 'table',
  cellOf: 'table',
  /** From a packet to a block that was answered with ERROR. */
  faredBy: 'table',
  /** From the index of a slot that is written: its number in the packet, the packet, and the octets from there on. */
  posAt: 'fields',
  fragsAt: 'fields',
  extrasAt: 'fields',
  keyAt: 'fields',
  restAt: 'fields',
} as const;

export type PacketConstants = typeof constants;
export type PacketVariables = typeof variables;

/** A state of the transmit half. */
export type AtPackets<T extends Terms> = At<T, PacketConstants, PacketVariables>;

/** Owners of a block. One in flight is of a packet that was sent, or of the open chain. */
export const OWNER = { pool: 0, sender: 1, flight: 2, done: 3 } as const;

/** The id schemes that are proved. */
export const soundSchemes = ['block_number', 'counter_skip', 'free_list'] as const;

/** What the variables, the slots and the scheme may be. */
export const words = [
  ...['asleep', 'polling', 'releasing', 'armed', 'idle', 'filled'],
  ...['empty', 'request', 'extra', 'response', 'OKAY', 'ERROR', 'NULL', '-'],
  ...soundSchemes,
] as const;
