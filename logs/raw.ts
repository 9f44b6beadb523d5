/**
 * Single memory accesses of both rings' pages, lifted to ring operations.
 *
 * An access to one of the four words is an operation by itself. A slot is accessed in parts, in any order and several times.
 * So what a publisher wrote is what the page holds when it publishes. What a consumer reads is what the page holds when it
 * reads the first part of a slot.
 */
import { match } from 'ts-pattern';
import { z } from 'zod';
import { type RingName, SLOT_SIZE, SLOTS } from '../replay/netif.js';
import type { Event, Logged, LogHeader, LogSource, Op, Side } from './event.js';
import { type Line, LogError, parsed } from './lines.js';
import { fullRing, halvesIn, type SlotKind } from './slots.js';

const AccessLine = z.looseObject({
  seq: z.int().nonnegative(),
  side: z.enum(['front', 'back']),
  ring: z.enum(['tx', 'rx']),
  rw: z.enum(['R', 'W']),
  field: z.string().optional(),
  slot: z.int().min(0).optional(),
  byte: z.int().min(0).optional(),
  size: z.union([z.literal(1), z.literal(2), z.literal(4), z.literal(8)]),
  val: z.number().min(0),
});

/** One load or store: of a word, or of part of a slot. */
export interface Access {
  readonly side: Side;
  readonly rw: 'R' | 'W';
  readonly field?: string | undefined;
  readonly slot?: number | undefined;
  readonly byte?: number | undefined;
  readonly size: 1 | 2 | 4 | 8;
  readonly val: number;
}

/** Is this a line of a recording of memory accesses? */
export const isRaw = (json: Readonly<Record<string, unknown>>): boolean => 'rw' in json;

/** A recording of memory accesses. Its events throw a LogError at the first line that is not of one. */
export function rawSource(file: string, lines: () => AsyncIterable<Line>): LogSource {
  const skipped = new Map<string, number>();
  const events = async function* (): AsyncGenerator<Logged> {
    skipped.clear();
    const lifter = { tx: new Lifter('tx'), rx: new Lifter('rx') };
    let last: number | undefined;
    let count = 0;
    for await (const { json, number } of lines()) {
      const access = parsed(AccessLine, json, file, number);
      if (last !== undefined && access.seq !== last + 1)
        throw new LogError(file, number, `seq ${access.seq} follows seq ${last}`);
      last = access.seq;
      check(file, number, access);
      const lifted = lifter[access.ring].take(access);
      if (lifted.length === 0) {
        const what = `${access.rw} ${access.field ?? 'slot'}`;
        skipped.set(what, (skipped.get(what) ?? 0) + 1);
      }
      for (const event of lifted) yield { event, number: ++count, line: number };
    }
  };
  return { header: headerOf(file), events, skipped };
}

function check(
  file: string,
  line: number,
  { ring, rw, field, slot, byte, size, val }: z.infer<typeof AccessLine>,
): void {
  if ((field === undefined) === (slot === undefined || byte === undefined))
    throw new LogError(file, line, 'an access is to a field, or to a byte of a slot');
  const nr_ents = fullRing(ring);
  if (slot !== undefined && slot >= nr_ents)
    throw new LogError(file, line, `slot ${slot} is outside the ring, which has ${nr_ents}`);
  if (byte !== undefined && byte + size > SLOT_SIZE[ring])
    throw new LogError(file, line, `octets ${byte} to ${byte + size - 1} are outside a slot`);
  if (field !== undefined && !/^(req_prod|req_event|rsp_prod|rsp_event|pad\+\d+)$/.test(field))
    throw new LogError(file, line, `there is no field ${JSON.stringify(field)}`);
  // JSON's numbers have 53 bits. What is read is known from what was written.
  if (rw === 'W' && !Number.isSafeInteger(val))
    throw new LogError(file, line, `${val} has more than 53 bits: what was written cannot be told`);
  if (val > 2 ** (8 * size)) throw new LogError(file, line, `${val} does not fit in ${size} octets`);
}

/** From accesses to operations, for one ring: its page, and how far each side has come. */
export class Lifter {
  readonly #octets: number;
  readonly #slots: Uint8Array;
  readonly #words: Record<string, number> = {};
  /** Each side has copied the slots up to here. */
  readonly #read = { front: 0, back: 0 };
  /** Where each side's producer index was before its last push. */
  readonly #old = { front: 0, back: 0 };

  constructor(
    readonly ring: RingName,
    readonly nr_ents = fullRing(ring),
  ) {
    this.#octets = SLOT_SIZE[ring];
    this.#slots = new Uint8Array(nr_ents * this.#octets);
  }

  /** SHARED_RING_INIT has been seen, with all indices at `first`; without this it is to come. */
  init(first: number): void {
    Object.assign(this.#words, { req_prod: first, rsp_prod: first });
    this.#read.front = this.#read.back = first;
    this.#old.front = this.#old.back = first;
  }

  /** The operations that this access is, or completes; none if it is only a part of one, or of no operation. */
  take(access: Access): readonly Event[] {
    const { side, rw, field, val } = access;
    if (field === undefined) return rw === 'W' ? this.#store(access) : this.#load(access);
    const before = this.#words[field];
    if (rw === 'W') this.#words[field] = val;
    return match([side, rw, field])
      .with(['front', 'W', 'req_prod'], () =>
        // The first store of each word is SHARED_RING_INIT's.
        before === undefined ? [] : this.#publish(side, 'REQ_WRITE', 'SET_REQ_PROD', before, val),
      )
      .with(['back', 'W', 'rsp_prod'], () => this.#publish(side, 'RSP_WRITE', 'SET_RSP_PROD', before!, val))
      .with(['front', 'R', 'rsp_prod'], () => [this.#event(side, 'READ_RSP_PROD', { rsp_prod: val })])
      .with(['back', 'R', 'req_prod'], () => [this.#event(side, 'READ_REQ_PROD', { req_prod: val })])
      .with(['front', 'W', 'rsp_event'], () => [this.#event(side, 'SET_RSP_EVENT', { rsp_event: val })])
      .with(['back', 'W', 'req_event'], () => [this.#event(side, 'SET_REQ_EVENT', { req_event: val })])
      .with(['front', 'R', 'req_event'], () => [
        this.#event(side, 'READ_REQ_EVENT', { req_event: val, notify: this.#due(side, 'req_prod', val) }),
      ])
      .with(['back', 'R', 'rsp_event'], () => [
        this.#event(side, 'READ_RSP_EVENT', { rsp_event: val, notify: this.#due(side, 'rsp_prod', val) }),
      ])
      .otherwise(() => []);
  }

  #event(side: Side, op: Op, fields: Readonly<Record<string, number | readonly number[]>>): Event {
    return { ring: this.ring, side, op, ...fields };
  }

  /** What the macro computes from what it has loaded. */
  #due(side: Side, prod: string, event: number): 0 | 1 {
    const now = this.#words[prod]!;
    return (now - event) >>> 0 < (now - this.#old[side]) >>> 0 ? 1 : 0;
  }

  /** A slot's octets are those that it has when it is published, however often it was written before. */
  #publish(side: Side, write: Op, set: Op, before: number, now: number): readonly Event[] {
    this.#old[side] = before;
    const count = Math.min((now - before) >>> 0, this.nr_ents);
    const writes = Array.from({ length: count }, (_, i) => {
      const idx = (before + i) >>> 0;
      return this.#event(side, write, {
        idx,
        halves: this.#halves(idx, side === 'front' ? 'request' : 'response'),
      });
    });
    return [...writes, this.#event(side, set, { old: before, new: now })];
  }

  #store({ slot, byte, size, val }: Access): readonly Event[] {
    const at = slot! * this.#octets + byte!;
    // Not >>, which looks at 32 bits: a value of eight octets has more.
    for (let i = 0; i < size; i++) this.#slots[at + i] = Math.floor(val / 2 ** (8 * i)) % 256;
    return [];
  }

  /** The first load from a slot that this side had not come to; a later one is of the same copy, or of another. */
  #load({ side, slot, byte }: Access): readonly Event[] {
    const kind = side === 'front' ? 'response' : 'request';
    // Behind a transmit response the slot still has its request's octets, which the front reads to change them.
    if (byte! >= SLOTS[this.ring][kind].size) return [];
    const ahead = (slot! - this.#read[side]) & (this.nr_ents - 1);
    const published = (this.#words[side === 'front' ? 'rsp_prod' : 'req_prod']! - this.#read[side]) >>> 0;
    if (ahead >= published) return [];
    const idx = (this.#read[side] + ahead) >>> 0;
    this.#read[side] = (idx + 1) >>> 0;
    return [
      this.#event(side, side === 'front' ? 'RSP_READ' : 'REQ_READ', { idx, halves: this.#halves(idx, kind) }),
    ];
  }

  #halves(idx: number, kind: SlotKind): readonly number[] {
    const at = (idx % this.nr_ents) * this.#octets;
    return Array.from(
      { length: halvesIn(this.ring, kind) },
      (_, i) => this.#slots[at + 2 * i]! + 256 * this.#slots[at + 2 * i + 1]!,
    );
  }
}

/** What a recording of memory accesses shows: nothing but the page. */
function headerOf(file: string): LogHeader {
  return {
    format: 'netfront-log',
    version: 1,
    name: file,
    driver: 'linux_stock',
    rings: {
      tx: { nr_ents: fullRing('tx'), ids: 'unique', shows: [] },
      rx: { nr_ents: fullRing('rx'), ids: 'slot', shows: [] },
    },
  };
}
