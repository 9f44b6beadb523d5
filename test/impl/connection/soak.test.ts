/**
 * A device through disturbances drawn from all kinds. `SOAK_CONNECTIONS=1000` makes it long; `FUZZ_SEED` chooses others.
 */
import { expect, test } from 'vitest';
import { attach, type Device } from '../../../impl/connection/device.js';
import type { DeviceBack } from '../../../impl/back/device-back.js';
import { BACK, frameOf, FRONT, NOTHING, numberIn, settle, SMALL, World } from './world.js';

/** Numbers that a seed tells (mulberry32). */
const numbers = (seed: number): ((below: number) => number) => {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
};

class Soak {
  readonly world = new World();
  readonly dead: DeviceBack[] = [];
  readonly seen = new Map<number, number>();
  readonly got = new Map<number, number>();
  readonly told = new Map<number, string[]>();
  wrong = 0;
  device!: Device;
  back!: DeviceBack;
  #sent = 0;
  #delivered = 0;

  constructor(readonly below: (bound: number) => number) {}

  begin(): void {
    const offer = {
      'feature-sg': String(this.below(2)),
      'multi-queue-max-queues': String(1 + this.below(3)),
    };
    const onFrame = (frame: Uint8Array): void => this.#count(this.seen, frame);
    const answers = this.below(4) > 0;
    this.back = this.world.back({ offer, netback: { onFrame, ...(answers ? {} : { room: () => 0 }) } });
  }

  #count(where: Map<number, number>, frame: Uint8Array): void {
    const number = numberIn(frame);
    if (number === undefined) this.wrong++;
    else where.set(number, (where.get(number) ?? 0) + 1);
  }

  received(frame: Uint8Array): void {
    this.#count(this.got, frame);
  }

  traffic(frames: number): void {
    for (let n = 0; n < frames; n++) {
      const number = this.#sent++;
      const told: string[] = [];
      this.told.set(number, told);
      this.device.send(frameOf(number)).then(
        (status) => told.push(status),
        (error: unknown) => told.push((error as Error).name),
      );
      const queue = this.back.queues[this.below(8)];
      queue?.deliver(frameOf(this.#delivered++));
      queue?.poll();
    }
  }

  /** The backend dies, and what it has mapped stays mapped for a while. */
  die(): void {
    this.back.die();
    this.dead.push(this.back);
  }

  readonly disturbances: readonly (() => void | Promise<unknown>)[] = [
    () => {
      this.die();
      this.world.store.write(`${BACK}/state`, '1');
      this.begin();
    },
    async () => {
      this.die();
      this.world.store.remove(BACK);
      await settle();
      this.world.plug();
      this.begin();
    },
    () => {
      this.die();
      this.dead.pop();
      this.world.system.migrate();
      this.world.plug();
      this.device.resumed();
      this.begin();
    },
    async () => {
      this.world.unplug();
      await settle();
      this.world.system.pass(6000);
      this.die();
      this.world.plug();
      this.begin();
    },
    async () => {
      const closed = this.device.close();
      await settle();
      this.world.system.pass(6000);
      await closed;
      this.device.open();
    },
    () => {
      for (const dead of this.dead.splice(0)) dead.unmap();
    },
    () => {
      this.world.store.write(`${BACK}/state`, String(this.below(10)));
    },
  ];
}

test('each frame comes at most once and unchanged, each send is told of once, and all is given back', async () => {
  const count = Number(process.env.SOAK_CONNECTIONS ?? 40);
  const seed = Number(process.env.FUZZ_SEED ?? 19);
  const below = numbers(seed);
  const soak = new Soak(below);
  const { world } = soak;
  world.plug();
  soak.begin();
  soak.device = attach(world.system, world.store, FRONT, { ...SMALL, queues: 2 });
  soak.device.onReceive(({ octets }) => soak.received(octets));
  for (let n = 0; n < count; n++) {
    await settle();
    soak.traffic(10 + below(180));
    if (below(2) === 0) await settle();
    await soak.disturbances[below(soak.disturbances.length)]!();
    await settle();
    world.system.pass(below(3000));
  }
  for (const dead of soak.dead.splice(0)) dead.unmap();
  const closed = soak.device.close();
  await settle();
  world.system.pass(6000);
  await closed;
  soak.back.die();
  soak.back.unmap();
  for (let n = 0; n < 3; n++) {
    world.system.pass(2000);
    await settle();
  }
  const after = `FUZZ_SEED=${seed} SOAK_CONNECTIONS=${count}`;
  expect(soak.wrong, after).toBe(0);
  expect(
    [...soak.seen.values(), ...soak.got.values()].filter((times) => times > 1),
    after,
  ).toEqual([]);
  expect(
    [...soak.told.values()].filter((told) => told.length !== 1),
    after,
  ).toEqual([]);
  const okay = [...soak.told].filter(([, [told]]) => told === 'OKAY').map(([number]) => number);
  expect(
    okay.filter((number) => !soak.seen.has(number)),
    after,
  ).toEqual([]);
  expect([okay.length > 10 * count, soak.got.size > count], after).toEqual([true, true]);
  expect(world.inUse, after).toEqual(NOTHING);
});
