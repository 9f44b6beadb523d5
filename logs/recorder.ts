/**
 * A simulated host that records what a netfront and a backend do to their rings, as the recordings of Linux were made:
 * from outside, at each load and store. Nothing in `impl/` depends on it.
 *
 * The accessors of `SharedRing` are replaced, for all rings, by ones that record the loads and stores of a page that this
 * host has allocated. Two ends share a page and must not share a `SharedRing`, or nobody could tell whose access it is:
 * give the backend {@link RecordingHost.backRings}.
 */
import type { Host, Page } from '../impl/host.js';
import type { Rings } from '../impl/back/netback.js';
import type { RingIdx } from '../impl/ring.js';
import { SharedRing } from '../impl/ring.js';
import { type BackHost, SimulatedHost } from '../impl/back/simhost.js';
import { type RingName, SLOT_SIZE, sring } from '../replay/netif.js';
import type { Event, LogHeader, RingHeader, RingLog, Side } from './event.js';
import { type Access, Lifter } from './raw.js';

/** What a host cannot see of a netfront: how ids are chosen. Unique on both rings if left out. */
export interface RecordingOptions {
  readonly ids?: Partial<Record<RingName, RingHeader['ids']>>;
}

/** A host that records. */
export class RecordingHost implements Host {
  readonly #host: SimulatedHost;
  readonly #events: Event[] = [];
  readonly #rings = new Map<RingName, { lifter: Lifter; nr_ents: number; first: RingIdx }>();
  readonly #ringPages = new Set<Uint8Array>();
  readonly #granted = new Map<number, RingName>();
  /** By side: the ring whose last event check said that the peer is to be notified. */
  readonly #due = new Map<Side, RingName>();
  readonly #options: RecordingOptions;
  /** The backend's side. */
  readonly back: BackHost;

  constructor(options: RecordingOptions = {}, grefs?: number) {
    this.#host = new SimulatedHost(grefs);
    this.back = this.#recordedBack(this.#host.back);
    this.#options = options;
    instrument();
  }

  /** The rings for the backend of a netfront on this host. */
  backRings({ tx, rx }: Rings): Rings {
    const again = ({ page, slotSize, nr_ents }: SharedRing) => new SharedRing(page, slotSize, nr_ents);
    return { tx: again(tx), rx: again(rx) };
  }

  /** What was recorded until now. */
  log(name: string): RingLog {
    const rings = Object.fromEntries(
      [...this.#rings].map(([ring, { nr_ents, first }]): [RingName, RingHeader] => [
        ring,
        { nr_ents, first, ids: this.#options.ids?.[ring] ?? 'unique', shows: ['notify', 'grants'] },
      ]),
    );
    const header: LogHeader = { format: 'netfront-log', version: 1, name, driver: 'ring_h', rings };
    const events = [...this.#events];
    return { header, events, lines: events.map((_, i) => i + 2), skipped: new Map() };
  }

  allocatePage(): Page {
    const page = this.#host.allocatePage();
    recorders.set(page.octets, this);
    return page;
  }

  grantAccess(gref: number, page: Page, access: 'read-only' | 'writable'): void {
    this.#host.grantAccess(gref, page);
    if (this.#ringPages.has(page.octets)) return;
    const ring = access === 'read-only' ? 'tx' : 'rx';
    this.#granted.set(gref, ring);
    this.#events.push({ ring, side: 'front', op: 'GNT_GRANT', gref, ro: ring === 'tx' ? 1 : 0 });
  }

  endAccess(gref: number): boolean {
    if (!this.#host.endAccess(gref)) return false;
    const ring = this.#granted.get(gref);
    this.#granted.delete(gref);
    if (ring !== undefined) this.#events.push({ ring, side: 'front', op: 'GNT_END', gref });
    return true;
  }

  notify(): void {
    this.#host.notify();
    this.#notified('front');
  }

  claimGref = (): number => this.#host.claimGref();
  clearPending = (): void => this.#host.clearPending();
  onEvent = (listener: () => void): void => this.#host.onEvent(listener);

  get pending(): boolean {
    return this.#host.pending;
  }

  /** How many references grant a page now. */
  get granted(): number {
    return this.#host.granted;
  }

  /** SHARED_RING_INIT. */
  initialised({ page, slotSize, nr_ents }: SharedRing, first: RingIdx): void {
    const ring = ringOf(slotSize);
    const lifter = new Lifter(ring, nr_ents);
    lifter.init(first);
    this.#ringPages.add(page);
    this.#rings.set(ring, { lifter, nr_ents, first });
  }

  /** A load or a store of one of the four words. */
  word({ slotSize }: SharedRing, side: Side, rw: 'R' | 'W', field: string, val: number): void {
    this.#take(ringOf(slotSize), { side, rw, field, size: 4, val });
  }

  /** A load or a store of part of a slot, at this octet of the page. */
  slot(
    { slotSize }: SharedRing,
    side: Side,
    rw: 'R' | 'W',
    offset: number,
    size: 1 | 2 | 4,
    val: number,
  ): void {
    const at = offset - sring.size;
    this.#take(ringOf(slotSize), {
      ...{ side, rw, size, val },
      ...{ slot: Math.floor(at / slotSize), byte: at % slotSize },
    });
  }

  #take(ring: RingName, access: Access): void {
    for (const event of this.#rings.get(ring)?.lifter.take(access) ?? []) {
      this.#events.push(event);
      if (event.notify === 1) this.#due.set(event.side, ring);
    }
  }

  #notified(side: Side): void {
    const ring = this.#due.get(side);
    this.#due.delete(side);
    if (ring !== undefined) this.#events.push({ ring, side, op: 'NOTIFY' });
  }

  #recordedBack(back: BackHost): BackHost {
    return {
      map: (gref) => back.map(gref),
      unmap: (gref) => back.unmap(gref),
      notify: () => {
        back.notify();
        this.#notified('back');
      },
      get pending() {
        return back.pending;
      },
      clearPending: () => back.clearPending(),
      onEvent: (listener) => back.onEvent(listener),
    };
  }
}

const ringOf = (slotSize: number): RingName => (slotSize === SLOT_SIZE.tx ? 'tx' : 'rx');

/** By page: who records it. */
const recorders = new WeakMap<Uint8Array, RecordingHost>();
/** By ring: whose it is. Who initialises a page is the front. */
const sides = new WeakMap<SharedRing, Side>();

const sideOf = (ring: SharedRing): Side => sides.get(ring) ?? 'back';

const WORDS = ['req_prod', 'req_event', 'rsp_prod', 'rsp_event'] as const;

/** Replaces the accessors of SharedRing, once. A ring that nobody records is as it was. */
function instrument(): void {
  if (isInstrumented) return;
  isInstrumented = true;
  const { prototype } = SharedRing;
  for (const field of WORDS) {
    const { get, set } = Object.getOwnPropertyDescriptor(prototype, field) as Required<
      Pick<TypedPropertyDescriptor<number>, 'get' | 'set'>
    >;
    Object.defineProperty(prototype, field, {
      configurable: true,
      get(this: SharedRing) {
        const value = get.call(this);
        recorderOf(this)?.word(this, sideOf(this), 'R', field, value);
        return value;
      },
      set(this: SharedRing, value: number) {
        set.call(this, value);
        recorderOf(this)?.word(this, sideOf(this), 'W', field, value >>> 0);
      },
    });
  }
  const view = Object.getOwnPropertyDescriptor(prototype, 'view')!.get! as (this: SharedRing) => DataView;
  Object.defineProperty(prototype, 'view', {
    configurable: true,
    get(this: SharedRing) {
      const octets = view.call(this);
      const recorder = recorderOf(this);
      return recorder === undefined ? octets : new RecordedView(octets, this, recorder);
    },
  });
  const { init } = prototype;
  prototype.init = function (this: SharedRing, first: RingIdx): void {
    const recorder = recorders.get(this.page);
    recorders.delete(this.page);
    init.call(this, first);
    if (recorder === undefined) return;
    recorders.set(this.page, recorder);
    sides.set(this, 'front');
    recorder.initialised(this, first);
  };
}

let isInstrumented = false;

const recorderOf = (ring: SharedRing): RecordingHost | undefined => recorders.get(ring.page);

// Its declared constructor is generic, and cannot be extended as it is.
const View = DataView as new (buffer: ArrayBufferLike, from?: number, octets?: number) => DataView;

/** The slots of a page, each access recorded. */
class RecordedView extends View {
  constructor(
    octets: DataView,
    readonly ring: SharedRing,
    readonly recorder: RecordingHost,
  ) {
    super(octets.buffer, octets.byteOffset, octets.byteLength);
  }

  override getUint8(at: number): number {
    return this.#loaded(at, 1, super.getUint8(at));
  }
  override getUint16(at: number, little?: boolean): number {
    return this.#loaded(at, 2, super.getUint16(at, little));
  }
  override getInt16(at: number, little?: boolean): number {
    return this.#loaded(at, 2, super.getInt16(at, little));
  }
  override getUint32(at: number, little?: boolean): number {
    return this.#loaded(at, 4, super.getUint32(at, little));
  }
  override setUint8(at: number, value: number): void {
    super.setUint8(at, value);
    this.#stored(at, 1, value & 0xff);
  }
  override setUint16(at: number, value: number, little?: boolean): void {
    super.setUint16(at, value, little);
    this.#stored(at, 2, value & 0xffff);
  }
  override setInt16(at: number, value: number, little?: boolean): void {
    super.setInt16(at, value, little);
    this.#stored(at, 2, value & 0xffff);
  }
  override setUint32(at: number, value: number, little?: boolean): void {
    super.setUint32(at, value, little);
    this.#stored(at, 4, value >>> 0);
  }

  #loaded(at: number, size: 1 | 2 | 4, value: number): number {
    this.recorder.slot(this.ring, sideOf(this.ring), 'R', at, size, value >>> 0);
    return value;
  }

  #stored(at: number, size: 1 | 2 | 4, value: number): void {
    this.recorder.slot(this.ring, sideOf(this.ring), 'W', at, size, value);
  }
}
