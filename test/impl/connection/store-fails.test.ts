/** A device whose store fails for a moment: no frame is lost from sight, nothing is thrown where nobody catches it. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { attach } from '../../../impl/connection/device.js';
import type { DeviceOptions } from '../../../impl/connection/options.js';
import { Interpreter } from '../../../impl/interpreter.js';
import type { Store } from '../../../impl/store.js';
import { BACK, frameOf, FRONT, NOTHING, settle, SMALL, World } from './world.js';

/** What was thrown where nobody catches it. */
const stray: unknown[] = [];
const note = (error: unknown): void => void stray.push(error);
beforeEach(() => {
  stray.length = 0;
  process.on('unhandledRejection', note);
});
afterEach(() => {
  process.off('unhandledRejection', note);
  expect(stray).toEqual([]);
});

/** A store of which the next call that is meant throws. */
class Flaky {
  fails: ((method: string, path: unknown) => boolean) | undefined;
  failed = 0;

  wrap(store: Store): Store {
    return new Proxy(store, {
      get: (target, name) => {
        const value = Reflect.get(target, name, target) as (...args: unknown[]) => unknown;
        return (...args: unknown[]): unknown => {
          if (this.fails?.(String(name), args[0]) === true) {
            this.fails = undefined;
            this.failed += 1;
            throw new Error(`${String(name)} fails`);
          }
          return value.apply(target, args);
        };
      },
    });
  }

  next(method: string, path?: string): void {
    this.fails = (name, where) => name === method && (path === undefined || where === path);
  }
}

const attached = async (options: DeviceOptions = {}) => {
  const world = new World();
  world.plug();
  const flaky = new Flaky();
  const back = world.back();
  const device = attach(world.system, flaky.wrap(world.store), FRONT, { ...SMALL, ...options });
  await settle();
  expect(device.state).toBe('up');
  const time = async (seconds: number): Promise<void> => {
    for (let n = 0; n < seconds; n++) {
      await settle();
      world.system.pass(1000);
    }
    await settle();
  };
  return { world, flaky, back, device, time };
};

test('a send and its answer read nothing, and a store that fails meanwhile holds up no frame', async () => {
  const { world, flaky, back, device, time } = await attached();
  flaky.fails = () => true;
  const told = [1, 2, 3].map((n) => device.send(frameOf(n)));
  await settle();
  expect(await Promise.all(told)).toEqual(['OKAY', 'OKAY', 'OKAY']);
  const closed = device.close();
  await time(8);
  expect([await closed, device.unsettled]).toEqual([0, 0]);
  back.die();
  expect(world.inUse).toEqual(NOTHING);
  expect(flaky.failed).toBe(1);
});

test('a send that is thrown out is not held, and the next ones go', async () => {
  const { device, time } = await attached();
  vi.spyOn(Interpreter.prototype, 'send').mockImplementationOnce(() => {
    throw new Error('the step fails');
  });
  await expect(device.send(frameOf(1))).rejects.toThrow('the step fails');
  expect(device.unsettled).toBe(0);
  const told = device.send(frameOf(2));
  await settle();
  expect(await told).toBe('OKAY');
  const closed = device.close();
  await time(8);
  expect([await closed, device.unsettled]).toEqual([0, 0]);
});

test('a store that fails when it is asked for kept pages is asked again', async () => {
  const { world, flaky, back, device, time } = await attached();
  await device.send(frameOf(1));
  back.die();
  world.store.write(`${BACK}/state`, '6');
  await time(2);
  expect(device.kept).toBe(2);
  flaky.next('read');
  await time(2);
  expect([flaky.failed, device.kept]).toEqual([1, 2]);
  back.unmap();
  await time(2);
  expect(device.kept).toBe(0);
});

test('a new device of which a watch fails is watched later', async () => {
  const { world, flaky, back, device, time } = await attached();
  world.store.remove(FRONT);
  world.store.remove(BACK);
  back.die();
  back.unmap();
  await time(2);
  expect(device.state).toBe('absent');
  flaky.next('watch', `${BACK}/state`);
  world.plug();
  world.back();
  await time(3);
  expect([flaky.failed, device.state]).toEqual([1, 'up']);
  world.unplug();
  await time(2);
  expect(world.store.read(`${FRONT}/state`)).toBe('6');
});

test('an open whose watch fails throws, and the next one opens', async () => {
  const { world, flaky, device, time } = await attached();
  const closed = device.close();
  await time(1);
  await closed;
  const { watches } = world.store;
  flaky.next('watch', `${BACK}/state`);
  expect(() => device.open()).toThrow('watch fails');
  expect(world.store.watches).toBe(watches);
  await expect(device.send(frameOf(1))).rejects.toThrow('the device is closed: open it');
  device.open();
  await time(2);
  expect(device.state).toBe('up');
});
