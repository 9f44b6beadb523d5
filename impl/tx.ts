/**
 * NetfrontTx and TxPackets: the state that a frontend keeps of the transmit ring. Plain data; tx-send.ts and tx-poll.ts
 * say how the steps of the sender and of the poller change it, and tx-machine.ts which step may follow which.
 */
import type { Block } from './ids.js';
import type { TxResponse } from './netif.js';
import { PAGE_SIZE, type RingIdx } from './ring.js';
import { type RingConfig, type RingContext, ringContext } from './ring-context.js';
import { emptyTable } from './table.js';
import type { OpenPacket, SentPackets, TxPacket } from './tx-chain.js';

/** How a transmit ring is laid out and run. */
export interface TxConfig extends RingConfig {
  /** Buffers in the pool. */
  readonly blocks: number;
  /** Two half-page blocks share a page and its grant, or each has a page of its own. */
  readonly blocksPerPage: 1 | 2;
  /** A page is granted for one request and taken back after it; otherwise once, for life. */
  readonly grantPerRequest: boolean;
}

/** A response that was consumed, and whose block is not released yet. */
export interface AnsweredBlock {
  readonly block: Block;
  /** Signed, as it came. See `NETIF_RSP`. */
  readonly status: number;
}

/** The state of the transmit ring. */
export interface TxContext extends RingContext<TxConfig> {
  /** The block that the sender is working on, and how many octets are in it. */
  readonly filling: { readonly block: Block; readonly size: number } | null;
  /** The response that was consumed last, until its block is released. */
  readonly done: AnsweredBlock | null;
  /** The packet that is being written, from its first TxFill to its last slot. */
  readonly chain: OpenPacket | null;
  /** The packets that are written whole, and not completed. */
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
  /** `isEnded`: none of its pages is granted any more. */
  | { readonly type: 'TxAbandon'; readonly isEnded: boolean }
  | { readonly type: 'TxPushRequests' }
  | { readonly type: 'TxCheckNotify'; readonly req_event: RingIdx }
  | { readonly type: 'TxTakeEvent'; readonly pending: boolean }
  | { readonly type: 'TxReadRspProd'; readonly rsp_prod: RingIdx }
  | { readonly type: 'TxConsumeResponse'; readonly response: TxResponse }
  /** `isEnded`: its page is not granted any more, or is granted for life. */
  | { readonly type: 'TxRelease'; readonly isEnded: boolean }
  | { readonly type: 'TxArm' }
  | { readonly type: 'TxFinalCheck'; readonly rsp_prod: RingIdx };

/** The state before anything is sent. `grefs` are those of pages granted for life, by page; empty otherwise. */
export const txContext = (config: TxConfig, grefs: readonly number[]): TxContext => ({
  ...ringContext(
    config,
    Array.from({ length: config.blocks }, (_, block) => grefs[pageOf(config, block)] ?? null),
  ),
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
