/** The host of one queue: it knows all that the queue has of the system, so that all of it can be given back. */
import { type EventChannel, type Host, HostError, type Page } from '../host.js';
import { QueueChannel } from './queue-channel.js';
import type { QueueKeys } from './ring-keys.js';
import type { System } from './system.js';

/** Pages, grants and event channels of one queue. */
export class QueueHost implements Host {
  /** The channel of both rings; or, where there is one for each, of the transmit ring. */
  readonly #channel: QueueChannel;
  /** The receive ring's own channel. */
  readonly #rxChannel: QueueChannel | undefined;
  readonly #pages = new Set<Page>();
  readonly #granted = new Map<number, Page>();
  #isForgotten = false;

  /**
   * Opens a port, or with `isSplit` one for each ring.
   * @throws what the system throws; then none is open
   */
  constructor(
    readonly system: System,
    readonly backend_id: number,
    isSplit: boolean,
  ) {
    this.#channel = new QueueChannel(system.openPort(backend_id));
    try {
      this.#rxChannel = isSplit ? new QueueChannel(system.openPort(backend_id)) : undefined;
    } catch (error) {
      this.release();
      throw error;
    }
  }

  /** The ports, for the ring keys. */
  get ports(): QueueKeys['ports'] {
    const { port } = this.#channel;
    return this.#rxChannel === undefined ? { both: port } : { tx: port, rx: this.#rxChannel.port };
  }

  /** The receive ring's own channel, where it has one. */
  get rxChannel(): EventChannel | undefined {
    return this.#rxChannel;
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
    this.system.grantAccess(gref, page, access, this.backend_id);
    this.#granted.set(gref, page);
  }

  endAccess(gref: number): boolean {
    if (this.#isForgotten) return true;
    const isEnded = this.system.endAccess(gref);
    if (isEnded) this.#granted.delete(gref);
    return isEnded;
  }

  notify(): void {
    this.#channel.notify();
  }

  get pending(): boolean {
    return this.#channel.pending;
  }

  clearPending(): void {
    this.#channel.clearPending();
  }

  onEvent(listener: () => void): void {
    this.#channel.onEvent(listener);
  }

  /** Pages that a backend still has mapped. */
  get kept(): number {
    return this.#granted.size;
  }

  /**
   * Gives back all that is left: closes the ports, ends grants, frees pages. What the system refuses stays for the next call.
   * @returns whether something is left
   */
  release(): boolean {
    const channels = [this.#channel, ...(this.#rxChannel === undefined ? [] : [this.#rxChannel])];
    for (const channel of channels) this.#try(() => channel.close());
    for (const gref of this.#granted.keys()) this.#try(() => this.endAccess(gref));
    const granted = new Set(this.#granted.values());
    for (const page of this.#pages) {
      if (granted.has(page)) continue;
      this.#try(() => {
        this.system.freePage(page);
        this.#pages.delete(page);
      });
    }
    return channels.some(({ isOpen }) => isOpen) || this.#pages.size > 0;
  }

  /** The domain is another now: its grant table and its ports are new, and only the pages are still there to give back. */
  forget(): void {
    this.#isForgotten = true;
    this.#granted.clear();
    this.#channel.forget();
    this.#rxChannel?.forget();
  }

  #try(work: () => void): void {
    try {
      work();
    } catch {
      // It is not done, and counts as left.
    }
  }
}
