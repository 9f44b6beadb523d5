/** What the scheduler's run on a graph has to know of a module: sizes, what is sent, and a backend for its steps. */
import type { Args } from '../graph/args.js';
import type { Connected } from '../impl/netfront.js';
import type { Offload } from '../impl/offload.js';
import type { NetfrontOptions, RxOptions, TxOptions } from '../impl/options.js';
import type { PageMemory } from '../impl/page-memory.js';
import { FIRST_GREF } from './expected-ring.js';
import type { RingName } from './netif.js';
import type { Difference } from './replay.js';
import type { Grefs, ScheduledHost } from './scheduled-host.js';

/** References of the receive pool are numbered from here, so that no reference is ever both rings'. */
export const FIRST_RX_GREF = FIRST_GREF + 100;

/** The two ring pages. */
export const RINGS_FOR_LIFE = 2;

/** A transmit ring that is not in the graph, and on which nothing happens. */
export const IDLE_TX: TxOptions = { nr_ents: 1, blocks: 1 };
/** The same of a receive ring. */
export const IDLE_RX: RxOptions = { nr_ents: 1, pages: 1 };

/** A packet that the application sends. */
export interface SentPacket {
  /** One frame, or the fragments of one. */
  readonly octets: readonly Uint8Array[];
  readonly offload: Offload;
}

/** What happens to the application, as the backend of a schedule is told. */
export interface Traffic {
  /** The packets of {@link Scheduled.packets} in the order in which they were sent. */
  readonly sent: readonly SentPacket[];
  /** By packet, from 0: OKAY if all answers to it were OKAY, else another one of them. */
  readonly answers: string[];
  /** What the application is to be given next, oldest first. */
  readonly due: Uint8Array[];
}

/** A step of the backend in the graph, and the rows between which it leads. */
export interface BackMove {
  readonly action: string;
  readonly args: Args;
  readonly from: number;
  readonly to: number;
}

/** The backend of one run. */
export interface ScheduledBack {
  /**
   * Does a step of the graph to memory.
   * @returns what is wrong with what it found there, in a sentence
   */
  step(move: BackMove, traffic: Traffic): string | null;
}

/** What the scheduler has to know of a module: how its graph is that of an interface. */
export interface Scheduled {
  /** The sizes of the model. */
  readonly options: NetfrontOptions;
  /** Where the pages of the host have to come from. */
  readonly memory: PageMemory;
  /** What the application sends, in this order. */
  readonly packets: readonly SentPacket[];
  /** The rings that are in the graph. */
  readonly rings: readonly RingName[];
  readonly grefs: Grefs;
  /** Does the application return what it was lent in steps of its own? */
  readonly lends: boolean;
  /** Is the application busy with one of the frames, and takes none meanwhile? It makes six times as many schedules. */
  readonly isBusy: boolean;
  /** Does the application take frames by an iterator, and not by a listener? */
  readonly iterates: boolean;
  /** Is each packet of the receive ring one slot? */
  readonly isOfSlots: boolean;
  readonly backActions: ReadonlySet<string>;
  /** Which step of the backend begins a frame for the guest, and how many it begins: without an end nobody would rest. */
  readonly frames: { readonly action: string; readonly most: number };
  /** The name that taking an event has in the graph. */
  readonly takeEvent: string;
  /** The arguments that an action has in the graph, from what the scheduler gives the driver. */
  argsOf(action: string, args: object, connected: Connected): Args;
  /** How the frontend's state differs from a row; null if it is the same. */
  difference(connected: Connected, host: ScheduledHost, row: number): Difference | null;
  /** A backend for an interface that has just been connected. */
  newBack(connected: Connected, host: ScheduledHost): ScheduledBack;
}
