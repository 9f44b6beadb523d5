/**
 * What memory must hold, octet by octet, after each step of a trace.
 *
 * The octets are laid out here from ring.h and netif.h a second time, on purpose: nothing of `impl/` is used, so
 * that a mistake there is not its own judge. A model's index has M values and a real one 2^32; the real ones are
 * followed by their differences, which are the same.
 */
import type { Value } from '../tlc/index.js';
import { functionValues } from './args.js';
import type { TxConstants } from './constants.js';
import { Column, type Rows } from './rows.js';

const PAGE = 4096;
const HEADER = 64;
const SLOT = 12;
const LEFT_BEHIND = 0x5aa53cc3;
const STATUS: Readonly<Record<string, number>> = { DROPPED: -2, ERROR: -1, OKAY: 0, NULL: 1 };

/** The producer and consumer indices of the specification, shared and private. */
export const indexNames = [
  'req_prod',
  'rsp_prod',
  'req_prod_pvt',
  'rsp_cons',
  'reqChecked',
  'rspSeen',
  'rsp_prod_pvt',
  'req_cons',
] as const;

/** The name of an index. */
export type IndexName = (typeof indexNames)[number];

/** Where the model's grant references begin in the implementation's numbers. */
export const FIRST_GREF = 8;

/** The status in a response, as the number that is on the ring. */
export const statusNumber = (name: string): number => STATUS[name] ?? Number.NaN;

interface SlotValue {
  readonly text: string;
  readonly kind: string;
  readonly id: number;
  readonly gref: number;
  readonly offset: number;
  readonly status: string;
}

const slotsOf = (value: Value): readonly SlotValue[] =>
  functionValues(value).map((slot) => ({ ...(slot as unknown as SlotValue), text: JSON.stringify(slot) }));

const numberOf = (value: Value): number => value as number;

/** The memory of one transmit ring and its pool, as it must be. */
export class ExpectedMemory {
  /** The ring's shared page. */
  readonly ring = new Uint8Array(PAGE);
  /** The pages of the pool. */
  readonly pages: readonly Uint8Array[];
  /** The indices as 32-bit numbers. */
  readonly indices = {} as Record<IndexName, number>;
  /** Octets of the frame that each block holds. */
  readonly sizes: number[] = [];
  readonly #words = new DataView(this.ring.buffer);
  readonly #index: Readonly<Record<IndexName, Column<number>>>;
  readonly #req_event: Column<number>;
  readonly #rsp_event: Column<number>;
  readonly #slots: Column<readonly SlotValue[]>;
  readonly #filling: Column<number>;
  #frames = 0;

  /** @param first where the implementation's indices start; equal to `First` modulo `M` */
  constructor(
    rows: Rows,
    readonly constants: TxConstants,
    readonly first: number,
  ) {
    this.pages = Array.from(
      { length: Math.ceil(constants.blocks / constants.BlocksPerPage) },
      () => new Uint8Array(PAGE),
    );
    this.#index = Object.fromEntries(
      indexNames.map((name) => [name, new Column(rows, name, numberOf)]),
    ) as Record<IndexName, Column<number>>;
    this.#req_event = new Column(rows, 'req_event', numberOf);
    this.#rsp_event = new Column(rows, 'rsp_event', numberOf);
    this.#slots = new Column(rows, 'ring', slotsOf);
    this.#filling = new Column(rows, 'filling', numberOf);
  }

  /** The octets of the ring page that can hold anything: header and slots. */
  get ringLength(): number {
    return HEADER + SLOT * this.constants.N;
  }

  /** Back to an initial state. */
  reset(): void {
    this.ring.fill(0);
    for (const page of this.pages) page.fill(0);
    for (const name of indexNames) this.indices[name] = this.first;
    this.sizes.length = 0;
    this.#frames = 0;
    this.#words.setUint32(0, this.first, true);
    this.#words.setUint32(8, this.first, true);
    this.#words.setUint32(4, this.first + 1, true);
    this.#words.setUint32(12, this.first + 1, true);
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

  /** One step of the trace, from one row to another. `frame` is that of a TxFill. */
  step(from: number, to: number, frame: Uint8Array | undefined): void {
    for (const name of indexNames) this.#followIndex(name, from, to);
    this.#followEvent(this.#req_event, 4, 'req_cons', from, to);
    this.#followEvent(this.#rsp_event, 12, 'rsp_cons', from, to);
    if (this.#slots.id(from) !== this.#slots.id(to)) this.#followSlots(from, to);
    if (frame !== undefined) this.#fill(this.#filling.at(to), frame);
  }

  #followIndex(name: IndexName, from: number, to: number): void {
    const column = this.#index[name];
    if (column.id(from) === column.id(to)) return;
    const moved =
      (((column.at(to) - column.at(from)) % this.constants.M) + this.constants.M) % this.constants.M;
    this.indices[name] = (this.indices[name] + moved) >>> 0;
    if (name === 'req_prod') this.#words.setUint32(0, this.indices[name], true);
    if (name === 'rsp_prod') this.#words.setUint32(8, this.indices[name], true);
  }

  /** An event index that becomes NoEvent was passed, and stays in memory as it was. */
  #followEvent(column: Column<number>, offset: number, cons: IndexName, from: number, to: number): void {
    const event = column.at(to);
    if (column.id(from) === column.id(to) || event < 0) return;
    const { M } = this.constants;
    const ahead = (((event - this.#index[cons].at(to)) % M) + M) % M;
    this.#words.setUint32(offset, (this.indices[cons] + ahead) >>> 0, true);
  }

  #followSlots(from: number, to: number): void {
    const before = this.#slots.at(from);
    // A slot that was read is empty in the specification, and in memory what it was.
    this.#slots.at(to).forEach((slot, i) => {
      if (slot.kind !== 'empty' && slot.text !== before[i]?.text) this.#writeSlot(HEADER + SLOT * i, slot);
    });
  }

  #writeSlot(at: number, slot: SlotValue): void {
    const words = this.#words;
    if (slot.kind === 'request') {
      const { BlocksPerPage } = this.constants;
      const block = this.blockOf(slot.gref, slot.offset);
      words.setUint32(at, FIRST_GREF + slot.gref, true);
      words.setUint16(at + 4, (slot.offset * PAGE) / BlocksPerPage, true);
      words.setUint16(at + 6, 0, true);
      words.setUint16(at + 8, slot.id, true);
      words.setUint16(at + 10, this.sizes[block] ?? 0, true);
    } else {
      words.setUint16(at, slot.id, true);
      words.setInt16(at + 2, statusNumber(slot.status), true);
      // What is beyond a response in its slot is nobody's: a backend may leave anything there.
      words.setUint32(at + 4, LEFT_BEHIND, true);
      words.setUint32(at + 8, LEFT_BEHIND, true);
    }
  }

  /** The page that each grant reference grants, by the model's number; the replay keeps it up to date. */
  readonly grantedPage: number[] = [];

  /** The block at an offset of the page that a reference grants. */
  blockOf(gref: number, offset: number): number {
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
