/** feature-split-event-channels: an event channel for each ring of a queue, where backend and application want that. */
import { describe, expect, test, vi } from 'vitest';
import type { DeviceBack } from '../../../impl/back/device-back.js';
import { attach } from '../../../impl/connection/device.js';
import type { DeviceOptions } from '../../../impl/connection/options.js';
import type { EventPort, System } from '../../../impl/connection/system.js';
import { BACK, frameOf, FRONT, NOTHING, numberIn, settle, SMALL, World } from './world.js';

const SPLIT = { 'feature-split-event-channels': '1' };
const ONE = { 'feature-split-event-channels': '0' };
const QUEUES = { 'multi-queue-max-queues': '3' };

/** A system of which it is known how many events the guest has sent on each port. */
const counting = (system: System): { readonly system: System; readonly sent: Map<number, number> } => {
  const sent = new Map<number, number>();
  const count = (port: EventPort): EventPort =>
    new Proxy(port, {
      get: (target, name) =>
        name === 'notify'
          ? (): void => (sent.set(port.port, (sent.get(port.port) ?? 0) + 1), target.notify())
          : Reflect.get(target, name, target),
    });
  const wrapped = new Proxy(system, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (name === 'openPort') return (id: number): EventPort => count(target.openPort(id));
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { system: wrapped, sent };
};

/** A device that is up. */
const attached = async (offer: Readonly<Record<string, string>>, options: DeviceOptions = {}) => {
  const world = new World();
  world.plug();
  const seen: number[] = [];
  const netback = { onFrame: (frame: Uint8Array) => void seen.push(numberIn(frame)!) };
  const back = world.back({ offer, netback });
  const { system, sent } = counting(world.system);
  const device = attach(system, world.store, FRONT, { ...SMALL, ...options });
  const got: (number | undefined)[] = [];
  device.onReceive(({ octets }) => void got.push(numberIn(octets)));
  await settle();
  expect(device.state).toBe('up');
  /** The ports that the front's keys name, by key. */
  const ports = (): Readonly<Record<string, number>> =>
    Object.fromEntries(
      Object.entries(world.store.below(FRONT))
        .filter(([key]) => key.includes('event-channel'))
        .map(([key, port]) => [key, Number(port)]),
    );
  /** Another backend takes the place of the one that is there. */
  const replace = async (before: DeviceBack, next: Readonly<Record<string, string>>): Promise<DeviceBack> => {
    before.die();
    before.unmap();
    world.store.write(`${BACK}/state`, '1');
    const after = world.back({ offer: next, netback });
    await settle();
    world.system.pass(1000);
    await settle();
    expect(device.state).toBe('up');
    return after;
  };
  /** Frames each way on each queue: more than there are slots, so that every ring's event is needed. */
  const exchange = async (by: DeviceBack): Promise<void> => {
    const [wereSeen, wereGot] = [seen.length, got.length];
    const told = Array.from({ length: 20 }, (_, n) => device.send(frameOf(n)));
    expect(await Promise.all(told)).toEqual(Array(20).fill('OKAY'));
    expect(seen.slice(wereSeen).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n));
    for (const queue of by.queues) {
      for (let n = 0; n < 20; n++) queue.deliver(frameOf(n));
      queue.poll();
    }
    await settle();
    expect(got.length - wereGot).toBe(20 * by.queues.length);
  };
  return { world, device, back, sent, ports, replace, exchange };
};

describe('a backend that offers an event channel for each ring', () => {
  test('is given two, and frames go both ways', async () => {
    const { world, device, back, ports, exchange } = await attached(SPLIT);
    expect(Object.keys(ports())).toEqual(['event-channel-rx', 'event-channel-tx']);
    expect(world.system.inUse.ports).toBe(2);
    await exchange(back);
    expect(await device.close()).toBe(0);
    back.die();
    expect(world.inUse).toEqual(NOTHING);
  });

  test('is told of what is sent on the port of event-channel-tx, and of pages on that of event-channel-rx', async () => {
    const { device, back, sent, ports, exchange } = await attached(SPLIT);
    const { 'event-channel-tx': tx, 'event-channel-rx': rx } = ports();
    const of = (port: number | undefined): number => sent.get(port!) ?? 0;
    const before = of(rx);
    await device.send(frameOf(1));
    expect([of(tx) > 0, of(rx)]).toEqual([true, before]);
    await exchange(back);
    expect(of(rx)).toBeGreaterThan(before);
    expect(sent.size).toBe(2);
  });

  test('is given two for each queue', async () => {
    const { world, device, back, ports, exchange } = await attached(
      { ...SPLIT, ...QUEUES },
      {
        queues: 4,
        hash: (frame) => frame[0]!,
      },
    );
    expect(Object.keys(ports())).toEqual(
      [0, 1, 2].flatMap((n) => ['rx', 'tx'].map((ring) => `queue-${n}/event-channel-${ring}`)),
    );
    expect(new Set(Object.values(ports())).size).toBe(6);
    await exchange(back);
    await device.close();
    back.die();
    expect(world.inUse).toEqual(NOTHING);
  });

  test('is given one where the application wants one', async () => {
    const { world, back, ports, exchange } = await attached(SPLIT, { splitEventChannels: false });
    expect(Object.keys(ports())).toEqual(['event-channel']);
    expect(world.system.inUse.ports).toBe(1);
    await exchange(back);
  });
});

test('an option that is neither true nor false is refused', () => {
  const world = new World();
  world.plug();
  expect(() => attach(world.system, world.store, FRONT, { splitEventChannels: 'no' as never })).toThrow(
    new RangeError('splitEventChannels is no: take true or false'),
  );
  expect(world.inUse).toEqual(NOTHING);
});

test('a backend that does not offer them is given one', async () => {
  const { back, ports, exchange } = await attached(ONE);
  expect(Object.keys(ports())).toEqual(['event-channel']);
  await exchange(back);
});

test.each([
  ['one queue', {}],
  ['several queues', QUEUES],
])('no key of an earlier connection stays, with %s', async (_, queues) => {
  const all = await attached({ ...SPLIT, ...queues }, { queues: 3, hash: (frame) => frame[0]! });
  const { world, device, ports, replace, exchange } = all;
  let { back } = all;
  const kinds = (): readonly string[] => [
    ...new Set(Object.keys(ports()).map((key) => key.replace(/^queue-\d\//, ''))),
  ];
  await exchange(back);
  // A backend takes the two for what they say, if it finds them: they would be ports that are closed.
  back = await replace(back, { ...queues, ...ONE });
  expect(kinds()).toEqual(['event-channel']);
  await exchange(back);
  back = await replace(back, { ...queues, ...SPLIT });
  expect(kinds()).toEqual(['event-channel-rx', 'event-channel-tx']);
  await exchange(back);
  await device.close();
  back.die();
  expect(world.inUse).toEqual(NOTHING);
});

test('after a migration no port of before is left to be closed', async () => {
  const { world, device, back, ports } = await attached(SPLIT);
  const before = Object.values(ports());
  back.die();
  world.system.migrate();
  world.plug();
  device.resumed();
  world.back({ offer: SPLIT });
  await settle();
  expect(device.state).toBe('up');
  expect(Object.values(ports()).filter((port) => before.includes(port))).toEqual([]);
  // What is left is tried again after a while.
  const after = vi.spyOn(world.system, 'after');
  for (let seconds = 0; seconds < 3; seconds++) {
    world.system.pass(1000);
    await settle();
  }
  expect(after).not.toHaveBeenCalled();
});

test('a backend whose second port cannot be had is given none, and both later', async () => {
  const world = new World();
  world.plug();
  world.back({ offer: SPLIT });
  let calls = 0;
  const system = new Proxy(world.system, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (name !== 'openPort') return typeof value === 'function' ? value.bind(target) : value;
      return (): EventPort => {
        if ((calls += 1) === 2) throw new Error('no port is left');
        return target.openPort();
      };
    },
  });
  const reasons: unknown[] = [];
  const device = attach(system, world.store, FRONT, SMALL);
  device.onState((_, reason) => void reasons.push(reason));
  await settle();
  expect([String(reasons[0]), world.inUse]).toEqual(['Error: no port is left', { ...NOTHING, watches: 3 }]);
  world.system.pass(1000);
  await settle();
  expect([device.state, world.system.inUse.ports]).toEqual(['up', 2]);
});
