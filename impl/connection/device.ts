/** A network device of the guest through all of its connections, as an application has it. */
import { checkFrame, checkListener, checkOffload } from '../arguments.js';
import { SendError } from '../errors.js';
import type { FrameListener, ReceiveErrorListener } from '../inbox.js';
import type { TxStatus } from '../netif.js';
import type { Offload } from '../offload.js';
import type { Store } from '../store.js';
import { Arrivals } from './arrivals.js';
import { Life } from './life.js';
import type { Offer } from './offer.js';
import { deviceConfig, type DeviceConfig, type DeviceOptions } from './options.js';
import { type Packet, Packets, shaped } from './packets.js';
import { Queues } from './queues.js';
import type { System } from './system.js';

/** What a device is: there and connected, there, or removed. */
export type DeviceState = 'up' | 'down' | 'absent';

/** Called with each new state; and with the reason where something went wrong. */
export type StateListener = (state: DeviceState, reason?: unknown) => void;

/** A network device of the guest. {@link attach} makes one. */
export class Device {
  readonly #packets = new Packets();
  readonly #arrivals: Arrivals;
  readonly #life: Life;
  readonly #closing: ((kept: number) => void)[] = [];
  #queues: Queues | undefined;
  #state: DeviceState = 'down';
  #onState: StateListener = () => {};
  #reported: unknown;

  /** As {@link attach}. */
  constructor(
    readonly system: System,
    store: Store,
    path: string,
    readonly config: DeviceConfig,
  ) {
    this.#arrivals = new Arrivals(config.inbox);
    this.#life = new Life(system, store, path, config, {
      makeRings: (offer) => this.#makeQueues(offer),
      put: (frame, sg) => this.#put(this.#packets.get(frame)!, sg),
      tell: (frame, told) => this.#packets.tell(frame, told as TxStatus | 'dropped'),
      pump: () => this.#pump(),
      settled: () => this.#settled(),
    });
  }

  /** What the device is now. */
  get state(): DeviceState {
    return this.#state;
  }

  /** Packets accepted, of which the application was not told yet. */
  get unsettled(): number {
    return this.#packets.count;
  }

  /** How many queues the present connection has; 0 where there is none. */
  get queues(): number {
    return this.#life.driver.place.context.hasRings ? (this.#queues?.count ?? 0) : 0;
  }

  /** Pages of connections that have ended, which a backend still has mapped. They are given back when it has not. */
  get kept(): number {
    return [...this.#life.driver.kept.values()].reduce((sum, rings) => sum + (rings as Queues).kept, 0);
  }

  /** Calls the listener with each change of {@link state}, and with each failure. There is one. */
  onState(listener: StateListener): void {
    checkListener('listener', listener);
    this.#onState = listener;
  }

  /**
   * Sends a packet as `Netfront.send` does, when there is a connection.
   * @returns its status; or `dropped` if the connection ended before the backend answered, or the device was removed or
   *   closed; while a close is under way also for a packet that the backend has answered. A packet that was dropped may
   *   have been sent, and is not sent again
   * @throws SendError if the device is closed; if it is not up, and `whileDown` is `refuse`; if `held` packets wait already;
   *   or if this backend cannot take the packet
   * @throws TypeError if an argument is not what it must be
   */
  async send(
    frame: Uint8Array | readonly Uint8Array[],
    offload: Offload = {},
  ): Promise<TxStatus | 'dropped'> {
    checkFrame(frame);
    checkOffload(offload);
    const why = this.#refusal();
    if (why !== undefined) throw new SendError(why);
    return new Promise((settle, fail) => {
      const packet = this.#packets.add({ fragments: frame, offload, settle, fail });
      this.#accept(packet);
      if (this.#state === 'up') this.#life.pump();
      else this.#life.run();
    });
  }

  /**
   * Calls the listener with each frame that arrives, over all connections, as `Netfront.onReceive` does.
   * No more wait for a slow listener than one queue may have waiting; when a connection ends, frames that found no room
   * are dropped.
   * @throws ReceiveError if there is a listener already
   */
  onReceive(listener: FrameListener, onError?: ReceiveErrorListener): void {
    checkListener('listener', listener);
    this.#arrivals.listen(listener, onError);
  }

  /** Opens a device that was closed. Throws what store or device has against it. */
  open(): void {
    const { driver } = this.#life;
    if (driver.place.context.wish === 'open') return;
    // First: if it throws, the device is still closed, and can be opened again.
    this.#life.watch();
    driver.step('AppOpen');
    driver.isLookDue = true;
    this.#life.run();
  }

  /**
   * Closes the device. Packets that were not answered are dropped. It ends whatever the backend does: one that does not
   * answer is waited for `closeAfter` milliseconds. A device that has met no backend is watched on, so that an unplug is
   * answered.
   * @returns the number of pages that a backend still has mapped. They are given back when it has not
   */
  close(): Promise<number> {
    return new Promise((resolve) => {
      this.#closing.push(resolve);
      this.#life.driver.step('AppClose');
      this.#life.run();
    });
  }

  /**
   * The guest goes on in a new domain, after a migration or a restore, and the device's directory is there anew. What was in
   * flight is dropped.
   * @throws what store or device has against it, a DeviceError if the directory is not there yet: call it again when it is
   */
  resumed(): void {
    this.#life.driver.forgetGrants();
    this.#life.driver.step('ToolMigrate');
    this.#life.watchAnew();
  }

  #refusal(): string | undefined {
    const { wish, inRings } = this.#life.driver.place.context;
    if (wish === 'closed') return 'the device is closed: open it';
    if (this.config.whileDown === 'refuse' && this.#state !== 'up')
      return `the device is ${this.#state}, and whileDown is refuse: wait until it is up`;
    return this.#packets.count - inRings < this.config.held
      ? undefined
      : `${this.config.held} packets wait already: wait until one of them is done`;
  }

  /** A packet that is not accepted is not there: it would hold up those behind it. */
  #accept(packet: Packet): void {
    let isAccepted = false;
    try {
      isAccepted = this.#life.driver.step('AppSend', { frame: packet.frame });
    } finally {
      if (!isAccepted) this.#packets.takeBack(packet);
    }
    // Cannot happen: #refusal asks for all that the machine asks for.
    if (!isAccepted) throw new SendError('the device does not take the packet');
  }

  #makeQueues(offer: Offer): Queues {
    const { backend_id } = this.#life.driver.directory;
    const { netfront: options, splitEventChannels } = this.config;
    const count = Math.min(offer.queues, this.config.queues);
    const isSplit = offer.split && splitEventChannels;
    const queues = new Queues(this.system, { backend_id, count, isSplit, options });
    this.#queues = queues;
    for (let n = 0; n < count; n++)
      queues.netfront(n).onReceive(
        (frame) => this.#arrivals.take(queues, frame),
        () => this.#broke(queues, n),
      );
    return queues;
  }

  /** The packet that waits longest goes into its ring if that has room; or is dropped, if nobody will send it. */
  #pump(): boolean {
    const { driver } = this.#life;
    const packet = this.#packets.waiting;
    if (packet === undefined) return false;
    const { frame } = packet;
    const { phase } = driver;
    if (phase === 'up') {
      const netfront = this.#queues!.netfront(this.#queueOf(packet));
      if (netfront.unsettled >= this.config.inRing || !driver.step('FrontPut', { frame })) return false;
    } else if (!driver.step('FrontDropHeld', { frame })) return false;
    this.#packets.left(packet);
    return true;
  }

  #queueOf({ fragments }: Packet): number {
    const { count } = this.#queues!;
    if (count === 1) return 0;
    const first = fragments instanceof Uint8Array ? fragments : (fragments[0] ?? new Uint8Array());
    return (this.config.hash(first) >>> 0) % count;
  }

  #put(packet: Packet, sg: boolean): void {
    const { frame, offload } = packet;
    const netfront = this.#queues!.netfront(this.#queueOf(packet));
    const { agreed } = this.#life.driver.place.context;
    const answered = (status: TxStatus, error?: unknown): void => {
      // It may have been dropped meanwhile, and its number be another's.
      if (this.#packets.get(frame) !== packet) return;
      packet.error = error;
      this.#life.driver.step('FrontTakeAnswer', { frame, status });
      this.#life.pump();
    };
    const sent = async (): Promise<TxStatus> => netfront.send(shaped(packet, { ...agreed, sg }), offload);
    sent().then(answered, (error: unknown) => answered('ERROR', error));
  }

  /** The backend broke the protocol, or the system failed: the device closes. The application may open it again. */
  #broke(queues: Queues, n: number): void {
    // It may show in the middle of a step.
    queueMicrotask(() => {
      if (queues !== this.#queues || !queues.netfront(n).isBroken) return;
      const { driver } = this.#life;
      driver.failure ??= new SendError(`queue ${n} is broken: the device closes, and can be opened again`);
      driver.step('AppClose');
      this.#life.run();
    });
  }

  #settled(): void {
    const { phase, failure, place } = this.#life.driver;
    const state = phase === 'gone' ? 'absent' : phase === 'up' ? 'up' : 'down';
    const isNews = failure !== undefined && failure !== this.#reported;
    this.#reported = failure;
    const isChange = state !== this.#state;
    this.#state = state;
    if (isNews) this.#onState(state, failure);
    else if (isChange) this.#onState(state);
    this.#arrivals.askForRoom();
    if (place.context.wish === 'open' || !this.#life.isAtRest) return;
    // While it waits for a backend its state is not Closed, and an unplug needs an answer.
    if (phase !== 'waiting') this.#life.unwatch();
    for (const resolve of this.#closing.splice(0)) resolve(this.kept);
  }
}

/**
 * Attaches to a device that the toolstack has made. It connects when there is a backend, loses it, and connects again, by
 * itself.
 * @param path the directory of the device in XenStore, such as `device/vif/0`
 * @throws DeviceError if there is no device, or it names no backend
 * @throws RangeError if an option cannot be
 * @throws what store or system throws; then nothing is left behind
 */
export const attach = (system: System, store: Store, path: string, options: DeviceOptions = {}): Device =>
  new Device(system, store, path, deviceConfig(options));
