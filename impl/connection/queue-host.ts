/** The host of one queue: it knows all that the queue has of the system, so that all of it can be given back. */
import { type Host, HostError, type Page } from '../host.js';
import type { EventPort, System } from './system.js';

/** Pages, grants and the event channel of one queue. */
export class QueueHost implements Host {
  readonly port: number;
  readonly #pages = new Set<Page>();
  readonly #granted = new Map<number, Page>();
  #channel: EventPort | undefined;
  #isForgotten = false;

  constructor(
    readonly system: System,
    backend_id: number,
  ) {
    this.#channel = system.openPort(backend_id);
    this.port = this.#channel.port;
  }

  allocatePage(): Page {
    const page = this.system.allocatePage();
    this.#pages.add(page);
    return page;
  }

  claimGref(): number {
    if (this.#isForgotten) throw new HostError('the domain of these rings is no more');
    return this.system.claimGref();
  }

  grantAccess(gref: number, page: Page, access: 'read-only' | 'writable'): void {
    if (this.#isForgotten) return;
    this.system.grantAccess(gref, page, access);
    this.#granted.set(gref, page);
  }

  endAccess(gref: number): boolean {
    if (this.#isForgotten) return true;
    const isEnded = this.system.endAccess(gref);
    if (isEnded) this.#granted.delete(gref);
    return isEnded;
  }

  notify(): void {
    if (!this.#isForgotten) this.#channel?.notify();
  }

  get pending(): boolean {
    return this.#channel?.pending ?? false;
  }

  clearPending(): void {
    this.#channel?.clearPending();
  }

  onEvent(listener: () => void): void {
    this.#channel?.onEvent(listener);
  }

  /** Pages that a backend still has mapped. */
  get kept(): number {
    return this.#granted.size;
  }

  /**
   * Gives back all that is left: closes the port, ends grants, frees pages. What the system refuses stays for the next call.
   * @returns whether something is left
   */
  release(): boolean {
    this.#try(() => {
      this.#channel?.close();
      this.#channel = undefined;
    });
    for (const gref of this.#granted.keys()) this.#try(() => this.endAccess(gref));
    const granted = new Set(this.#granted.values());
    for (const page of this.#pages) {
      if (granted.has(page)) continue;
      this.#try(() => {
        this.system.freePage(page);
        this.#pages.delete(page);
      });
    }
    return this.#channel !== undefined || this.#pages.size > 0;
  }

  /** The domain is another now: its grant table and its ports are new, and only the pages are still there to give back. */
  forget(): void {
    this.#isForgotten = true;
    this.#granted.clear();
    this.#channel = undefined;
  }

  #try(work: () => void): void {
    try {
      work();
    } catch {
      // It is not done, and counts as left.
    }
  }
}
