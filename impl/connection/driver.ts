/**
 * Where the machine of a connection meets XenStore: it loads what an action needs, gives the machine the event, and performs
 * the effects that come back. Who decides which action is next (device.ts, or a trace) makes no difference to it.
 *
 * A step that writes is one commit, which sees all that the step has read.
 */
import { Interpreter } from '../interpreter.js';
import type { TxStatus } from '../netif.js';
import type { Runner } from '../runner.js';
import type { Store } from '../store.js';
import { Conflict, Directory } from './directory.js';
import type { connectionEffects } from './effects.js';
import { connectionMachine, type ConnectionPlace } from './machine.js';
import { BAD_OFFER, NO_OFFER, type Offer } from './offer.js';
import type { ConnectionUser, Rings } from './rings.js';
import { ringKeys } from './ring-keys.js';
import { connectionContext, type ConnectionEvent, type Saw } from './state.js';
import { DeviceError, type EndState, XENBUS_STATE } from './xenbus.js';

/** The actions, and what befalls the front. */
export type ConnectionAction = ConnectionEvent['type'];

/** What the trace or the application gives an action. */
export interface ConnectionArgs {
  readonly frame?: number;
  readonly ring?: number;
  readonly status?: TxStatus;
}

/** So often a step is decided. A store in which somebody else writes each time is not waited for. */
const MOST_TRIES = 100;

/** A machine on a device's directory. It owns the rings of its connection. */
export class ConnectionDriver {
  readonly machine: Interpreter<typeof connectionMachine, typeof connectionEffects>;
  readonly directory: Directory;
  /** A look is due: a watch was called, or the front wrote something after which it looks anew. */
  isLookDue = true;
  /** What is wrong with the device, or went wrong when rings were made. */
  failure: unknown;
  /** The rings that were made last. */
  rings: Rings | undefined;
  /** Rings of connections that have ended, of which a backend had pages mapped. By incarnation. */
  readonly kept = new Map<number, Rings>();
  /** What is wrong with the offer that was read last. */
  #badOffer: DeviceError | undefined;

  /**
   * Takes the directory for its own.
   * @param front the directory of the device, such as `device/vif/0`
   * @throws DeviceError if it names no backend
   */
  constructor(
    store: Store,
    front: string,
    readonly user: ConnectionUser,
    options: { readonly runner?: Runner; readonly machine?: typeof connectionMachine } = {},
  ) {
    this.directory = new Directory(store, front);
    this.directory.claim();
    this.machine = new Interpreter<typeof connectionMachine, typeof connectionEffects>(
      options.machine ?? connectionMachine,
      connectionContext(),
      {
        looked: () => void (this.isLookDue = false),
        lookAgain: () => void (this.isLookDue = true),
        makeRings: ({ offer }) => this.#makeRings(offer),
        forgetRings: () => this.#forget(),
        writeKeys: () => this.#writeKeys(),
        writeState: ({ state }) => this.#writeState(state),
        claim: () => this.directory.claim(),
        put: ({ frame, sg }) => this.user.put(frame, sg),
        tell: ({ frame, told }) => this.user.tell(frame, told),
        tellAll: ({ frames }) => {
          for (const frame of frames) this.user.tell(frame, 'dropped');
        },
      },
      options.runner,
    );
  }

  /** Where the machine is. */
  get place(): ConnectionPlace {
    return this.machine.snapshot;
  }

  /** The name of the state that it is in. */
  get phase(): string {
    const { value } = this.place;
    return typeof value === 'string' ? value : value.there;
  }

  /** The domain is another now, and the grants and ports of all rings are no more; whatever its directory is at. */
  forgetGrants(): void {
    for (const rings of [this.rings, ...this.kept.values()]) rings?.forget();
  }

  /**
   * One step, if the machine takes it. It is decided anew where what was read has changed before it was written.
   * @returns whether it was taken; if not, nothing was changed
   * @throws what store or host throws; then the machine is where it was
   */
  step(action: ConnectionAction, args: ConnectionArgs = {}): boolean {
    for (let tries = 1; ; tries++) {
      try {
        return this.machine.send(this.load(action, args));
      } catch (error) {
        if (!(error instanceof Conflict)) throw error;
        if (tries === MOST_TRIES)
          throw new DeviceError(
            `${this.directory.front} has changed each of ${tries} times that ${action} was decided`,
          );
      }
    }
  }

  /** The event for an action: what it loads is loaded now. Rings are released where the machine takes the event. */
  load(type: ConnectionAction, { frame = 0, ring = 0, status }: ConnectionArgs = {}): ConnectionEvent {
    const { directory } = this;
    directory.begin();
    switch (type) {
      case 'FrontReadState':
        return { type, isDue: this.isLookDue, saw: this.isLookDue ? this.#look() : 'nothing' };
      case 'FrontPrepare':
      case 'FrontSeeConnected':
        return { type, offer: this.#offer() };
      case 'FrontWriteKeys':
      case 'FrontConnect':
      case 'FrontClosed':
      case 'FrontTimeout':
        return { type, isOwn: directory.isOwn };
      case 'FrontAnswerClose':
        return { type, isOwn: directory.isOwn, offer: this.#offer(), online: this.#online() };
      case 'FrontClosing':
        return { type, isOwn: directory.isOwn, offer: this.#offer() };
      case 'FrontReopen':
        return { type, isOwn: directory.isOwn, online: this.#online() };
      case 'FrontRelease':
      case 'FrontGone':
        return this.#released({ type, isMapped: false });
      case 'FrontSetUpFails':
        return this.#released({ type, isOwn: directory.isOwn, isMapped: false });
      case 'FrontRestarted':
        return this.#released({ type, isOwn: directory.isOwn, state: directory.state, isMapped: false });
      case 'FrontProbe':
        return { type, isNew: !directory.isOwn && directory.exists };
      case 'FrontReset':
        return { type, isOwn: directory.isOwn, state: directory.state };
      case 'FrontFreesKept':
        return { type, ring, isMapped: this.#isMapped(ring) };
      case 'AppSend':
      case 'FrontPut':
      case 'FrontDrop':
      case 'FrontDropHeld':
        return { type, frame };
      case 'FrontTakeAnswer':
        return { type, frame, status };
      case 'AppClose':
      case 'AppOpen':
      case 'ToolMigrate':
      case 'FrontCrash':
        return { type };
    }
  }

  /** The back's state comes first: if the directory is still the front's after that, it was when the back's was read. */
  #look(): Saw {
    const saw = this.#sound(() => this.directory.backState, 'Unknown');
    return this.directory.isOwn ? saw : 'Removed';
  }

  #online(): boolean {
    return this.#sound(() => this.directory.online, false);
  }

  /** What is read of the device, or this in its place where the device is not sound. */
  #sound<T>(read: () => T, otherwise: T): T {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error;
      if (this.directory.isOwn) this.failure ??= error;
      return otherwise;
    }
  }

  /** One that cannot be used is the reason why a front that prepares for it fails; and it is not the one that was agreed. */
  #offer(): Offer {
    this.#badOffer = undefined;
    try {
      return this.directory.offer;
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error;
      if (!this.directory.isOwn) return NO_OFFER;
      this.#badOffer = error;
      return BAD_OFFER;
    }
  }

  #writeState(state: EndState): void {
    this.directory.commit(new Map([[this.directory.own('state'), String(XENBUS_STATE[state])]]));
  }

  /** The set-up may fail. Then there are no rings, and FrontSetUpFails is due. */
  #makeRings(offer: Offer): void {
    this.rings = undefined;
    this.failure = this.#badOffer;
    if (this.failure !== undefined) return;
    try {
      this.rings = this.user.makeRings(offer);
    } catch (error) {
      this.failure = error;
    }
  }

  #writeKeys(): void {
    const { directory, rings } = this;
    // Cannot happen: a set-up that failed is given up before its keys are written.
    if (rings === undefined) throw new Error('there are no rings for the keys to name');
    const before = Number(directory.read(directory.own('multi-queue-num-queues')) ?? 0) || 0;
    directory.commit(ringKeys(directory.front, rings.queues, before));
  }

  /** An event that releases the rings, with what the host says of them, if the machine takes it. */
  #released<E extends Extract<ConnectionEvent, { readonly isMapped: boolean }>>(event: E): E {
    const { hasRings, incarnation } = this.place.context;
    if (this.rings === undefined || !hasRings || !this.machine.can(event)) return event;
    const isMapped = this.rings.release();
    if (isMapped) this.kept.set(incarnation, this.rings);
    return { ...event, isMapped };
  }

  #isMapped(ring: number): boolean {
    const isMapped = this.kept.get(ring)?.release() ?? true;
    if (!isMapped) this.kept.delete(ring);
    return isMapped;
  }

  #forget(): void {
    this.forgetGrants();
    if (this.rings !== undefined) this.kept.set(this.place.context.incarnation, this.rings);
    // A page that the system does not take back now is offered to it again later.
    for (const ring of [...this.kept.keys()]) this.#isMapped(ring);
  }
}
