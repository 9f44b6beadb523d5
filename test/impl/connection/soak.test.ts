/**
 * A device through disturbances drawn from all kinds. `SOAK_CONNECTIONS=1000` makes it long; `FUZZ_SEED` chooses others.
 */
import { expect, test } from 'vitest';
import { heldMemory } from '../../../bench/held-memory.js';
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

const COUNT = Number(process.env.SOAK_CONNECTIONS ?? 40);
const SEED = Number(process.env.FUZZ_SEED ?? 19);
/** Frames each way of one connection, at most. */
const MOST_FRAMES = 260;

/** How often each frame was met: an octet for each, all from the beginning, so that counting needs no more as it goes on. */
class Tally {
  readonly times = new Uint8Array(COUNT * MOST_FRAMES);

  add(number: number): void {
    this.times[number]!++;
  }

  /** How many frames were met so often. */
  having(is: (times: number) => boolean): number {
    return this.times.filter(is).length;
  }
}

class Soak {
  readonly world = new World();
  readonly dead: DeviceBack[] = [];
  /** Frames that the backend took, those that the application was given, and what the application was told of its sends. */
  readonly seen = new Tally();
  readonly got = new Tally();
  readonly told = new Tally();
  readonly okay = new Tally();
  wrong = 0;
  /** Connections with an event channel for each ring, and with one for both. */
  readonly channels = { split: 0, one: 0 };
  device!: Device;
  back!: DeviceBack;
  #sent = 0;
  #delivered = 0;

  constructor(readonly below: (bound: number) => number) {}

  begin(): void {
    const offer = {
      'feature-sg': String(this.below(2)),
      'feature-split-event-channels': String(this.below(2)),
      'multi-queue-max-queues': String(1 + this.below(3)),
    };
    const onFrame = (frame: Uint8Array): void => this.#count(this.seen, frame);
    const answers = this.below(4) > 0;
    this.back = this.world.back({ offer, netback: { onFrame, ...(answers ? {} : { room: () => 0 }) } });
  }

  /** So many frames were sent. */
  get sent(): number {
    return this.#sent;
  }

  #count(where: Tally, frame: Uint8Array): void {
    const number = numberIn(frame);
    if (number === undefined) this.wrong++;
    else where.add(number);
  }

  received(frame: Uint8Array): void {
    this.#count(this.got, frame);
  }

  async traffic(frames: number): Promise<void> {
    const keys = Object.keys(this.world.store.below(FRONT));
    if (this.device.state === 'up')
      this.channels[keys.some((key) => key.endsWith('event-channel-tx')) ? 'split' : 'one']++;
    for (let n = 0; n < frames; n++) {
      const number = this.#sent++;
      this.device.send(frameOf(number)).then(
        (status) => {
          this.told.add(number);
          if (status === 'OKAY') this.okay.add(number);
        },
        () => this.told.add(number),
      );
      const queue = this.back.queues[this.below(2)] ?? this.back.queues[0];
      queue?.deliver(frameOf(this.#delivered++));
      queue?.poll();
      // The front posts pages again. The last frames are on their way when the disturbance comes.
      if (n % 4 === 3) await settle();
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
  const below = numbers(SEED);
  const soak = new Soak(below);
  const { world } = soak;
  world.plug();
  soak.begin();
  soak.device = attach(world.system, world.store, FRONT, { ...SMALL, queues: 2 });
  soak.device.onReceive(({ octets }) => soak.received(octets));
  const heaps: number[] = [];
  for (let n = 0; n < COUNT; n++) {
    if (n === Math.ceil(COUNT / 10)) heaps.push(heldMemory().heapUsed);
    await settle();
    await soak.traffic(10 + below(MOST_FRAMES - 10));
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
  heaps.push(heldMemory().heapUsed);
  const after = `FUZZ_SEED=${SEED} SOAK_CONNECTIONS=${COUNT}`;
  const often = (times: number): boolean => times > 1;
  expect([soak.wrong, soak.seen.having(often), soak.got.having(often)], after).toEqual([0, 0, 0]);
  expect(
    soak.told.having((times) => times === 1),
    after,
  ).toBe(soak.sent);
  expect(soak.told.having(often), after).toBe(0);
  const met = (times: number): boolean => times > 0;
  const [okay, got] = [soak.okay.having(met), soak.got.having(met)];
  expect(soak.okay.times.filter((times, n) => times > 0 && soak.seen.times[n] === 0).length, after).toBe(0);
  expect([okay > 50 * COUNT, got > 50 * COUNT], `${after}: ${okay} sent, ${got} received`).toEqual([
    true,
    true,
  ]);
  const { split, one } = soak.channels;
  expect([split > COUNT / 10, one > COUNT / 10], `${after}: ${split} split, ${one} not`).toEqual([
    true,
    true,
  ]);
  expect(world.inUse, after).toEqual(NOTHING);
  // What each disturbance left would be more than this.
  expect(heaps[1]! - heaps[0]!, after).toBeLessThan(4e6);
  if (process.env.SOAK_CONNECTIONS !== undefined)
    console.log(
      `${after}: ${soak.sent} sends, ${okay} OKAY; ${got} frames received; ${split} times split channels, ${one} times one; heap ${heaps.join(' -> ')} octets`,
    );
});
