/** Keys that a device cannot have: the sentence names key and value, everything is taken back, and the next plug works. */
import { describe, expect, test } from 'vitest';
import { attach } from '../../../impl/connection/device.js';
import { BACK, frameOf, FRONT, NOTHING, settle, SMALL, World } from './world.js';

test.each([
  [{ [`${FRONT}/state`]: undefined }, `${FRONT}/state is missing: there is no device`],
  [{ [`${FRONT}/state`]: '9' }, `${FRONT}/state is "9": a state is a number from 0 to 8`],
  [
    { [`${FRONT}/backend`]: undefined },
    `${FRONT}/backend is missing: the directory of the backend is needed`,
  ],
  [{ [`${FRONT}/backend`]: '' }, `${FRONT}/backend is "": the directory of the backend is needed`],
  [{ [`${FRONT}/backend`]: 'a//b' }, `${FRONT}/backend is "a//b": names of letters`],
  [{ [`${FRONT}/backend-id`]: undefined }, `${FRONT}/backend-id is missing: it must be a whole number`],
  [{ [`${FRONT}/backend-id`]: 'dom0' }, `${FRONT}/backend-id is "dom0": it must be a whole number`],
  [{ [`${FRONT}/backend-id`]: '32752' }, `${FRONT}/backend-id is "32752": it must be a whole number`],
])('a device with %j is not attached to', (keys, sentence) => {
  const world = new World();
  world.plug(keys);
  expect(() => attach(world.system, world.store, FRONT)).toThrow(sentence);
  expect(world.inUse).toEqual(NOTHING);
});

describe.each([
  ['feature-rx-copy', '0', 'a backend that copies into our pages (1) is needed'],
  ['feature-rx-copy', 'yes', 'it must be a whole number from 0 to 4294967295'],
  ['feature-sg', '', 'it must be a whole number from 0 to 4294967295'],
  ['feature-sg', '-1', 'it must be a whole number from 0 to 4294967295'],
  ['feature-split-event-channels', 'yes', 'it must be a whole number from 0 to 4294967295'],
  ['multi-queue-max-queues', '0', 'it must be a whole number from 1 to 4294967295'],
  ['multi-queue-max-queues', '4294967296', 'it must be a whole number from 1 to 4294967295'],
])('a backend with %s %j', (key, value, sentence) => {
  test('is not connected to, and one that is sound is, a second later', async () => {
    const world = new World();
    world.plug();
    const bad = world.back({ offer: { [key]: value } });
    const reasons: unknown[] = [];
    const device = attach(world.system, world.store, FRONT, SMALL);
    device.onState((_, reason) => void reasons.push(reason));
    const told = device.send(frameOf(1));
    await settle();
    expect(String(reasons[0])).toBe(`DeviceError: ${BACK}/${key} is ${JSON.stringify(value)}: ${sentence}`);
    expect(world.inUse).toEqual({ ...NOTHING, watches: 3 });
    bad.die();
    world.store.write(`${BACK}/state`, '1');
    world.back({ offer: { [key]: '1' } });
    await settle();
    world.system.pass(1000);
    expect(await told).toBe('OKAY');
  });
});

/** A device that was connected, whose backend is dead and has nothing mapped. */
async function connectedAndLeft() {
  const world = new World();
  world.plug();
  const back = world.back();
  const device = attach(world.system, world.store, FRONT, SMALL);
  await settle();
  const reasons: unknown[] = [];
  device.onState((_, reason) => void reasons.push(reason));
  back.die();
  back.unmap();
  return { world, device, reasons };
}

test('a backend whose state is none is taken for one that is gone, and the sentence names it', async () => {
  const { world, reasons } = await connectedAndLeft();
  world.store.write(`${BACK}/state`, '44');
  await settle();
  expect(String(reasons[0])).toBe(`DeviceError: ${BACK}/state is "44": a state is a number from 0 to 8`);
  expect(world.inUse).toEqual({ ...NOTHING, watches: 2 });
});

test('the backend key becomes no path: a close ends, and the sentence names it', async () => {
  const { world, device, reasons } = await connectedAndLeft();
  world.store.write(`${FRONT}/backend`, 'no path');
  await settle();
  const told = device.send(frameOf(1));
  const closed = device.close();
  for (let seconds = 0; seconds < 8; seconds++) {
    await settle();
    world.system.pass(1000);
  }
  expect([await closed, await told]).toEqual([0, 'dropped']);
  expect(String(reasons[0])).toContain(`DeviceError: ${FRONT}/backend is "no path": names of letters`);
  expect(world.inUse).toEqual(NOTHING);
});
