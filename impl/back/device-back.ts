/**
 * The reference backend of a device through its connections, on a store and a system in memory: ConnectionBack in code. It
 * looks, decides and writes each time that the front's state may have changed.
 */

import type { EventChannel } from '../host.js';
import { endState, type EndState, numberOf, XENBUS_STATE } from '../connection/xenbus.js';
import { RX_SLOT, TX_SLOT } from '../netif.js';
import { SharedRing } from '../ring.js';
import type { Store } from '../store.js';
import { Netback, type NetbackOptions } from './netback.js';
import type { BackHost } from './simhost.js';
import type { SimulatedSystem } from './simsystem.js';

/** A backend, as it is made. */
export interface DeviceBackOptions {
  /** Its directory, and the front's, as the backend's domain names them. */
  readonly back: string;
  readonly front: string;
  /** Slots of each ring; those of a page of netif.h are 256. */
  readonly nr_ents?: number;
  /** The keys that it offers beside feature-rx-copy. */
  readonly offer?: Readonly<Record<string, string>>;
  /** What it does with rings. `onFrame` is told of every packet, whatever the queue. */
  readonly netback?: NetbackOptions;
}

interface Mapped {
  readonly host: BackHost;
  readonly grefs: readonly number[];
  readonly netback: Netback;
}

/** A backend of one device. */
export class DeviceBack {
  #phase: 'new' | 'waiting' | 'connected' | 'closing' | 'closed' | 'dead' = 'new';
  #mapped: Mapped[] = [];
  readonly #unwatch: () => void;

  constructor(
    readonly system: SimulatedSystem,
    readonly store: Store,
    readonly options: DeviceBackOptions,
  ) {
    this.#unwatch = store.watch(`${options.front}/state`, () => this.#look());
  }

  /** Is it connected? */
  get isConnected(): boolean {
    return this.#phase === 'connected';
  }

  /** The queues that it has mapped. */
  get queues(): readonly Netback[] {
    return this.#mapped.map(({ netback }) => netback);
  }

  /** Takes and answers what is there. */
  poll(): void {
    for (const { netback } of this.#mapped) netback.poll();
  }

  /** Its domain dies. It does nothing more, and what it has mapped stays mapped until {@link unmap}. */
  die(): void {
    this.#phase = 'dead';
    this.#unwatch();
  }

  /** Xen takes down what it has mapped. */
  unmap(): void {
    for (const { host, grefs } of this.#mapped.splice(0)) for (const gref of grefs) host.unmap(gref);
  }

  #look(): void {
    while (this.#step());
  }

  #step(): boolean {
    const { back, front } = this.options;
    const own = this.store.read(`${back}/state`);
    if (own === undefined || this.#phase === 'dead') {
      this.unmap();
      return false;
    }
    const saw = endState(`${front}/state`, this.store.read(`${front}/state`));
    switch (this.#phase) {
      case 'new':
        return this.#isOnline ? this.#offer(false) : this.#say('closing', 'Closing');
      case 'waiting':
        if (saw === 'Connected') return this.#connect();
        return isEnd(saw) && this.#say('closing', 'Closing');
      case 'connected':
        return (isEnd(saw) || saw === 'Initialising') && this.#say('closing', 'Closing');
      case 'closing':
        return (isEnd(saw) || saw === 'Initialising') && saw !== 'Closing' && this.#say('closed', 'Closed');
      case 'closed':
        return saw === 'Initialising' && this.#isOnline && this.#offer(true);
    }
  }

  get #isOnline(): boolean {
    const path = `${this.options.back}/online`;
    return numberOf(path, this.store.read(path), { absent: 0 }) > 0;
  }

  #say(phase: 'closing' | 'closed', state: EndState): boolean {
    if (phase === 'closing') this.unmap();
    this.#phase = phase;
    this.store.write(`${this.options.back}/state`, String(XENBUS_STATE[state]));
    return true;
  }

  /** One that opens again reads the front's state in the transaction in which it writes. */
  #offer(again: boolean): boolean {
    const { back, front, offer = {} } = this.options;
    const seen = new Map(again ? [[`${front}/state`, String(XENBUS_STATE.Initialising)]] : []);
    const keys = { 'feature-rx-copy': '1', ...offer, state: String(XENBUS_STATE.InitWait) };
    const changes = new Map(Object.entries(keys).map(([key, value]) => [`${back}/${key}`, value]));
    if (!this.store.commit(seen, changes)) return true;
    this.#phase = 'waiting';
    return true;
  }

  /** Maps what the keys name, and says Connected if the device may stay; otherwise Closing. */
  #connect(): boolean {
    const { back, front } = this.options;
    try {
      const count = numberOf('queues', this.store.read(`${front}/multi-queue-num-queues`), { absent: 1 });
      for (let n = 0; n < count; n++) this.#map(count === 1 ? front : `${front}/queue-${n}`);
    } catch {
      return this.#say('closing', 'Closing');
    }
    const seen = new Map([[`${back}/online`, '1']]);
    const changes = new Map([[`${back}/state`, String(XENBUS_STATE.Connected)]]);
    if (!this.store.commit(seen, changes)) return this.#say('closing', 'Closing');
    this.#phase = 'connected';
    this.poll();
    return false;
  }

  #map(at: string): void {
    const number = (key: string): number => numberOf(`${at}/${key}`, this.store.read(`${at}/${key}`), {});
    const [tx, rx] = [number('tx-ring-ref'), number('rx-ring-ref')];
    const bind = (key: string): BackHost => {
      const host = this.system.bind(number(key));
      if (host === undefined) throw new RangeError('there is no such port');
      return host;
    };
    // As netback does, whatever was offered: one channel for both rings only where the keys of two are not all there.
    const isSplit = ['tx', 'rx'].every(
      (ring) => this.store.read(`${at}/event-channel-${ring}`) !== undefined,
    );
    const host = bind(isSplit ? 'event-channel-tx' : 'event-channel');
    const rxChannel = isSplit ? bind('event-channel-rx') : host;
    const grefs: number[] = [];
    const page = (gref: number): Uint8Array => {
      const octets = host.map(gref);
      if (octets === undefined) throw new RangeError(`reference ${gref} grants nothing`);
      grefs.push(gref);
      return octets;
    };
    try {
      const { nr_ents = 256, netback: options } = this.options;
      const rings = {
        tx: new SharedRing(page(tx), TX_SLOT, nr_ents),
        rx: new SharedRing(page(rx), RX_SLOT, nr_ents),
      };
      const netback = new Netback(host, rings, options, rxChannel);
      this.#mapped.push({ host, grefs, netback });
      const listen = (channel: EventChannel, poll: () => void): void =>
        channel.onEvent(() => {
          if (this.isConnected) poll();
        });
      if (isSplit) {
        listen(host, () => netback.pollAt('tx'));
        listen(rxChannel, () => netback.pollAt('rx'));
      } else listen(host, () => netback.poll());
    } catch (error) {
      for (const gref of grefs) host.unmap(gref);
      throw error;
    }
  }
}

const isEnd = (saw: EndState): boolean => saw === 'Closing' || saw === 'Closed' || saw === 'Unknown';
