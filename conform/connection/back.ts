/** The backend of a device: spec/ConnectionBack.tla, a step at a time. It keeps to the protocol. */
import type { Port } from '../port.js';
import { Acknowledgement, type OctetsAnswer } from '../protocol.js';
import type { Case } from '../case.js';
import { Violation } from '../violation.js';
import type { DeviceFront } from './front.js';
import { MappedQueue, type QueueAt } from './queue.js';
import { type Offered, USUAL_OFFER } from './words.js';
import { type StateName, XENBUS_STATE } from './xenbus.js';

/** What the backend is at: BackPhases of the specification. */
export type BackPhase = 'none' | 'new' | 'waiting' | 'mapped' | 'connected' | 'closing' | 'closed' | 'dead';

/** A backend. Each method does one step, and says whether it could be done. */
export class DeviceBack {
  phase: BackPhase = 'new';
  /** What it offers where nothing is said. */
  offer: Offered = USUAL_OFFER;
  #saw: StateName | 'nothing' = 'nothing';
  /** What a dead backend still has mapped. */
  left: readonly QueueAt[] = [];
  /** Where dead backends were on these rings: the next one goes on there. */
  #before: readonly MappedQueue[] = [];
  /** What was offered when the rings were mapped. */
  #offered: Offered = USUAL_OFFER;

  constructor(
    readonly port: Port,
    readonly front: DeviceFront,
    readonly given: Case,
  ) {}

  get #isAlive(): boolean {
    return this.phase !== 'none' && this.phase !== 'dead';
  }

  /** Another begins, with what is in the directories. */
  begin(): void {
    if (this.front.queues.length > 0) this.#leave();
    this.phase = 'new';
    this.#saw = 'nothing';
    this.front.isBackLookDue = true;
  }

  /** BackReadState */
  look(): boolean {
    if (!this.front.isBackLookDue || !this.#isAlive) return false;
    this.front.isBackLookDue = false;
    this.#saw = this.front.store.frontState;
    return true;
  }

  /** BackOffer */
  async writeOffer(offer?: Offered): Promise<boolean> {
    const { store } = this.front;
    const again =
      this.phase === 'closed' && this.#saw === 'Initialising' && store.frontState === 'Initialising';
    if (!(this.phase === 'new' || again) || !store.online || store.backState === 'Unknown') return false;
    // One that takes the place of another in mid-connection offers what that one offered.
    const isTaking = this.phase === 'new' && store.frontState === 'Connected';
    if (offer !== undefined && !isTaking) this.offer = offer;
    await this.front.commit(store.offering(isTaking ? store.offer : this.offer));
    this.phase = 'waiting';
    this.front.isBackLookDue = true;
    this.#saw = 'nothing';
    return true;
  }

  /** BackMap: what the keys name. */
  async map(): Promise<boolean> {
    if (this.phase !== 'waiting' || this.#saw !== 'Connected') return false;
    const named = this.front.named();
    if (!Array.isArray(named)) return false;
    await this.#map(named as readonly QueueAt[]);
    this.phase = 'mapped';
    return true;
  }

  async #map(named: readonly QueueAt[]): Promise<void> {
    const { tx, rx } = this.given.start;
    const sizes = { tx: tx!.nr_ents, rx: rx!.nr_ents }; // a case with a device has both
    this.#offered = this.front.store.offer;
    const queues = named.map((at) => {
      const queue = new MappedQueue(this.port, at, sizes, this.front.guest);
      const before = this.#before.findLast((each) => each.isAt(at));
      if (before !== undefined) queue.goOn(before);
      return queue;
    });
    await this.#mapRings(named, 1);
    for (const queue of queues)
      queue.takeGlances((await this.port.ask(queue.glances)) as readonly OctetsAnswer[]);
    this.front.queues = queues;
    this.front.arrivals.forget();
  }

  async #mapRings(queues: readonly QueueAt[], by: 1 | -1): Promise<void> {
    for (const { tx, rx } of queues)
      for (const gref of [tx, rx]) {
        this.front.guest.grants.map(gref, by);
        await this.port.ask([{ message: { do: by === 1 ? 'map' : 'unmap', gref }, answer: Acknowledgement }]);
      }
  }

  /** BackConnect: it reads `online` in the transaction in which it writes. */
  async connect(): Promise<boolean> {
    if (this.phase !== 'mapped' || !this.front.store.online) return false;
    await this.#write('Connected');
    this.phase = 'connected';
    return true;
  }

  /** BackRefuse, BackMapFails */
  async refuse(): Promise<boolean> {
    if (this.phase !== 'waiting' || this.#saw !== 'Connected') return false;
    await this.#write('Closing');
    this.phase = 'closing';
    return true;
  }

  /** BackClose */
  async close(): Promise<boolean> {
    const { phase } = this;
    const isMapped = phase === 'mapped' || phase === 'connected';
    const seesEnd =
      (phase === 'waiting' || isMapped) &&
      (this.#saw === 'Closing' || this.#saw === 'Closed' || this.#saw === 'Unknown');
    const seesRestart = isMapped && this.#saw === 'Initialising';
    const isToGo = phase === 'new' && !this.front.store.online;
    if (!seesEnd && !seesRestart && !isToGo) return false;
    await this.unmap();
    await this.#write('Closing');
    this.phase = 'closing';
    return true;
  }

  /** BackClosed */
  async closed(): Promise<boolean> {
    if (this.phase !== 'closing') return false;
    if (this.#saw !== 'Closed' && this.#saw !== 'Unknown' && this.#saw !== 'Initialising') return false;
    await this.#write('Closed');
    this.phase = 'closed';
    return true;
  }

  /** BackEnds */
  ends(): boolean {
    if (this.front.store.backState !== 'Unknown' || !this.#isAlive || this.front.queues.length > 0)
      return false;
    this.phase = 'none';
    return true;
  }

  /** BackCrash */
  crash(): boolean {
    if (!this.#isAlive) return false;
    this.phase = 'dead';
    this.#leave();
    return true;
  }

  /** BackRestart */
  async restart(): Promise<boolean> {
    if (this.front.store.backState === 'Unknown' || this.phase === 'none') return false;
    this.#leave();
    await this.#write('Initialising');
    this.begin();
    return true;
  }

  /** What is mapped stays so, and nobody answers it. */
  #leave(): void {
    this.left = [...this.left, ...this.front.queues.map(({ at }) => at)];
    this.#before = [...this.#before, ...this.front.queues.filter(({ isDead }) => !isDead)];
    this.front.guest.leave(this.left);
    this.front.queues = [];
    this.front.arrivals.forget();
  }

  /** XenUnmap */
  async xenUnmap(): Promise<boolean> {
    if (this.left.length === 0) return false;
    await this.front.guest.kept.check();
    this.front.guest.kept.forget();
    const left = this.left;
    this.left = [];
    await this.#mapRings(left, -1);
    return true;
  }

  /** The guest is in a new domain: nothing is mapped, and nothing is there to unmap. */
  forget(): void {
    this.left = [];
    this.#before = [];
    this.front.guest.kept.forget();
    this.front.queues = [];
    this.front.arrivals.forget();
    this.begin();
  }

  /** Takes down what it has mapped. */
  async unmap(): Promise<void> {
    const queues = this.front.queues.map(({ at }) => at);
    this.front.queues = [];
    this.#before = [];
    this.front.arrivals.forget();
    await this.#mapRings(queues, -1);
  }

  async #write(state: StateName): Promise<void> {
    const { store } = this.front;
    // Its directory may be gone: then it writes nothing.
    if (store.backState === 'Unknown') return;
    await this.front.commit({ [`${store.back}/state`]: XENBUS_STATE[state] });
  }

  get #live(): readonly MappedQueue[] {
    return this.front.queues.filter(({ isDead }) => !isDead);
  }

  /** BackShow: all that is published. */
  async take(): Promise<boolean> {
    let isAny = false;
    for (const queue of this.#live) {
      for (const packet of await queue.takeAll()) {
        isAny = true;
        this.#checkFeatures(packet);
        this.front.sends.show(packet);
      }
    }
    return isAny;
  }

  /** P82. */
  #checkFeatures({ slots, hasExtra }: { readonly slots: number; readonly hasExtra: boolean }): void {
    if (!hasExtra && (slots === 1 || this.#offered.sg)) return;
    throw new Violation(
      'FeaturesFresh',
      hasExtra
        ? 'no extra: this backend offers no segmentation'
        : 'packets of one slot: this backend does not offer feature-sg',
      `a packet has ${slots} slots`,
    );
  }

  /** BackAnswer: on each queue what was taken longest ago. */
  async answer(): Promise<boolean> {
    let isAny = false;
    for (const queue of this.#live) {
      const packet = await queue.answer();
      if (packet === undefined) continue;
      isAny = true;
      this.front.sends.answer(packet);
    }
    return isAny;
  }

  /** A frame for the guest on each queue that has a page for it. */
  async receive(): Promise<boolean> {
    let isAny = false;
    for (const queue of this.#live) {
      if (queue.posted === 0) continue;
      const frame = this.front.arrivals.next();
      this.front.arrivals.sent(frame);
      isAny = (await queue.receive(frame)) || isAny;
    }
    return isAny;
  }

  /** It does all that it can with the device until it waits. @returns whether that was anything */
  async rest(): Promise<boolean> {
    for (let isAny = false; ; isAny = true) {
      const isDone =
        this.ends() ||
        this.look() ||
        (await this.close()) ||
        (await this.map()) ||
        (await this.connect()) ||
        (await this.refuse()) ||
        (await this.closed()) ||
        (await this.writeOffer());
      if (!isDone) return isAny;
    }
  }
}
