/**
 * The life of a device: which action of the machine comes next, and what waits for a timer. The machine says what is allowed.
 * What is sent, and where received frames go, is the device's (device.ts).
 */
import type { Store } from '../store.js';
import { type ConnectionAction, ConnectionDriver } from './driver.js';
import type { ConnectionUser } from './rings.js';
import { framesOnRings } from './state.js';
import type { System } from './system.js';

/** How long is waited, in milliseconds. */
export interface Patience {
  /** For a backend to answer a close. */
  readonly closeAfter: number;
  /** Until a set-up that failed is tried again, and it is asked whether pages are still mapped. */
  readonly retryAfter: number;
}

/** The device, to its life. */
export interface Living extends ConnectionUser {
  /** One step with a frame that waits, if one is due. @returns whether there was one */
  pump(): boolean;
  /** All that was due was done. */
  settled(): void;
}

/** The order in which actions are tried. The machine takes one of them, or none. */
const ORDER = [
  ...(['FrontReadState', 'FrontGone', 'FrontProbe', 'FrontSetUpFails', 'FrontAnswerClose'] as const),
  ...(['FrontClosing', 'FrontClosed', 'FrontTimeout', 'FrontPrepare', 'FrontWriteKeys'] as const),
  ...(['FrontConnect', 'FrontSeeConnected', 'FrontReset', 'FrontRestarted'] as const),
  ...(['FrontRelease', 'FrontReopen'] as const),
] satisfies readonly ConnectionAction[];

/** A device's machine at work. */
export class Life {
  readonly driver: ConnectionDriver;
  readonly #watches: (() => void)[] = [];
  #isRunning = false;
  /** A backend was waited for as long as is due. */
  #isPatienceOver = false;
  #endPatience: (() => void) | undefined;
  /** While this is there, nothing begins again. */
  #endRetry: (() => void) | undefined;
  /** There may be another device than the one that is watched. */
  #isWatchDue = false;
  /** It is to be asked whether pages are still mapped. */
  #areKeptDue = false;

  /**
   * Takes the device, and watches it.
   * @throws what store or device has against it; then nothing is left behind
   */
  constructor(
    readonly system: System,
    store: Store,
    path: string,
    readonly patience: Patience,
    readonly living: Living,
  ) {
    this.driver = new ConnectionDriver(store, path, living);
    this.watch();
    try {
      // A driver before this one has left it in another state: its kernel is gone.
      if (this.driver.directory.state !== 'Initialising') this.driver.step('FrontCrash');
    } catch (error) {
      this.unwatch();
      throw error;
    }
  }

  /** Has it no connection, and none to end? */
  get isAtRest(): boolean {
    const { phase, place } = this.driver;
    return !place.context.hasRings && phase !== 'closing' && phase !== 'closed';
  }

  /**
   * Watches the states of both ends, and nothing else.
   * @throws what store or device has against it; then nothing is watched
   */
  watch(): void {
    this.unwatch();
    try {
      this.#watch();
    } catch (error) {
      this.unwatch();
      throw error;
    }
  }

  /** The same as soon as it can be done. */
  watchAnew(): void {
    this.#isWatchDue = true;
    this.run();
  }

  #watch(): void {
    const look = (): void => {
      this.driver.isLookDue = true;
      this.run();
    };
    const { directory } = this.driver;
    this.#watches.push(directory.store.watch(directory.own('state'), look));
    if (directory.exists) this.#watches.push(directory.store.watch(`${directory.back}/state`, look));
  }

  /** Ends its watches. */
  unwatch(): void {
    this.#isWatchDue = false;
    for (const end of this.#watches.splice(0)) end();
  }

  /** Does all that is due. */
  run(): void {
    this.#run(() => this.#next());
  }

  /** Does all that is due with the frames that wait. */
  pump(): void {
    this.#run(() => this.living.pump());
  }

  #run(next: () => boolean): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      this.#attempt(next);
    } finally {
      this.#isRunning = false;
    }
    this.#wait();
    this.living.settled();
  }

  #attempt(next: () => boolean): void {
    const { driver } = this;
    for (;;) {
      try {
        while (next());
        return;
      } catch (error) {
        // What a set-up cannot get ends the set-up. Anything else is tried again later.
        const endsSetUp = driver.failure === undefined && this.#isSettingUp;
        driver.failure ??= error;
        if (!endsSetUp) {
          this.#tryLater();
          return;
        }
      }
    }
  }

  get #isSettingUp(): boolean {
    return this.driver.phase === 'prepared' || this.driver.phase === 'written';
  }

  /** One step that is due. @returns whether there was one */
  #next(): boolean {
    const { driver } = this;
    const { phase, place } = driver;
    if (phase === 'closed' || phase === 'restarting' || place.context.saw === 'Removed')
      for (const frame of framesOnRings(place.context)) driver.step('FrontDrop', { frame });
    for (const action of ORDER)
      if (this.#isDue(action) && driver.step(action)) {
        if (action === 'FrontProbe') this.#isWatchDue = true;
        return true;
      }
    return this.living.pump() || this.#askForKept() || this.#watchAnother();
  }

  #askForKept(): boolean {
    const { driver } = this;
    if (!this.#areKeptDue) return false;
    this.#areKeptDue = false;
    return [...driver.kept.keys()].filter((ring) => driver.step('FrontFreesKept', { ring })).length > 0;
  }

  #watchAnother(): boolean {
    if (!this.#isWatchDue) return false;
    try {
      this.watch();
    } catch (error) {
      this.#isWatchDue = true;
      throw error;
    }
    return true;
  }

  /** What the machine would take at any time, and is done only when it is right. */
  #isDue(action: ConnectionAction): boolean {
    const { failure, place, isLookDue } = this.driver;
    const { saw } = place.context;
    switch (action) {
      case 'FrontReadState':
        return isLookDue;
      case 'FrontSetUpFails':
        return failure !== undefined && this.#isSettingUp;
      case 'FrontWriteKeys':
      case 'FrontConnect':
        return failure === undefined;
      case 'FrontTimeout':
        return this.#isPatienceOver;
      case 'FrontRelease':
        return this.#isPatienceOver || saw === 'Closed' || saw === 'Unknown' || saw === 'Removed';
      case 'FrontReopen':
        return this.#endRetry === undefined;
      default:
        return true;
    }
  }

  /** Starts the timers that are due, and ends those that are not. */
  #wait(): void {
    const { driver, patience, system } = this;
    const { phase } = driver;
    if (phase === 'closing' || phase === 'closed')
      this.#endPatience ??= system.after(patience.closeAfter, () => {
        this.#isPatienceOver = true;
        this.run();
      });
    else {
      this.#endPatience?.();
      this.#endPatience = undefined;
      this.#isPatienceOver = false;
    }
    if (driver.kept.size > 0 || (driver.failure !== undefined && phase === 'released')) this.#tryLater();
  }

  #tryLater(): void {
    const { driver } = this;
    this.#endRetry ??= this.system.after(this.patience.retryAfter, () => {
      this.#endRetry = undefined;
      this.#areKeptDue = true;
      if (!this.#isSettingUp) driver.failure = undefined;
      this.run();
    });
  }
}
