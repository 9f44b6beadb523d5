/** XenStore as the runner has it, and the states of io/xenbus.h. */
import type { StoreKeys } from '../protocol.js';

/** enum xenbus_state */
export const XENBUS_STATE = {
  Unknown: '0',
  Initialising: '1',
  InitWait: '2',
  Initialised: '3',
  Connected: '4',
  Closing: '5',
  Closed: '6',
  Reconfiguring: '7',
  Reconfigured: '8',
} as const;

/** A state by its name. */
export type StateName = keyof typeof XENBUS_STATE;

const NAMES = new Map(
  Object.entries(XENBUS_STATE).map(([name, value]) => [value as string, name as StateName]),
);

/** What a key `state` says; Unknown where there is none, or it is no state. */
export const stateOf = (value: string | undefined): StateName => NAMES.get(value ?? '') ?? 'Unknown';

/** A commit: keys by path; null is one that is removed, with all below it. */
export type Commit = Readonly<Record<string, string | null>>;

/** A tree of keys. */
export class StoreCopy {
  readonly #values = new Map<string, string>();

  /** The value of a path. */
  read(path: string): string | undefined {
    return this.#values.get(path);
  }

  /** The number that a path holds; undefined where it holds none. */
  number(path: string): number | undefined {
    const value = this.read(path);
    return value !== undefined && /^\d{1,10}$/.test(value) ? Number(value) : undefined;
  }

  /** Makes all changes of a commit. */
  apply(commit: Commit): void {
    for (const [path, value] of Object.entries(commit)) {
      if (value !== null) this.#values.set(path, value);
      else
        for (const each of this.#values.keys())
          if (each === path || each.startsWith(`${path}/`)) this.#values.delete(each);
    }
  }

  /** Only these keys are there from now on. */
  reset(keys: StoreKeys): void {
    this.#values.clear();
    this.apply(keys);
  }

  /** The keys below a path, as they are named from there. */
  below(path: string): readonly (readonly [key: string, value: string])[] {
    return [...this.#values]
      .filter(([each]) => each.startsWith(`${path}/`))
      .map(([each, value]) => [each.slice(path.length + 1), value] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1));
  }
}
