/** P4: pages that the backend keeps mapped though it has answered. A frontend must not use such a page for anything else. */
import type { Exchange, Port } from './port.js';
import type { Grants } from './grants.js';
import { OctetsAnswer } from './protocol.js';
import type { Outstanding } from './ring-back.js';
import { Violation } from './violation.js';

interface KeptPage {
  readonly gref: number;
  readonly read: Exchange<OctetsAnswer>;
  /** What was in it when its request was answered. */
  readonly octets: string;
}

/** All such pages of a case. */
export class KeptPages {
  #pages: readonly KeptPage[] = [];

  constructor(
    readonly port: Port,
    readonly grants: Grants,
  ) {}

  /** The page of this request stays mapped. Of a block, only its own octets: another block may be in the same page. */
  async keep({ gref, offset, length }: Outstanding): Promise<void> {
    const read = { message: { do: 'read', gref, offset, length }, answer: OctetsAnswer } as const;
    const [{ octets }] = await this.port.ask([read]);
    this.#pages = [...this.#pages, { gref, read, octets }];
  }

  /** A request names these grants again. A frontend that grants for life may do that. */
  release(fresh: readonly { readonly gref: number }[]): void {
    this.#pages = this.#pages.filter(({ gref }) => fresh.every((each) => each.gref !== gref));
  }

  /** They are not mapped any more. */
  forget(): void {
    this.#pages = [];
  }

  /** @throws Violation if the octets of a page are others now */
  async check(): Promise<void> {
    for (const { gref, read, octets } of this.#pages) {
      if (this.grants.access(gref) === undefined) continue;
      const [now] = await this.port.ask([read]);
      if (now.octets !== octets)
        throw new Violation(
          'NoFreeWhileMapped',
          `the page of grant ${gref}, which the backend has kept mapped, to be left alone`,
          'it was used again, by another grant',
        );
    }
  }
}
