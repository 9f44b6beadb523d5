/**
 * NetfrontTx and TxPackets: what a frontend keeps of the transmit ring. Plain data; tx-send.ts and tx-poll.ts say what
 * each step of its two hands makes of it, and tx-machine.ts which step may follow which.
 */
import type { Block, IdScheme, IdState } from './ids.js';
import { type List, listOf } from './list.js';
import type { TxResponse } from './netif.js';
import { type FrontRing, frontRing, PAGE_SIZE, type RingIdx } from './ring.js';
import { emptyTable } from './table.js';
import type { OpenPacket, SentPackets, TxPacket } from './tx-chain.js';

/** How a transmit ring is laid out and run. The specification's constants. */
export interface TxConfig {
  /** Slots in the ring, a power of two up to 256. */
  readonly nr_ents: number;
  /** Where the indices start. 0 in ring.h; near 2^32 to cross the wrap soon. */
  readonly first: RingIdx;
  /** How ids are chosen. */
  readonly scheme: IdScheme;
  /** How many ids there are, up to 65536. */
  readonly ids: number;
  /** Buffers in the pool. */
  readonly blocks: number;
  /** Two half-page blocks share a page and its grant, or each has a page of its own. */
  readonly blocksPerPage: 1 | 2;
  /** A page is granted for one request and taken back after it; otherwise once, for life. */
  readonly grantPerRequest: boolean;
  /** Slots of the longest packet, extras included; XEN_NETIF_NR_SLOTS_MIN if absent. */
  readonly maxSlots?: number;
}

/** A response that was consumed, before its block is released. */
export interface AnsweredBlock {
  readonly block: Block;
  /** Signed, as it came. See `NETIF_RSP`. */
  readonly status: number;
}

/** What the frontend keeps of the transmit ring. Never changed, only replaced. */
export interface TxContext {
  readonly config: TxConfig;
  readonly ring: FrontRing;
  readonly ids: IdState;
  /** The free blocks; the one freed last is used next. */
  readonly pool: List<Block>;
  /** For each block the grant reference of its page, or null while it has none. */
  readonly grefs: readonly (number | null)[];
  /** The block the sender is working on, and the octets of the frame in it. */
  readonly filling: { readonly block: Block; readonly size: number } | null;
  readonly done: AnsweredBlock | null;
  /** The packet that is being written, from its first TxFill until its last slot is written. */
  readonly chain: OpenPacket | null;
  readonly sent: SentPackets;
  /** Extras of sent packets that are not answered. Their answers do not say of which packet they are. */
  readonly unansweredExtras: number;
}

/** The actions of the specification that are the frontend's, with what each loads. */
export type TxEvent =
  | {
      readonly type: 'TxFill';
      /** The octets for one block. */
      readonly frame: Uint8Array;
      /** The packet that they begin; one of one slot if absent. Not looked at while a packet is open. */
      readonly packet?: TxPacket | undefined;
      /** What the completion of that packet is to come with; 0 if absent. */
      readonly token?: number | undefined;
    }
  | { readonly type: 'TxGrantAccess'; readonly gref: number }
  | { readonly type: 'TxEnqueue' }
  | { readonly type: 'TxEnqueueExtra' }
  | { readonly type: 'TxAbandon'; readonly mapped: boolean }
  | { readonly type: 'TxPushRequests' }
  | { readonly type: 'TxCheckNotify'; readonly req_event: RingIdx }
  | { readonly type: 'TxTakeEvent'; readonly pending: boolean }
  | { readonly type: 'TxReadRspProd'; readonly rsp_prod: RingIdx }
  | { readonly type: 'TxConsumeResponse'; readonly response: TxResponse }
  | { readonly type: 'TxRelease'; readonly mapped: boolean }
  | { readonly type: 'TxArm' }
  | { readonly type: 'TxFinalCheck'; readonly rsp_prod: RingIdx };

/** The state before anything was sent. `grefs` are those of pages granted for life, by page; empty otherwise. */
export const txContext = (config: TxConfig, grefs: readonly number[]): TxContext => ({
  config,
  ring: frontRing(config.nr_ents, config.first),
  ids: config.scheme.init(config.ids),
  pool: listOf(Array.from({ length: config.blocks }, (_, block) => block)),
  grefs: Array.from({ length: config.blocks }, (_, block) => grefs[pageOf(config, block)] ?? null),
  filling: null,
  done: null,
  chain: null,
  sent: emptyTable(config.blocks),
  unansweredExtras: 0,
});

/** The page that a block is in, by its number. */
export const pageOf = (config: TxConfig, block: Block): number => Math.floor(block / config.blocksPerPage);

/** Octets of a block: half a page, or a page. */
export const blockSize = (config: TxConfig): number => PAGE_SIZE / config.blocksPerPage;
