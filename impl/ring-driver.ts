/**
 * What the drivers of both rings have: a ring page that the backend is granted, the pages of a pool, and a machine. The
 * driver loads what an action needs, gives the machine the event, and performs the effects that come back. Who decides
 * which action is next (the shell, or a trace) makes no difference to it.
 */
import { endAll, type Host, type Page } from './host.js';
import { type FrontRing, type RingIdx, SharedRing } from './ring.js';

/** Where a machine of either ring is. */
export interface RingSnapshot {
  readonly value: 'broken' | { readonly running: { readonly poller: string } };
  readonly context: { readonly ring: FrontRing; readonly grefs: readonly (number | null)[] };
}

/** How the shared page and the pool are laid out. */
export interface RingLayout {
  /** Octets of a slot. */
  readonly slotSize: number;
  readonly nr_ents: number;
  readonly first: RingIdx;
  /** Pages in the pool. */
  readonly pages: number;
  /** Are the pages granted once, for reading, or each when it is used? */
  readonly isGrantedForLife: boolean;
}

/** A machine on a host's memory. It owns its ring page and its pages. */
export abstract class RingDriver<Snapshot extends RingSnapshot, Event> {
  /** The shared page of the ring. */
  readonly shared: SharedRing;
  /** The pages of the pool, by number. */
  readonly pages: readonly Page[];
  /** The grant reference of the ring page. */
  readonly ringGref: number;
  /** The references of the pages that are granted for life, by page. */
  protected readonly grefsForLife: readonly number[];
  protected abstract readonly machine: { readonly snapshot: Snapshot; send(event: Event): boolean };

  /**
   * Initialises the ring page and grants it; grants the pool's pages too where they are granted for life.
   * @throws HostError where the host has no grant references for them; then nothing is granted
   */
  constructor(
    readonly host: Host,
    { slotSize, nr_ents, first, pages, isGrantedForLife }: RingLayout,
  ) {
    const ringPage = host.allocatePage();
    this.shared = new SharedRing(ringPage.octets, slotSize, nr_ents);
    this.shared.init(first);
    this.pages = Array.from({ length: pages }, () => host.allocatePage());
    const grefs: number[] = [];
    try {
      if (isGrantedForLife) for (const page of this.pages) grefs.push(grant(host, page, 'read-only'));
      this.ringGref = grant(host, ringPage, 'writable');
    } catch (error) {
      // The host has no more. What it gave is given back, and nobody has seen it.
      endAll(host, grefs);
      throw error;
    }
    this.grefsForLife = grefs;
  }

  /** Where the machine is. */
  get snapshot(): Snapshot {
    return this.machine.snapshot;
  }

  /** Is the poller at work: has it taken an event, and not gone to sleep since? */
  get isPolling(): boolean {
    return this.poller === 'polling';
  }

  /** Has the backend done what no backend may? */
  get isBroken(): boolean {
    return this.snapshot.value === 'broken';
  }

  /** The state of the poller; undefined where the machine is broken and has none. */
  protected get poller(): string | undefined {
    const { value } = this.snapshot;
    return value === 'broken' ? undefined : value.running.poller;
  }

  /**
   * Gives the machine an event and performs its effects.
   * @returns whether it took the event; one that it does not take changes nothing
   */
  send(event: Event): boolean {
    return this.machine.send(event);
  }

  /**
   * Takes back every grant that the backend has not mapped: when the interface is closed, and not before.
   * @returns how many it has mapped; those stay granted, and their pages are never used again
   */
  disconnect(): number {
    const { grefs } = this.snapshot.context;
    // Two blocks of a page have one reference.
    return endAll(this.host, new Set([this.ringGref, ...grefs.filter((gref) => gref !== null)]));
  }

  /** Does the backend have the page of this buffer mapped? Not where there is no buffer, or it is not granted. */
  protected isMapped(buffer: number | undefined): boolean {
    const gref = buffer === undefined ? null : (this.snapshot.context.grefs[buffer] ?? null);
    return gref !== null && this.host.isMapped(gref);
  }
}

const grant = (host: Host, page: Page, access: 'read-only' | 'writable'): number => {
  const gref = host.claimGref();
  host.grantAccess(gref, page, access);
  return gref;
};
