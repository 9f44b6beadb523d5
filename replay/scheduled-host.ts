/**
 * The host under an interface whose scheduler is explored: before each call something else may happen, and references
 * have the numbers that they have in the graph.
 */
import type { Page } from '../impl/host.js';
import type { PageMemory } from '../impl/page-memory.js';
import { JudgeHost } from './judge-host.js';

/** How the references of an interface are numbered. */
export interface Grefs {
  /** The first of those that are claimed while the interface connects, and kept as long as it is open. */
  readonly life: number;
  /** How many these are. */
  readonly forLife: number;
  /** The first of the others; the lowest that is free is claimed. */
  readonly each: number;
}

/** A host on which the backend may have its turn before each call. */
export class ScheduledHost extends JudgeHost {
  /** The receive page that is granted next: its reference has its number, as in the graph of packets. */
  nextPage: (() => number | undefined) | undefined;
  /** Told before a grant is ended. */
  onEndAccess: (() => void) | undefined;
  /** How often an event was taken. */
  cleared = 0;
  #listener: (() => void) | undefined;
  #claimed = 0;

  /** @param point called before each call that shares something with the backend, with what is about to happen */
  constructor(
    readonly grefs: Grefs,
    readonly point: (where: string, gref?: number) => void,
    memory?: PageMemory,
  ) {
    super(grefs.life, memory);
  }

  override claimGref(): number {
    if (this.#claimed++ < this.grefs.forLife) return super.claimGref();
    const page = this.nextPage?.();
    if (page !== undefined) return this.grefs.each + page;
    let gref = this.grefs.each;
    while (this.table[gref] !== undefined) gref++;
    return gref;
  }

  override grantAccess(gref: number, page: Page, access: 'read-only' | 'writable'): void {
    this.point('grantAccess');
    if ((this.maps[gref] ?? 0) > 0) this.misuse ??= `grantAccess(${gref}), whose last page is still mapped`;
    super.grantAccess(gref, page, access);
  }

  override endAccess(gref: number): boolean {
    this.onEndAccess?.();
    this.point('endAccess', gref);
    return super.endAccess(gref);
  }

  override clearPending(): void {
    this.cleared++;
    this.point('clearPending');
    super.clearPending();
  }

  override onEvent(listener?: () => void): void {
    this.#listener = listener;
  }

  /** Xen calls the listener. */
  deliver(): void {
    this.#listener?.();
  }
}
