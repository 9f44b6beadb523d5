/** What the guest of a device holds, as Xen knows it: grants, ports, and pages that a backend has mapped. */
import type { RingName } from '../../replay/netif.js';
import { Grants } from '../grants.js';
import { KeptPages } from '../kept-pages.js';
import type { Port } from '../port.js';
import type { DeviceEffects } from '../protocol.js';
import { Violation } from '../violation.js';
import type { DeviceStore } from './device.js';
import type { Nameable } from './keys.js';
import type { QueueAt, QueueGuest } from './queue.js';

/** Octets of a page that are watched. */
const PAGE_HEAD = 64;
/** Of a request, what {@link KeptPages} does not look at. */
const KEPT = { n: 0, index: 0, id: 0, offset: 0, taken: true } as const;

/** The grants and ports of one guest. */
export class Guest implements QueueGuest {
  readonly grants = new Grants();
  readonly kept: KeptPages;
  /** The rings at which the front looks by a timer. */
  readonly polled = new Set<RingName>();
  /** When its turn began it held nothing of a connection. */
  holdsNothing = true;
  /** The domain to which each reference grants, and that which may bind each open port. */
  readonly #domidOf = new Map<number, number>();
  readonly #ports = new Map<number, number>();
  /** How often each reference was granted. */
  readonly #grantOf = new Map<number, number>();
  /** Pages of rings that a dead backend still has mapped. */
  readonly #left = new Set<number>();
  /** References of a kernel that is no more: they go when they are unmapped, and no front knows of them. */
  readonly #orphans = new Set<number>();
  /** The ports that were open when the turn began. */
  #before: ReadonlySet<number> = new Set();

  constructor(
    port: Port,
    readonly store: DeviceStore,
  ) {
    this.kept = new KeptPages(port, this.grants);
  }

  /** What the front got in its turn. */
  takeBegins({ granted = [], opened = [] }: DeviceEffects): void {
    this.#before = new Set(this.#ports.keys());
    this.holdsNothing =
      this.#before.size === 0 && [...this.grants.live].every((gref) => this.#orphans.has(gref));
    for (const { gref, domid } of granted) {
      this.#domidOf.set(gref, domid);
      this.#grantOf.set(gref, this.grantOf(gref) + 1);
      this.#orphans.delete(gref);
    }
    for (const { port, domid } of opened) this.#ports.set(port, domid);
  }

  /** P74. @throws Violation if an event was sent on a port that is closed */
  checkEvents({ ports = [] }: DeviceEffects): void {
    const closed = ports.find((port) => !this.#ports.has(port));
    if (closed === undefined) return;
    throw new Violation(
      'FrameOnlyOnLiveRing',
      'events on ports that are open',
      `one was sent on port ${closed}, which is closed`,
    );
  }

  /** P78, and P73. What it gave back. @throws Violation if it had not got that, or a backend has it mapped */
  takeEnds(effects: DeviceEffects): void {
    const { granted = [], ended = [], opened = [], closed = [] } = effects;
    ended.forEach((gref, i) => {
      const isLive = this.grants.access(gref) !== undefined || granted.some((each) => each.gref === gref);
      if (!isLive || ended.indexOf(gref) < i)
        throw twice('a grant to be ended once', `reference ${gref} was ended, and grants nothing`);
    });
    this.grants.take(effects);
    for (const port of closed) {
      if (!this.#ports.has(port))
        throw twice('a port to be closed once', `port ${port} was closed, and is not open`);
      // One that was open before, and is in both lists, was closed and opened again.
      if (!this.#before.has(port) || !opened.some((each) => each.port === port)) this.#ports.delete(port);
    }
  }

  /** What of it the present backend can use. */
  get nameable(): Nameable {
    return {
      isGranted: (gref) => this.mayReach(gref, 'writable'),
      isOpen: (port) => this.#ports.get(port) === this.store.domid,
    };
  }

  mayReach(gref: number, access: 'read-only' | 'writable'): boolean {
    const granted = this.grants.access(gref);
    return (
      granted !== undefined &&
      (access === 'read-only' || granted === 'writable') &&
      this.#domidOf.get(gref) === this.store.domid
    );
  }

  grantOf(gref: number): number {
    return this.#grantOf.get(gref) ?? 0;
  }

  isPolled(ring: RingName): boolean {
    return this.polled.has(ring);
  }

  /** Is the port open? */
  isOpen(port: number): boolean {
    return this.#ports.has(port);
  }

  /** A backend has died, and these pages stay mapped. */
  leave(queues: readonly QueueAt[]): void {
    for (const { tx, rx } of queues) for (const gref of [tx, rx]) this.#left.add(gref);
  }

  /** P73. A connection has these rings. Pages of earlier ones that are still mapped are watched from now on. */
  async keepMapped(named: readonly QueueAt[]): Promise<void> {
    const inUse = new Set(named.flatMap(({ tx, rx }) => [tx, rx]));
    for (const gref of this.#left) {
      if (inUse.has(gref)) continue;
      this.#left.delete(gref);
      if (this.grants.mapped(gref) > 0) await this.kept.keep({ ...KEPT, gref, length: PAGE_HEAD });
    }
  }

  /** Grants, ports and mappings of before are gone; or, of a kernel that began anew, all but what is mapped. */
  forget(keepsMapped: boolean): void {
    this.grants.forget(keepsMapped);
    for (const gref of this.grants.live) this.#orphans.add(gref);
    this.#ports.clear();
    if (!keepsMapped) this.#left.clear();
  }

  /** P79. @throws Violation if something is left of a device that is gone */
  checkNothingLeft(): void {
    const unmapped = [...this.grants.live].filter(
      (gref) => this.grants.mapped(gref) === 0 && !this.#orphans.has(gref),
    );
    if (unmapped.length === 0 && this.#ports.size === 0) return;
    throw new Violation(
      'NothingLeaks',
      'nothing to be granted, and no port open, once the device is gone',
      [
        ...(unmapped.length > 0 ? [`granted: ${unmapped.join(', ')}`] : []),
        ...(this.#ports.size > 0 ? [`ports: ${[...this.#ports.keys()].join(', ')}`] : []),
      ].join('; '),
    );
  }
}

const twice = (expected: string, actual: string): Violation =>
  new Violation('ReleasedOnce', expected, actual);
