/** A device through its connections: what the application sees of a backend that comes, goes, and is broken. */
import { describe, expect, test } from 'vitest';
import { attach, type DeviceState } from '../../../impl/connection/device.js';
import type { DeviceOptions } from '../../../impl/connection/options.js';
import type { Frame } from '../../../impl/inbox.js';
import { BACK, frameOf, FRONT, NOTHING, numberIn, settle, SMALL, World } from './world.js';

const attached = async (options: DeviceOptions = {}, withBack = true) => {
  const world = new World();
  world.plug();
  const seen: number[] = [];
  const netback = { onFrame: (frame: Uint8Array) => void seen.push(numberIn(frame)!) };
  const back = withBack ? world.back({ netback }) : undefined;
  const device = attach(world.system, world.store, FRONT, { ...SMALL, ...options });
  const states: DeviceState[] = [];
  const reasons: unknown[] = [];
  device.onState((state, reason) => {
    if (states.at(-1) !== state) states.push(state);
    if (reason !== undefined) reasons.push(reason);
  });
  const got: (number | undefined)[] = [];
  device.onReceive(({ octets }: Frame) => void got.push(numberIn(octets)));
  await settle();
  return { world, device, back, netback, seen, states, reasons, got };
};

test('it connects, sends and receives, and a close gives everything back', async () => {
  const { world, device, back, seen, states, got } = await attached();
  expect(states).toEqual(['up']);
  expect(await Promise.all([1, 2, 3, 4, 5, 6].map((n) => device.send(frameOf(n))))).toEqual(
    Array(6).fill('OKAY'),
  );
  expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
  back!.queues[0]!.deliver(frameOf(9));
  back!.poll();
  await settle();
  expect(got).toEqual([9]);
  expect(await device.close()).toBe(0);
  back!.die();
  expect(world.inUse).toEqual(NOTHING);
  expect(world.store.read(`${FRONT}/state`)).toBe('6');
  await expect(device.send(frameOf(1))).rejects.toThrow('the device is closed: open it');
});

test('a frame waits for a backend that comes later', async () => {
  const { world, device } = await attached({}, false);
  const told = device.send(frameOf(1));
  await settle();
  expect(device.state).toBe('down');
  world.back();
  expect(await told).toBe('OKAY');
});

test('with whileDown refuse nothing waits', async () => {
  const { device } = await attached({ whileDown: 'refuse' }, false);
  await expect(device.send(frameOf(1))).rejects.toThrow('the device is down, and whileDown is refuse');
  expect(device.unsettled).toBe(0);
});

test('no more frames wait than are held', async () => {
  const { device } = await attached({ held: 1 }, false);
  void device.send(frameOf(1));
  await expect(device.send(frameOf(2))).rejects.toThrow('1 packets wait already');
});

describe('a backend that dies', () => {
  const died = async () => {
    const all = await attached({}, false);
    const first = all.world.back({ netback: { ...all.netback, room: () => 0 } });
    await settle();
    const told = all.device.send(frameOf(1));
    await settle();
    first.die();
    return { ...all, first, told };
  };

  test('and another in its place: the frame in flight is dropped, and the next goes to that one', async () => {
    const { world, device, first, netback, seen, told, states } = await died();
    world.store.write(`${BACK}/state`, '1');
    world.back({ netback });
    expect(await told).toBe('dropped');
    // The pages that the dead one has mapped are kept, until Xen unmaps them.
    await settle();
    expect(device.kept).toBe(2);
    world.system.pass(1000);
    expect(await device.send(frameOf(2))).toBe('OKAY');
    expect(seen).toEqual([2]);
    expect(states).toEqual(['up', 'down', 'up']);
    first.unmap();
    world.system.pass(1000);
    expect(device.kept).toBe(0);
  });

  test('whose directory is taken away: the close ends', async () => {
    const { world, device, first, told } = await died();
    world.store.remove(BACK);
    expect(await told).toBe('dropped');
    expect(await device.close()).toBe(2);
    first.unmap();
    world.system.pass(1000);
    expect(world.inUse).toEqual(NOTHING);
  });

  test('and says nothing: the close ends when it was waited for long enough', async () => {
    const { world, device, first, told } = await died();
    const closed = device.close();
    await settle();
    world.system.pass(5000);
    expect(await closed).toBe(2);
    expect(await told).toBe('dropped');
    first.unmap();
    world.system.pass(1000);
    expect(world.inUse).toEqual(NOTHING);
  });
});

test('a close before anything was answered ends, and the send with it', async () => {
  const { world, device } = await attached({}, false);
  const told = device.send(frameOf(1));
  expect(await device.close()).toBe(0);
  expect(await told).toBe('dropped');
  expect(world.inUse).toEqual({ ...NOTHING, watches: 2 });
});

test('a device that was closed before it met a backend answers an unplug, and then watches nothing', async () => {
  const { world, device } = await attached({}, false);
  await device.close();
  world.unplug();
  await settle();
  world.system.pass(5000);
  await settle();
  expect(world.store.read(`${FRONT}/state`)).toBe('6');
  expect(world.inUse).toEqual(NOTHING);
});

test('a backend that is Connected with an offer that cannot be read is not the one that offered', async () => {
  const { world, states } = await attached({}, false);
  // The offer that was agreed is the one that a bad one was taken for: no feature, one queue.
  world.store.write(`${BACK}/feature-rx-copy`, '1');
  world.store.write(`${BACK}/state`, '2');
  await settle();
  expect(world.store.read(`${FRONT}/state`)).toBe('4');
  world.store.write(`${BACK}/feature-rx-copy`, '0');
  world.store.write(`${BACK}/state`, '4');
  await settle();
  expect([states, world.store.read(`${FRONT}/state`)]).toEqual([[], '6']);
});

test('frames that nobody takes do not pile up over connections, and keep their order', async () => {
  const world = new World();
  world.plug();
  const rx = { ...SMALL.netfront.rx, queue: 2 };
  const device = attach(world.system, world.store, FRONT, { netfront: { ...SMALL.netfront, rx } });
  const got: (number | undefined)[] = [];
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  device.onReceive(({ octets }) => (got.push(numberIn(octets)), gate));
  for (let connection = 0; connection < 5; connection++) {
    world.store.write(`${BACK}/state`, '1');
    const back = world.back();
    await settle();
    expect(device.state).toBe('up');
    for (let n = 1; n <= 3; n++) {
      back.queues[0]!.deliver(frameOf(10 * connection + n));
      back.poll();
      await settle();
    }
    back.die();
    back.unmap();
    await settle();
  }
  open();
  await settle();
  // One was with the listener, and two waited for it. The last connection still has its rings.
  expect(got).toEqual([1, 2, 3, 41, 42, 43]);
});

test('a device that was closed is opened again', async () => {
  const { device } = await attached();
  await device.close();
  device.open();
  expect(await device.send(frameOf(7))).toBe('OKAY');
});

test('a device that is unplugged is absent, and one that is plugged again connects', async () => {
  const { world, device, back, states } = await attached();
  world.unplug();
  await settle();
  expect([FRONT, BACK].map((path) => world.store.read(`${path}/state`))).toEqual(['6', '6']);
  world.store.remove(FRONT);
  world.store.remove(BACK);
  back!.die();
  await settle();
  expect(states).toEqual(['up', 'down', 'absent']);
  expect(world.inUse).toEqual({ ...NOTHING, watches: 2 });
  expect(await device.send(frameOf(1))).toBe('dropped');
  world.plug();
  world.back();
  await settle();
  expect(device.state).toBe('up');
});

test("a device that is unplugged does not begin again when its backend's directory is gone first", async () => {
  const { world, device, back } = await attached();
  world.unplug();
  await settle();
  back!.die();
  world.store.remove(BACK);
  // Before anybody has looked: the front has seen the back's Closed, and nothing since.
  const told = device.send(frameOf(1));
  await settle();
  expect(world.store.read(`${FRONT}/state`)).toBe('6');
  world.store.remove(FRONT);
  expect(await told).toBe('dropped');
});

test('after a migration other rings are used, and what was in flight is dropped', async () => {
  const { world, device, back, netback, seen } = await attached();
  await device.send(frameOf(1));
  const first = world.store.read(`${FRONT}/event-channel`);
  back!.die();
  const told = device.send(frameOf(2));
  world.system.migrate();
  world.plug();
  device.resumed();
  world.back({ netback });
  expect(await told).toBe('dropped');
  expect(await device.send(frameOf(3))).toBe('OKAY');
  expect(seen).toEqual([1, 3]);
  expect(world.store.read(`${FRONT}/event-channel`)).not.toBe(first);
});

test.each([
  ['the device was seen to be gone', true],
  ['nobody has looked since', false],
])(
  'resumed() before the toolstack has made the directory, where %s: it throws, and works later',
  async (_, isSeen) => {
    const { world, device, back, netback, seen } = await attached();
    back!.die();
    const told = device.send(frameOf(1));
    const look = isSeen ? settle : async () => {};
    world.system.migrate();
    world.store.remove(FRONT);
    world.store.remove(BACK);
    expect(() => device.resumed()).toThrow(`${FRONT}/state is missing: there is no device`);
    await look();
    world.plug();
    device.resumed();
    const next = world.back({ netback });
    expect(await told).toBe('dropped');
    expect(await device.send(frameOf(2))).toBe('OKAY');
    expect([seen, device.unsettled]).toEqual([[2], 0]);
    const closed = device.close();
    await settle();
    world.system.pass(1000);
    expect(await closed).toBe(0);
    next.die();
    expect(world.inUse).toEqual(NOTHING);
  },
);

test('pages that were kept are given back at a migration', async () => {
  const { world, device, back } = await attached();
  await device.send(frameOf(1));
  back!.die();
  world.store.remove(BACK);
  await settle();
  expect(device.kept).toBe(2);
  world.system.migrate();
  world.plug();
  device.resumed();
  expect(device.kept).toBe(0);
  await settle();
  expect(world.inUse).toEqual({ ...NOTHING, watches: 2 });
});

test('a frame takes the shape that this backend offers', async () => {
  const { world, device } = await attached({}, false);
  const netback = { onFrame: (frame: Uint8Array) => void frames.push(frame.length) };
  const frames: number[] = [];
  world.back({ netback });
  expect(await device.send([new Uint8Array(14), new Uint8Array(100)])).toBe('OKAY');
  await expect(device.send(new Uint8Array(5000))).rejects.toThrow(
    'the backend does not offer feature-sg: a packet of 5000 octets and 0 extras does not fit one slot',
  );
  const gso = { csum_blank: true, gso: { size: 10, type: 'TCPV4' } } as const;
  await expect(device.send(new Uint8Array(60), gso)).rejects.toThrow('does not offer feature-gso-tcpv4');
  expect(frames).toEqual([114]);
});

test('several queues, as many as the backend takes, and each flow keeps to one', async () => {
  const world = new World();
  world.plug();
  const seen: [number, number][] = [];
  const netback = { onFrame: (frame: Uint8Array) => void seen.push([frame[0]!, numberIn(frame)!]) };
  const back = world.back({ netback, offer: { 'multi-queue-max-queues': '3' } });
  const device = attach(world.system, world.store, FRONT, {
    ...SMALL,
    queues: 4,
    hash: (frame) => frame[0]!,
  });
  await settle();
  expect(device.queues).toBe(3);
  await Promise.all(Array.from({ length: 60 }, (_, n) => device.send(frameOf(n))));
  expect(seen).toHaveLength(60);
  expect(back.queues.map(({ answered }) => answered > 15)).toEqual([true, true, true]);
  for (const flow of [0, 1, 2]) {
    const ours = seen.map(([, n]) => n).filter((n) => n % 3 === flow);
    expect(ours).toEqual(ours.toSorted((a, b) => a - b));
  }
  expect(Object.keys(world.store.below(FRONT)).filter((key) => key.endsWith('tx-ring-ref'))).toEqual([
    'queue-0/tx-ring-ref',
    'queue-1/tx-ring-ref',
    'queue-2/tx-ring-ref',
  ]);
  await device.close();
  back.die();
  expect(world.inUse).toEqual(NOTHING);
});
