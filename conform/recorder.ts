/**
 * What went over the rings in a case, as a log (traces/LOG.md): recorded by the runner, who is the backend. Of its own
 * operations it knows each; of the frontend's it sees after each turn what is in the page and what was granted, ended
 * and notified. In which order the frontend did these is not seen: they are put down so that each comes where it can
 * be, if there is an order at all. What the frontend loaded and consumed is left to TLC to fill in.
 */
import type { Event, LogHeader, RingLog } from '../logs/event.js';
import type { RingName } from '../replay/netif.js';
import type { Case } from './case.js';
import type { Effects } from './protocol.js';
import type { Outstanding, RingBack } from './ring-back.js';

/** Records one case. */
export class CaseRecorder {
  readonly #events: Event[] = [];
  readonly #ringPages = new Set<number>();
  /** Of what was granted: for which ring. */
  readonly #granted = new Map<number, RingName>();
  #rings: readonly RingName[] = [];

  constructor(readonly given: Case) {}

  /** The rings of the case are there: from here on their operations are recorded. */
  start(sides: readonly RingBack<RingName, Outstanding>[]): void {
    this.#rings = sides.map(({ ring }) => ring);
    for (const side of sides) {
      const { ring, page } = side;
      this.#ringPages.add(page.gref);
      side.onOperation = (end, op, fields) => this.#events.push({ ring, side: end, op, ...fields });
    }
  }

  /** What the frontend granted and ended in a turn. */
  takeGrants({ granted = [], ended = [] }: Effects): void {
    for (const gref of ended) {
      const ring = this.#granted.get(gref);
      if (ring !== undefined) this.#events.push({ ring, side: 'front', op: 'GNT_END', gref });
      this.#granted.delete(gref);
    }
    for (const { gref, access } of granted) {
      if (this.#ringPages.has(gref)) continue;
      // A page to send is read-only; where there is one ring it is for that.
      const ring = this.#rings.length === 1 ? this.#rings[0]! : access === 'read-only' ? 'tx' : 'rx';
      this.#granted.set(gref, ring);
      this.#events.push({ ring, side: 'front', op: 'GNT_GRANT', gref });
    }
  }

  /** What was recorded until now; undefined if that is nothing. */
  get log(): RingLog | undefined {
    const events = [...this.#events];
    if (events.length === 0) return undefined;
    const { name, start } = this.given;
    const rings: LogHeader['rings'] = Object.fromEntries(
      this.#rings.map((ring) => {
        const { nr_ents, first } = start[ring]!;
        return [ring, { nr_ents, ids: 'unique', shows: ['grants'], first }];
      }),
    );
    const header: LogHeader = { format: 'netfront-log', version: 1, name, driver: 'any_unseen', rings };
    return { header, events, lines: events.map((_, i) => i + 2), skipped: new Map() };
  }
}
