/** What a device leaves behind when a call of the system or of the store fails: nothing, and it connects later. */
import { describe, expect, test } from 'vitest';
import type { DeviceBack } from '../../../impl/back/device-back.js';
import { attach } from '../../../impl/connection/device.js';
import type { EventPort, System } from '../../../impl/connection/system.js';
import { HostError } from '../../../impl/host.js';
import type { Store } from '../../../impl/store.js';
import { BACK, frameOf, FRONT, NOTHING, settle, SMALL, World } from './world.js';

const PORT = ['notify', 'clearPending', 'onEvent', 'close'] as const;
const SYSTEM = [
  ...(['allocatePage', 'freePage', 'claimGref', 'grantAccess', 'endAccess', 'openPort'] as const),
  ...PORT,
] as const;
const STORE = ['read', 'write', 'remove', 'commit', 'watch'] as const;
type Method = (typeof SYSTEM)[number] | (typeof STORE)[number];

type Offer = Readonly<Record<string, string>>;
const SPLIT: Offer = { 'feature-split-event-channels': '1' };
const ONE: Offer = { 'feature-split-event-channels': '0' };

/** The n-th call of a method throws, and does nothing. */
class Failing {
  calls = 0;

  constructor(
    readonly method: Method,
    readonly nth: number,
  ) {}

  wrap<T extends object>(whole: T): T {
    return new Proxy(whole, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]): unknown => {
          if (name === this.method && (this.calls += 1) === this.nth)
            throw new HostError(`${this.method} fails`);
          const result: unknown = Reflect.apply(value, target, args);
          return name === 'openPort' ? this.wrap(result as EventPort) : result;
        };
      },
    });
  }
}

/**
 * A device that connects, sends, loses a backend that keeps pages, connects again, migrates, is unplugged and plugged, and
 * closes, while one call fails.
 * @param offers what its backends offer, one after the other
 * @returns how often the method was called
 */
const lives = async (method: Method, nth: number, offers: readonly Offer[]): Promise<number> => {
  const world = new World();
  const left = [...offers];
  const nextBack = (): DeviceBack => world.back({ offer: left.shift()! });
  world.plug();
  const failing = new Failing(method, nth);
  const system: System = failing.wrap(world.system);
  const store: Store = failing.wrap(world.store);
  let first = nextBack();
  let device;
  try {
    device = attach(system, store, FRONT, SMALL);
  } catch (error) {
    first.die();
    expect([error, world.inUse]).toEqual([new HostError(`${method} fails`), NOTHING]);
    return failing.calls;
  }
  const time = async (): Promise<void> => {
    for (let seconds = 0; seconds < 8; seconds++) {
      await settle();
      world.system.pass(1000);
    }
    await settle();
  };
  const told: string[] = [];
  const send = (number: number): void => {
    device.send(frameOf(number)).then(
      (status) => told.push(status),
      (error: unknown) => told.push((error as Error).name),
    );
  };
  await time();
  send(1);
  await time();
  first.die();
  world.store.write(`${BACK}/state`, '1');
  const second = nextBack();
  await time();
  first.unmap();
  send(2);
  await time();
  second.die();
  world.system.migrate();
  world.plug();
  first = nextBack();
  try {
    device.resumed();
  } catch (error) {
    expect(error).toEqual(new HostError(`${method} fails`));
    device.resumed();
  }
  await time();
  send(3);
  await time();
  world.unplug();
  await time();
  world.store.remove(FRONT);
  world.store.remove(BACK);
  first.die();
  await time();
  world.plug();
  first = nextBack();
  await time();
  send(4);
  await time();
  const closed = device.close();
  await time();
  expect(await closed).toBe(0);
  expect(told).toHaveLength(4);
  first.die();
  await time();
  expect(world.inUse).toEqual(NOTHING);
  return failing.calls;
};

describe.each([
  ['one event channel for both rings', [ONE, ONE, ONE, ONE]],
  ['one for each ring, and one for both when the backend is another', [SPLIT, ONE, SPLIT, SPLIT]],
])('%s', (_, offers) => {
  test.each([...SYSTEM, ...STORE])('whichever call of %s fails, nothing is left over', async (method) => {
    const calls = await lives(method, 0, offers);
    // The device writes by commits, and removes nothing.
    if (method === 'write' || method === 'remove') return expect(calls).toBe(0);
    expect(calls).toBeGreaterThan(0);
    const tried = Math.min(calls, 60);
    for (let n = 1; n <= tried; n++) await lives(method, Math.ceil((n * calls) / tried), offers);
  });
});
