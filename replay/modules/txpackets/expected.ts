/**
 * What memory must hold on the transmit side of packets of several slots: netif.h's flags, sizes and extras laid out a
 * second time, and with packets that no two in a path are alike.
 */
import type { Value } from '../../../tlc/index.js';
import type { Args } from '../../../graph/args.js';
import type { TxPacketsConstants } from '../../constants.js';
import type { SlotValue } from '../../expected-ring.js';
import { ExpectedTx } from '../tx/expected.js';
import { Column, type Rows } from '../../rows.js';

const FLAG = { csum_blank: 1, data_validated: 2, more_data: 4, extra_info: 8 } as const;
const EXTRA_FLAG_MORE = 1;
/** GSO (its type TCPV4 = 1 or TCPV6 = 2) and HASH; an application may also say others. */
const TYPE = { GSO: 1, HASH: 4 } as const;

/** An extra as it is on the ring, without its flags. */
export interface ExpectedExtra {
  readonly type: number;
  /** The six octets of the union. */
  readonly u: readonly number[];
}

/** What a packet has beside its fragments. */
export interface ExpectedPacket {
  /** Octets of all fragments. */
  readonly size: number;
  /** The flags that are the application's to say. */
  readonly flags: number;
  readonly extras: readonly ExpectedExtra[];
}

/** A slot as the specification has it. */
interface PacketSlot extends SlotValue {
  readonly size: number;
  readonly more_data: boolean;
  readonly extra_info: boolean;
  /** Of an extra. */
  readonly more: boolean;
}

/** A packet that is whole, to whoever is to be told of it. */
export interface ExpectedTelling {
  /** Which of the packets of this path, in the order in which their chains were opened. */
  readonly serial: number;
  /** The block of its first request. */
  readonly first: number;
}

interface SpecChain {
  readonly packet: { readonly frags: number; readonly extras: number };
  readonly blocks: readonly number[];
  readonly extras: number;
}

/** The memory of one transmit ring and its pool, as packets must leave it. */
export class ExpectedTxPackets extends ExpectedTx {
  readonly #chain: Column<SpecChain>;
  readonly #filling: Column<number>;
  readonly #telling: ExpectedTelling[] = [];
  #frames = 0;
  #opened = 0;
  #packet: ExpectedPacket = { size: 0, flags: 0, extras: [] };
  #first = -1;
  #open: SpecChain | undefined;

  constructor(rows: Rows, constants: TxPacketsConstants, first: number, firstGref: number) {
    super(rows, constants, first, firstGref);
    this.#chain = new Column(rows, 'chain', (value: Value) => value as unknown as SpecChain);
    this.#filling = new Column(rows, 'filling', (value: Value) => value as number);
  }

  override reset(): void {
    super.reset();
    this.#telling.length = 0;
    this.#frames = 0;
    this.#opened = 0;
    this.#first = -1;
  }

  /** The fragment in a block. */
  fragmentIn(block: number): Uint8Array {
    return this.pages[block]!.subarray(0, this.sizes[block] ?? 0);
  }

  /** How many chains were opened in this path. */
  get opened(): number {
    return this.#opened;
  }

  /** The next fragment that is filled in: its number in the path makes its length and its contents. */
  override nextFrame(): Uint8Array {
    const n = this.#frames;
    const frame = new Uint8Array(lengthOf(n)).fill(0x41 + (n % 26));
    frame[0] = n;
    frame[1] = n >> 8;
    return frame;
  }

  /** What goes with the packet that is opened next. Each is another: the flags, how the extras are used. */
  nextPacket(frags: number, extras: number): ExpectedPacket {
    const n = this.#frames;
    const size = Array.from({ length: frags }, (_, i) => lengthOf(n + i)).reduce((a, b) => a + b, 0);
    const plain = [0, FLAG.data_validated, FLAG.csum_blank | FLAG.data_validated][this.#opened % 3]!;
    return {
      size,
      flags: extras > 0 ? FLAG.csum_blank | FLAG.data_validated : plain,
      extras: Array.from({ length: extras }, (_, i) => this.#extra(i)),
    };
  }

  /** Who is to be told when the last block of the packet that this block is in is released. */
  tellingOf(block: number): ExpectedTelling | undefined {
    return this.#telling[block];
  }

  override step(action: string, args: Args, from: number, to: number): void {
    this.#open = this.#chain.at(from);
    if (action === 'TxFill' && this.#open.packet.frags === 0) {
      this.#packet = this.nextPacket(args.frags as number, args.extras as number);
      this.#first = this.#filling.at(to);
      this.#opened++;
    }
    if (action === 'TxEnqueue')
      this.#telling[this.#filling.at(from)] = { serial: this.#opened, first: this.#first };
    const { indices } = this;
    const before = indices.req_prod_pvt;
    super.step(action, args, from, to);
    // The one index that ever goes back: by so much, and not forward by what is missing to M.
    if (action === 'TxAbandon' && indices.req_prod_pvt !== before)
      indices.req_prod_pvt = (indices.req_prod_pvt - this.constants.M) >>> 0;
    if (action === 'TxFill') this.#frames++;
  }

  protected override writeSlot(at: number, slot: SlotValue): void {
    if (slot.kind === 'request') this.#writeRequest(at, slot as PacketSlot);
    else if (slot.kind === 'extra') this.#writeExtra(at, slot as PacketSlot);
    else super.writeSlot(at, slot);
  }

  #writeRequest(at: number, { gref, id, size, more_data, extra_info }: PacketSlot): void {
    const { words } = this;
    const own = this.sizes[gref] ?? 0;
    const isFirst = this.#open?.blocks.length === 0;
    // In the specification the first fragment has one octet: another number than that is the whole packet's.
    const isTotal = isFirst && (size !== 1 || this.#open?.packet.frags === 1);
    words.setUint32(at, this.firstGref + gref, true);
    words.setUint16(at + 4, 0, true);
    words.setUint16(
      at + 6,
      (isFirst ? this.#packet.flags : 0) |
        (more_data ? FLAG.more_data : 0) |
        (extra_info ? FLAG.extra_info : 0),
      true,
    );
    words.setUint16(at + 8, id, true);
    words.setUint16(at + 10, isTotal ? this.#packet.size : own, true);
  }

  /** Eight octets; the last four of the slot keep what they held. */
  #writeExtra(at: number, { more }: PacketSlot): void {
    const { type, u } = this.#packet.extras[this.#open?.extras ?? 0]!;
    this.words.setUint8(at, type);
    this.words.setUint8(at + 1, more ? EXTRA_FLAG_MORE : 0);
    u.forEach((octet, i) => this.words.setUint8(at + 2 + i, octet));
  }

  /** Segments of another size and type each time, and a hash behind them. */
  #extra(i: number): ExpectedExtra {
    const n = this.#opened;
    if (i > 0) return { type: TYPE.HASH, u: [n & 0xff, i, 0xa5, 0x5a, 0xc3, 0x3c] };
    const size = 1448 - (n % 200);
    return { type: TYPE.GSO, u: [size & 0xff, size >> 8, 1 + (n % 2), 0, 0, 0] };
  }
}

/** Octets of the n-th fragment of a path; none is empty, and the first of a packet has an Ethernet header. */
const lengthOf = (n: number): number => 14 + (n % 47);
