/**
 * An immutable table from the numbers 0..size-1 (at most 65536) to values. Setting an entry gives a new table, which
 * shares with the old one all but at most 4 x 16 entries.
 */

/** At the lowest level entries, above it nodes for a sixteenth of the keys each. Undefined where nothing was ever set. */
type Node<T> = readonly (Node<T> | T | undefined)[];

/** Made by {@link emptyTable}, read by {@link get}. */
export interface Table<T> {
  readonly size: number;
  /** Four bits of the key choose an entry of a node; so many bits are left for the nodes below the root. */
  readonly shift: number;
  readonly root: Node<T>;
}

const BITS = 4;
const WIDTH = 1 << BITS;
const EMPTY: Node<never> = new Array<undefined>(WIDTH).fill(undefined);

/** A table of this size without entries. */
export const emptyTable = <T>(size: number): Table<T> => {
  let shift = 0;
  while (WIDTH << shift < size) shift += BITS;
  return { size, shift, root: EMPTY };
};

/** The entry of a key; `undefined` where there is none, or no such key. */
export const get = <T>({ size, shift, root }: Table<T>, key: number): T | undefined => {
  if (!(key >= 0 && key < size)) return undefined;
  let node: Node<T> | undefined = root;
  for (let bits = shift; bits > 0; bits -= BITS) node = node?.[at(key, bits)] as Node<T> | undefined;
  return node?.[at(key, 0)] as T | undefined;
};

/** A table in which the key has this entry; `undefined` removes it. Throws RangeError if there is no such key. */
export const set = <T>({ size, shift, root }: Table<T>, key: number, value: T | undefined): Table<T> => {
  if (!(key >= 0 && key < size)) throw new RangeError(`the table has no key ${key}`);
  return { size, shift, root: withEntry(root, shift, key, value) };
};

const at = (key: number, bits: number): number => (key >> bits) & (WIDTH - 1);

const withEntry = <T>(node: Node<T>, bits: number, key: number, value: T | undefined): Node<T> => {
  const i = at(key, bits);
  if (bits === 0) return node.with(i, value);
  return node.with(i, withEntry((node[i] as Node<T> | undefined) ?? EMPTY, bits - BITS, key, value));
};
