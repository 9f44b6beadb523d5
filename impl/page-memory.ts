/**
 * One stretch of memory from which all pages of a host are taken. A C peer in WebAssembly needs that, because it reaches
 * the pages by address.
 */
import { HostError, type Page } from './host.js';
import { PAGE_SIZE } from './ring.js';

/** A stretch of memory, given out in pages from its beginning on. */
export class PageMemory {
  readonly #from: number;
  #next: number;

  /**
   * @param buffer the memory; a shared one will do
   * @param from where the stretch begins, in octets: the pages begin at the next multiple of a page
   * @param until where it ends; at the end of the memory if absent
   */
  constructor(
    readonly buffer: ArrayBufferLike,
    from = 0,
    readonly until = buffer.byteLength,
  ) {
    this.#from = Math.ceil(from / PAGE_SIZE) * PAGE_SIZE;
    this.#next = this.#from;
  }

  /** The next page, all octets zero. Throws {@link HostError} where there is none. */
  allocate(): Page {
    const at = this.#next;
    if (at + PAGE_SIZE > this.until)
      throw new HostError(
        `the memory for pages is used up: give more than ${this.until - this.#from} octets`,
      );
    this.#next += PAGE_SIZE;
    return { octets: new Uint8Array(this.buffer, at, PAGE_SIZE).fill(0) };
  }

  /** Gives out the same pages again, from the first. Those given out before must no longer be in use. */
  reset(): void {
    this.#next = this.#from;
  }
}
