/** The grants of a port, as its driver reports them, and the pages that the backend has mapped. */
import type { Effects } from './protocol.js';
import { Violation } from './violation.js';

/** What a backend may do with a granted page. */
export type Access = 'read-only' | 'writable';

/** The grants of all rings. */
export class Grants {
  readonly #live = new Map<number, Access>();
  readonly #mapped = new Map<number, number>();

  /** The number of references that grant something. */
  get count(): number {
    return this.#live.size;
  }

  /** The references that grant something. */
  get live(): Iterable<number> {
    return this.#live.keys();
  }

  /** Those that are mapped stay, for a guest whose kernel knows nothing of them; no others, if they are not kept either. */
  forget(keepsMapped: boolean): void {
    for (const gref of this.#live.keys())
      if (!keepsMapped || this.mapped(gref) === 0) this.#live.delete(gref);
    if (!keepsMapped) this.#mapped.clear();
  }

  /** What the reference grants; undefined where it grants nothing. */
  access(gref: number): Access | undefined {
    return this.#live.get(gref);
  }

  /** How often the backend has the page mapped. */
  mapped(gref: number): number {
    return this.#mapped.get(gref) ?? 0;
  }

  /** The backend maps the page once more, or once less. */
  map(gref: number, by: 1 | -1): void {
    this.#mapped.set(gref, this.mapped(gref) + by);
  }

  /**
   * Takes what the driver says that it granted and ended.
   * @throws Violation if it ended a grant whose page is mapped
   */
  take({ granted = [], ended = [] }: Pick<Effects, 'granted' | 'ended'>): void {
    for (const { gref, access } of granted) this.#live.set(gref, access);
    for (const gref of ended) {
      if (this.mapped(gref) > 0)
        throw new Violation(
          'NoFreeWhileMapped',
          `the grant ${gref} to stay while the backend has its page mapped`,
          'it was ended',
        );
      if (granted.some((each) => each.gref === gref)) continue;
      this.#live.delete(gref);
    }
  }
}
