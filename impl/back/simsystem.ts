/** A system in memory, with a table of grants and ports for a backend, and a clock that is told the time. */
import { HostError, type Page } from '../host.js';
import type { EventPort, System } from '../connection/system.js';
import { SimulatedChannel } from './simchannel.js';
import { type BackHost, SimulatedHost } from './simhost.js';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** A simulated system. */
export class SimulatedSystem implements System {
  #grants: SimulatedHost;
  readonly #pages = new Set<Page>();
  readonly #channels = new Map<number, SimulatedChannel>();
  readonly #timers = new Set<Timer>();
  #now = 0;
  #port = 0;

  /** @param grefs how many grant references there are */
  constructor(readonly grefs = 4096) {
    this.#grants = new SimulatedHost(grefs);
  }

  allocatePage(): Page {
    const page = this.#grants.allocatePage();
    this.#pages.add(page);
    return page;
  }

  freePage(page: Page): void {
    if (!this.#pages.delete(page)) throw new HostError('a page is freed that nobody has');
  }

  claimGref(): number {
    return this.#grants.claimGref();
  }

  grantAccess(gref: number, page: Page): void {
    this.#grants.grantAccess(gref, page);
  }

  endAccess(gref: number): boolean {
    return this.#grants.endAccess(gref);
  }

  openPort(): EventPort {
    const port = (this.#port += 1);
    const channel = new SimulatedChannel();
    const { front } = channel;
    this.#channels.set(port, channel);
    return {
      port,
      notify: () => front.notify(),
      get pending() {
        return front.pending;
      },
      clearPending: () => front.clearPending(),
      onEvent: (listener) => front.onEvent(listener),
      close: () => {
        if (!this.#channels.delete(port)) throw new HostError(`port ${port} is not open`);
        channel.close();
      },
    };
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.#now + milliseconds, callback };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** So many milliseconds pass. What is due by then is called, in the order of its time. */
  pass(milliseconds: number): void {
    const until = this.#now + milliseconds;
    for (;;) {
      const [next] = [...this.#timers].filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#now = next.at;
      next.callback();
    }
    this.#now = until;
  }

  /** The guest goes on in a new domain: its grant table and its ports are new. Its pages go with it. */
  migrate(): void {
    this.#grants = new SimulatedHost(this.grefs);
    this.#channels.clear();
  }

  /** What the guest has of the system now. */
  get inUse(): { readonly grants: number; readonly pages: number; readonly ports: number } {
    return { grants: this.#grants.granted, pages: this.#pages.size, ports: this.#channels.size };
  }

  /** The host of a backend that has bound this port; undefined if the port is not open. */
  bind(port: number): BackHost | undefined {
    const channel = this.#channels.get(port);
    return channel && this.#grants.backOn(channel.back);
  }
}
