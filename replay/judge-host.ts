/**
 * The host that a replay gives the implementation: its grant table and event channel do what the trace says, and
 * remember what the implementation did to them.
 */
import type { Host, Page } from '../impl/host.js';
import type { PageMemory } from '../impl/page-memory.js';
import { PAGE_SIZE } from '../impl/ring.js';

/** A host without a will of its own. */
export class JudgeHost implements Host {
  /** By grant reference: the page it grants now. */
  readonly table: (Page | undefined)[] = [];
  /** By grant reference: what it lets the backend do. Of one that grants nothing, what it last did. */
  readonly access: ('read-only' | 'writable')[] = [];
  /** How many references grant a page. */
  grants = 0;
  /** The first thing that no frontend may ask of its host, as a call; null if there was none. */
  misuse: string | null = null;
  /** By grant reference: how often the backend has its page mapped: the trace says, or the backend that is replayed. */
  readonly maps: number[] = [];
  /** An event waits for the frontend; the trace raises it. */
  pending = false;
  /** An event waits for the backend; the implementation raises it. */
  backPending = false;
  #nextGref: number;

  /**
   * @param firstGref what the first claim gives; each further one gives one more
   * @param memory where pages are taken from; each has memory of its own if absent
   */
  constructor(
    firstGref: number,
    readonly memory?: PageMemory,
  ) {
    this.#nextGref = firstGref;
    // A replay has one host at a time.
    memory?.reset();
  }

  allocatePage(): Page {
    return this.memory?.allocate() ?? { octets: new Uint8Array(PAGE_SIZE) };
  }

  claimGref(): number {
    return this.#nextGref++;
  }

  grantAccess(gref: number, page: Page, access: 'read-only' | 'writable'): void {
    if (this.table[gref] !== undefined) this.misuse ??= `grantAccess(${gref}), which grants a page already`;
    else this.grants++;
    this.table[gref] = page;
    this.access[gref] = access;
  }

  endAccess(gref: number): boolean {
    if (this.table[gref] === undefined) this.misuse ??= `endAccess(${gref}), which grants nothing`;
    else if ((this.maps[gref] ?? 0) > 0) return false;
    else this.grants--;
    this.table[gref] = undefined;
    return true;
  }

  notify(): void {
    this.backPending = true;
  }

  clearPending(): void {
    this.pending = false;
  }

  onEvent(): void {}

  /** GNTTABOP_map_grant_ref, of a backend that does its steps itself. Undefined where nothing is granted. */
  map(gref: number): Uint8Array | undefined {
    const page = this.table[gref];
    if (page !== undefined) this.maps[gref] = (this.maps[gref] ?? 0) + 1;
    return page?.octets;
  }

  /** GNTTABOP_unmap_grant_ref */
  unmap(gref: number): void {
    this.maps[gref] = Math.max(0, (this.maps[gref] ?? 0) - 1);
  }
}
