/** XenStore in memory: what a commit sees, and when a watch is called. */
import { describe, expect, test } from 'vitest';
import { MemoryStore } from '../../../impl/back/memory-store.js';

const STATE = 'device/vif/0/state';

const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a path that is written is read, with all that is above it', () => {
  const store = new MemoryStore();
  store.write(STATE, '1');
  expect(store.read(STATE)).toBe('1');
  expect(store.read('device/vif')).toBe('');
  expect(store.read('device/vif/1')).toBeUndefined();
  expect(store.below('device/vif')).toEqual({ '0': '', '0/state': '1' });
});

test('a path that is removed takes with it what is below, and nothing beside it', () => {
  const store = new MemoryStore();
  for (const path of [STATE, 'device/vif/0/mac', 'device/vif/01/state']) store.write(path, '1');
  store.remove('device/vif/0');
  expect(store.below('device/vif')).toEqual({ '01': '', '01/state': '1' });
  store.remove('device/vif/0');
});

describe('a commit', () => {
  test('makes all its changes where what was seen is still so', () => {
    const store = new MemoryStore();
    store.write(STATE, '1');
    const seen = new Map([
      [STATE, '1'],
      ['device/vif/0/mac', undefined],
    ]);
    expect(
      store.commit(
        seen,
        new Map([
          [STATE, '4'],
          ['device/vif/0/mac', 'x'],
        ]),
      ),
    ).toBe(true);
    expect(store.below('device/vif/0')).toEqual({ mac: 'x', state: '4' });
    expect(store.commit(seen, new Map([[STATE, '6']]))).toBe(false);
    expect(store.read(STATE)).toBe('4');
  });

  test('with a path that is none changes nothing', () => {
    const store = new MemoryStore();
    const changes = new Map([
      [STATE, '1'],
      ['device//vif', '1'],
    ]);
    expect(() => store.commit(new Map(), changes)).toThrow('XenStore: "device//vif" is no path');
    expect(store.read(STATE)).toBeUndefined();
  });
});

test.each([
  ['', 'is no path'],
  ['/', 'is no path'],
  ['device/', 'is no path'],
  ['device/vif 0', 'is no path'],
  ['a'.repeat(3073), 'has 3073 octets, and may have 3072'],
])('%j is refused, and the sentence names it', (path, why) => {
  const store = new MemoryStore();
  expect(() => store.read(path)).toThrow(why);
  expect(() => store.watch(path, () => undefined)).toThrow(why);
  expect(store.watches).toBe(0);
});

describe('a watch', () => {
  const watched = async (path: string) => {
    const store = new MemoryStore();
    store.write(STATE, '1');
    let calls = 0;
    const end = store.watch(path, () => void calls++);
    await soon();
    return { store, end, calls: () => calls };
  };

  test('is called once to begin with, also for a path that is not there', async () => {
    expect((await watched(STATE)).calls()).toBe(1);
    expect((await watched('device/vif/7/state')).calls()).toBe(1);
  });

  test('is called once for several changes, of its path or below it', async () => {
    const { store, calls } = await watched('device/vif/0');
    store.write(STATE, '2');
    store.write(STATE, '3');
    store.write('device/vif/01', '3');
    expect(calls()).toBe(1);
    await soon();
    expect(calls()).toBe(2);
  });

  test('is called when a directory above goes, and not when a key beside it changes', async () => {
    const { store, calls } = await watched(STATE);
    store.write('device/vif/0/mac', 'x');
    await soon();
    expect(calls()).toBe(1);
    store.remove('device/vif');
    await soon();
    expect(calls()).toBe(2);
  });

  test('is not called after its end, whatever was on its way', async () => {
    const { store, end, calls } = await watched(STATE);
    store.write(STATE, '2');
    end();
    end();
    await soon();
    expect(calls()).toBe(1);
    expect(store.watches).toBe(0);
  });
});
