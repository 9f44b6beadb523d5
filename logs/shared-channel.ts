/**
 * One event channel for both rings, as most drivers have it: an event does not say which ring it is for. It is for the
 * ring whose event check asked for it, and whoever takes one looks at both rings.
 */
import type { RingName } from '../replay/netif.js';
import type { Side } from './event.js';

/** Which rings each event of the channel is for, asked in the order of the recording. */
export class SharedChannel {
  /** The rings whose event check said that the peer is to be notified, and that is not done yet. Oldest first. */
  readonly #due: Readonly<Record<Side, RingName[]>> = { front: [], back: [] };
  /** The rings for which the back has sent an event that the front has not taken. */
  readonly #pending = new Set<RingName>();

  /** @param shown the sides whose notifications the recording has; any other sends each with the check that asks for it */
  constructor(readonly shown: ReadonlySet<Side>) {}

  /** The event check of a ring said that the peer of this side is to be notified. */
  check(side: Side, ring: RingName): void {
    if (this.shown.has(side)) this.#due[side].push(ring);
    else if (side === 'back') this.#pending.add(ring);
  }

  /** This side notifies its peer. @returns the ring that waited longest; both where none did, as one connects so */
  notify(side: Side): readonly RingName[] {
    const ring = this.#due[side].shift();
    const rings: readonly RingName[] = ring === undefined ? ['tx', 'rx'] : [ring];
    if (side === 'back') for (const each of rings) this.#pending.add(each);
    return rings;
  }

  /** The front takes an event. @returns the rings that it was sent for; none if Xen delivered one that nobody sent */
  take(): readonly RingName[] {
    const rings = (['tx', 'rx'] as const).filter((ring) => this.#pending.has(ring));
    this.#pending.clear();
    return rings;
  }
}
