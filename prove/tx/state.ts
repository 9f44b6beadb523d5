/** The constants and variables of NetfrontTx, and what its actions are written with. */
import type { At } from '../machine.js';
import { sharedRing } from '../shared-ring.js';
import type { Terms } from '../terms.js';

/** What TxEnqueue, TxRelease, the back and others are given. Nothing else speaks of them, so each step may have others. */
const choices = {
  /** The frame that TxFill is given. */
  frame: 'number',
  /** The reference that a page is granted under, or that GrantOf finds. */
  gref: 'number',
  /** The id that a request is given: ChosenId. */
  id: 'number',
  /** Which of the requests taken: an index from rsp_prod_pvt up to req_cons. */
  at: 'index',
  status: 'word',
} as const;

/** The constants of NetfrontTx, each fault by itself. `M` is not among them: it is how many values an index has. */
export const constants = {
  N: 'index',
  First: 'index',
  IdScheme: 'word',
  /** How many ids, blocks, pages and grant references there are. */
  Ids: 'number',
  Blocks: 'number',
  Grefs: 'number',
  BlocksPerPage: 'number',
  GrantPerRequest: 'bool',
  /** PoolOrder = "lifo" */
  lifo: 'bool',
  OutOfOrder: 'bool',
  CoarseBack: 'bool',
  // Faults.
  ring_full_off_by_one: 'bool',
  no_final_check: 'bool',
  loose_response_bound: 'bool',
  early_free: 'bool',
  double_free: 'bool',
  leak_on_error: 'bool',
  end_access_unchecked: 'bool',
  // Id schemes that are faults.
  gref_per_page: 'bool',
  counter: 'bool',
  slot_out_of_order: 'bool',
  ...choices,
} as const;

/** The constants that are faults. */
export const txFaults = [
  'ring_full_off_by_one',
  'no_final_check',
  'loose_response_bound',
  'early_free',
  'double_free',
  'leak_on_error',
  'end_access_unchecked',
  'gref_per_page',
  'counter',
  'slot_out_of_order',
] as const;

/** The variables of SharedRing, RingFront, RequestIds, GrantTable and NetfrontTx, and two that only the proof has. */
export const variables = {
  ...sharedRing,
  /** The fields of what is in each slot. */
  slotId: 'fields',
  slotGref: 'fields',
  slotOffset: 'fields',
  slotSize: 'fields',
  slotStatus: 'slots',
  nextId: 'number',
  /** The free list: its head is at freeFrom, its end before freeTo. */
  freeIds: 'table',
  freeFrom: 'number',
  freeTo: 'number',
  /** From an id to the block sent under it, or NONE. A second block under one id is P9, and goes no further here. */
  inFlight: 'table',
  /** From a reference to the page, or NONE; and how often it is mapped. */
  granted: 'table',
  mapped: 'table',
  contents: 'table',
  /** The pool, as the free list. */
  pool: 'table',
  poolFrom: 'number',
  poolTo: 'number',
  sender: 'word',
  filling: 'number',
  done: 'number',
  doneStatus: 'word',
  /**
   * The requests taken, by an index from rsp_prod_pvt up to req_cons. In order it is the one that each was taken at. Out
   * of order nobody knows the order, so when one is answered the first takes its place.
   */
  takenId: 'fields',
  takenGref: 'fields',
  takenOffset: 'fields',
  takenSize: 'fields',
  /** The frame read, or UNREAD. */
  takenGot: 'fields',
  // What only the proof has: the modules could tell it, by a search.
  /** Who owns each block, and where: its place in the pool, or its id. */
  owner: 'table',
  ownedAt: 'table',
  /** From an id in flight to the index of its request or response, from rsp_cons up to req_prod_pvt. */
  placeOf: 'places',
  /** From an id on the free list to its place there. */
  freeAt: 'table',
  /** From a page to the reference that grants it. */
  grefOf: 'table',
} as const;

export type TxConstants = typeof constants;
export type TxVariables = typeof variables;

/** A state of the transmit half. */
export type AtTx<T extends Terms> = At<T, TxConstants, TxVariables>;

/** Unread: no frame has this number. */
export const UNREAD = 2 ** 32 - 1;

/** Owners of a block. */
export const OWNER = { pool: 0, sender: 1, flight: 2, done: 3 } as const;

/** The id schemes that are proved. */
export const soundSchemes = [
  'gref_per_request',
  'block_number',
  'counter_skip',
  'free_list',
  'free_list_unchecked',
  'slot',
] as const;

/** What the variables, the slots and the scheme may be. */
export const words = [
  ...['asleep', 'polling', 'releasing', 'armed', 'idle', 'filled', 'granted'],
  ...['empty', 'request', 'response', 'OKAY', 'ERROR'],
  ...soundSchemes,
  ...['gref_per_page', 'counter'],
] as const;
