/** The options of a device: their defaults, and which values are refused. */
import { type NetfrontOptions, rxConfig, txConfig } from '../options.js';
import { flowHash } from './packets.js';
import { MOST_QUEUES } from './ring-keys.js';
import { MOST_FRAMES } from './state.js';

/** The options of a device. All have defaults. */
export interface DeviceOptions {
  /** The rings of each queue. */
  readonly netfront?: NetfrontOptions;
  /** How many queues there are at most, 1 by default. There are fewer where the backend takes no more. */
  readonly queues?: number;
  /**
   * Is there an event channel for each ring of a queue, where the backend offers feature-split-event-channels? True by
   * default, as in Linux. Otherwise both rings of a queue have one.
   */
  readonly splitEventChannels?: boolean;
  /**
   * A number of 32 bits for a packet, by which its queue is chosen. Packets with the same number keep their order. By
   * default one of the MAC addresses, IP addresses and ports.
   */
  readonly hash?: (packet: Uint8Array) => number;
  /**
   * What `send` does while there is no connection. `wait`, the default: the packet waits for the next one. `refuse`: it is
   * refused.
   */
  readonly whileDown?: 'wait' | 'refuse';
  /** How many packets may wait for a connection or for room on a ring; 1024 by default. */
  readonly held?: number;
  /** How many milliseconds a backend has to answer a close; 5000 by default, as long as Linux polls. */
  readonly closeAfter?: number;
  /**
   * After how many milliseconds a set-up that failed is tried again, and it is asked whether pages are still mapped; 1000 by
   * default, as in Linux.
   */
  readonly retryAfter?: number;
}

/** The options with their defaults. */
export interface DeviceConfig extends Required<DeviceOptions> {
  /** How many packets a queue is given at a time. */
  readonly inRing: number;
  /** How many received frames may wait for the application. */
  readonly inbox: number;
}

/** The options with their defaults. Throws RangeError if they cannot be. */
export const deviceConfig = (options: DeviceOptions): DeviceConfig => {
  const netfront = options.netfront ?? {};
  const config: DeviceConfig = {
    netfront,
    queues: options.queues ?? 1,
    splitEventChannels: options.splitEventChannels ?? true,
    hash: options.hash ?? flowHash,
    whileDown: options.whileDown ?? 'wait',
    held: options.held ?? 1024,
    closeAfter: options.closeAfter ?? 5000,
    retryAfter: options.retryAfter ?? 1000,
    inRing: txConfig(netfront.tx).nr_ents,
    inbox: rxConfig(netfront.rx).queue,
  };
  within(config.queues, 1, MOST_QUEUES / 2, 'queues');
  within(config.held, 0, MOST_FRAMES - config.queues * config.inRing, 'packets that wait');
  within(config.closeAfter, 0, 2 ** 31 - 1, 'milliseconds for a close');
  within(config.retryAfter, 1, 2 ** 31 - 1, 'milliseconds until the next try');
  if (typeof config.splitEventChannels !== 'boolean')
    throw new RangeError(`splitEventChannels is ${String(config.splitEventChannels)}: take true or false`);
  if (config.whileDown !== 'wait' && config.whileDown !== 'refuse')
    throw new RangeError(`whileDown is ${String(config.whileDown)}: take wait or refuse`);
  return config;
};

const within = (value: number, from: number, to: number, what: string): void => {
  if (!(Number.isInteger(value) && value >= from && value <= to))
    throw new RangeError(`${value} ${what}: take a whole number from ${from} to ${to}`);
};
