/**
 * What the drivers of both rings have: a ring page that the backend is granted, the pages of a pool, and a machine. The
 * driver loads what an action needs, gives the machine the event, and performs the effects that come back. Who decides
 * which action is next (the shell, or a trace) makes no difference to it.
 */
import type { Host, Page } from './host.js';
import { type RingIdx, SharedRing } from './ring.js';
import type { RingContext } from './ring-context.js';

/** Where a machine of either ring is. */
export interface RingSnapshot {
  readonly value: 'broken' | { readonly running: { readonly poller: string } };
  readonly context: RingContext;
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
  protected abstract readonly machine: {
    readonly snapshot: Snapshot;
    can(event: Event): boolean;
    send(event: Event): boolean;
  };
  /** The references that grant a page now. */
  readonly #granted = new Set<number>();

  /**
   * Initialises the ring page and grants it; grants the pool's pages too where they are granted for life.
   * @throws what the host throws, a HostError where it has no grant references for them; then nothing is granted
   */
  constructor(
    readonly host: Host,
    { slotSize, nr_ents, first, pages, isGrantedForLife }: RingLayout,
  ) {
    const ringPage = host.allocatePage();
    this.shared = new SharedRing(ringPage.octets, slotSize, nr_ents);
    this.shared.init(first);
    this.pages = Array.from({ length: pages }, () => host.allocatePage());
    const grant = (page: Page, access: 'read-only' | 'writable'): number => {
      const gref = host.claimGref();
      this.grantAccess(gref, page, access);
      return gref;
    };
    try {
      this.grefsForLife = isGrantedForLife ? this.pages.map((page) => grant(page, 'read-only')) : [];
      this.ringGref = grant(ringPage, 'writable');
    } catch (error) {
      // The backend does not know of those that the host gave.
      this.disconnect();
      throw error;
    }
  }

  /** Where the machine is. */
  get snapshot(): Snapshot {
    return this.machine.snapshot;
  }

  /** Is the poller at work: has it taken an event, and not gone to sleep since? */
  get isPolling(): boolean {
    return this.poller === 'polling';
  }

  /** Has the backend broken the protocol? */
  get isBroken(): boolean {
    return this.snapshot.value === 'broken';
  }

  /** The state of the poller; undefined where the machine is broken and has none. */
  protected get poller(): string | undefined {
    const { value } = this.snapshot;
    return value === 'broken' ? undefined : value.running.poller;
  }

  /** Does the machine take the event where it is? Nothing is performed. */
  can(event: Event): boolean {
    return this.machine.can(event);
  }

  /**
   * Gives the machine an event and performs its effects.
   * @returns whether it took the event; one that it does not take changes nothing
   */
  send(event: Event): boolean {
    return this.machine.send(event);
  }

  /**
   * Takes back every grant that the backend has not mapped. Only for closing the interface.
   * @returns how many it may still have mapped. Those stay granted, and their pages are never reused
   */
  disconnect(): number {
    for (const gref of this.#granted) {
      try {
        this.endAccess(gref);
      } catch {
        // The host does not say whether the page is mapped, and so it counts as mapped.
      }
    }
    return this.#granted.size;
  }

  /** Grants a page. */
  protected grantAccess(gref: number, page: Page, access: 'read-only' | 'writable'): void {
    this.host.grantAccess(gref, page, access);
    this.#granted.add(gref);
  }

  /** Ends a grant. False if the backend has the page mapped: then it stays granted. */
  protected endAccess(gref: number): boolean {
    const isEnded = this.host.endAccess(gref);
    if (isEnded) this.#granted.delete(gref);
    return isEnded;
  }

  /**
   * Ends the grant of a buffer that was answered, if the poller is about to release it. What the host says comes with the
   * event, as a load does, since the machine decides by it. So the host is only asked where the machine takes the event.
   * @returns false if the backend has the page mapped
   */
  protected endAnswered(buffer: number | undefined): boolean {
    const gref = buffer === undefined ? null : (this.snapshot.context.grefs[buffer] ?? null);
    return this.poller === 'releasing' && gref !== null && this.endAccess(gref);
  }
}
