/**
 * A device's directories in XenStore, as its front reads and writes them. What a step reads is remembered, and its commit is
 * made only where that is still so.
 */
import { type Changes, checkPath, type Store } from '../store.js';
import { NO_OFFER, type Offer, readOffer } from './offer.js';
import { bad, DeviceError, endState, type EndState, numberOf } from './xenbus.js';

/** Something that was read has changed before it was written. Nothing was written. */
export class Conflict extends Error {
  override readonly name = 'Conflict';
}

/**
 * The key that says which front a directory belongs to. Only fronts read it. A device that the toolstack makes anew has none,
 * so a front does not take it for the one that it served before.
 */
const OWNER = 'netfront-owner';

/** The highest domid of a domain: DOMID_FIRST_RESERVED is the next. */
const LAST_DOMID = 0x7fef;

/** So often a claim is tried. */
const MOST_TRIES = 100;

let claims = 0;

/** The directory of a front, and that of its backend. */
export class Directory {
  readonly #seen = new Map<string, string | undefined>();
  #owner = '';

  constructor(
    readonly store: Store,
    readonly front: string,
  ) {}

  /** A new step begins, which has read nothing. */
  begin(): void {
    this.#seen.clear();
  }

  /** The path of one of the front's keys. */
  own(key: string): string {
    return `${this.front}/${key}`;
  }

  /** The value of a path. */
  read(path: string): string | undefined {
    const value = this.store.read(path);
    this.#seen.set(path, value);
    return value;
  }

  /** Makes these changes. Throws {@link Conflict} where something that the step has read is not so any more. */
  commit(changes: Changes): void {
    if (!this.store.commit(this.#seen, changes))
      throw new Conflict(`${this.front} has changed since it was read`);
  }

  /** Is the directory there, and this front's? */
  get isOwn(): boolean {
    return this.exists && this.read(this.own(OWNER)) === this.#owner;
  }

  /** Is a directory there, whosever it is? */
  get exists(): boolean {
    return this.read(this.own('state')) !== undefined;
  }

  /** The front's own state. Throws {@link DeviceError} if it is none. */
  get state(): EndState {
    return endState(this.own('state'), this.read(this.own('state')));
  }

  /** The backend's directory. Throws {@link DeviceError} if none is named, or it is no path. */
  get back(): string {
    const back = this.read(this.own('backend'));
    if (back === undefined || back === '')
      throw bad(this.own('backend'), back, 'the directory of the backend is needed');
    try {
      checkPath(back);
    } catch {
      throw bad(
        this.own('backend'),
        back,
        'names of letters, digits and -_@, with one / between them, are a path',
      );
    }
    return back;
  }

  /** The backend's domain. Throws {@link DeviceError} if it is none. */
  get backend_id(): number {
    return numberOf(this.own('backend-id'), this.read(this.own('backend-id')), { most: LAST_DOMID });
  }

  /** The backend's state. Throws {@link DeviceError} if it is none. */
  get backState(): EndState {
    const path = `${this.back}/state`;
    return endState(path, this.read(path));
  }

  /**
   * May the device open again after it was closed? Not where nothing says so: a directory that is gone may be of a device
   * that is to go.
   * @throws DeviceError if the key is no number
   */
  get online(): boolean {
    const path = `${this.back}/online`;
    return numberOf(path, this.read(path), { absent: 0 }) > 0;
  }

  /**
   * What the backend offers; nothing where its directory is gone, which the front will see.
   * @throws DeviceError if that cannot be used
   */
  get offer(): Offer {
    return this.backState === 'Unknown' ? NO_OFFER : readOffer(this, this.back);
  }

  /**
   * Takes the directory that is there for this front's own.
   * @throws DeviceError if no device is there, or it names no backend
   */
  claim(): void {
    for (let tries = 1; tries <= MOST_TRIES; tries++) {
      this.begin();
      if (!this.exists)
        throw bad(this.own('state'), undefined, 'there is no device: the toolstack makes one');
      void [this.state, this.back, this.backend_id];
      const owner = String((claims += 1));
      if (!this.store.commit(this.#seen, new Map([[this.own(OWNER), owner]]))) continue;
      this.#owner = owner;
      return;
    }
    throw new DeviceError(`${this.front} has changed each of ${MOST_TRIES} times that it was read`);
  }
}
