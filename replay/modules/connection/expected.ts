/**
 * What XenStore must hold, after netif.h and xenbus.h. Rings have numbers here, so each incarnation has references and ports
 * of its own, by which its keys are known.
 */
import type { MemoryStore } from '../../../impl/back/memory-store.js';
import { Column, type Rows } from '../../rows.js';

/** The directories of the one device. */
export const FRONT = 'device/vif/0';
export const BACK = '/local/domain/0/backend/vif/1/0';

const STATES: Readonly<Record<string, string>> = {
  ...{ Initialising: '1', InitWait: '2', Connected: '4', Closing: '5', Closed: '6' },
};

interface Keys {
  readonly queues: number;
  readonly flat: number;
  readonly numbered: number;
  readonly channel: number;
  readonly split: number;
}

interface Features {
  readonly sg: boolean;
  readonly split: boolean;
  readonly queues: number;
}

/** A reference or a port that is nobody else's: of an incarnation, a queue, and what it is for. */
export const numberFor = (
  incarnation: number,
  queue: number,
  what: 'tx' | 'rx' | 'both' | 'port-tx' | 'port-rx',
): number => 100 * incarnation + 10 * queue + ['tx', 'rx', 'both', 'port-tx', 'port-rx'].indexOf(what) + 1;

/** What the front says that it can receive. */
const REQUESTS = {
  ...{ 'request-rx-copy': '1', 'feature-rx-notify': '1', 'feature-sg': '1' },
  ...{ 'feature-gso-tcpv4': '1', 'feature-gso-tcpv6': '1', 'feature-ipv6-csum-offload': '1' },
};

const bit = (value: boolean): string => (value ? '1' : '0');

/** The store of a trace: what others than the front do is done to it, and what it must hold is known. */
export class ExpectedStore {
  readonly #frontState: Column<string>;
  readonly #backState: Column<string>;
  readonly #online: Column<boolean>;
  readonly #offer: Column<Features>;
  readonly #keys: Column<string>;

  constructor(
    rows: Rows,
    readonly store: MemoryStore,
  ) {
    this.#frontState = new Column(rows, 'frontState', String);
    this.#backState = new Column(rows, 'backState', String);
    this.#online = new Column(rows, 'online', (value) => value === true);
    this.#offer = new Column(rows, 'offer', (value) => value as unknown as Features);
    this.#keys = new Column(rows, 'keys', (value) => textOf(ringKeys(value as unknown as Keys)));
  }

  /** The toolstack makes both directories, and nothing of an earlier device stays. */
  plug(): void {
    const { store } = this;
    store.remove(FRONT);
    store.remove(BACK);
    for (const [key, value] of [
      [`${FRONT}/backend`, BACK],
      [`${FRONT}/backend-id`, '0'],
      [`${FRONT}/state`, '1'],
      [`${BACK}/frontend`, `/local/domain/1/${FRONT}`],
      [`${BACK}/frontend-id`, '1'],
      [`${BACK}/online`, '1'],
      [`${BACK}/state`, '1'],
    ] as const)
      store.write(key, value);
  }

  /** What the back or the toolstack writes with this step. */
  step(action: string, from: number, to: number): void {
    if (action === 'ToolPlug') return this.plug();
    const { store } = this;
    if (action === 'BackOffer') {
      const { sg, split, queues } = this.#offer.at(to);
      store.write(`${BACK}/feature-rx-copy`, '1');
      store.write(`${BACK}/feature-sg`, bit(sg));
      store.write(`${BACK}/feature-split-event-channels`, bit(split));
      store.write(`${BACK}/multi-queue-max-queues`, String(queues));
    }
    if (this.#online.id(from) !== this.#online.id(to))
      store.write(`${BACK}/online`, bit(this.#online.at(to)));
    if (this.#frontState.id(from) !== this.#frontState.id(to)) this.#write(FRONT, this.#frontState.at(to));
    if (this.#backState.id(from) !== this.#backState.id(to)) this.#write(BACK, this.#backState.at(to));
  }

  /** The front's keys as they must be, but for the toolstack's. */
  expected(row: number): string {
    const state = this.#frontState.at(row);
    return state === 'Unknown' ? 'no directory' : `state=${STATES[state]} ${this.#keys.at(row)}`.trimEnd();
  }

  /** The front's keys as they are. */
  actual(): string {
    const { state, backend: _, 'backend-id': __, 'netfront-owner': ___, ...keys } = this.store.below(FRONT);
    if (state === undefined) return 'no directory';
    return `state=${state} ${textOf(keys)}`.trimEnd();
  }

  /** The back's state as it must be, which no step of the front may change. */
  backState(row: number): string | undefined {
    return STATES[this.#backState.at(row)];
  }

  /** The back's state as it is. */
  backNow(): string | undefined {
    return this.store.read(`${BACK}/state`);
  }

  #write(directory: string, state: string): void {
    if (state === 'Unknown') this.store.remove(directory);
    else this.store.write(`${directory}/state`, STATES[state]!);
  }
}

const textOf = (keys: Readonly<Record<string, string>>): string =>
  Object.entries(keys)
    .filter(([, value]) => value !== '')
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`)
    .join(' ');

const ringKeys = ({ queues, flat, numbered, channel, split }: Keys): Readonly<Record<string, string>> => {
  if (queues === 0) return {};
  const keys: Record<string, string> = { ...REQUESTS, 'multi-queue-num-queues': String(queues) };
  const refs = (at: string, incarnation: number, queue: number): void => {
    if (incarnation === 0) return;
    keys[`${at}tx-ring-ref`] = String(numberFor(incarnation, queue, 'tx'));
    keys[`${at}rx-ring-ref`] = String(numberFor(incarnation, queue, 'rx'));
  };
  for (let queue = 0; queue < queues; queue++) {
    const at = numbered > 0 ? `queue-${queue}/` : '';
    if (queue === 0) refs('', flat, 0);
    refs(`queue-${queue}/`, numbered, queue);
    if (channel > 0) keys[`${at}event-channel`] = String(numberFor(channel, queue, 'both'));
    if (split > 0) {
      keys[`${at}event-channel-tx`] = String(numberFor(split, queue, 'port-tx'));
      keys[`${at}event-channel-rx`] = String(numberFor(split, queue, 'port-rx'));
    }
  }
  return keys;
};
