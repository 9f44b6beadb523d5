/** XenStore in memory. Everybody sees the same tree: the guest, the backend and the toolstack. */
import { type Changes, checkPath, type Seen, type Store } from '../store.js';

interface Watch {
  readonly path: string;
  readonly listener: () => void;
  /** A call is on its way. */
  isDue: boolean;
  isEnded: boolean;
}

const isAtOrBelow = (path: string, top: string): boolean => path === top || path.startsWith(`${top}/`);

/** A store in memory. Watches are called asynchronously, each once for all changes until then. */
export class MemoryStore implements Store {
  readonly #values = new Map<string, string>();
  readonly #watches = new Set<Watch>();

  read(path: string): string | undefined {
    checkPath(path);
    return this.#values.get(path);
  }

  write(path: string, value: string): void {
    this.commit(new Map(), new Map([[path, value]]));
  }

  remove(path: string): void {
    this.commit(new Map(), new Map([[path, undefined]]));
  }

  commit(seen: Seen, changes: Changes): boolean {
    for (const path of [...seen.keys(), ...changes.keys()]) checkPath(path);
    for (const [path, value] of seen) if (this.#values.get(path) !== value) return false;
    for (const [path, value] of changes) {
      if (value === undefined) this.#remove(path);
      else this.#write(path, value);
      for (const watch of this.#watches)
        if (isAtOrBelow(path, watch.path) || (value === undefined && isAtOrBelow(watch.path, path)))
          this.#call(watch);
    }
    return true;
  }

  watch(path: string, listener: () => void): () => void {
    checkPath(path);
    const watch: Watch = { path, listener, isDue: false, isEnded: false };
    this.#watches.add(watch);
    this.#call(watch);
    return () => {
      watch.isEnded = true;
      this.#watches.delete(watch);
    };
  }

  /** How many watches there are. */
  get watches(): number {
    return this.#watches.size;
  }

  /** The keys of a directory and below it, as they are named from there, with their values, in order. */
  below(path: string): Readonly<Record<string, string>> {
    const within = [...this.#values].filter(([each]) => each.startsWith(`${path}/`));
    return Object.fromEntries(
      within
        .map(([each, value]) => [each.slice(path.length + 1), value] as const)
        .toSorted(([a], [b]) => (a < b ? -1 : 1)),
    );
  }

  #write(path: string, value: string): void {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const above = path.slice(0, end);
      if (!this.#values.has(above)) this.#values.set(above, '');
    }
    this.#values.set(path, value);
  }

  #remove(path: string): void {
    for (const each of this.#values.keys()) if (isAtOrBelow(each, path)) this.#values.delete(each);
  }

  #call(watch: Watch): void {
    if (watch.isDue) return;
    watch.isDue = true;
    queueMicrotask(() => {
      watch.isDue = false;
      if (!watch.isEnded) watch.listener();
    });
  }
}
