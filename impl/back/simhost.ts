/**
 * A host in memory: pages, a grant table and an event channel, with the backend's side of each. Only the delivery of events is
 * asynchronous.
 */
import { type EventChannel, type Host, HostError, type Page } from '../host.js';
import type { PageMemory } from '../page-memory.js';
import { PAGE_SIZE } from '../ring.js';
import { SimulatedChannel } from './simchannel.js';

/** The backend's side of a host: grants seen from the domain they were made for. */
export interface BackHost extends EventChannel {
  /** Maps the page of a reference, or undefined where it is not granted. Ends with {@link unmap}. */
  map(gref: number): Uint8Array | undefined;
  /** Lets go of a page that {@link map} gave. */
  unmap(gref: number): void;
}

interface Entry {
  readonly page: Page;
  maps: number;
}

/** A simulated host, both sides of it. */
export class SimulatedHost implements Host {
  readonly #table = new Map<number, Entry>();
  readonly #free: number[];
  readonly #channel = new SimulatedChannel();

  /**
   * @param grefs how many grant references there are; they are 0..grefs-1, the lowest is claimed first
   * @param memory where pages are taken from; each has memory of its own if absent
   */
  constructor(
    grefs = 2048,
    readonly memory?: PageMemory,
  ) {
    this.#free = Array.from({ length: grefs }, (_, i) => grefs - 1 - i);
  }

  allocatePage(): Page {
    return this.memory?.allocate() ?? { octets: new Uint8Array(PAGE_SIZE) };
  }

  claimGref(): number {
    const gref = this.#free.pop();
    if (gref === undefined)
      throw new HostError('the grant table is full: end access to a page, or make it larger');
    return gref;
  }

  grantAccess(gref: number, page: Page): void {
    if (this.#table.has(gref)) throw new HostError(`grant reference ${gref} is in use`);
    this.#table.set(gref, { page, maps: 0 });
  }

  endAccess(gref: number): boolean {
    const entry = this.#table.get(gref);
    if (entry === undefined) throw new HostError(`grant reference ${gref} grants nothing`);
    if (entry.maps > 0) return false;
    this.#table.delete(gref);
    this.#free.push(gref);
    return true;
  }

  notify(): void {
    this.#channel.front.notify();
  }

  get pending(): boolean {
    return this.#channel.front.pending;
  }

  clearPending(): void {
    this.#channel.front.clearPending();
  }

  onEvent(listener: () => void): void {
    this.#channel.front.onEvent(listener);
  }

  /** How many references grant a page now. */
  get granted(): number {
    return this.#table.size;
  }

  /** The page that a reference grants now, if any. */
  grantedPage(gref: number): Page | undefined {
    return this.#table.get(gref)?.page;
  }

  /** The backend's side. */
  readonly back: BackHost = this.backOn(this.#channel.back);

  /** The backend's side with this end of another event channel. */
  backOn(channel: EventChannel): BackHost {
    const table = this.#table;
    return {
      map(gref) {
        const entry = table.get(gref);
        if (entry) entry.maps++;
        return entry?.page.octets;
      },
      unmap(gref) {
        const entry = table.get(gref);
        if (entry && entry.maps > 0) entry.maps--;
      },
      notify: () => channel.notify(),
      get pending() {
        return channel.pending;
      },
      clearPending: () => channel.clearPending(),
      onEvent: (listener) => channel.onEvent(listener),
    };
  }
}
