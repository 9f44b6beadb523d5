/**
 * A backend that does its steps itself. Without one, the octets that the trace has are copied to memory. With one, they are
 * compared, and so are the events that it sends and the pages that it has mapped.
 */
import type { PageMemory } from '../impl/page-memory.js';
import type { SharedRing } from '../impl/ring.js';
import type { JudgeHost } from './judge-host.js';

/** A step without arguments that a backend has on either ring. */
export type BackStep =
  | 'take_request'
  | 'push_responses'
  | 'check_notify'
  | 'arm'
  | 'wake'
  /** A fault: publishes one response more than there are. */
  | 'overrun'
  /** What the coarse backend does with a request that it takes: clears its event, and arms with the last one. */
  | 'final_check'
  /** What the coarse backend does with a response that it writes: publishes it, and notifies if that is due. */
  | 'push_and_check';

/** The steps that a backend has on either ring. The `k` of a step counts from 0 here. */
export interface ReplayedBack {
  /** Where all pages of the host have to be allocated. */
  readonly memory: PageMemory;
  /** Begins a path on this ring. */
  attach(ring: SharedRing, host: JudgeHost): void;
  do(step: BackStep): void;
  /** A fault where it is a step of its own: unmaps the page of this reference. */
  unmap(gref: number): void;
}

/** A backend of the transmit ring. */
export interface ReplayedTxBack extends ReplayedBack {
  /** @returns the octets that the k-th request taken promises, good until the next step */
  readBlock(k: number): Uint8Array;
  /** @param status the name of the status @param unmaps its page is unmapped too */
  respond(k: number, status: string, unmaps: boolean): void;
  /** Takes all slots of the next packet. @returns what it promises, the octets good until the next step */
  takePacket(): { readonly octets: Uint8Array; readonly extras: number };
  /** Answers an extra, under whatever id is there. */
  respondNull(): void;
  /** A fault: answers the k-th in the place of the j-th. */
  repeatResponse(k: number, j: number): void;
}

/** A backend of the receive ring. */
export interface ReplayedRxBack extends ReplayedBack {
  writeFrame(k: number, octets: Uint8Array, offset: number): void;
  /** @param unmaps its page is unmapped too */
  respond(k: number, answer: RxAnswer, unmaps: boolean): void;
  /** Writes an extra in the place of the response to the k-th request taken. */
  respondExtra(k: number, extra: RxExtra, unmaps: boolean): void;
}

/** A response on the receive ring without its id, as netif.h has it. */
export interface RxAnswer {
  /** Octets of the frame, or an error. */
  readonly status: number;
  /** Where in the page the frame begins. */
  readonly offset: number;
  /** Or of NETRXF. */
  readonly flags: number;
}

/** An extra, as netif.h has it. */
export interface RxExtra {
  readonly type: number;
  readonly flags: number;
  /** The six octets of the union. */
  readonly u: Uint8Array;
}

/** The backend's actions on both rings, and Xen's. */
export const COMMON_BACK_ACTIONS = [
  ...(['BackTakeRequest', 'BackPushResponses', 'BackCheckNotify', 'BackArm', 'BackWake'] as const),
  ...(['BackOverrun', 'BackUnmap'] as const),
] as const;

/** One of them. */
export type CommonBackAction = (typeof COMMON_BACK_ACTIONS)[number];
