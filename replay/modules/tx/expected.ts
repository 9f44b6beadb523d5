/** What memory must hold on the transmit side: the slots that netif.h lays out, and the blocks of the pool. */
import type { Value } from '../../../tlc/index.js';
import type { Args } from '../../../graph/args.js';
import { ExpectedRing, numberedFrame, type SlotValue } from '../../expected-ring.js';
import { PAGE, SLOT_SIZE, slotAt, statusNumber, txRequest, txResponse } from '../../netif.js';
import { Column, type Rows } from '../../rows.js';
import type { TxConstants } from './constants.js';

/** What a backend leaves in a slot behind its response. */
const LEFT_BEHIND = { offset: 0x3cc3, flags: 0x5aa5, id: 0x3cc3, size: 0x5aa5 };

/** The memory of one transmit ring and its pool, as it must be. */
export class ExpectedTx extends ExpectedRing {
  /** Octets of the frame that each block holds. */
  readonly sizes: number[] = [];
  /** The page that each grant reference grants, by the model's number; the replay keeps it up to date. */
  readonly grantedPage: number[] = [];
  /** What a backend leaves in a slot behind its response: anything, or what the request had there. */
  leavesBehind: 'garbage' | 'request' = 'garbage';
  readonly #filling: Column<number>;
  /** Frames that were filled in. */
  protected frames = 0;

  constructor(
    rows: Rows,
    override readonly constants: TxConstants,
    first: number,
    firstGref: number,
  ) {
    const pages = Math.ceil(constants.blocks / constants.BlocksPerPage);
    super(rows, constants, SLOT_SIZE.tx, pages, first, firstGref);
    this.#filling = new Column(rows, 'filling', (value: Value) => value as number);
  }

  override reset(): void {
    super.reset();
    this.sizes.length = 0;
    this.frames = 0;
  }

  /** The frame that stands for the one named in the next TxFill. */
  nextFrame(name: string): Uint8Array {
    return numberedFrame(this.frames, name.charCodeAt(0));
  }

  /** The octets at an offset of the page that a reference grants; as many as a request promises. */
  octetsAt(gref: number, offset: number, size: number): Uint8Array {
    const from = offset * this.#blockSize;
    return this.pages[this.grantedPage[gref] ?? 0]!.subarray(from, from + size);
  }

  /** The size in the request that the backend takes next. */
  sizeToTake(row: number): number {
    return txRequest.get(this.words, slotAt(this.slotSize, this.slotOf('req_cons', row)), 'size');
  }

  override step(action: string, args: Args, from: number, to: number): void {
    super.step(action, args, from, to);
    if (action === 'TxFill') this.#fill(this.fillingAt(to), this.nextFrame(String(args.frame)));
  }

  /** The block that is being filled. */
  protected fillingAt(row: number): number {
    return this.#filling.at(row);
  }

  protected override writeSlot(at: number, { kind, gref, offset, id, status }: SlotValue): void {
    const { words } = this;
    if (kind === 'request') {
      const block = (this.grantedPage[gref] ?? 0) * this.constants.BlocksPerPage + offset;
      txRequest.write(words, at, {
        ...{ gref: this.firstGref + gref, offset: offset * this.#blockSize, flags: 0, id },
        size: this.sizes[block] ?? 0,
      });
      return;
    }
    // An extra has no id. Its answer may have any, and Linux leaves there what there was.
    const hasId = this.leavesBehind === 'garbage' || status !== 'NULL';
    txResponse.write(words, at, { ...(hasId && { id }), status: statusNumber(status) });
    if (this.leavesBehind === 'garbage') txRequest.write(words, at, LEFT_BEHIND);
  }

  get #blockSize(): number {
    return PAGE / this.constants.BlocksPerPage;
  }

  #fill(block: number, frame: Uint8Array): void {
    const { BlocksPerPage } = this.constants;
    this.frames++;
    this.sizes[block] = frame.length;
    this.pages[Math.floor(block / BlocksPerPage)]?.set(frame, (block % BlocksPerPage) * this.#blockSize);
  }
}
