/**
 * The front of a device, as backend, toolstack, Xen and application see it: after each of its turns all that they can see is
 * taken, and held against the properties of spec/Connection.tla.
 */
import type { Case } from '../case.js';
import type { Exchange, Port } from '../port.js';
import { DeviceEffects, type DeviceMessage, DeviceStartAnswer, FAILURES, type Message } from '../protocol.js';
import { type Property, Violation } from '../violation.js';
import { Arrivals } from './arrivals.js';
import { checkCommit, type Committing } from './commits.js';
import { DeviceStore } from './device.js';
import { Guest } from './guest.js';
import { type Nameable, queuesOf } from './keys.js';
import type { MappedQueue, QueueAt } from './queue.js';
import { Sends } from './sends.js';
import { type Commit, XENBUS_STATE } from './xenbus.js';

/** No front asks for so much. */
const NEVER = 1_000_000_000;

/** In the middle of a turn it is not known what is granted. */
const ANYTHING: Nameable = { isGranted: () => true, isOpen: () => true };

/** The front, and what is known of its guest. */
export class DeviceFront implements Committing {
  readonly store: DeviceStore;
  readonly sends = new Sends();
  readonly arrivals = new Arrivals();
  readonly guest: Guest;
  /** Paths for which a watch is due. */
  readonly due = new Set<string>();
  /** The front's state may have changed, and the backend has not looked. */
  isBackLookDue = true;
  /** What the backend has mapped. */
  queues: readonly MappedQueue[] = [];
  /** Which making of the device it serves. */
  served = 0;
  /** Its kernel has begun anew, and it has not begun a connection since. */
  isCrashed = false;
  /** The application wants the device open. */
  isOpen = true;
  /** It was told to fail in something. */
  hasFailed = false;
  /** How often it wrote its state. */
  stateWrites = 0;
  /** There was a reason for the front to end its connection, or to begin none, since the device was made. */
  mayEnd = false;
  /** How often either end has written its state. */
  stateChanges = 0;
  /** Octets of a block. */
  block = 4096;
  /** Is the application told of its sends? */
  tells = true;
  /** What somebody else commits just before the front does. */
  #race: { readonly commit: Commit; readonly then: () => void } | undefined;

  constructor(
    readonly port: Port,
    readonly given: Case,
  ) {
    this.store = new DeviceStore(given.start.device!); // a case with a device
    this.guest = new Guest(port, this.store);
  }

  /** @returns why the driver cannot start this case; undefined if it has */
  async start(): Promise<string | undefined> {
    const { tx, rx, device } = this.given.start;
    this.store.apply(this.store.next);
    this.store.taken();
    this.served = this.store.made;
    this.watchAll();
    const message: Message = {
      ...{ do: 'start', device: device!, store: this.store.all },
      ...(tx && { tx }),
      ...(rx && { rx }),
    };
    const [answer] = await this.port.ask([{ message, answer: DeviceStartAnswer }]);
    if ('cannot' in answer) return answer.cannot;
    this.block = answer.tx?.block ?? this.block;
    this.tells = answer.tx?.status !== false;
    for (const ring of ['tx', 'rx'] as const) if (answer[ring]?.polled === true) this.guest.polled.add(ring);
    this.#take([answer]);
    return undefined;
  }

  /** Both ends' watches are due, as they are when they are set. */
  watchAll(): void {
    this.due.add(`${this.store.front}/state`);
    this.due.add(`${this.store.back}/state`);
  }

  /** Tells the driver something that is not the front's turn. */
  async tell(message: DeviceMessage): Promise<void> {
    await this.port.ask([{ message, answer: DeviceEffects }]);
  }

  /** Somebody else's commit, made now. The watches that it calls are due from then on. */
  async commit(changes: Commit): Promise<void> {
    await this.tell({ do: 'store', ...messageOf(changes) });
    this.#apply(changes);
  }

  /** Somebody else's commit, made just before the front's next one; or a conflict with nobody. */
  async race(changes: Commit, then: () => void): Promise<void> {
    await this.tell({ do: 'store', ...messageOf(changes), at: 'commit' });
    this.#race = { commit: changes, then };
  }

  /** What somebody else was to commit is not made any more, if it was not yet. */
  async noRace(): Promise<void> {
    if (this.#race === undefined) return;
    this.#race = undefined;
    await this.tell({ do: 'store', set: {}, remove: [], at: 'commit' });
  }

  /** Nothing that was to fail fails any more. */
  async noFailure(): Promise<void> {
    if (!this.hasFailed) return;
    for (const what of FAILURES) await this.tell({ do: 'fail', what, after: NEVER });
  }

  #apply(changes: Commit): void {
    const { front, back, frontState } = this.store;
    const hasEnded = frontState === 'Closing' || frontState === 'Closed';
    this.store.apply(changes);
    for (const [path, value] of Object.entries(changes)) {
      if (path === `${back}/state` || path === `${front}/state`) this.stateChanges++;
      // Another backend, a close, or a loss; and not what follows the front's own end.
      const isOfBack = path === back || path === `${back}/state`;
      const isReason = value !== XENBUS_STATE.InitWait && value !== XENBUS_STATE.Connected;
      if (isOfBack && isReason && !hasEnded) this.mayEnd = true;
      if (path === `${back}/state` || path === back) this.due.add(`${back}/state`);
      if (path === front || path === `${front}/state`) {
        this.due.add(path);
        this.isBackLookDue = true;
      }
    }
  }

  /** Gives the front its turn, and looks at everything afterwards. */
  async wake(messages: readonly Message[]): Promise<void> {
    if (messages.length === 0) return;
    const effects = await this.port.ask(
      messages.map((message): Exchange<DeviceEffects> => ({ message, answer: DeviceEffects })),
    );
    const events = this.#take(effects);
    await this.#lookAtRings(events);
    const named = this.store.frontState === 'Connected' ? this.named() : undefined;
    if (Array.isArray(named)) await this.guest.keepMapped(named as readonly QueueAt[]);
  }

  /** @returns the ports on which it sent an event */
  #take(all: readonly DeviceEffects[]): ReadonlySet<number> {
    const events = new Set<number>();
    for (const effects of all) {
      const { commits = [], ports = [], raced } = effects;
      this.guest.takeBegins(effects);
      if (raced === true || commits.length > 0) this.#takeRace();
      for (const commit of commits) {
        checkCommit(this, commit);
        this.#apply(commit);
        if (commit[`${this.store.front}/state`] === XENBUS_STATE.Connected) this.#checkKeys(ANYTHING);
        // What it writes itself it need not be told.
        this.due.delete(`${this.store.front}/state`);
      }
      this.guest.checkEvents(effects);
      for (const port of ports) events.add(port);
      this.guest.takeEnds(effects);
      this.#takeTold(effects);
    }
    this.#checkKeys(this.guest.nameable);
    return events;
  }

  /** Looks at the rings that are mapped, and holds what was published against the events that were sent. */
  async #lookAtRings(events: ReadonlySet<number>): Promise<void> {
    const queues = this.queues.filter(({ isDead }) => !isDead);
    const glances = await this.port.ask(queues.flatMap((queue) => queue.glances));
    queues.forEach((queue, i) => {
      for (const ring of queue.takeGlances(glances.slice(2 * i, 2 * i + 2)))
        if (!events.has(queue.at.ports[ring]))
          throw new Violation(
            'NotifyExact',
            `an event on port ${queue.at.ports[ring]}, which is that of queue ${i}'s ${ring.toUpperCase()} ring: the backend asked for it`,
            events.size === 0 ? 'none was sent' : `they were sent on ${[...events].join(', ')}`,
          );
    });
  }

  #takeRace(): void {
    const race = this.#race;
    if (race === undefined) return;
    this.#race = undefined;
    this.#apply(race.commit);
    race.then();
  }

  #takeTold({ sent = [], dropped = [], received = [] }: DeviceEffects): void {
    if (this.tells) {
      for (const { send, status } of sent) this.sends.tell('sent', send, status);
      for (const send of dropped) this.sends.tell('dropped', send);
    }
    for (const { octets } of received) this.arrivals.deliver(octets.toLowerCase());
  }

  /** Has the front this device, and does its state hold for the keys? */
  get isServing(): boolean {
    return this.store.frontState !== 'Unknown' && this.served === this.store.made && !this.isCrashed;
  }

  /** P70, P80, P81. @param guest what the keys may name */
  #checkKeys(guest: Nameable): void {
    if (!this.isServing || this.store.frontState !== 'Connected') return;
    const named = this.named(guest);
    if (Array.isArray(named)) return;
    const { property, expected, actual } = named as { property: Property; expected: string; actual: string };
    throw new Violation(property, `while its state is Connected, ${expected}`, actual);
  }

  /** What the keys name, if a backend can use it. */
  named(guest: Nameable = this.guest.nameable): ReturnType<typeof queuesOf> {
    const { store } = this;
    // A directory that is gone does not say what was offered.
    const offer = store.backState === 'Unknown' ? { queues: Infinity, split: true } : store.offer;
    return queuesOf(store, store.front, offer, guest);
  }

  /** The guest begins anew, in a new domain or by a kernel that knows nothing. What that keeps is mapped. */
  forget(keepsMapped: boolean): void {
    for (const queue of this.queues) queue.isDead = true;
    this.guest.forget(keepsMapped);
  }

  /** When its turn began it held nothing of a connection. */
  get holdsNothing(): boolean {
    return this.guest.holdsNothing;
  }

  /** The event of the backend on this port, if it is still open. */
  eventOn(port: number): readonly Message[] {
    return this.guest.isOpen(port) ? [{ do: 'event', port }] : [];
  }
}

const messageOf = (changes: Commit): { set: Record<string, string>; remove: string[] } => {
  const set: Record<string, string> = {};
  const remove: string[] = [];
  for (const [path, value] of Object.entries(changes)) {
    if (value === null) remove.push(path);
    else set[path] = value;
  }
  return { set, remove };
};
