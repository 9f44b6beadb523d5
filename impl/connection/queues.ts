/** The rings of a device's connection: a netfront for each queue. */
import { connect, type Netfront } from '../netfront.js';
import type { NetfrontOptions } from '../options.js';
import { QueueHost } from './queue-host.js';
import type { QueueKeys } from './ring-keys.js';
import type { Rings } from './rings.js';
import type { System } from './system.js';

interface Queue {
  readonly netfront: Netfront;
  readonly host: QueueHost;
  readonly keys: QueueKeys;
}

const makeQueue = (system: System, { backend_id, isSplit, options }: Omit<QueuesWanted, 'count'>): Queue => {
  const host = new QueueHost(system, backend_id, isSplit);
  try {
    const { netfront, tx, rx } = connect(host, options, host.rxChannel);
    return { netfront, host, keys: { tx: tx.ringGref, rx: rx.ringGref, ports: host.ports } };
  } catch (error) {
    host.release();
    throw error;
  }
};

/** The queues that a connection is to have. */
export interface QueuesWanted {
  /** The domain of the backend. */
  readonly backend_id: number;
  /** How many there are. */
  readonly count: number;
  /** Has each ring an event channel of its own? */
  readonly isSplit: boolean;
  /** The rings of each queue. */
  readonly options: NetfrontOptions;
}

/** All queues of one connection. */
export class Queues implements Rings {
  readonly #all: Queue[] = [];
  #isReleased = false;

  /**
   * Makes them. Where one cannot be made, none is left.
   * @throws what the system throws
   */
  constructor(system: System, { count, ...wanted }: QueuesWanted) {
    try {
      for (let n = 0; n < count; n++) this.#all.push(makeQueue(system, wanted));
    } catch (error) {
      this.release();
      throw error;
    }
  }

  get queues(): readonly QueueKeys[] {
    return this.#all.map(({ keys }) => keys);
  }

  /** How many there are. */
  get count(): number {
    return this.#all.length;
  }

  /** The netfront of a queue. */
  netfront(queue: number): Netfront {
    return this.#all[queue]!.netfront;
  }

  /** Pages that a backend still has mapped. */
  get kept(): number {
    return this.#all.reduce((sum, { host }) => sum + host.kept, 0);
  }

  /** Were they released? */
  get isReleased(): boolean {
    return this.#isReleased;
  }

  release(): boolean {
    this.#isReleased = true;
    for (const { netfront } of this.#all) void netfront.close({ drop: true });
    return this.#all.map(({ host }) => host.release()).includes(true);
  }

  forget(): void {
    for (const { host } of this.#all) host.forget();
  }
}
