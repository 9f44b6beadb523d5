/**
 * What the page of a ring must hold, octet by octet, after each step of a trace.
 *
 * The octets are laid out by netif.ts and not by `impl/`, so that a mistake there is not its own judge. A model's index
 * has M values and a real one 2^32; the real ones are followed by their differences, which are the same.
 */
import type { Value } from '../tlc/index.js';
import { type Args, functionValues } from '../graph/args.js';
import type { RingSizes } from './constants.js';
import { PAGE, slotAt, sring } from './netif.js';
import { Column, type Rows } from './rows.js';

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
  'rspChecked',
] as const;

/** The name of an index. */
export type IndexName = (typeof indexNames)[number];

/** Where the model's grant references begin in the implementation's numbers. */
export const FIRST_GREF = 8;

/** What a slot holds, of either ring. */
export interface SlotValue {
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

/** The memory of one ring and its buffers, as it must be. */
export abstract class ExpectedRing {
  /** The ring's shared page. */
  readonly ring = new Uint8Array(PAGE);
  /** The pages of the pool. */
  readonly pages: readonly Uint8Array[];
  /** The indices as 32-bit numbers. */
  readonly indices = {} as Record<IndexName, number>;
  protected readonly words = new DataView(this.ring.buffer);
  readonly #index: Readonly<Record<IndexName, Column<number>>>;
  readonly #req_event: Column<number>;
  readonly #rsp_event: Column<number>;
  readonly #slots: Column<readonly SlotValue[]>;

  /**
   * @param first where the implementation's indices start; equal to `First` modulo `M`
   * @param firstGref the implementation's number for the model's grant reference 0
   */
  constructor(
    rows: Rows,
    readonly constants: RingSizes,
    readonly slotSize: number,
    pages: number,
    readonly first: number,
    readonly firstGref: number,
  ) {
    this.pages = Array.from({ length: pages }, () => new Uint8Array(PAGE));
    this.#index = Object.fromEntries(
      indexNames.map((name) => [name, new Column(rows, name, numberOf)]),
    ) as Record<IndexName, Column<number>>;
    this.#req_event = new Column(rows, 'req_event', numberOf);
    this.#rsp_event = new Column(rows, 'rsp_event', numberOf);
    this.#slots = new Column(rows, 'ring', slotsOf);
  }

  /** The octets of the ring page that can hold anything: header and slots. */
  get ringLength(): number {
    return slotAt(this.slotSize, this.constants.N);
  }

  /** Back to an initial state. */
  reset(): void {
    this.ring.fill(0);
    for (const page of this.pages) page.fill(0);
    for (const name of indexNames) this.indices[name] = this.first;
    const [prod, event] = [this.first, this.first + 1];
    sring.write(this.words, 0, { req_prod: prod, rsp_prod: prod, req_event: event, rsp_event: event });
  }

  /** One step of the trace, from one row to another. */
  step(_action: string, _args: Args, from: number, to: number): void {
    for (const name of indexNames) this.#followIndex(name, from, to);
    this.#followEvent('req_event', this.#req_event, 'req_cons', from, to);
    this.#followEvent('rsp_event', this.#rsp_event, 'rsp_cons', from, to);
    if (this.#slots.id(from) !== this.#slots.id(to)) this.#followSlots(from, to);
  }

  /** Writes what the slot that begins at this octet of the ring page holds now. */
  protected abstract writeSlot(at: number, slot: SlotValue): void;

  /** The number of an index's slot. */
  protected slotOf(name: IndexName, row: number): number {
    return this.#index[name].at(row) % this.constants.N;
  }

  #followIndex(name: IndexName, from: number, to: number): void {
    const column = this.#index[name];
    if (column.id(from) === column.id(to)) return;
    this.indices[name] = (this.indices[name] + this.#ahead(column.at(to), column.at(from))) >>> 0;
    if (name === 'req_prod' || name === 'rsp_prod') sring.set(this.words, 0, name, this.indices[name]);
  }

  /** An event index that becomes NoEvent was passed, and stays in memory as it was. */
  #followEvent(
    name: 'req_event' | 'rsp_event',
    column: Column<number>,
    cons: IndexName,
    from: number,
    to: number,
  ): void {
    const event = column.at(to);
    if (column.id(from) === column.id(to) || event < 0) return;
    const ahead = this.#ahead(event, this.#index[cons].at(to));
    sring.set(this.words, 0, name, (this.indices[cons] + ahead) >>> 0);
  }

  /** How far one of the model's indices is ahead of another. */
  #ahead(i: number, j: number): number {
    const { M } = this.constants;
    return (((i - j) % M) + M) % M;
  }

  #followSlots(from: number, to: number): void {
    const before = this.#slots.at(from);
    // A slot that was read is empty in the specification, and in memory what it was.
    this.#slots.at(to).forEach((slot, i) => {
      if (slot.kind !== 'empty' && slot.text !== before[i]?.text)
        this.writeSlot(slotAt(this.slotSize, i), slot);
    });
  }
}

/** A frame or a fragment, and where in its page it begins. */
export interface Placed {
  readonly octets: Uint8Array;
  readonly offset: number;
}

/** Octets of the n-th frame of a path. None is empty, and each has room for an Ethernet header. */
export const frameLength = (n: number): number => 14 + (n % 47);

/** The n-th frame of a path. No two have the same octets, so that a buffer with the wrong one is seen. */
export const numberedFrame = (n: number, fill: number, length = frameLength(n)): Uint8Array => {
  const frame = new Uint8Array(length).fill(fill);
  frame[0] = n;
  frame[1] = n >> 8;
  return frame;
};

/** The n-th frame that a backend writes in a path. One in five fills its page to the last octet. */
export const writtenFrame = (n: number, fill: number): Placed => {
  const isLong = n % 5 === 4;
  return {
    octets: numberedFrame(n, fill, isLong ? PAGE - (n % 3) : frameLength(n)),
    offset: isLong ? n % 3 : 2 * (n % 7),
  };
};
