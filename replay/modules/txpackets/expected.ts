/**
 * What memory must hold on the transmit side where packets have several slots: the flags, sizes and extras that netif.h lays
 * out. No two packets of a path are alike.
 */
import type { Value } from '../../../tlc/index.js';
import type { Args } from '../../../graph/args.js';
import { frameLength, numberedFrame, type SlotValue } from '../../expected-ring.js';
import {
  gsoUnion,
  NETTXF,
  txRequest,
  writeExtra,
  XEN_NETIF_EXTRA_FLAG_MORE,
  XEN_NETIF_EXTRA_TYPE,
} from '../../netif.js';
import { Column, type Rows } from '../../rows.js';
import { ExpectedTx } from '../tx/expected.js';
import type { TxPacketsConstants } from './constants.js';

/** An extra as it is on the ring, without its flags. */
export interface ExpectedExtra {
  readonly type: number;
  /** The six octets of the union. */
  readonly u: Uint8Array;
}

/** What a packet has beside its fragments. */
export interface ExpectedPacket {
  /** Octets of all fragments. */
  readonly size: number;
  /** The flags that the application gives. */
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

/** Which packet is reported. */
export interface ReportedPacket {
  /** Its number among the packets of this path, in the order in which their chains were opened. */
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
  /** By block: the packet that it is of. */
  readonly #packetOf: ReportedPacket[] = [];
  #opened = 0;
  #packet: ExpectedPacket = { size: 0, flags: 0, extras: [] };
  #first = -1;
  #open: SpecChain | undefined;

  constructor(rows: Rows, constants: TxPacketsConstants, first: number, firstGref: number) {
    super(rows, constants, first, firstGref);
    this.#chain = new Column(rows, 'chain', (value: Value) => value as unknown as SpecChain);
  }

  override reset(): void {
    super.reset();
    this.#packetOf.length = 0;
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

  /** The next fragment that is filled in. */
  override nextFrame(): Uint8Array {
    return numberedFrame(this.frames, 0x41 + (this.frames % 26));
  }

  /** What goes with the packet that is opened next. The flags take turns, and so do the extras. */
  nextPacket(frags: number, extras: number): ExpectedPacket {
    const { csum_blank, data_validated } = NETTXF;
    const n = this.frames;
    const size = Array.from({ length: frags }, (_, i) => frameLength(n + i)).reduce((a, b) => a + b, 0);
    const plain = [0, data_validated, csum_blank | data_validated][this.#opened % 3]!;
    return {
      size,
      flags: extras > 0 ? csum_blank | data_validated : plain,
      extras: Array.from({ length: extras }, (_, i) => this.#extra(i)),
    };
  }

  /** The packet that is reported when its last block, this one, is released. */
  packetOf(block: number): ReportedPacket | undefined {
    return this.#packetOf[block];
  }

  override step(action: string, args: Args, from: number, to: number): void {
    this.#open = this.#chain.at(from);
    if (action === 'TxFill' && this.#open.packet.frags === 0) {
      this.#packet = this.nextPacket(args.frags as number, args.extras as number);
      this.#first = this.fillingAt(to);
      this.#opened++;
    }
    if (action === 'TxEnqueue')
      this.#packetOf[this.fillingAt(from)] = { serial: this.#opened, first: this.#first };
    const { indices } = this;
    const before = indices.req_prod_pvt;
    super.step(action, args, from, to);
    // The one index that ever goes back: by so much, and not forward by what is missing to M.
    if (action === 'TxAbandon' && indices.req_prod_pvt !== before)
      indices.req_prod_pvt = (indices.req_prod_pvt - this.constants.M) >>> 0;
  }

  protected override writeSlot(at: number, slot: SlotValue): void {
    if (slot.kind === 'request') this.#writeRequest(at, slot as PacketSlot);
    else if (slot.kind === 'extra') this.#writeExtra(at, slot as PacketSlot);
    else super.writeSlot(at, slot);
  }

  #writeRequest(at: number, { gref, id, size, more_data, extra_info }: PacketSlot): void {
    const isFirst = this.#open?.blocks.length === 0;
    // In the specification the first fragment has one octet: another number than that is the whole packet's.
    const isTotal = isFirst && (size !== 1 || this.#open?.packet.frags === 1);
    txRequest.write(this.words, at, {
      ...{ gref: this.firstGref + gref, offset: 0, id },
      flags:
        (isFirst ? this.#packet.flags : 0) |
        (more_data ? NETTXF.more_data : 0) |
        (extra_info ? NETTXF.extra_info : 0),
      size: isTotal ? this.#packet.size : (this.sizes[gref] ?? 0),
    });
  }

  /** Eight octets; the last four of the slot keep what they held. */
  #writeExtra(at: number, { more }: PacketSlot): void {
    const extra = this.#packet.extras[this.#open?.extras ?? 0]!;
    writeExtra(this.words, at, { ...extra, flags: more ? XEN_NETIF_EXTRA_FLAG_MORE : 0 });
  }

  /** Segmentation of another size and type each time, and a hash behind it. */
  #extra(i: number): ExpectedExtra {
    const n = this.#opened;
    return i > 0
      ? { type: XEN_NETIF_EXTRA_TYPE.HASH, u: Uint8Array.of(n, i, 0xa5, 0x5a, 0xc3, 0x3c) }
      : { type: XEN_NETIF_EXTRA_TYPE.GSO, u: gsoUnion.octets({ size: 1448 - (n % 200), type: 1 + (n % 2) }) };
  }
}
