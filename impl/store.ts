/**
 * What a netfront needs of XenStore: a tree of small texts that guest, backend and toolstack share
 * (docs/misc/xenstore.txt). back/memory-store.ts has one in memory. One on real Xen implements the same interface.
 */

/** Paths, and the value that was read of each; undefined where nothing was there. */
export type Seen = ReadonlyMap<string, string | undefined>;

/** What a commit does, in this order: a path gets a value; or, with undefined, it is removed with all below it. */
export type Changes = ReadonlyMap<string, string | undefined>;

/**
 * A guest's side of XenStore. A path is absolute, or relative to the guest's own directory (`device/vif/0`). A method that
 * throws has done nothing. What it throws is a {@link StoreError} where the store refuses.
 */
export interface Store {
  /** The value of a path, undefined where nothing is there. */
  read(path: string): string | undefined;
  /** Gives a path a value. What is above it is made, if it is not there. */
  write(path: string, value: string): void;
  /** Removes a path and all below it. Does nothing where nothing is there. */
  remove(path: string): void;
  /**
   * Makes all these changes at once, if each path of `seen` still has the value that was read of it. So nobody sees a part
   * of them, and what they were decided by is still true. On Xen it is one transaction, which reads `seen` anew.
   * @returns false if something of `seen` has another value now, or the transaction got EAGAIN. Then nothing was changed:
   *   read again, and decide again
   */
  commit(seen: Seen, changes: Changes): boolean;
  /**
   * Calls the listener soon after a change of this path, of what is below it, or of what is above it and takes it away; and
   * once to begin with. A call says «look again» and no more. There may be one for several changes, or for none.
   * @returns a function that ends the watch; no call comes after it
   */
  watch(path: string, listener: () => void): () => void;
}

/** XenStore refused something. The message names the path and says why. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

/** XENSTORE_ABS_PATH_MAX */
const LONGEST_PATH = 3072;

/** Throws {@link StoreError} if this is no path of xenstore.txt. */
export const checkPath = (path: string): void => {
  const why =
    path.length > LONGEST_PATH
      ? `has ${path.length} octets, and may have ${LONGEST_PATH}`
      : /^\/?[-\w@]+(\/[-\w@]+)*$/.test(path)
        ? undefined
        : 'is no path: names of letters, digits and -_@, with one / between them, are';
  if (why !== undefined) throw new StoreError(`XenStore: ${JSON.stringify(path.slice(0, 80))} ${why}`);
};
