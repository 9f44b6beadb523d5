/**
 * The page of a ring, as far as the driver shows it. Which octets are asked for, and which are written, is decided here;
 * what a frontend may store there is decided in `ring-side.ts`.
 */
import { type RingName, SLOT_SIZE, slotAt, sring, SRING_WORDS } from '../replay/netif.js';
import type { Exchange } from './port.js';
import { Acknowledgement, hexOf, octetsOf, OctetsAnswer } from './protocol.js';

/** A word of the ring that both ends load. */
export type SharedWord = keyof typeof sring.fields;

/** A ring of more slots is not read as a whole after each step. */
const SMALL = 32;

/** `i - j`, as RING_IDX has it. */
export const sub = (i: number, j: number): number => (i - j) >>> 0;

/** Where slots that follow each other are in the page. */
interface Run {
  readonly at: number;
  readonly length: number;
}

/** What the driver answered to {@link RingPage.glance}. */
export class Glance {
  readonly octets: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;

  constructor(hex: string) {
    this.octets = octetsOf(hex);
    this.#view = new DataView(this.octets.buffer);
  }

  word(name: SharedWord): number {
    return sring.get(this.#view, 0, name);
  }
}

/** The page of one ring. */
export class RingPage {
  /** The octets of header and slots, as they were last read or written. */
  readonly octets: Uint8Array<ArrayBuffer>;
  /** The slots, by number, that hold an extra. */
  readonly extras = new Set<number>();
  readonly #slotSize: number;

  constructor(
    readonly ring: RingName,
    readonly gref: number,
    readonly nr_ents: number,
  ) {
    this.#slotSize = SLOT_SIZE[ring];
    this.octets = new Uint8Array(slotAt(this.#slotSize, nr_ents));
  }

  /** The page as it is now. */
  copy(): RingPage {
    const copy = new RingPage(this.ring, this.gref, this.nr_ents);
    copy.octets.set(this.octets);
    for (const slot of this.extras) copy.extras.add(slot);
    return copy;
  }

  /** Is it read as a whole after each step? */
  get isSmall(): boolean {
    return this.nr_ents <= SMALL;
  }

  /** The number of the slot of an index. */
  slotNumber(index: number): number {
    return index & (this.nr_ents - 1);
  }

  /** Where the slot of an index begins. */
  slotAt(index: number): number {
    return slotAt(this.#slotSize, this.slotNumber(index));
  }

  /** What is read after the frontend ran: the whole ring where it is small, otherwise the words. */
  get glance(): Exchange<OctetsAnswer> {
    return this.#read({ at: 0, length: this.isSmall ? this.octets.length : SRING_WORDS });
  }

  /** What is read of the `count` slots from `index` on, where a glance does not show slots. */
  slotsToRead(index: number, count: number): readonly Exchange<OctetsAnswer>[] {
    return this.isSmall ? [] : this.#runs(index, count).map((run) => this.#read(run));
  }

  /** Takes a glance, and what was read of the slots from `index` on. */
  take({ octets }: Glance, index: number, count: number, slots: readonly OctetsAnswer[]): void {
    this.octets.set(octets);
    if (!this.isSmall)
      this.#runs(index, count).forEach(({ at }, i) => this.octets.set(octetsOf(slots[i]!.octets), at));
  }

  /** The octets of the slot of an index, here or in what was read of a small ring, as hexadecimal digits. */
  slotText(index: number, octets: Uint8Array = this.octets): string {
    const at = this.slotAt(index);
    return hexOf(octets.slice(at, at + this.#slotSize));
  }

  /** A view of the whole page. */
  get view(): DataView {
    return new DataView(this.octets.buffer);
  }

  /** The first octets of a slot in halves, as a log has them. */
  halves(index: number, octets = this.#slotSize): readonly number[] {
    const view = new DataView(this.octets.buffer, this.slotAt(index), octets);
    return Array.from({ length: octets / 2 }, (_, i) => view.getUint16(2 * i, true));
  }

  /** Stores octets in the slot of an index. {@link writeSlots} writes them into the driver's page. */
  store(index: number, octets: Uint8Array): void {
    this.octets.set(octets, this.slotAt(index));
    this.extras.delete(this.slotNumber(index));
  }

  /** Writes the `count` slots from `index` on. */
  writeSlots(index: number, count: number): readonly Exchange<Acknowledgement>[] {
    return this.#runs(index, count).map((run) => this.#write(run));
  }

  /** Writes one of the words. */
  writeWord(name: SharedWord, value: number): Exchange<Acknowledgement> {
    sring.write(this.view, 0, { [name]: value });
    return this.#write(wordAt(name));
  }

  /** Reads one of the words; {@link wordOf} takes the answer. */
  readWord(name: SharedWord): Exchange<OctetsAnswer> {
    return this.#read(wordAt(name));
  }

  /** The slots from `index` on: one run, or two where they go over the end of the ring. */
  #runs(index: number, count: number): readonly Run[] {
    const toEnd = Math.min(count, this.nr_ents - this.slotNumber(index));
    return [
      { at: this.slotAt(index), length: toEnd * this.#slotSize },
      { at: slotAt(this.#slotSize, 0), length: (count - toEnd) * this.#slotSize },
    ].filter(({ length }) => length > 0);
  }

  #read({ at: offset, length }: Run): Exchange<OctetsAnswer> {
    return { message: { do: 'read', gref: this.gref, offset, length }, answer: OctetsAnswer };
  }

  #write({ at: offset, length }: Run): Exchange<Acknowledgement> {
    const octets = hexOf(this.octets.slice(offset, offset + length));
    return { message: { do: 'write', gref: this.gref, offset, octets }, answer: Acknowledgement };
  }
}

const WORD_OCTETS = Uint32Array.BYTES_PER_ELEMENT;

const wordAt = (name: SharedWord): Run => ({ at: sring.fields[name].at, length: WORD_OCTETS });

/** The word that an answer to {@link RingPage.readWord} holds. */
export const wordOf = ({ octets }: OctetsAnswer): number =>
  new DataView(octetsOf(octets).buffer).getUint32(0, true);
