/** What the page of Ring must hold. Requests are numbered as they are written, and so are responses. */
import { ExpectedRing, type IndexName, type SlotValue } from '../../expected-ring.js';
import { SLOT_SIZE, slotAt } from '../../netif.js';
import type { Rows } from '../../rows.js';
import type { RingConstants } from './constants.js';

/** Octets of a slot. Ring says nothing of them; they are as many as those of a transmit ring. */
export const SLOT = SLOT_SIZE.tx;

/** What a slot is, in its first octet. */
export const KIND = { request: 1, response: 2 } as const;

/** A slot like no other: its kind in the first octet, a number in the next four, and no zero in the rest. */
export const numberedSlot = (kind: number, number: number): Uint8Array => {
  const slot = new Uint8Array(SLOT).fill(0xa0 | kind);
  slot[0] = kind;
  new DataView(slot.buffer).setUint32(1, number, true);
  return slot;
};

/** A slot as text. */
export const hexOf = (slot: Uint8Array): string => Buffer.from(slot).toString('hex');

/** The page of Ring as it must be. */
export class ExpectedNumberedRing extends ExpectedRing {
  #requests = 0;
  #responses = 0;

  constructor(rows: Rows, constants: RingConstants, first: number) {
    super(rows, constants, SLOT, 0, first, 0);
  }

  override reset(): void {
    super.reset();
    this.#requests = 0;
    this.#responses = 0;
  }

  /** The octets of the slot of an index, as they must be now. */
  slotText(name: IndexName, row: number): string {
    const at = slotAt(SLOT, this.slotOf(name, row));
    return hexOf(this.ring.subarray(at, at + SLOT));
  }

  protected override writeSlot(at: number, { kind }: SlotValue): void {
    const slot =
      kind === 'request'
        ? numberedSlot(KIND.request, this.#requests++)
        : numberedSlot(KIND.response, this.#responses++);
    this.ring.set(slot, at);
  }
}
