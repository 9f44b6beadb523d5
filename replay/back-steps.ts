/**
 * A backend that does its steps itself, where otherwise the octets that the trace has are copied to memory: then they are
 * compared instead, with the events it sends and the pages it has mapped.
 */
import type { PageMemory } from '../impl/page-memory.js';
import type { SharedRing } from '../impl/ring.js';
import type { Args } from '../graph/args.js';
import type { JudgeHost } from './judge-host.js';

/** The steps that a backend has on either ring. `Back` and the name is the action; `k` counts from 0 here. */
export interface ReplayedBack {
  /** Where all pages of the host have to come from. */
  readonly memory: PageMemory;
  /** A path begins on this ring. */
  attach(ring: SharedRing, host: JudgeHost): void;
  takeRequest(): void;
  pushResponses(): void;
  checkNotify(): void;
  arm(): void;
  wake(): void;
  /** What the coarse backend does with a request that it takes: its event, and arming with the last one. */
  finalCheck(): void;
  /** What the coarse backend does with a response that it writes: publishes, and checks. */
  pushAndCheck(): void;
  /** Dishonest: one response more is published than there are. */
  overrun(): void;
  /** Dishonest where a step of its own: the page of this reference is unmapped. */
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
  /** Dishonest: the k-th is answered in the place of the j-th. */
  repeatResponse(k: number, j: number): void;
}

/** A backend of the receive ring. */
export interface ReplayedRxBack extends ReplayedBack {
  writeFrame(k: number, octets: Uint8Array, offset: number): void;
  /** @param unmaps its page is unmapped too */
  respond(k: number, answer: RxAnswer, unmaps: boolean): void;
  /** An extra takes the place of the response to the k-th request taken. */
  respondExtra(k: number, extra: RxExtraAnswer, unmaps: boolean): void;
}

/** The flags that a response on the receive ring may have, by the names of netif.h. */
export const rxFlagNames = ['data_validated', 'csum_blank', 'more_data', 'extra_info', 'gso_prefix'] as const;

/** What a response says: octets of a frame or an error, and where in the page the frame begins. */
export interface Answer {
  readonly status: number;
  readonly offset: number;
}

/** What a response on the receive ring says, without the id. */
export interface RxAnswer extends Answer {
  /** The names of the flags that are set. */
  readonly flags: readonly (typeof rxFlagNames)[number][];
}

/** What an extra says. */
export interface RxExtraAnswer {
  readonly type: number;
  readonly isMoreToCome: boolean;
  readonly u: Uint8Array;
}

/** The names of flags, by how `expected-rx.ts` lays them out. */
export const rxFlagsOf = (flags: number): RxAnswer['flags'] =>
  rxFlagNames.filter((_, bit) => (flags & (1 << bit)) !== 0);

/** The actions that a backend has on both rings. */
export const COMMON_BACK_ACTIONS = [
  ...(['BackTakeRequest', 'BackPushResponses', 'BackCheckNotify', 'BackArm', 'BackWake'] as const),
  ...(['BackOverrun', 'BackUnmap'] as const),
] as const;

/** Does a step that a backend has on both rings. False if it is another. */
export const commonBackStep = (
  back: ReplayedBack,
  action: string,
  { gref }: Args,
  { isCoarse, firstGref }: { readonly isCoarse: boolean; readonly firstGref: number },
): boolean => {
  switch (action) {
    case 'BackTakeRequest':
      back.takeRequest();
      if (isCoarse) back.finalCheck();
      return true;
    case 'BackPushResponses':
      back.pushResponses();
      return true;
    case 'BackCheckNotify':
      back.checkNotify();
      return true;
    case 'BackArm':
      back.arm();
      return true;
    case 'BackWake':
      back.wake();
      return true;
    case 'BackOverrun':
      back.overrun();
      return true;
    case 'BackUnmap':
      back.unmap(firstGref + (gref as number));
      return true;
    default:
      return false;
  }
};
