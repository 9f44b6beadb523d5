/** The registry: a module with traces is a folder here, a folder in the corpus and a line. */
import { readdir } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import {
  moduleExtendedBy,
  moduleOfModel,
  tracedModule,
  tracedModules,
} from '../../../replay/modules/index.js';

const foldersIn = async (path: string): Promise<readonly string[]> =>
  (await readdir(path, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted();

test.each(['replay/modules', 'traces/valid', 'traces/invalid'])(
  '%s has a folder for each module',
  async (path) => {
    const folders = tracedModules.map(({ folder }) => folder);
    expect(await foldersIn(path)).toEqual(folders.toSorted());
  },
);

// What a module need not have. One that loses some of it is asked less: by ports, by the schedules, by the replay of what is unsafe.
test.each([
  ['isOfAdvisory', ['NetfrontTx', 'NetfrontRx']],
  ['view', ['NetfrontTx', 'NetfrontRx', 'TxPackets', 'RxPackets']],
  ['withSafeScheme', ['NetfrontTx', 'NetfrontRx', 'NetfrontTxRx', 'TxPackets', 'RxPackets']],
  ['schedule', ['NetfrontTx', 'NetfrontRx', 'NetfrontTxRx', 'TxPackets', 'RxPackets']],
  ['withBacks', ['NetfrontTx', 'NetfrontRx', 'NetfrontTxRx', 'TxPackets', 'RxPackets']],
  ['modelsWithoutTraces', ['TxPackets']],
] as const)('%s is what these modules have, and no other', (part, names) => {
  expect(tracedModules.filter((module) => module[part] !== undefined).map(({ name }) => name)).toEqual(names);
});

describe.each(tracedModules.map((module) => [module.name, module] as const))('%s', (name, module) => {
  test('is found by its name and its models', () => {
    expect(tracedModule(name)).toBe(module);
    expect(moduleOfModel(`MC${name}`)).toBe(module);
  });

  test('has a way to read arguments only for actions that it has', () => {
    const actions = new Set([...module.frontActions, ...module.backActions]);
    expect(Object.keys(module.args).filter((action) => !actions.has(action))).toEqual([]);
  });

  test('has scenarios in its own folder, of its own models', () => {
    expect(module.scenarios.length).toBeGreaterThan(0);
    for (const { name: scenario, model } of module.scenarios) {
      expect(scenario).toMatch(new RegExp(`^valid/${module.folder}/[a-z0-9-]+$`));
      expect(model).toMatch(new RegExp(`^${module.models}(_|$)`));
    }
  });
});

test('a module without traces is named, with those that have some', () => {
  expect(() => tracedModule('SharedRing')).toThrow(
    /no traces are made of the module SharedRing: .*NetfrontTx,/,
  );
  expect(moduleOfModel('MCSharedRingWeak')).toBeUndefined();
});

test('models of which no traces are made are of the module that they extend, or of none', () => {
  expect(moduleOfModel('MCTxPacketsOneSlot')).toBeUndefined();
  expect(moduleExtendedBy('MCTxPacketsOneSlot')).toBe(tracedModule('TxPackets'));
  expect(moduleExtendedBy('MCSharedRingWeak')).toBeUndefined();
});
