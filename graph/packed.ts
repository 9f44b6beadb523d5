/**
 * Growing tables of integers outside the JavaScript heap, for graphs of millions of transitions.
 */

/** A growing list of 32-bit integers, four octets an item. */
export class Int32List {
  #items: Int32Array<ArrayBuffer>;
  /** How many items there are. */
  length = 0;

  /** An empty list with room for `capacity` items before it has to grow. */
  constructor(capacity = 1024) {
    this.#items = new Int32Array(Math.max(1, capacity));
  }

  /** Adds an item at the end. */
  push(item: number): void {
    if (this.length === this.#items.length) {
      const grown = new Int32Array(2 * this.length);
      grown.set(this.#items);
      this.#items = grown;
    }
    this.#items[this.length++] = item;
  }

  /** Takes the last item away and returns it; there must be one. */
  pop(): number {
    return this.#items[--this.length]!;
  }

  /** The item at `index`, which must be below `length`. */
  at(index: number): number {
    return this.#items[index]!;
  }

  /** Replaces the item at `index`, which must be below `length`. */
  set(index: number, item: number): void {
    this.#items[index] = item;
  }

  /** The items themselves, without a copy; valid until the next `push`. */
  view(): Int32Array {
    return this.#items.subarray(0, this.length);
  }
}

const MINUS = 0x2d;
const ZERO = 0x30;
// A signed 64-bit number has at most 19 digits.  We keep the last nine apart from the rest, because each
// half is then exact: as a number, 64 bits would lose the lowest ones, and a BigInt is an object.
const LOW_DIGITS = 9;

/** Numbers decimal texts of signed 64-bit integers 0, 1, 2 … in the order in which they are first seen. */
export class FingerprintTable {
  /** How many different fingerprints there are. */
  size = 0;
  #mask: number;
  #slots: Int32Array; // number + 1 of the fingerprint in each slot; 0 is free
  #high: Float64Array;
  #low: Int32Array;

  /** An empty table with room for `capacity` fingerprints before it has to grow. */
  constructor(capacity = 1024) {
    const slots = 2 ** Math.ceil(Math.log2(2 * Math.max(1, capacity)));
    this.#mask = slots - 1;
    this.#slots = new Int32Array(slots);
    this.#high = new Float64Array(slots / 2);
    this.#low = new Int32Array(slots / 2);
  }

  /** The number of the fingerprint written in octets `start` to `end` of `bytes`: an optional `-`, then digits. */
  numberOf(bytes: Uint8Array, start: number, end: number): number {
    const negative = bytes[start] === MINUS;
    const split = Math.max(negative ? start + 1 : start, end - LOW_DIGITS);
    let high = 0;
    for (let i = negative ? start + 1 : start; i < split; i++) high = high * 10 + bytes[i]! - ZERO;
    let low = 0;
    for (let i = split; i < end; i++) low = low * 10 + bytes[i]! - ZERO;
    return this.#find(negative ? -1 - high : high, low);
  }

  #find(high: number, low: number): number {
    let slot = this.#home(high, low);
    for (;;) {
      const found = this.#slots[slot]! - 1;
      if (found < 0) return this.#add(slot, high, low);
      if (this.#low[found] === low && this.#high[found] === high) return found;
      slot = (slot + 1) & this.#mask;
    }
  }

  #home(high: number, low: number): number {
    const mixed = Math.imul(low, 0x9e3779b1) ^ Math.imul(high | 0, 0x85ebca6b);
    return (mixed ^ (mixed >>> 15)) & this.#mask;
  }

  #add(slot: number, high: number, low: number): number {
    const number = this.size++;
    this.#high[number] = high;
    this.#low[number] = low;
    this.#slots[slot] = number + 1;
    if (this.size === this.#high.length) this.#grow();
    return number;
  }

  #grow(): void {
    const slots = 2 * this.#slots.length;
    this.#mask = slots - 1;
    this.#slots = new Int32Array(slots);
    const high = new Float64Array(slots / 2);
    high.set(this.#high);
    const low = new Int32Array(slots / 2);
    low.set(this.#low);
    this.#high = high;
    this.#low = low;
    for (let number = 0; number < this.size; number++) {
      let slot = this.#home(high[number]!, low[number]!);
      while (this.#slots[slot] !== 0) slot = (slot + 1) & this.#mask;
      this.#slots[slot] = number + 1;
    }
  }
}
