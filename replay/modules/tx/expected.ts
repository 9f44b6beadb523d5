/** What memory must hold on the transmit side: the slots that netif.h lays out, and the blocks of the pool. */
import type { Value } from '../../../tlc/index.js';
import type { Args } from '../../../graph/args.js';
import type { TxConstants } from '../../constants.js';
import { ExpectedRing, type SlotValue } from '../../expected-ring.js';
import { Column, type Rows } from '../../rows.js';

const PAGE = 4096;
const HEADER = 64;
const SLOT = 12;
const LEFT_BEHIND = 0x5aa53cc3;
const STATUS: Readonly<Record<string, number>> = { DROPPED: -2, ERROR: -1, OKAY: 0, NULL: 1 };

/** The status in a response, as the number that is on the ring. */
export const statusNumber = (name: string): number => STATUS[name] ?? Number.NaN;

/** The memory of one transmit ring and its pool, as it must be. */
export class ExpectedTx extends ExpectedRing {
  /** Octets of the frame that each block holds. */
  readonly sizes: number[] = [];
  /** The page that each grant reference grants, by the model's number; the replay keeps it up to date. */
  readonly grantedPage: number[] = [];
  /** What a backend leaves in a slot beyond its response: anything, or what the request had there. */
  leavesBehind: 'garbage' | 'request' = 'garbage';
  readonly #filling: Column<number>;
  #frames = 0;

  constructor(
    rows: Rows,
    override readonly constants: TxConstants,
    first: number,
    firstGref: number,
  ) {
    const pages = Math.ceil(constants.blocks / constants.BlocksPerPage);
    super(rows, constants, SLOT, pages, first, firstGref);
    this.#filling = new Column(rows, 'filling', (value: Value) => value as number);
  }

  override reset(): void {
    super.reset();
    this.sizes.length = 0;
    this.#frames = 0;
  }

  /**
   * The frame that stands for the one named in the next TxFill. No two are alike in a path, so that a block that
   * holds the wrong one is seen even where the specification knows one frame only.
   */
  nextFrame(name: string): Uint8Array {
    const n = this.#frames;
    const frame = new Uint8Array(14 + (n % 47)).fill(name.charCodeAt(0));
    frame[0] = n;
    frame[1] = n >> 8;
    return frame;
  }

  /** The octets at an offset of the page that a reference grants; as many as a request promises. */
  octetsAt(gref: number, offset: number, size: number): Uint8Array {
    const from = offset * (PAGE / this.constants.BlocksPerPage);
    return this.pages[this.grantedPage[gref] ?? 0]!.subarray(from, from + size);
  }

  /** The size in the request that the backend takes next. */
  sizeToTake(row: number): number {
    return this.words.getUint16(HEADER + SLOT * this.slotAt('req_cons', row) + 10, true);
  }

  override step(action: string, args: Args, from: number, to: number): void {
    super.step(action, args, from, to);
    if (action === 'TxFill') this.#fill(this.#filling.at(to), this.nextFrame(String(args.frame)));
  }

  protected override writeSlot(at: number, slot: SlotValue): void {
    const { words } = this;
    if (slot.kind === 'request') {
      const { BlocksPerPage } = this.constants;
      const block = this.#blockOf(slot.gref, slot.offset);
      words.setUint32(at, this.firstGref + slot.gref, true);
      words.setUint16(at + 4, (slot.offset * PAGE) / BlocksPerPage, true);
      words.setUint16(at + 6, 0, true);
      words.setUint16(at + 8, slot.id, true);
      words.setUint16(at + 10, this.sizes[block] ?? 0, true);
    } else {
      // An extra has no id: an answer to one says any, and Linux's leaves there what there was.
      if (this.leavesBehind === 'garbage' || slot.status !== 'NULL') words.setUint16(at, slot.id, true);
      words.setInt16(at + 2, statusNumber(slot.status), true);
      if (this.leavesBehind === 'request') return;
      // What is beyond a response in its slot is nobody's: a backend may leave anything there.
      words.setUint32(at + 4, LEFT_BEHIND, true);
      words.setUint32(at + 8, LEFT_BEHIND, true);
    }
  }

  /** The block at an offset of the page that a reference grants. */
  #blockOf(gref: number, offset: number): number {
    return (this.grantedPage[gref] ?? 0) * this.constants.BlocksPerPage + offset;
  }

  #fill(block: number, frame: Uint8Array): void {
    const { BlocksPerPage } = this.constants;
    this.#frames++;
    this.sizes[block] = frame.length;
    this.pages[Math.floor(block / BlocksPerPage)]?.set(
      frame,
      (block % BlocksPerPage) * (PAGE / BlocksPerPage),
    );
  }
}
