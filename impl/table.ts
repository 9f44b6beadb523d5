/**
 * A table from the numbers 0..size-1 (at most 65536) to values, that is never changed: setting an entry gives a new
 * table and copies at most 2 x 256 entries of the old one, whatever is in it.
 */
export type Table<T> = readonly (readonly (T | undefined)[])[];

const PAGE = 256;

/** A table of this size without entries. */
export const emptyTable = <T>(size: number): Table<T> =>
  Array.from({ length: Math.ceil(size / PAGE) }, (_, page) =>
    new Array<T | undefined>(Math.min(PAGE, size - page * PAGE)).fill(undefined),
  );

/** The entry of a key; `undefined` where there is none, or no such key. */
export const get = <T>(table: Table<T>, key: number): T | undefined => table[key >> 8]?.[key & (PAGE - 1)];

/** A table in which the key has this entry; `undefined` removes it. Throws RangeError if there is no such key. */
export const set = <T>(table: Table<T>, key: number, value: T | undefined): Table<T> => {
  const page = table[key >> 8];
  if (page === undefined) throw new RangeError(`the table has no key ${key}`);
  return table.with(key >> 8, page.with(key & (PAGE - 1), value));
};
