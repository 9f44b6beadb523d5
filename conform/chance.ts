/** Numbers at random that are the same each time for one seed. */

/** A source of such numbers. */
export class Chance {
  #state: number;

  /** @param seed whole numbers below 2^32; each list of them has numbers of its own */
  constructor(...seed: readonly number[]) {
    this.#state = 0;
    for (const each of seed) this.#state = mixed(this.#state ^ each);
  }

  /** A whole number below `count`, which is at least 1. */
  below(count: number): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    return Math.floor((mixed(this.#state) / 2 ** 32) * count);
  }

  /** Is it the one case in `count`? */
  once(count: number): boolean {
    return this.below(count) === 0;
  }

  /** One of these, of which there is one at least. */
  of<T>(all: readonly T[]): T {
    return all[this.below(all.length)]!;
  }
}

/** The finaliser of MurmurHash3: each bit of `value` changes half of the bits. */
function mixed(value: number): number {
  let x = value + 0x7f4a7c15;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}
