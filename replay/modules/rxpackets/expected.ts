/**
 * What memory must hold where packets have several slots: responses and extras as netif.h lays them out, and the pages
 * that the backend copies fragments into.
 *
 * The specification has a small number for a fragment. Here each is another: in octets, in length, in where it begins
 * in its page. The flags of first slots and the extras take turns, and so do the answers for which a packet is dropped.
 * Flags that say nothing in a later slot are set there now and then.
 */
import type { Value } from '../../../tlc/index.js';
import { type Args, functionEntries, functionValues } from '../../../graph/args.js';
import type { RxAnswer, RxExtra } from '../../back-steps.js';
import { ExpectedRing, type Placed, type SlotValue, writtenFrame } from '../../expected-ring.js';
import {
  gsoUnion,
  NETIF_RSP,
  NETRXF,
  PAGE,
  rxRequest,
  rxResponse,
  SLOT_SIZE,
  slotNumber,
  writeExtra,
  XEN_NETIF_EXTRA_FLAG_MORE,
  XEN_NETIF_EXTRA_TYPE,
  XEN_NETIF_GSO_TYPE,
} from '../../netif.js';
import { Column, type Rows } from '../../rows.js';
import type { RxPacketsConstants } from './constants.js';

const { data_validated, csum_blank, more_data, extra_info, gso_prefix } = NETRXF;
const { GSO, HASH, MCAST_ADD, MCAST_DEL, MAX } = XEN_NETIF_EXTRA_TYPE;

/** A response, and why its packet is dropped; absent where it is good. */
interface Response extends RxAnswer {
  readonly reason?: string;
}

/** An extra, and why its packet is dropped. */
interface Extra extends RxExtra {
  readonly reason?: string;
}

type Answer = Response | Extra;

const NOTHING: Placed = { octets: new Uint8Array(0), offset: 0 };

const isExtra = (answer: Answer): answer is Extra => 'u' in answer;

/** Answers for which a packet is dropped, whichever of its slots has them. */
const FAILURES: readonly Response[] = [
  { status: NETIF_RSP.ERROR, offset: 0, flags: 0, reason: 'error' },
  { status: PAGE + 1, offset: 0, flags: 0, reason: 'badSize' },
  { status: NETIF_RSP.DROPPED, offset: 2, flags: 0, reason: 'dropped' },
  { status: 14, offset: PAGE - 13, flags: 0, reason: 'badSize' },
  { status: 0, offset: 64, flags: 0, reason: 'badSize' },
  { status: -32768, offset: 4, flags: 0, reason: 'error' },
];

/** An answer for which a packet is dropped if its first slot has it. In others the flag has no meaning. */
const PREFIX: Response = { status: 14, offset: 0, flags: gso_prefix, reason: 'gsoPrefix' };

const FIRST_FLAGS = [0, data_validated, csum_blank, data_validated | csum_blank] as const;

/** Flags that have no meaning in a slot that is not a packet's first. */
const OTHER_FLAGS = [0, data_validated, extra_info, csum_blank, gso_prefix] as const;

const gso = (size: number, type: number): Uint8Array => gsoUnion.octets({ size, type });

const GSO_NAMES: Readonly<Record<number, string>> = Object.fromEntries(
  Object.entries(XEN_NETIF_GSO_TYPE).map(([name, type]) => [type, name]),
);

/** Extras that are known. Those of a later slot are no GSO: a packet has one at most. */
const FIRST_EXTRAS: readonly (readonly [type: number, u: Uint8Array])[] = [
  [GSO, gso(1448, 1)],
  [HASH, Uint8Array.of(1, 3, 0xde, 0xad, 0xbe, 0xef)],
  [GSO, gso(65535, 2)],
  [MCAST_ADD, Uint8Array.of(0x33, 0x33, 0, 0, 0, 1)],
];
const LATER_EXTRAS: typeof FIRST_EXTRAS = [
  [HASH, Uint8Array.of(0, 1, 2, 3, 4, 5)],
  [MCAST_DEL, Uint8Array.of(0x01, 0x00, 0x5e, 0, 0, 0xfb)],
];

/** Extras of a type that netif.h does not have, and GSOs that make no sense. */
const UNKNOWN_EXTRAS: typeof FIRST_EXTRAS = [
  [MAX, gso(1448, 1)],
  [0, gso(1448, 1)],
  [GSO, gso(0, 1)],
  [255, gso(1448, 1)],
  [GSO, gso(1448, 3)],
];

/** An extra as text, without the flag that says whether another follows. */
export const extraText = ({ type, u }: Pick<Extra, 'type' | 'u'>): string =>
  `extra ${type} ${Buffer.from(u).toString('hex')}`;

/** What a backend does with a request that it takes: what it writes to its page, and its answer. */
export interface SentSlot {
  readonly answer: RxAnswer | RxExtra;
  readonly written: Placed;
}

interface PacketSlot {
  readonly kind: string;
  readonly id?: number;
  readonly gref?: number;
  readonly status?: number;
  readonly type?: string;
  readonly extra_info?: boolean;
  readonly more_data?: boolean;
  readonly more?: boolean;
}

interface ChainValue {
  readonly slots: number;
  readonly pages: readonly number[];
  readonly dropped: boolean;
}

/** The memory of one receive ring and its pool, as it must be. */
export class ExpectedRxPackets extends ExpectedRing {
  readonly #ring: Column<readonly PacketSlot[]>;
  readonly #granted: Column<readonly (readonly [number, number])[]>;
  readonly #pool: Column<readonly number[]>;
  readonly #chain: Column<ChainValue>;
  readonly #poller: Column<string>;
  readonly #donePage: Column<number>;
  /** By slot: the answer in it. */
  readonly #answers: (Answer | undefined)[] = [];
  /** The slots that the backend sent last, in order. */
  lastSent: readonly SentSlot[] = [];
  /** By page: the response that was consumed for it. */
  readonly #fragments: Response[] = [];
  #written = NOTHING;
  /** Flags of the packet's first slot, and its extras, as they have come. */
  #first = 0;
  #extras: Extra[] = [];
  #done: Answer = FAILURES[0]!;
  #responses = 0;
  #packets = 0;
  #extrasSent = 0;
  #failures = 0;

  constructor(
    rows: Rows,
    override readonly constants: RxPacketsConstants,
    first: number,
    firstGref: number,
  ) {
    super(rows, constants, SLOT_SIZE.rx, constants.pages, first, firstGref);
    this.#ring = new Column(rows, 'ring', (value: Value) => functionValues(value) as unknown as PacketSlot[]);
    this.#granted = new Column(
      rows,
      'granted',
      (value: Value) => functionEntries(value) as readonly (readonly [number, number])[],
    );
    this.#pool = new Column(rows, 'pool', (value: Value) => functionValues(value) as readonly number[]);
    this.#chain = new Column(rows, 'chain', (value: Value) => value as unknown as ChainValue);
    this.#donePage = new Column(rows, 'done', (value: Value) => (value as unknown as { page: number }).page);
    this.#poller = new Column(rows, 'poller', String);
  }

  override reset(): void {
    super.reset();
    this.#answers.length = 0;
    this.#fragments.length = 0;
    this.#first = 0;
    this.#extras = [];
    this.#responses = 0;
    this.#packets = 0;
    this.#extrasSent = 0;
    this.#failures = 0;
  }

  override step(action: string, args: Args, from: number, to: number): void {
    if (action === 'BackSendPacket') this.#send(from, to, true);
    if (action === 'BackSendRest') this.#send(from, to, false);
    if (action === 'RxConsumeResponse')
      this.#done = this.#answers[this.slotOf('rsp_cons', from)] ?? this.#done;
    if (action === 'RxRelease') this.#gather(from);
    super.step(action, args, from, to);
    if (this.#pool.id(from) !== this.#pool.id(to)) this.#clear(from, to);
  }

  /** The slot that was consumed last, as text. */
  get doneText(): string {
    const done = this.#done;
    return isExtra(done) ? extraText(done) : `${done.status} at ${done.offset}, flags ${done.flags}`;
  }

  /** Why a packet is dropped for the slot that was consumed last. */
  get failure(): { readonly status: number; readonly reason: string } {
    const done = this.#done;
    return { status: isExtra(done) ? 0 : done.status, reason: done.reason ?? 'tooManySlots' };
  }

  /** Is the packet dropped when this slot of it is released, and nothing was wrong with it before? */
  isDroppedBy(from: number, to: number): boolean {
    const after = this.#chain.at(to);
    // One that is whole and good is about to be handed up.
    const isGone = after.slots === 0 && this.#poller.at(to) === 'polling';
    return !this.#chain.at(from).dropped && (after.dropped || isGone);
  }

  /** The pages in the chain, in order. */
  chainPages(row: number): readonly number[] {
    return this.#chain.at(row).pages;
  }

  /** What is in them, as it is now: of each page as many octets as its own slot says, unless the model is of a frontend that errs. */
  fragments(row: number): readonly Uint8Array[] {
    const slots = this.chainPages(row).map((page) => ({ page, ...this.#fragments[page]! }));
    const rest = slots.slice(1).reduce((octets, { status }) => octets + status, 0);
    return slots.map(({ page, offset, status }, i) => {
      const length = i === 0 && this.constants.isTotalFirst ? Math.max(0, status - rest) : status;
      return this.pages[page]!.subarray(offset, offset + length);
    });
  }

  /** Length and place of each fragment in the chain, as text. */
  chainText(row: number): string {
    return this.chainPages(row)
      .map((page) => `${this.#fragments[page]?.status} at ${this.#fragments[page]?.offset}`)
      .join(', ');
  }

  /** What goes with the octets of the packet that has come: a checksum that is blank is as good as one that is right. */
  get offloadText(): string {
    const isBlank = (this.#first & csum_blank) !== 0;
    const segments = this.#extras.find(({ type }) => type === GSO);
    const { size, type } = segments === undefined ? {} : gsoUnion.read(new DataView(segments.u.buffer));
    return [
      ...(isBlank ? [' csum_blank'] : []),
      ...(isBlank || (this.#first & data_validated) !== 0 ? [' data_validated'] : []),
      ...(type === undefined ? [] : [` ${GSO_NAMES[type]} ${size}`]),
      ...this.#extras.filter((extra) => extra.type !== GSO).map((extra) => ` ${extraText(extra)}`),
    ].join('');
  }

  protected override writeSlot(at: number, { kind, id, gref }: SlotValue): void {
    if (kind === 'request') {
      rxRequest.write(this.words, at, { id, gref: this.firstGref + gref });
      return;
    }
    const answer = this.#answers[slotNumber(this.slotSize, at)]!;
    // In the place of an extra's type there was the id of the request.
    if (isExtra(answer)) writeExtra(this.words, at, answer);
    else rxResponse.write(this.words, at, { id, ...answer });
  }

  /** The slots that are answered in this step; a response goes with the request that has its id. */
  #send(from: number, to: number, isBegun: boolean): void {
    const before = this.#ring.at(from);
    const N = this.constants.N;
    const start = this.slotOf('req_cons', from);
    const count = before.filter(
      ({ kind }, s) => kind === 'request' && this.#ring.at(to)[s]?.kind !== 'request',
    ).length;
    const requests = Array.from({ length: count }, (_, i) => before[(start + i) % N]!);
    let extras = 0;
    const sent: SentSlot[] = [];
    this.lastSent = sent;
    if (isBegun) this.#packets++;
    for (let i = 0; i < count; i++) {
      const s = (start + i) % N;
      const answer = this.#ring.at(to)[s]!;
      if (answer.kind === 'extra') {
        const extra = this.#extra(answer, isBegun && extras++ === 0);
        this.#answers[s] = extra;
        sent.push({ answer: extra, written: NOTHING });
        continue;
      }
      const k = requests.findIndex(({ id }) => id === answer.id);
      const page = this.#pageOf(from, requests[k]?.gref);
      const response = this.#response(answer, page, isBegun && k === 0);
      this.#answers[s] = response;
      sent.push({ answer: response, written: this.#written });
    }
  }

  #pageOf(row: number, gref: number | undefined): number {
    return this.#granted.at(row).find(([each]) => each === gref)?.[1] ?? 0;
  }

  #extra({ type, more }: PacketSlot, isFirst: boolean): Extra {
    const n = this.#extrasSent++;
    const flags = more === true ? XEN_NETIF_EXTRA_FLAG_MORE : 0;
    const known = isFirst ? FIRST_EXTRAS : LATER_EXTRAS;
    const [number, u] =
      type === 'unknown' ? UNKNOWN_EXTRAS[n % UNKNOWN_EXTRAS.length]! : known[n % known.length]!;
    return { type: number, flags, u, ...(type === 'unknown' && { reason: 'badExtra' }) };
  }

  #response(slot: PacketSlot, page: number, isFirst: boolean): Response {
    const n = this.#responses++;
    const own = isFirst
      ? FIRST_FLAGS[this.#packets % FIRST_FLAGS.length]!
      : OTHER_FLAGS[n % OTHER_FLAGS.length]!;
    const flags =
      own |
      (slot.more_data === true ? more_data : 0) |
      (isFirst && slot.extra_info === true ? extra_info : 0);
    if (slot.status === -1) {
      const failures = isFirst ? [...FAILURES, PREFIX] : FAILURES;
      const failure = failures[this.#failures++ % failures.length]!;
      // The backend may have written before it failed, and what it wrote is nobody's.
      this.#write(page, { octets: new Uint8Array(n % 2 === 0 ? 100 : 0).fill(0xee), offset: 0 });
      return { ...failure, flags: failure.flags | flags };
    }
    const fragment = writtenFrame(n, 0x40 + (slot.status ?? 0));
    this.#write(page, fragment);
    return { status: fragment.octets.length, offset: fragment.offset, flags };
  }

  #write(page: number, written: Placed): void {
    this.pages[page]!.set(written.octets, written.offset);
    this.#written = written;
  }

  /** What the slot that is released adds to the packet. */
  #gather(from: number): void {
    const { slots } = this.#chain.at(from);
    const done = this.#done;
    if (slots === 0) {
      this.#first = isExtra(done) ? 0 : done.flags;
      this.#extras = [];
    }
    if (isExtra(done)) this.#extras.push(done);
    else this.#fragments[this.#donePage.at(from)] = done;
  }

  /** A page that goes back to the pool is cleared, whatever the backend left in it. */
  #clear(from: number, to: number): void {
    const before = this.#pool.at(from);
    for (const page of this.#pool.at(to)) if (!before.includes(page)) this.pages[page]!.fill(0);
  }
}
