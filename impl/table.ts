/**
 * A table from the numbers 0..size-1 (at most 65536) to values, that is never changed: setting an entry gives a new
 * table and copies at most 4 x 16 entries of the old one, whatever is in it.
 */

/** Either entries, or tables of a sixteenth of the keys; which one, the level says. */
type Node<T> = readonly (Node<T> | T | undefined)[];

/** Made by {@link emptyTable}, read by {@link get}. */
export interface Table<T> {
  readonly size: number;
  /** 4 bits of the key choose an entry of a node; so many bits are left for those below the root. */
  readonly shift: number;
  readonly root: Node<T>;
}

const BITS = 4;
const WIDTH = 1 << BITS;

/** A table of this size without entries. */
export const emptyTable = <T>(size: number): Table<T> => {
  let shift = 0;
  let root: Node<T> = new Array<undefined>(WIDTH).fill(undefined);
  // All nodes of a level are one node: none is ever changed.
  for (; WIDTH << shift < size; shift += BITS) root = new Array<Node<T>>(WIDTH).fill(root);
  return { size, shift, root };
};

/** The entry of a key; `undefined` where there is none, or no such key. */
export const get = <T>({ size, shift, root }: Table<T>, key: number): T | undefined => {
  if (!(key >= 0 && key < size)) return undefined;
  let node = root;
  for (let bits = shift; bits > 0; bits -= BITS) node = node[(key >> bits) & (WIDTH - 1)] as Node<T>;
  return node[key & (WIDTH - 1)] as T | undefined;
};

/** A table in which the key has this entry; `undefined` removes it. Throws RangeError if there is no such key. */
export const set = <T>(table: Table<T>, key: number, value: T | undefined): Table<T> => {
  const { size, shift, root } = table;
  if (!(key >= 0 && key < size)) throw new RangeError(`the table has no key ${key}`);
  return { size, shift, root: withEntry(root, shift, key, value) };
};

const withEntry = <T>(node: Node<T>, shift: number, key: number, value: T | undefined): Node<T> => {
  const at = (key >> shift) & (WIDTH - 1);
  return node.with(at, shift === 0 ? value : withEntry(node[at] as Node<T>, shift - BITS, key, value));
};

/** The keys that have an entry, in ascending order. */
export const keysOf = <T>(table: Table<T>): readonly number[] =>
  Array.from({ length: table.size }, (_, key) => key).filter((key) => get(table, key) !== undefined);
