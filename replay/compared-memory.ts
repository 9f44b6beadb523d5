/** The octets of a ring page and of the pool, compared with what they must be. */
import type { Page } from '../impl/host.js';
import type { SharedRing } from '../impl/ring.js';
import type { ExpectedRing } from './expected-ring.js';
import type { Difference } from './replay.js';

/** The memory of an implementation beside the memory that it must have. */
export class ComparedMemory {
  readonly #expectedRing: Buffer;
  readonly #actualRing: Buffer;
  readonly #expectedPages: readonly Buffer[];
  readonly #actualPages: readonly Buffer[];

  constructor(expected: ExpectedRing, shared: SharedRing, pages: readonly Page[]) {
    this.#expectedRing = bufferOf(expected.ring).subarray(0, expected.ringLength);
    this.#actualRing = bufferOf(shared.page).subarray(0, expected.ringLength);
    this.#expectedPages = expected.pages.map(bufferOf);
    this.#actualPages = pages.map(({ octets }) => bufferOf(octets));
  }

  /** The backend's stores, which would repair the frontend's: only after a comparison. */
  copyRing(): void {
    this.#expectedRing.copy(this.#actualRing);
  }

  /** The same of the pages of the pool. */
  copyPages(): void {
    this.#expectedPages.forEach((page, p) => page.copy(this.#actualPages[p]!));
  }

  /** The first difference. */
  difference(): Difference | null {
    const [expected, actual] = [this.#expectedPages, this.#actualPages];
    if (expected.length !== actual.length)
      return { what: 'pages of the pool', expected: expected.length, actual: actual.length };
    if (!this.#expectedRing.equals(this.#actualRing))
      return octetsDifference('ring page', this.#expectedRing, this.#actualRing);
    for (let p = 0; p < expected.length; p++)
      if (!expected[p]!.equals(actual[p]!)) return octetsDifference(`page ${p}`, expected[p]!, actual[p]!);
    return null;
  }
}

const bufferOf = ({ buffer, byteOffset, length }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, length);

/** Where two stretches of memory differ. */
export const octetsDifference = (where: string, expected: Buffer, actual: Buffer): Difference => {
  const at = expected.findIndex((octet, i) => octet !== actual[i]);
  const hex = (buffer: Buffer): string => buffer.subarray(at & ~3, (at & ~3) + 12).toString('hex');
  return { what: `${where}, octets from ${at & ~3}`, expected: hex(expected), actual: hex(actual) };
};
