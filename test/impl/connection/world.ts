/** A guest with one device, its backend, and the toolstack, on a store and a system in memory. */
import { DeviceBack, type DeviceBackOptions } from '../../../impl/back/device-back.js';
import { MemoryStore } from '../../../impl/back/memory-store.js';
import { SimulatedSystem } from '../../../impl/back/simsystem.js';

/** The directories. */
export const FRONT = 'device/vif/0';
export const BACK = '/local/domain/0/backend/vif/1/0';

/** Small rings: each connection has few pages. */
export const SMALL = { netfront: { tx: { nr_ents: 4 }, rx: { nr_ents: 4, pages: 4 } } } as const;

/** All watches, microtasks and promises that are due. */
export const settle = async (): Promise<void> => {
  for (let n = 0; n < 3; n++) await new Promise((resolve) => setImmediate(resolve));
};

/** A frame of 60 octets that carries a number. */
export const frameOf = (number: number): Uint8Array => {
  const frame = new Uint8Array(60).fill(number);
  new DataView(frame.buffer).setUint32(14, number);
  return frame;
};

/** The number of a frame; undefined where an octet of it has changed. */
export const numberIn = (frame: Uint8Array): number | undefined => {
  const number = new DataView(frame.buffer, frame.byteOffset).getUint32(14);
  return frame.length === 60 && frameOf(number).every((octet, i) => frame[i] === octet) ? number : undefined;
};

/** A world with the toolstack's hands. */
export class World {
  readonly store = new MemoryStore();
  readonly system = new SimulatedSystem();

  /** The toolstack makes the device. */
  plug(keys: Readonly<Record<string, string | undefined>> = {}): void {
    this.store.remove(FRONT);
    this.store.remove(BACK);
    const all = {
      ...{ [`${FRONT}/backend`]: BACK, [`${FRONT}/backend-id`]: '0', [`${FRONT}/state`]: '1' },
      ...{ [`${BACK}/frontend`]: FRONT, [`${BACK}/online`]: '1', [`${BACK}/state`]: '1' },
      ...keys,
    };
    for (const [path, value] of Object.entries(all)) if (value !== undefined) this.store.write(path, value);
  }

  /** The toolstack asks for the device to go. */
  unplug(): void {
    this.store.write(`${BACK}/online`, '0');
    if (this.store.read(`${BACK}/state`) !== '6') this.store.write(`${BACK}/state`, '5');
  }

  /** A backend begins. */
  back(options: Partial<DeviceBackOptions> = {}): DeviceBack {
    return new DeviceBack(this.system, this.store, { back: BACK, front: FRONT, nr_ents: 4, ...options });
  }

  /** What the guest has of everything. */
  get inUse(): object {
    return { ...this.system.inUse, watches: this.store.watches };
  }
}

/** Nothing at all. */
export const NOTHING = { grants: 0, pages: 0, ports: 0, watches: 0 };
